//! Contracts between parts of a workspace: which of their demands the code breaks, and by which way.
//!
//! A way is a chain of imports that are written out. It does not pass through other parts of the same contract: what
//! they lead to is their own breach.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::config::agreements::{Contract, Demand, Part};
use crate::measure::{ConcernRouteRow, Facts, ImportRow, InputUseRow};
use crate::source::{FileId, Sources, Span};

/// What contracts are judged on.
pub(crate) struct Workspace<'a> {
    facts: &'a Facts,
    sources: &'a Sources,
    imports: BTreeMap<FileId, Vec<ImportRow>>,
    uses: BTreeMap<FileId, Vec<&'a InputUseRow>>,
}

/// A way that a contract forbids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// Where it starts: a path, or a concern.
    pub(crate) from: String,
    /// Where it ends: a path, or an input.
    pub(crate) to: String,
    /// Its last step: the import or the use.
    pub(crate) at: Span,
    /// The steps before it.
    pub(crate) chain: Vec<ImportRow>,
}

/// The steps from which search goes on, and by which each file was come to.
type Ways = BTreeMap<FileId, Option<ImportRow>>;

impl<'a> Workspace<'a> {
    pub(crate) fn new(facts: &'a Facts, sources: &'a Sources) -> Self {
        let mut imports: BTreeMap<FileId, Vec<ImportRow>> = BTreeMap::new();
        for import in &facts.routes.imports {
            imports.entry(import.from).or_default().push(*import);
        }
        let mut uses: BTreeMap<FileId, Vec<&InputUseRow>> = BTreeMap::new();
        for row in &facts.routes.uses {
            uses.entry(row.at.file).or_default().push(row);
        }
        Self { facts, sources, imports, uses }
    }

    pub(crate) fn path(&self, file: FileId) -> &str {
        self.sources.path(file)
    }

    /// Parts of a contract that nothing is called by.
    pub(crate) fn empty_parts(&self, contract: &Contract) -> Vec<String> {
        let parts: Vec<&Part> = match &contract.demand {
            Demand::Layers(layers) => layers.iter().flatten().collect(),
            Demand::Forbidden { from, to, except } => from.iter().chain(to).chain(except).collect(),
            Demand::Independent(parts) => parts.iter().collect(),
        };
        parts.into_iter().filter(|part| !self.is_something(part)).map(Part::written).collect()
    }

    fn is_something(&self, part: &Part) -> bool {
        match part {
            Part::Files(glob) => self.facts.files.iter().any(|file| glob.is_match(&file.path)),
            Part::Concern(name) => self.concerns(name).next().is_some(),
            Part::Input(name) => self.facts.flakes.iter().flat_map(|f| &f.inputs).any(|input| input.name == *name),
        }
    }

    fn concerns<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a ConcernRouteRow> + 's {
        let with_outputs = |row: &&ConcernRouteRow| !row.starts.is_empty();
        self.facts
            .routes
            .concerns
            .iter()
            .filter(with_outputs)
            .filter(move |row| name == "*" || row.concern == name)
    }

    /// Files of some parts. Of a concern these are the files that hold its outputs, `flake.nix` left out.
    fn files(&self, parts: &[Part]) -> BTreeSet<FileId> {
        let mut files = BTreeSet::new();
        for part in parts {
            match part {
                Part::Files(glob) => {
                    let rows = self.facts.files.iter().filter(|file| glob.is_match(&file.path));
                    files.extend(rows.map(|file| file.file));
                }
                Part::Concern(name) => {
                    let flakes: BTreeSet<FileId> = self.facts.flakes.iter().map(|flake| flake.file).collect();
                    let starts = self.concerns(name).flat_map(|row| row.starts.iter().copied());
                    files.extend(starts.filter(|file| !flakes.contains(file)));
                }
                Part::Input(_) => {}
            }
        }
        files
    }

    /// The ways that a contract forbids and the code takes, each by its last step once.
    pub(crate) fn breaches(&self, contract: &Contract) -> Vec<Broken> {
        let mut found: Vec<Broken> = Vec::new();
        let none: &[Part] = &[];
        match &contract.demand {
            Demand::Layers(layers) => {
                let all: Vec<Part> = layers.iter().flatten().cloned().collect();
                for (index, lower) in layers.iter().enumerate().skip(1) {
                    let above: Vec<Part> = layers[..index].iter().flatten().cloned().collect();
                    found.extend(self.ways(contract, lower, &above, &all));
                }
            }
            Demand::Forbidden { from, to, except } => found.extend(self.ways(contract, from, to, except)),
            Demand::Independent(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    let others: Vec<Part> =
                        parts.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, p)| p.clone()).collect();
                    found.extend(self.ways(contract, std::slice::from_ref(part), &others, none));
                }
            }
        }
        found.sort_by(|a, b| (a.at, a.chain.len(), &a.from, &a.to).cmp(&(b.at, b.chain.len(), &b.from, &b.to)));
        found.dedup_by(|a, b| a.at == b.at && a.to == b.to);
        found
    }

    /// Ways from one part to another that do not pass through `around`.
    fn ways(&self, contract: &Contract, from: &[Part], to: &[Part], around: &[Part]) -> Vec<Broken> {
        let targets = self.files(to);
        let mut around_files = self.files(around);
        let inputs: Vec<&str> = to
            .iter()
            .filter_map(|part| if let Part::Input(name) = part { Some(name.as_str()) } else { None })
            .collect();
        let paths: Vec<Part> = from.iter().filter(|part| matches!(part, Part::Files(_))).cloned().collect();
        let starts = self.files(&paths);
        // In layers a part is among those that are gone around.
        around_files.retain(|file| !starts.contains(file));
        let mut found = Vec::new();
        if !starts.is_empty() {
            let ways = self.search(contract, &starts, &targets, &around_files);
            for file in ways.keys() {
                let chain = chain(&ways, *file);
                let start = chain.first().map_or(*file, |step| step.from);
                found.extend(self.ends(contract, *file, &targets).map(|last| Broken {
                    from: self.path(start).to_owned(),
                    to: self.path(last.to).to_owned(),
                    at: last.at,
                    chain: chain.clone(),
                }));
                let uses = self.uses.get(file).into_iter().flatten();
                let uses =
                    uses.filter(|row| inputs.contains(&row.input.as_str()) && (chain.is_empty() || !contract.direct));
                found.extend(uses.map(|row| Broken {
                    from: self.path(start).to_owned(),
                    to: format!("inputs.{}", row.input),
                    at: row.at,
                    chain: chain.clone(),
                }));
            }
        }
        for part in from {
            let Part::Concern(name) = part else { continue };
            let excepted = |row: &&ConcernRouteRow| {
                around.iter().any(|part| matches!(part, Part::Concern(other) if *other == row.concern))
                    && !from.iter().any(|part| matches!(part, Part::Concern(own) if *own == row.concern))
            };
            for row in self.concerns(name).filter(|row| !excepted(row)) {
                found.extend(self.of_concern(contract, row, &targets, &inputs, &around_files));
            }
        }
        found
    }

    /// Breadth first, so that ways are the shortest; targets are come to and not passed through.
    fn search(
        &self,
        contract: &Contract,
        starts: &BTreeSet<FileId>,
        targets: &BTreeSet<FileId>,
        around: &BTreeSet<FileId>,
    ) -> Ways {
        let mut ways: Ways = starts.iter().map(|file| (*file, None)).collect();
        let mut queue: VecDeque<FileId> = starts.iter().copied().collect();
        while let Some(file) = queue.pop_front().filter(|_| !contract.direct) {
            for import in self.imports.get(&file).into_iter().flatten() {
                let blocked = targets.contains(&import.to) || around.contains(&import.to);
                if blocked || ways.contains_key(&import.to) || self.lets_pass(contract, import) {
                    continue;
                }
                ways.insert(import.to, Some(*import));
                queue.push_back(import.to);
            }
        }
        ways
    }

    /// The imports of a file that lead to a target.
    fn ends<'s>(
        &'s self,
        contract: &'s Contract,
        file: FileId,
        targets: &'s BTreeSet<FileId>,
    ) -> impl Iterator<Item = &'s ImportRow> + 's {
        let imports = self.imports.get(&file).into_iter().flatten();
        imports
            .filter(move |import| targets.contains(&import.to) && !targets.contains(&file))
            .filter(|import| !self.lets_pass(contract, import))
    }

    /// Whether the contract ignores an import.
    fn lets_pass(&self, contract: &Contract, import: &ImportRow) -> bool {
        let is = |part: &Part, file: FileId| matches!(part, Part::Files(glob) if glob.is_match(self.path(file)));
        contract.ignore.iter().any(|(from, to)| is(from, import.from) && is(to, import.to))
    }

    /// What a concern's outputs come to.
    fn of_concern(
        &self,
        contract: &Contract,
        row: &ConcernRouteRow,
        targets: &BTreeSet<FileId>,
        inputs: &[&str],
        around: &BTreeSet<FileId>,
    ) -> Vec<Broken> {
        let mut ways: Ways = row.starts.iter().map(|file| (*file, None)).collect();
        let mut found = Vec::new();
        let broken = |to: String, at: Span, chain: Vec<ImportRow>| Broken { from: row.concern.clone(), to, at, chain };
        for import in &row.imports {
            // Each is behind those that lead to it.
            let known = ways.contains_key(&import.from) && !self.lets_pass(contract, import);
            if !known || around.contains(&import.to) {
                continue;
            }
            let before = chain(&ways, import.from);
            if targets.contains(&import.to) && !row.starts.contains(&import.to) {
                if before.is_empty() || !contract.direct {
                    found.push(broken(self.path(import.to).to_owned(), import.at, before));
                }
            } else {
                ways.entry(import.to).or_insert(Some(*import));
            }
        }
        for used in row.uses.iter().filter(|used| inputs.contains(&used.input.as_str())) {
            let file = used.at.file;
            let chain = chain(&ways, file);
            if ways.contains_key(&file) && (chain.is_empty() || !contract.direct) {
                found.push(broken(format!("inputs.{}", used.input), used.at, chain));
            }
        }
        found
    }
}

/// The steps to a file, from the start.
fn chain(ways: &Ways, file: FileId) -> Vec<ImportRow> {
    let mut steps = Vec::new();
    let mut at = file;
    // Each step leads to a file that was come to before, so this ends.
    while let Some(Some(step)) = ways.get(&at) {
        steps.push(*step);
        at = step.from;
    }
    steps.reverse();
    steps
}
