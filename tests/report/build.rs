//! Short ways to build rows.

use std::sync::Arc;

use flake_audit::audit::Audit;
use flake_audit::audit::RuleInfo;
use flake_audit::finding::{Confidence, Finding, Label, Level};
use flake_audit::measure::*;
use flake_audit::source::{FileId, Lines, SourceFile, Sources, Span};

/// Sources of (path, text) pairs.
pub(crate) fn sources(files: &[(&str, String)]) -> Sources {
    Sources::new(files.iter().map(|(path, text)| SourceFile::new((*path).into(), Arc::from(text.as_str()))).collect())
}

/// The span of the `n`th (from 0) occurrence of `code` in a file.
pub(crate) fn nth(sources: &Sources, path: &str, code: &str, n: usize) -> Span {
    let file = sources.find(path).unwrap();
    let (at, _) = sources.file(file).text().match_indices(code).nth(n).unwrap();
    Span::new(file, at as u32..(at + code.len()) as u32)
}

pub(crate) fn span(sources: &Sources, path: &str, code: &str) -> Span {
    nth(sources, path, code, 0)
}

pub(crate) fn lines(text: &str) -> Lines {
    let blank = text.lines().filter(|line| line.trim().is_empty()).count() as u32;
    let comment = text.lines().filter(|line| line.trim_start().starts_with('#')).count() as u32;
    let total = text.lines().count() as u32;
    Lines { total, code: total - blank - comment, comment, blank }
}

/// An audit of sources: file rows are made from them.
pub(crate) fn audit(root: &str, sources: Sources, flakes: Vec<FlakeRow>) -> Audit {
    let files: Vec<FileRow> = sources.iter().map(|(id, file)| file_row(id, file)).collect();
    let mut all = Lines::default();
    for row in &files {
        all.total += row.lines.total;
        all.code += row.lines.code;
        all.comment += row.lines.comment;
        all.blank += row.lines.blank;
    }
    let workspace = WorkspaceRow {
        root: root.into(),
        nix_files: files.len() as u32,
        flakes: flakes.len() as u32,
        lines: all,
        skipped: vec![],
    };
    let facts = Facts { workspace, files, flakes, ..Facts::default() };
    Audit { sources, facts, ..Audit::default() }
}

fn file_row(id: FileId, file: &SourceFile) -> FileRow {
    FileRow {
        file: id,
        path: file.path.clone(),
        lines: lines(file.text()),
        parsed: true,
        syntax_error: None,
        names: flake_audit::measure::NamesRow::default(),
        unused: flake_audit::measure::UnusedRow::default(),
        reached: Reached::Entry,
        is_flake: file.path.ends_with("flake.nix"),
        by_flake: file.path.ends_with("flake.nix"),
        imported: false,
        orphan: None,
        depth: None,
        tracked: None,
        generated: false,
        fixture: false,
        head: Span::new(id, 0..1),
        withs: vec![],
        impure: vec![],
        directives: vec![],
    }
}

/// A flake with nothing in it.
pub(crate) fn flake(sources: &Sources, path: &str) -> FlakeRow {
    let file = if path == "." { "flake.nix".to_owned() } else { format!("{path}/flake.nix") };
    let id = sources.find(&file).unwrap();
    let lines = lines(sources.file(id).text());
    FlakeRow {
        path: path.into(),
        file: id,
        role: if path == "." { Role::Root } else { Role::Sub },
        parsed: true,
        generated: false,
        frameworks: vec![],
        complete: true,
        lines,
        own_lines: lines,
        own_files: 1,
        script_lines: 0,
        script_at: None,
        wiring_lines: 0,
        own_wiring_lines: 0,
        non_literal: vec![],
        unsupported: vec![],
        inputs: vec![],
        kinds: vec![],
        outputs: vec![],
        dropped: Vec::new(),
        unknown: vec![],
        concerns: vec![],
        unreachable: UnreachableRow::default(),
        tiles: vec![],
        coupling: vec![],
        cohesion: CohesionRow { lcom4: 1, modularity: None },
        structure: flake_audit::measure::StructureRow::default(),
        bindings: vec![],
        lock: None,
        lock_error: None,
        tree: TreeRow::default(),
        below: TreeRow::default(),
        cost: CostRow::default(),
        head: Span::new(id, 0..1),
        insecure: Vec::new(),
        inputs_at: None,
        outputs_at: None,
    }
}

/// Outputs of one kind, with the row of the kind.
pub(crate) fn outputs(flake: &mut FlakeRow, kind: &str, concern: &str, names: &[&str], at: Option<Span>) {
    for name in names {
        flake.outputs.push(OutputRow {
            kind: kind.into(),
            name: (*name).into(),
            systems: if kind == "lib" { vec![] } else { vec!["aarch64-linux".into(), "x86_64-linux".into()] },
            concern: concern.into(),
            at,
            value: at,
            certainty: Certainty::Known,
            inputs: None,
            modules: vec![],
            bare: false,
        });
    }
    flake.kinds.push(KindRow {
        name: kind.into(),
        outputs: names.len() as u32,
        known: true,
        per_system: kind != "lib",
        deprecation_alias: false,
        at,
    });
}

pub(crate) fn concern(name: &str, outputs: u32, exclusive: u32, shared: u32) -> ConcernRow {
    ConcernRow {
        name: name.into(),
        outputs,
        reached: exclusive + shared,
        exclusive,
        shared,
        exclusive_in_flake: exclusive,
        defined_in_flake: exclusive,
        pieces: vec![],
        arguments: vec![],
        at: None,
    }
}

pub(crate) fn input(name: &str, url: &str, at: Span, nodes: u32, own_nodes: u32) -> InputRow {
    InputRow {
        name: name.into(),
        url: Some(url.into()),
        source: Some(url.into()),
        follows: None,
        overrides: vec![],
        flake: true,
        declared: true,
        registry: false,
        machine_path: false,
        relative: false,
        outside: false,
        insecure: false,
        reference: None,
        pinned: false,
        insertion: None,
        likely_unused: false,
        cuts: Vec::new(),
        used: Used::Yes,
        nodes,
        own_nodes,
        at,
        url_at: None,
    }
}

pub(crate) fn finding(code: &str, rule: &str, level: Level, message: &str, at: Span, label: &str) -> Finding {
    Finding {
        primary: Label { span: at, text: label.into() },
        code: code.into(),
        rule: rule.into(),
        level,
        confidence: Confidence::High,
        message: message.into(),
        subject: rule.into(),
        related: vec![],
        flows: vec![],
        notes: vec![],
        fix: None,
    }
}

/// Rules with help.
pub(crate) fn rules() -> Vec<RuleInfo> {
    let rule = |code: &str, id: &str, level, title: &str, family: &str| RuleInfo {
        code: code.into(),
        id: id.into(),
        title: title.into(),
        level,
        confidence: Confidence::High,
        summary: String::new(),
        help_markdown: format!(
            "{title}.\n\n## Why\n\nBecause **it matters**, see [the manual](https://nix.dev/manual) for the long and winding reasons that wrap over lines.\n\n- first\n- second\n\n```nix bad\n{{ outputs = _: {{ }}; }}\n```\n\n## What to do\n\nUse `lib`.\n"
        ),
        family: family.into(),
        tags: vec![],
        default_on: code != "FA901",
        runs: true,
    };
    vec![
        rule("FA001", "syntax-error", Level::Error, "a file does not parse", "soundness"),
        rule("FA005", "undefined-name", Level::Error, "a name is not defined", "soundness"),
        rule("FA101", "oversized-flake", Level::Warning, "flake.nix is long", "size"),
        rule("FA301", "unreachable-binding", Level::Warning, "no output reaches a binding", "coupling"),
        rule("FA501", "duplicate-nixpkgs", Level::Note, "nixpkgs is locked more than once", "inputs"),
        rule("FA901", "split", Level::Note, "a flake should be taken apart", "plan"),
    ]
}
