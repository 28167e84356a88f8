//! What checks and conditions say of hand-built facts. The pages' examples test the same through the whole program.

use std::sync::Arc;

use crate::config::Config;
use crate::judge::{Rules, judge};
use crate::measure::*;
use crate::source::{FileId, Lines, SourceFile, Sources, Span};

/// Every word of the text is a place.
const TEXT: &str = "head inputs outputs script a nixpkgs b over1 over2 kindA kindB kindC with1 imp1 a or (imp2)\n";

fn at(word: &str) -> Span {
    let start = TEXT.find(word).expect("a word of the text") as u32;
    Span::new(FileId(0), start..start + word.len() as u32)
}

fn sources() -> Sources {
    Sources::new(vec![SourceFile::new("flake.nix".to_owned(), Arc::from(TEXT))])
}

fn flake() -> FlakeRow {
    FlakeRow {
        path: ".".to_owned(),
        file: FileId(0),
        role: Role::Root,
        parsed: true,
        generated: false,
        frameworks: Vec::new(),
        complete: true,
        lines: Lines::default(),
        own_lines: Lines::default(),
        own_files: 1,
        script_lines: 0,
        script_at: Some(at("script")),
        wiring_lines: 0,
        own_wiring_lines: 0,
        non_literal: Vec::new(),
        unsupported: Vec::new(),
        inputs: Vec::new(),
        kinds: Vec::new(),
        outputs: Vec::new(),
        dropped: Vec::new(),
        unknown: Vec::new(),
        concerns: Vec::new(),
        unreachable: UnreachableRow::default(),
        tiles: vec![],
        coupling: Vec::new(),
        cohesion: CohesionRow::default(),
        structure: crate::measure::StructureRow::default(),
        bindings: Vec::new(),
        lock: None,
        lock_error: None,
        tree: TreeRow::default(),
        below: TreeRow::default(),
        cost: CostRow::default(),
        head: at("head"),
        insecure: Vec::new(),
        inputs_at: Some(at("inputs")),
        outputs_at: Some(at("outputs")),
    }
}

fn input(name: &str, url: &str) -> InputRow {
    InputRow {
        name: name.to_owned(),
        url: Some(url.to_owned()),
        source: Some(url.to_lowercase()),
        follows: None,
        overrides: Vec::new(),
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
        used: Used::Unknown,
        nodes: 1,
        own_nodes: 1,
        at: at(name),
        url_at: None,
    }
}

fn binding(name: &str, lines: u32, kinds: &[&str]) -> BindingRow {
    BindingRow {
        name: name.to_owned(),
        kind: BindingKind::Let,
        first_line: 1,
        lines,
        span: at("over1"),
        at: at("over1"),
        plumbing: false,
        reachable: true,
        in_flake: true,
        read_by_kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        read_by_concerns: Vec::new(),
        largest_inner: 0,
        arguments: Vec::new(),
    }
}

fn concern(name: &str, lines: u32) -> ConcernRow {
    ConcernRow {
        name: name.to_owned(),
        outputs: 1,
        reached: lines,
        exclusive: lines,
        shared: 0,
        exclusive_in_flake: lines,
        defined_in_flake: lines,
        pieces: Vec::new(),
        arguments: Vec::new(),
        at: None,
    }
}

fn kind(name: &str, known: bool, place: &str) -> KindRow {
    KindRow {
        name: name.to_owned(),
        outputs: 1,
        known,
        per_system: false,
        deprecation_alias: false,
        at: Some(at(place)),
    }
}

fn file() -> FileRow {
    FileRow {
        file: FileId(0),
        path: "flake.nix".to_owned(),
        lines: Lines::default(),
        parsed: true,
        syntax_error: None,
        names: crate::measure::NamesRow::default(),
        unused: crate::measure::UnusedRow::default(),
        reached: Reached::Entry,
        is_flake: true,
        by_flake: true,
        imported: false,
        orphan: None,
        depth: None,
        tracked: None,
        generated: false,
        fixture: false,
        head: at("head"),
        withs: Vec::new(),
        impure: Vec::new(),
        directives: Vec::new(),
    }
}

fn lock(duplicates: Vec<DuplicateRow>) -> LockRow {
    LockRow {
        file: FileId(0),
        version: 7,
        nodes: 5,
        nixpkgs: 0,
        duplicates,
        not_locked: Vec::new(),
        not_declared: Vec::new(),
        machine_paths: Vec::new(),
        faults: Vec::new(),
        graph: Vec::new(),
        root: 0,
    }
}

fn duplicate(source: &str, nodes: &[(&str, &str, &str)]) -> DuplicateRow {
    let row = |(node, revision, path): &(&str, &str, &str)| DuplicateNodeRow {
        node: (*node).to_owned(),
        revision: (*revision).to_owned(),
        path: path.split('/').map(str::to_owned).collect(),
        at: at("b"),
        group: u32::from(revision.bytes().last().unwrap_or(0)),
    };
    DuplicateRow {
        source: source.to_owned(),
        nixpkgs: source.ends_with("nixpkgs"),
        nodes: nodes.iter().map(row).collect(),
        revisions: 2,
        brought_by: vec!["a".to_owned()],
        at: at("a "),
    }
}

/// What is found in a workspace of this flake: code, the code underlined, message.
fn found(flake: FlakeRow, file: FileRow) -> Vec<String> {
    let rules = Rules::built_in().expect("the built-in rules are good");
    let facts = Facts { files: vec![file], flakes: vec![flake], ..Facts::default() };
    let sources = sources();
    let judged = judge(&rules, &facts, &[], &sources, &Config::default());
    let show = |finding: &crate::finding::Finding| {
        let level = format!("{:?}", finding.level).to_lowercase();
        format!("{level} {} {}: {}", finding.code, sources.slice(finding.primary.span).trim(), finding.message)
    };
    judged.findings.iter().map(show).collect()
}

fn in_flake(change: impl FnOnce(&mut FlakeRow)) -> Vec<String> {
    let mut flake = flake();
    change(&mut flake);
    found(flake, file())
}

#[test]
fn sizes() {
    let lines = |code| Lines { total: code + 10, code, comment: 0, blank: 10 };
    assert_eq!(in_flake(|flake| flake.lines = lines(250)), [""; 0]);
    let note = "note FA101 head: `flake.nix` has 251 lines of code (limit 250)";
    assert_eq!(in_flake(|flake| flake.lines = lines(251)), [note]);
    let warning = "warning FA101 head: `flake.nix` has 2,900 lines of code (limit 500)";
    assert_eq!(in_flake(|flake| flake.lines = lines(2900)), [warning]);
    assert_eq!(in_flake(|flake| (flake.lines, flake.generated) = (lines(2900), true)), [""; 0]);
    let script = "warning FA104 script: `flake.nix` holds 151 lines of shell in strings, 72 % of it";
    assert_eq!(in_flake(|flake| (flake.lines, flake.script_lines) = (lines(198), 151)), [script]);
    assert_eq!(in_flake(|flake| (flake.lines, flake.script_lines) = (lines(40), 20)), [""; 0]);
    let inputs = "note FA105 inputs: 0 direct inputs and 101 lock nodes (limits 30 and 100)";
    assert_eq!(in_flake(|flake| flake.lock = Some(LockRow { nodes: 101, ..lock(vec![]) })), [inputs]);
}

#[test]
fn bindings() {
    let big = "warning FA103 over1: `big` spans 1,553 lines (limit 150)";
    assert_eq!(in_flake(|flake| flake.bindings = vec![binding("big", 1553, &[])]), [big]);
    let inner = |lines| BindingRow { largest_inner: lines, ..binding("big", 400, &[]) };
    assert_eq!(in_flake(|flake| flake.bindings = vec![inner(200), binding("outputs", 900, &[])]), [""; 0]);
    let hub = "note FA301 over1: `f` is read by outputs of 3 kinds: `apps`, `checks` and `packages`";
    let kinds = ["apps", "checks", "packages"];
    assert_eq!(in_flake(|flake| flake.bindings = vec![binding("f", 9, &kinds)]), [hub]);
    assert_eq!(in_flake(|flake| flake.bindings = vec![binding("f", 4, &kinds)]), [""; 0]);
    let plumbing = BindingRow { plumbing: true, ..binding("f", 9, &kinds) };
    assert_eq!(in_flake(|flake| flake.bindings = vec![plumbing]), [""; 0]);
}

#[test]
fn concerns() {
    let mixed = "warning FA201 outputs: `flake.nix` itself defines 3 concerns of 40 lines or more: \
        packages (1,200), checks (40), dev shells (40)";
    let three = || vec![concern("packages", 1200), concern("dev shells", 40), concern("checks", 40)];
    assert_eq!(in_flake(|flake| flake.concerns = three()), [mixed]);
    assert_eq!(in_flake(|flake| flake.concerns = three().split_off(1)), [""; 0]);
    let dominant = "note FA202 head: 151 of 300 lines of `flake.nix` are of one concern: dev shells";
    let most = |flake: &mut FlakeRow| {
        (flake.lines.total, flake.concerns) = (300, vec![concern("dev shells", 151), concern("checks", 30)]);
    };
    assert_eq!(in_flake(most), [dominant]);
}

#[test]
fn inputs() {
    let overrides = |exists| OverrideRow { path: "x".into(), follows: Some("y".into()), at: at("over2"), exists };
    let input_with = |row| InputRow { overrides: vec![row], ..input("b ", "github:o/b") };
    let dangling = "warning FA504 over2: locked `b ` has no input `x` to override";
    assert_eq!(in_flake(|flake| flake.inputs = vec![input_with(overrides(Some(false)))]), [dangling]);
    assert_eq!(in_flake(|flake| flake.inputs = vec![input_with(overrides(None))]), [""; 0]);
    let registry = "warning FA507 nixpkgs: the flake registry, not this file, says where input `nixpkgs` comes from";
    let row = || InputRow { registry: true, ..input("nixpkgs", "nixpkgs") };
    assert_eq!(in_flake(|flake| flake.inputs = vec![row()]), [registry]);
    assert_eq!(in_flake(|flake| (flake.inputs, flake.parsed) = (vec![row()], false)), [""; 0]);
    let path = "error FA508 nixpkgs: input `nixpkgs` is a path of one machine: `path:/home/u`";
    let row = InputRow { machine_path: true, ..input("nixpkgs", "path:/home/u") };
    let same = LockRow { machine_paths: vec![("nixpkgs".into(), "/home/u".into(), at("b"))], ..lock(vec![]) };
    assert_eq!(in_flake(|flake| (flake.inputs, flake.lock) = (vec![row], Some(same))), [path]);
    let stale = "note FA705 nixpkgs: input `nixpkgs` (github:divnix/digga) is deprecated and no longer maintained";
    assert_eq!(in_flake(|flake| flake.inputs = vec![input("nixpkgs", "github:divnix/digga")]), [stale]);
}

#[test]
fn locks() {
    let nodes = [("s", "da67096a3b9b", "s"), ("s_2", "da67096a3b9b", "a/s"), ("s_3", "0000000", "a/b/s")];
    let same = "note FA501 a: `github:o/s` is locked 2 times at one revision (da67096): `s` and `s_2`";
    assert_eq!(in_flake(|flake| flake.lock = Some(lock(vec![duplicate("github:o/s", &nodes)]))), [same]);
    let nodes = [("n", "1", "n"), ("n_2", "2", "a/n"), ("n_3", "3", "a/b/n"), ("n_4", "4", "b/n")];
    let many = "note FA502 a: nixpkgs is locked 4 times in 2 revisions (limit 3), brought by `a`";
    assert_eq!(in_flake(|flake| flake.lock = Some(lock(vec![duplicate("github:nixos/nixpkgs", &nodes)]))), [many]);
    let drift = || LockRow {
        not_locked: vec![("a".into(), at("a "))],
        not_declared: vec![("b".into(), at("b "))],
        ..lock(vec![])
    };
    let (missing, gone) =
        ("error FA505 a: input `a` is declared but not locked", "error FA505 b: input `b` is locked but not declared");
    assert_eq!(in_flake(|flake| flake.lock = Some(drift())), [missing, gone]);
    let computed = || NonLiteralRow { what: "inputs".into(), found: "a function call".into(), at: at("inputs") };
    let literal = "error FA003 inputs: `inputs` must be literal, but is a function call";
    let both = |flake: &mut FlakeRow| (flake.lock, flake.non_literal) = (Some(drift()), vec![computed()]);
    assert_eq!(in_flake(both), [literal]);
    let broken = "error FA011 inputs: `flake.lock` cannot be used: it is empty";
    assert_eq!(in_flake(|flake| flake.lock_error = Some(("it is empty".into(), None))), [broken]);
}

#[test]
fn outputs() {
    let deprecated =
        "warning FA601 kindA: output `devShell` is deprecated: its name is now `devShells.<system>.default`";
    assert_eq!(in_flake(|flake| flake.kinds = vec![kind("devShell", true, "kindA")]), [deprecated]);
    let alias = KindRow { deprecation_alias: true, ..kind("overlay", true, "kindA") };
    assert_eq!(in_flake(|flake| flake.kinds = vec![alias, kind("packages", true, "kindB")]), [""; 0]);
    let kinds = ["devShels", "homeManagerModules", "images"];
    let rows = kinds
        .iter()
        .zip(["kindA", "kindB", "kindC"])
        .map(|(name, place)| kind(name, false, place))
        .collect();
    assert_eq!(
        in_flake(|flake| flake.kinds = rows),
        [
            "note FA602 kindA: output `devShels` is not one that Nix knows; did you mean `devShells`?",
            "note FA602 kindB: output `homeManagerModules` is called `homeModules` by Nix",
            "note FA602 kindC: output `images` is not one that Nix knows",
        ]
    );
}

#[test]
fn impure_reads_and_with() {
    let read = |word| ImpureRow { at: at(word), what: "<nixpkgs>".into(), chosen: false };
    let impure = || FileRow { impure: vec![read("imp1"), read("imp2")], ..file() };
    let said = "warning FA606 imp1: `<nixpkgs>` is not available to a flake in pure evaluation";
    assert_eq!(found(flake(), impure()), [said]);
    assert_eq!(found(flake(), FileRow { by_flake: false, ..impure() }), [""; 0]);
    let with = |body_lines, nested, outputs_root| WithRow {
        at: at("with1"),
        namespace: "lib".into(),
        body_lines,
        nested,
        outputs_root,
        lists_names: false,
    };
    for (row, said) in [
        (with(21, false, false), "covers 21 lines (limit 20)"),
        (with(6, true, false), "inside another `with` covers 6 lines (limit 5)"),
        (with(3, false, true), "covers every output of the flake"),
    ] {
        let said = format!("note FA305 with1: `with lib;` {said}");
        assert_eq!(found(flake(), FileRow { withs: vec![row], ..file() }), [said]);
    }
    assert_eq!(found(flake(), FileRow { withs: vec![with(5, true, false)], ..file() }), [""; 0]);
}

#[test]
fn a_fixture_gives_no_semantic_findings() {
    let nothing = in_flake(|flake| {
        flake.role = Role::Fixture;
        flake.kinds = vec![kind("devShell", true, "kindA")];
        flake.inputs = vec![InputRow { registry: true, ..input("nixpkgs", "nixpkgs") }];
        flake.bindings = vec![binding("big", 1553, &[])];
        flake.lines.code = 3000;
    });
    assert_eq!(nothing, [""; 0]);
}

#[test]
fn names_that_others_chose_cannot_steer_the_terminal() {
    let hostile = in_flake(|flake| {
        let name = format!("a\u{1b}[31m\n\u{202e}{}", "x".repeat(5000));
        flake.inputs = vec![InputRow { registry: true, name, ..input("nixpkgs", "nixpkgs") }];
    });
    assert_eq!(hostile.len(), 1);
    assert!(hostile[0].chars().all(|c| !c.is_control() && c != '\u{202e}'), "{hostile:?}");
    assert!(hostile[0].chars().count() < 1100);
}
