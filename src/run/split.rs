//! `split`: the steps of every plan carried out in memory, in order, each on what the one before it gives.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::{Request, Texts, audit_texts, in_workers, since, tools};
use crate::audit::Audit;
use crate::discover::{self, Tree};
use crate::edit::journal::{self, Write};
use crate::edit::split::{self as engine, Carried, Order, Refusal, Shift};
use crate::error::Error;
use crate::measure::{Facts, FlakeRow, ReadingRow};
use crate::plan::{self, FileSize, Form, NewFile, Plan, Step, StepKind, Unit};
use crate::source::{Sources, Span};

/// Units that may be left where they are before a step is given up.
const MAX_LEFT: usize = 40;
/// Times that what is left is planned anew.
const MAX_ROUNDS: u32 = 4;

/// Which steps are carried out, and where to.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Numbers of steps; all where empty.
    pub steps: BTreeSet<u32>,
    /// Words of a step's title or of its groups; all where empty.
    pub only: Vec<String>,
    /// The folder for new files, in place of the plan's.
    pub to: Option<String>,
    /// What new files are.
    pub style: Style,
}

/// What new files of a flake-parts flake are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Outputs that read nothing but what flake-parts gives to modules are modules, all else is imported.
    #[default]
    Auto,
    /// Functions that `flake.nix` imports.
    Plain,
    /// Outputs are modules, or stay where they are; what they read besides is passed to them.
    FlakeParts,
}

/// One step that was carried out in memory.
#[derive(Clone, Debug)]
pub struct Done {
    /// The flake's directory.
    pub flake: String,
    /// The step's number.
    pub step: u32,
    /// What it does.
    pub title: String,
    /// New texts of files, by path.
    pub texts: BTreeMap<String, Arc<str>>,
}

/// What carrying plans out gives. Nothing is written yet.
#[derive(Debug)]
pub struct Split {
    /// The audit of the workspace as it is, its plans filled in.
    pub audit: Audit,
    /// The tree that was walked.
    pub tree: Arc<Tree>,
    /// The steps that were carried out, in order.
    pub done: Vec<Done>,
    /// All texts after the last step.
    pub texts: BTreeMap<String, Arc<str>>,
    /// That no step is the one asked for, and which there are.
    pub missed: Option<String>,
}

/// Audits a workspace and carries its plans out in memory.
///
/// # Errors
/// As [`super::audit`].
pub fn split(request: &Request, choice: &Choice) -> Result<Split, Error> {
    in_workers(request, || carried_out(request, choice))
}

fn carried_out(request: &Request, choice: &Choice) -> Result<Split, Error> {
    let (mut audit, tree) = audit_texts(request, &Texts::new())?;
    since::tell_new(request, &mut audit, &tree)?;
    let mut plans = std::mem::take(&mut audit.plans);
    let missed = none_chosen(&plans, choice);
    let mut done = carry(&mut plans, choice, &audit, &tree);
    if !done.is_empty() {
        let (after, now) = audit_texts(request, &texts_of(&done))?;
        if let Some(why) = different(&audit.facts, &after.facts) {
            // The proof says that this cannot be; if it is, nothing may be written.
            let steps = plans.iter_mut().flat_map(|plan| &mut plan.steps);
            steps.filter(|step| step.kind.moves_code()).for_each(|step| step.refused = Some(why.clone()));
            done.clear();
        } else {
            // What a step leaves may be worth another one: who splits once should not be told to split again.
            let all = choice.steps.is_empty() && choice.only.is_empty();
            let left =
                if all { again(request, choice, &audit, (after, now), &mut plans, &mut done)? } else { after.plans };
            for plan in &mut plans {
                if let Some(now) = left.iter().find(|now| now.flake == plan.flake) {
                    let lines = |path: &str| Some(audit.facts.file(audit.sources.find(path)?)?.lines.total);
                    plan::measured(plan, &now.before, lines);
                }
            }
        }
    }
    for plan in &mut plans {
        if let Some(flake) = audit.facts.flakes.iter().find(|flake| flake.path == plan.flake) {
            plan::settle(plan, flake);
        }
    }
    audit.plans = plans;
    let texts = texts_of(&done);
    Ok(Split { audit, tree, done, texts, missed })
}

/// The texts that some steps leave, the last of each file.
fn texts_of(done: &[Done]) -> Texts {
    done.iter().flat_map(|one| one.texts.clone()).collect()
}

/// Carries out what the audit of the tree behind some steps plans, again and again, as long as there is more and the
/// outputs are those of `audit`. Gives the plans of what is left.
fn again(
    request: &Request,
    choice: &Choice,
    audit: &Audit,
    (mut after, mut tree): (Audit, Arc<Tree>),
    plans: &mut [Plan],
    done: &mut Vec<Done>,
) -> Result<Vec<Plan>, Error> {
    for _ in 1..MAX_ROUNDS {
        let mut later = std::mem::take(&mut after.plans);
        let mut more = carry(&mut later, choice, &after, &tree);
        if more.is_empty() {
            return Ok(later);
        }
        let mut texts = texts_of(done);
        texts.extend(texts_of(&more));
        let (then, now) = audit_texts(request, &texts)?;
        if different(&audit.facts, &then.facts).is_some() {
            return Ok(later);
        }
        append(plans, later, &mut more);
        done.extend(more);
        (after, tree) = (then, now);
    }
    Ok(after.plans)
}

/// Carries the plans of an audit out, in memory.
fn carry(plans: &mut [Plan], choice: &Choice, audit: &Audit, tree: &Tree) -> Vec<Done> {
    let mut state = State { texts: Texts::new(), shifts: BTreeMap::new(), done: Vec::new(), merged: BTreeSet::new() };
    for plan in plans {
        state.plan(plan, choice, audit, tree);
    }
    state.done
}

/// Puts the steps that a later round carried out behind those of the plans. Their places are in the tree that the
/// steps before them leave, so they have no spans of the tree that was audited.
fn append(plans: &mut [Plan], later: Vec<Plan>, done: &mut [Done]) {
    for more in later {
        let Some(plan) = plans.iter_mut().find(|plan| plan.flake == more.flake) else { continue };
        let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
        for mut step in more.steps.into_iter().filter(|step| step.kind.moves_code() && step.refused.is_none()) {
            let old = step.id;
            step.id = plan.steps.iter().map(|step| step.id).max().unwrap_or(0) + 1;
            numbers.insert(old, step.id);
            step.after = step.after.iter().filter_map(|before| numbers.get(before).copied()).collect();
            step.moves.iter_mut().for_each(|one| one.span = None);
            plan.steps.push(step);
        }
        for one in done.iter_mut().filter(|one| one.flake == plan.flake) {
            one.step = numbers.get(&one.step).copied().unwrap_or(one.step);
        }
    }
}

/// What is done with a split.
#[derive(Clone, Copy, Debug, Default)]
pub struct Apply {
    /// Write although git says that the tree holds changes of its own.
    pub allow_dirty: bool,
    /// One commit a step.
    pub commit: bool,
}

/// Whether an earlier write was interrupted, so that the tree is neither the old one nor the new one.
pub fn is_unfinished(request: &Request) -> bool {
    discover::root(&request.discover).is_ok_and(|root| journal::is_unfinished(&root))
}

/// Puts back the old tree where an earlier write was interrupted.
///
/// # Errors
/// When that is not possible.
pub fn recover(request: &Request) -> Result<bool, Error> {
    let root = crate::discover::root(&request.discover)?;
    let Some(gone) = journal::recover(&root)? else { return Ok(false) };
    if !gone.is_empty() && discover::work_tree(&root).is_some() {
        tools::forget(&root, &gone.iter().map(String::as_str).collect::<Vec<_>>())?;
    }
    Ok(true)
}

/// Writes a split, all of it or, with commits, step by step. Gives the new files that a flake does not see yet.
///
/// # Errors
/// When the tree is not clean, changed since it was read, or cannot be written; it is then as it was.
pub fn apply(split: &Split, how: Apply) -> Result<Vec<String>, Error> {
    let root = &split.tree.root;
    let git = discover::work_tree(root).is_some();
    if git && !how.allow_dirty {
        let dirty = tools::dirty(root)?;
        if !dirty.is_empty() {
            let said =
                "the work tree holds changes that are not committed; commit or stash them, or pass --allow-dirty";
            return Err(Error::Usage(format!("{said}:\n  {}", dirty.join("\n  "))));
        }
    }
    if how.commit && !git {
        return Err(Error::Usage("--commit needs a git work tree".into()));
    }
    let sources = &split.audit.sources;
    let mut now: BTreeMap<&str, &Arc<str>> = BTreeMap::new();
    let mut writes: Vec<Vec<Write>> = Vec::new();
    for done in &split.done {
        let mut step = Vec::new();
        for (path, after) in &done.texts {
            let before = now.get(path.as_str()).map(|text| (*text).clone());
            let before = before.or_else(|| sources.find(path).map(|file| sources.file(file).text().clone()));
            step.push(Write { path: path.clone(), before, after: after.clone() });
            now.insert(path, after);
        }
        writes.push(step);
    }
    if !how.commit {
        let text = |path: &str| sources.find(path).map(|file| sources.file(file).text().clone());
        let all = split.texts.iter().map(|(path, after)| Write {
            path: path.clone(),
            before: text(path),
            after: after.clone(),
        });
        writes = vec![all.collect()];
    }
    let mut unseen = Vec::new();
    for (step, done) in writes.iter().zip(&split.done) {
        let paths: Vec<&str> = step.iter().map(|one| one.path.as_str()).collect();
        let message = how.commit.then_some(done.title.as_str());
        let mut known = Known { root, git, paths: &paths, message, unseen: Vec::new() };
        let written = journal::write_all(root, step, &mut known);
        if written.is_err() && git {
            // The files are gone again; the first error is the one to tell.
            let created = step.iter().filter(|one| one.before.is_none()).map(|one| one.path.as_str());
            let _ = tools::forget(root, &created.collect::<Vec<_>>());
        }
        written?;
        unseen.extend(known.unseen);
    }
    Ok(unseen)
}

/// Tells git of new files before anything imports them, and commits what is in place.
struct Known<'a> {
    root: &'a Path,
    git: bool,
    paths: &'a [&'a str],
    /// With commits: what the step does.
    message: Option<&'a str>,
    /// New files that git could not be told of.
    unseen: Vec<String>,
}

impl journal::Beside for Known<'_> {
    fn made(&mut self, created: &[&str]) -> Result<(), Error> {
        if self.git && tools::intend(self.root, created).is_err() {
            self.unseen.extend(created.iter().map(|path| (*path).to_owned()));
        }
        Ok(())
    }

    fn placed(&mut self) -> Result<(), Error> {
        let Some(message) = self.message else { return Ok(()) };
        let committed = tools::commit(self.root, self.paths, message);
        if committed.is_err() {
            let _ = tools::forget(self.root, self.paths);
        }
        committed
    }
}

/// The inventories of two audits must be the same.
fn different(before: &Facts, after: &Facts) -> Option<String> {
    let names = |flake: &FlakeRow| {
        let outputs =
            flake.outputs.iter().map(|output| format!("{}.{} {:?}", output.kind, output.name, output.systems));
        let kinds = flake.kinds.iter().map(|kind| kind.name.clone());
        outputs.chain(kinds).collect::<BTreeSet<String>>()
    };
    before.flakes.iter().find_map(|flake| {
        let now = after.flakes.iter().find(|now| now.path == flake.path)?;
        (names(flake) != names(now)).then(|| format!("the outputs of {} would not be the same", flake.path))
    })
}

struct State {
    texts: Texts,
    /// What was replaced in each file, step by step.
    shifts: BTreeMap<String, Vec<Vec<Shift>>>,
    done: Vec<Done>,
    /// What became a call of a function: no more of it is left to move.
    merged: BTreeSet<Span>,
}

impl State {
    fn plan(&mut self, plan: &mut Plan, choice: &Choice, audit: &Audit, tree: &Tree) {
        let flake = audit.facts.flakes.iter().find(|row| row.path == plan.flake);
        let reading = &audit.facts.reading;
        let parts = flake.is_some_and(|row| row.frameworks.iter().any(|name| name == "flake-parts"));
        let style = if parts { choice.style } else { Style::Plain };
        let loader = flake.and_then(|row| reading.loads_all(&row.frameworks));
        let pointless = |step: &Step| {
            step.kind == StepKind::Merge
                && self.order(step, &audit.sources, style).is_ok_and(|(order, _)| {
                    engine::is_pointless(&self.current(&order, &audit.sources), &|path| self.exists(path, tree), &order)
                })
        };
        plan::leave_out(plan, pointless);
        let folder = choice.to.as_ref().map(|to| (common_folder(&plan.steps), to.trim_end_matches('/').to_owned()));
        for step in plan.steps.iter_mut().filter(|step| step.kind.moves_code() && chosen(step, choice)) {
            step.moves.retain(|one| one.span.is_none_or(|span| !self.merged.contains(&span)));
            if step.moves.iter().all(|one| one.span.is_some() && self.place(one, &audit.sources).is_none()) {
                step.moves.clear();
                continue;
            }
            if let Some((from, to)) = &folder {
                rebase(step, from, to);
            }
            if let Some(name) = loader.filter(|_| step.kind != StepKind::Delete) {
                step.refused = Some(format!("{name} may load any new file: it would be a new output"));
                continue;
            }
            if let Some(why) = step.creates.iter().find_map(|path| noticed(reading, path, tree, &audit.sources)) {
                step.refused = Some(why);
                continue;
            }
            match self.step(step, audit, tree, style) {
                Ok(carried) => {
                    fill(step, &carried);
                    if step.kind == StepKind::Merge {
                        self.merged.extend(step.moves.iter().filter_map(|one| one.span));
                    }
                    self.take(&plan.flake, step, carried);
                }
                Err(refusal) => step.refused = Some(refusal.to_string()),
            }
        }
        plan.steps.retain(|step| !step.kind.moves_code() || !step.moves.is_empty());
    }

    /// Carries one step out. Units that cannot move are left where they are.
    fn step(&self, step: &mut Step, audit: &Audit, tree: &Tree, style: Style) -> Result<Carried, Refusal> {
        let (mut order, mut numbers) = self.order(step, &audit.sources, style)?;
        let texts = self.current(&order, &audit.sources);
        let exists = |path: &str| self.exists(path, tree);
        let mut left: Vec<String> = Vec::new();
        loop {
            let refusal = match engine::carry_out(&texts, &exists, &order) {
                Ok(carried) => {
                    let mut whole = carried.clone();
                    whole.replacements = vec![String::new(); step.moves.len()];
                    for (number, text) in numbers.iter().zip(carried.replacements) {
                        whole.replacements[*number] = text;
                    }
                    if !left.is_empty() {
                        step.risk_reason = format!("{}; stays where it is: {}", step.risk_reason, left.join("; "));
                    }
                    return Ok(whole);
                }
                Err(refusal) => refusal,
            };
            let guilty = refusal.at.as_ref().and_then(|place| {
                let holds = |one: &engine::Move| one.path == place.path && one.span.contains(&place.offset);
                order.moves.iter().position(holds)
            });
            if style == Style::Auto && !order.modules.is_empty() {
                // What cannot be a module is imported like any other code.
                match guilty.and_then(|at| order.moves[at].to.clone()).filter(|to| order.modules.contains(to)) {
                    Some(to) => order.modules.remove(&to),
                    None => std::mem::take(&mut order.modules).is_empty(),
                };
                continue;
            }
            let some = order.functions.is_empty() && order.moves.len() > 1 && left.len() < MAX_LEFT;
            let Some(at) = guilty.filter(|_| some) else {
                return Err(refusal);
            };
            order.moves.remove(at);
            let number = numbers.remove(at);
            left.push(format!("`{}` ({refusal})", step.moves[number].name));
        }
    }

    fn exists(&self, path: &str, tree: &Tree) -> bool {
        self.texts.contains_key(path) || tree.find(path).is_some() || tree.on_disk(path)
    }

    /// Where a unit is now; nothing where it went with an earlier one.
    fn place(&self, one: &plan::Move, sources: &Sources) -> Option<(String, std::ops::Range<u32>)> {
        let span = one.span?;
        let path = sources.path(span.file);
        let layers = self.shifts.get(path).into_iter().flatten();
        let place = layers.into_iter().try_fold(span.start..span.end, |at, shifts| engine::shifted(shifts, &at))?;
        (place.start < place.end).then(|| (path.to_owned(), place))
    }

    /// What the engine is told, and the number of each of its moves in the step.
    fn order(&self, step: &Step, sources: &Sources, style: Style) -> Result<(Order, Vec<usize>), Refusal> {
        let mut order = Order::default();
        let mut numbers = Vec::new();
        for (number, one) in step.moves.iter().enumerate() {
            // What went with an earlier unit is done.
            let Some((path, span)) = self.place(one, sources) else { continue };
            let unit = match one.unit {
                Unit::Binding => engine::Unit::Binding,
                Unit::Value | Unit::Overlay => engine::Unit::Value,
                Unit::Module => engine::Unit::Expression,
            };
            if step.kind == StepKind::Merge {
                order.functions.extend(one.to.clone());
            } else if style != Style::Plain && unit == engine::Unit::Value {
                order.modules.extend(one.to.clone());
            }
            order.moves.push(engine::Move { path, span, unit, to: one.to.clone() });
            numbers.push(number);
        }
        order.passing = style == Style::FlakeParts;
        order.ties = step.files.iter().filter(|file| file.form == Form::Tie).map(|file| file.path.clone()).collect();
        if order.moves.is_empty() {
            Err(Refusal::because("nothing of it is left to move"))
        } else {
            Ok((order, numbers))
        }
    }

    fn current(&self, order: &Order, sources: &Sources) -> engine::Texts {
        let text = |path: &String| {
            let original = || sources.find(path).map(|file| sources.file(file).text().clone());
            self.texts.get(path).cloned().or_else(original)
        };
        order.moves.iter().filter_map(|one| Some((one.path.clone(), text(&one.path)?))).collect()
    }

    fn take(&mut self, flake: &str, step: &Step, carried: Carried) {
        for (path, shifts) in carried.shifts {
            self.shifts.entry(path).or_default().extend(shifts);
        }
        self.texts.extend(carried.texts.iter().map(|(path, text)| (path.clone(), text.clone())));
        let (flake, title) = (flake.to_owned(), step.title.clone());
        self.done.push(Done { flake, step: step.id, title, texts: carried.texts });
    }
}

/// That a new file would be in a directory which code reads as a whole, and where that is written.
fn noticed(reading: &ReadingRow, path: &str, tree: &Tree, sources: &Sources) -> Option<String> {
    let exists = |folder: &str| tree.find(folder).is_some();
    let folder = reading.notices(path, &exists)?;
    let shown = if folder.is_empty() { "the root" } else { folder };
    let why = format!("{path} would be a new file in {shown}, which code reads as a whole");
    Some(match reading.places.get(folder) {
        Some(span) => {
            let line = sources.file(span.file).position(span.start).line;
            format!("{}:{line}: {why}", sources.path(span.file))
        }
        None => why,
    })
}

fn chosen(step: &Step, choice: &Choice) -> bool {
    let said = |word: &String| {
        let word = word.to_lowercase();
        let named = |text: &str| text.to_lowercase().contains(&word);
        named(&step.title) || step.files.iter().any(|file| named(&file.group))
    };
    (choice.steps.is_empty() || choice.steps.contains(&step.id))
        && (choice.only.is_empty() || choice.only.iter().any(said))
}

/// Why nothing is chosen although something was asked for; steps that are not carried out have no file to go to.
fn none_chosen(plans: &[Plan], choice: &Choice) -> Option<String> {
    let movers = || plans.iter().flat_map(|plan| plan.steps.iter().filter(|step| step.kind.moves_code()));
    if choice.steps.is_empty() && choice.only.is_empty() || movers().any(|step| chosen(step, choice)) {
        return None;
    }
    let told: Vec<String> = movers().map(|step| format!("\n  step {}: {}", step.id, step.title)).collect();
    if told.is_empty() {
        return Some("no step of the plan moves code, so none can be chosen".to_owned());
    }
    Some(format!("no step of the plan is the one asked for; these move code:{}", told.concat()))
}

/// Fills in what only text can tell.
fn fill(step: &mut Step, carried: &Carried) {
    for (one, text) in step.moves.iter_mut().zip(&carried.replacements) {
        one.replacement = Some(text.clone());
    }
    let mut files = Vec::new();
    let mut arguments = BTreeSet::new();
    for made in &carried.created {
        let known = step.files.iter().find(|file| file.path == made.path);
        let (form, group) = known.map_or((Form::Value, String::new()), |file| (file.form, file.group.clone()));
        let form = if made.module { Form::Module } else { form };
        arguments.extend(made.arguments.iter().cloned());
        files.push(NewFile {
            path: made.path.clone(),
            form,
            group,
            lines: made.lines,
            arguments: Some(made.arguments.clone()),
            head: made.head.clone(),
        });
    }
    step.creates = files.iter().map(|file| file.path.clone()).collect();
    step.files = files;
    step.arguments = arguments.into_iter().collect();
    let sizes = carried.texts.iter().map(|(path, text)| FileSize {
        path: path.clone(),
        lines: text.lines().count() as u32,
        concerns: 0,
    });
    step.sizes = Some(sizes.collect());
}

/// The folder that all created files of a plan are in.
fn common_folder(steps: &[Step]) -> String {
    let mut folders =
        steps.iter().flat_map(|step| &step.creates).map(|path| path.rsplit_once('/').map_or("", |(f, _)| f));
    let Some(first) = folders.next() else { return String::new() };
    let mut common: Vec<&str> = first.split('/').collect();
    for folder in folders {
        let same = common.iter().zip(folder.split('/')).take_while(|(a, b)| **a == *b).count();
        common.truncate(same);
    }
    common.join("/")
}

/// Sends a step's files to another folder.
fn rebase(step: &mut Step, from: &str, to: &str) {
    let moved = |path: &str| {
        let rest = path.strip_prefix(from).unwrap_or(path).trim_start_matches('/');
        if to.is_empty() || to == "." { rest.to_owned() } else { format!("{to}/{rest}") }
    };
    step.title = step.creates.iter().fold(step.title.clone(), |title, path| title.replace(path, &moved(path)));
    step.creates.iter_mut().for_each(|path| *path = moved(path));
    step.files.iter_mut().for_each(|file| file.path = moved(&file.path));
    for one in &mut step.moves {
        one.to = one.to.as_deref().map(moved);
    }
}
