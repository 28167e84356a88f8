//! Rows of single files.

use std::collections::BTreeSet;

use super::facts::{FileRow, ImpureRow, Reached, SyntaxErrorRow, WithRow};
use super::names::{DuplicateNameRow, NamesRow, UndefinedRow};
use super::{imports, orphan, unused};
use crate::discover::Tree;
use crate::parse::{Parsed, Remarks};
use crate::resolve::nodes::ROOT;
use crate::resolve::{Flake, Project, Role, role};
use crate::source::{FileId, PerFile, SourceFile, Sources, Span, is_nix};

/// Names of files that tools start at, besides `flake.nix`.
pub(super) const ENTRIES: &[&str] = &[
    "default.nix",
    "shell.nix",
    "release.nix",
    "ci.nix",
    "devenv.nix",
    "configuration.nix",
    "home.nix",
    "package.nix",
    "overlay.nix",
    "module.nix",
    "treefmt.nix",
    "hive.nix",
];

/// Rows of all Nix files, in order of path.
pub(super) fn rows(tree: &Tree, project: &Project, sources: &Sources, parsed: &PerFile<Parsed>) -> Vec<FileRow> {
    let mut reached = reached(project, sources);
    let orphans = orphan::orphans(tree, project, sources, &reached);
    for file in orphans.keys() {
        reached[*file] = Reached::Orphan;
    }
    let depths = imports::depths(project, sources);
    let by_flake = by_flake(project, sources, &reached);
    let imported = imports::imported(project, sources);
    // Asked only where the answer matters: few workspaces have such names.
    let unbound = project.names.iter().any(|(_, names)| !names.undefined.is_empty());
    let scoping = unbound && project.has_scoping_library();
    sources
        .iter()
        .filter(|(_, file)| is_nix(&file.path))
        .map(|(id, file)| FileRow {
            by_flake: by_flake[id],
            imported: imported[id],
            depth: depths[id],
            orphan: orphans.get(&id).copied(),
            tracked: tree.find(&file.path).and_then(|entry| entry.tracked),
            names: names(project, id, &parsed[id], scoping),
            ..row(project, sources, id, file, &parsed[id], reached[id])
        })
        .collect()
}

fn row(
    project: &Project,
    sources: &Sources,
    id: FileId,
    file: &SourceFile,
    parsed: &Parsed,
    reached: Reached,
) -> FileRow {
    let span = |range: &std::ops::Range<u32>| Span::new(id, range.clone());
    let outline = project.stored.outline(id);
    let flake = project.flakes.iter().find(|f| f.file == id);
    FileRow {
        file: id,
        path: file.path.clone(),
        lines: parsed.lines,
        parsed: parsed.problem.is_none() && parsed.refused.is_none(),
        syntax_error: parsed.problem.as_ref().map(|problem| SyntaxErrorRow {
            message: problem.message.clone(),
            at: span(&problem.at),
            within: problem.within.clone(),
            opener: problem.opener.as_ref().map(|(range, text)| (span(range), text.clone())),
            edits: problem.edits.iter().map(|edit| (span(&edit.at), edit.text.to_owned())).collect(),
        }),
        names: NamesRow::default(),
        unused: unused::row(project, sources, id, parsed),
        reached,
        is_flake: flake.is_some(),
        by_flake: false,
        imported: false,
        orphan: None,
        depth: None,
        tracked: None,
        generated: is_generated(&file.path, &parsed.remarks),
        fixture: is_fixture(&file.path),
        head: span(&parsed.remarks.head),
        withs: outline
            .withs
            .iter()
            .map(|row| {
                let body = row.at.body.span(id);
                let (first, last) = sources.lines(body);
                WithRow {
                    at: row.head.span(id),
                    namespace: row.namespace.clone(),
                    body_lines: last - first + 1,
                    nested: row.at.nested,
                    lists_names: row.at.lists_names,
                    outputs_root: flake.is_some_and(|f| encloses_outputs(f, body)),
                }
            })
            .collect(),
        impure: outline
            .impure
            .iter()
            .map(|read| ImpureRow { at: read.at.span(id), what: read.what.clone(), chosen: read.chosen })
            .collect(),
        directives: parsed.directives.iter().map(span).collect(),
    }
}

/// Names that Nix refuses; none where the file does not parse, for then they follow from that. `scoping` is whether a
/// library gives files names from outside.
fn names(project: &Project, id: FileId, parsed: &Parsed, scoping: bool) -> NamesRow {
    if parsed.problem.is_some() || parsed.refused.is_some() {
        return NamesRow::default();
    }
    let names = &project.names[id];
    let undefined = names.undefined.iter().map(|unbound| UndefinedRow {
        name: unbound.name.to_string(),
        at: unbound.at.span(id),
        arguments: unbound.arguments.map(|at| at.span(id)),
        holder: unbound.holder.as_ref().map(ToString::to_string),
        in_text: unbound.in_text,
    });
    let duplicates = names.duplicates.iter().map(|duplicate| DuplicateNameRow {
        name: duplicate.name.to_string(),
        at: duplicate.at.span(id),
        first: duplicate.first.span(id),
        formal: duplicate.formal,
    });
    let undefined: Vec<UndefinedRow> = undefined.collect();
    // All files are asked only where the answer matters: few have such names.
    let scoped = || scoping || project.names.iter().any(|(other, names)| names.scoped_import && other != id);
    NamesRow { scoped: !undefined.is_empty() && scoped(), undefined, duplicates: duplicates.collect() }
}

/// Whether a `with`'s body holds every output that is written in `flake.nix`.
fn encloses_outputs(flake: &Flake, body: Span) -> bool {
    let mut places = flake.kinds.iter().filter_map(|k| k.origin).filter(|o| o.at.file == body.file).peekable();
    places.peek().is_some() && places.all(|o| body.contains(o.at))
}

/// Whether a file says that a program wrote it, or has a name that programs give. haskell.nix keeps what it wrote in folders
/// that its manual calls `materialized`.
pub(crate) fn is_generated(path: &str, remarks: &Remarks) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let by_folder = folder.split('/').any(|part| part == "materialized");
    let by_name = matches!(
        name,
        "generated.nix"
            | "hardware-configuration.nix"
            | "node-packages.nix"
            | "node-env.nix"
            | "Cargo.nix"
            | "gemset.nix"
            | "deps.nix"
            | "mix.nix"
            | "gomod2nix.nix"
            | "poetry2nix.nix"
            | "yarn.nix"
            | "composition.nix"
            | "node-composition.nix"
    );
    by_name || by_folder || remarks.generated
}

/// Whether a file is a template, test, fixture or example by its folder, or a test (`a-test.nix`), an example or a template
/// (`shell.template.nix`) by its name.
pub(super) fn is_fixture(path: &str) -> bool {
    let (dir, name) = path.rsplit_once('/').unwrap_or((".", path));
    let test = ["test.nix", "tests.nix", "example.nix", "examples.nix"]
        .iter()
        .any(|end| name.strip_suffix(end).is_some_and(|start| start.is_empty() || start.ends_with(['-', '_', '.'])));
    let template = name.strip_suffix(".nix").is_some_and(|stem| stem.ends_with(".template"));
    test || template || matches!(role(dir), Role::Template | Role::Fixture)
}

/// Which files a flake leads to.
fn by_flake(project: &Project, sources: &Sources, reached: &PerFile<Reached>) -> PerFile<bool> {
    let mut marks = sources.table(false);
    let flakes = project.flakes.iter().map(|flake| flake.file);
    let discovered = sources.iter().map(|(id, _)| id).filter(|id| reached[*id] == Reached::Discovered);
    let roots = flakes.chain(discovered).map(|id| project.links.node(id, ROOT));
    for node in project.links.graph.reach(roots, |_| false) {
        let (file, index) = project.links.place(node);
        marks[file] |= index == ROOT;
    }
    marks
}

/// How each file is reached.
fn reached(project: &Project, sources: &Sources) -> PerFile<Reached> {
    let mut how = sources.table(Reached::Unknown);
    let mut roots = Vec::new();
    for (id, file) in sources.iter() {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let at_root = !file.path.contains('/');
        let entry = name == "flake.nix" || at_root && ENTRIES.contains(&name);
        if entry && is_nix(&file.path) {
            how[id] = Reached::Entry;
            roots.push(id);
        }
    }
    let listed: BTreeSet<&str> = project.flakes.iter().flat_map(|f| f.listed.iter().map(String::as_str)).collect();
    let mut discovered: Vec<FileId> = Vec::new();
    for directory in listed.iter().filter(|d| !d.is_empty()) {
        let prefix = format!("{directory}/");
        discovered.extend(sources.below(&prefix).map(|(id, _)| id));
    }
    discovered.extend(project.links.imports.iter().filter(|i| !i.exact).map(|i| i.to));
    let graph = &project.links.graph;
    let mark = |from: Vec<FileId>, as_what: Reached, how: &mut PerFile<Reached>| {
        let starts = from.iter().map(|id| project.links.node(*id, ROOT));
        for node in graph.reach(starts, |_| false) {
            let (file, index) = project.links.place(node);
            let how = &mut how[file];
            if index == ROOT && *how == Reached::Unknown {
                *how = as_what;
            }
        }
    };
    mark(roots, Reached::Imported, &mut how);
    for id in &discovered {
        if how[*id] == Reached::Unknown {
            how[*id] = Reached::Discovered;
        }
    }
    mark(discovered, Reached::Imported, &mut how);
    how
}

#[cfg(test)]
mod tests {
    use super::{is_fixture, is_generated};
    use crate::parse::Remarks;

    #[test]
    fn what_programs_write_is_told_by_name_and_folder() {
        for (path, generated) in [
            ("materialized/alex/default.nix", true),
            ("nix/materialized/x.nix", true),
            ("a/node-packages.nix", true),
            ("materialized.nix", false),
            ("lib/default.nix", false),
        ] {
            assert_eq!(is_generated(path, &Remarks::default()), generated, "{path}");
        }
    }

    #[test]
    fn tests_and_templates_are_told_by_folder_and_name() {
        for path in [
            "templates/x/flake.nix",
            "a/b-test.nix",
            "tests.nix",
            "example.nix",
            "a.example.nix",
            "src/shell.template.nix",
        ] {
            assert!(is_fixture(path), "{path}");
        }
        for path in ["lib/template.nix", "lib/latest.nix", "lib/counterexample.nix", "lib/x.templates.nix"] {
            assert!(!is_fixture(path), "{path}");
        }
    }
}
