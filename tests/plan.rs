//! Verdicts and steps from hand-built facts.

use flake_audit::config::Config;
use flake_audit::measure::{
    Builder, Certainty, CohesionRow, ConcernRow, DuplicateNodeRow, DuplicateRow, Evidence, Facts, FileRow, FlakeRow,
    GroupRow, LockRow, OutputRow, PieceRow, Reached, Role, StructureRow, Unit, UnitRow, UnreachableRow,
};
use flake_audit::plan::{Form, Plan, Risk, StepKind, Verdict, plan};
use flake_audit::source::{FileId, Lines, Span};

const FLAKE: FileId = FileId(0);

fn span(first: u32, last: u32) -> Span {
    Span::new(FLAKE, first * 100..last * 100 + 99)
}

fn lines(code: u32) -> Lines {
    Lines { total: code, code, comment: 0, blank: 0 }
}

fn piece(name: &str, first_line: u32, last_line: u32) -> PieceRow {
    PieceRow { name: name.into(), span: span(first_line, last_line), first_line, last_line }
}

fn concern(name: &str, pieces: Vec<PieceRow>, arguments: &[&str]) -> ConcernRow {
    let own = pieces.iter().map(|p| p.last_line - p.first_line + 1).sum();
    ConcernRow {
        name: name.into(),
        outputs: 1,
        reached: own,
        exclusive: own,
        shared: 0,
        exclusive_in_flake: own,
        defined_in_flake: own,
        at: pieces.first().map(|p| p.span),
        pieces,
        arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
    }
}

fn output() -> OutputRow {
    OutputRow {
        kind: "packages".into(),
        name: "default".into(),
        systems: Vec::new(),
        concern: "packages".into(),
        at: None,
        value: None,
        certainty: Certainty::Partial,
        inputs: None,
        modules: vec![],
        bare: false,
    }
}

fn file(id: u32, path: &str, code: u32) -> FileRow {
    FileRow {
        file: FileId(id),
        path: path.into(),
        lines: lines(code),
        parsed: true,
        syntax_error: None,
        names: flake_audit::measure::NamesRow::default(),
        unused: flake_audit::measure::UnusedRow::default(),
        reached: Reached::Entry,
        is_flake: id == 0,
        by_flake: id == 0,
        imported: false,
        orphan: None,
        depth: None,
        tracked: None,
        generated: false,
        fixture: false,
        head: span(0, 0),
        withs: Vec::new(),
        impure: Vec::new(),
        directives: Vec::new(),
    }
}

/// A unit that is a `let` binding, in a group of its own.
fn unit(name: &str, first_line: u32, last_line: u32, concerns: &[&str], arguments: &[&str]) -> UnitRow {
    UnitRow {
        name: name.into(),
        kind: Unit::Binding,
        makes: Builder::Package,
        span: span(first_line, last_line),
        first_line,
        last_line,
        lines: last_line - first_line + 1,
        scope: 1,
        concerns: concerns.iter().map(|c| (*c).to_owned()).collect(),
        output: None,
        within_with: false,
        table: false,
        outer: None,
        reads: Vec::new(),
        call_sites: 0,
        arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
    }
}

fn structure(units: &[(&'static str, &str, UnitRow)]) -> StructureRow {
    let group = |(index, (folder, family, unit)): (usize, &(&'static str, &str, UnitRow))| GroupRow {
        family: (*family).to_owned(),
        folder,
        name: unit.name.clone(),
        by: Evidence::Builder,
        units: vec![index as u32],
        lines: unit.lines,
    };
    StructureRow {
        groups: units.iter().enumerate().map(group).collect(),
        units: units.iter().map(|(_, _, unit)| unit.clone()).collect(),
        ..StructureRow::default()
    }
}

/// Packages of 100 lines, two bindings for dev shells of 41 and 110.
fn two_families() -> StructureRow {
    structure(&[
        ("packages", "packages", unit("a", 10, 109, &["packages"], &["pkgs"])),
        ("shells", "dev shells", unit("b", 110, 150, &["dev shells"], &["pkgs"])),
        ("shells", "dev shells", unit("c", 151, 260, &["dev shells"], &["pkgs", "b", "help"])),
    ])
}

fn flake(code: u32, concerns: Vec<ConcernRow>) -> FlakeRow {
    let structure = if concerns.len() > 1 { two_families() } else { StructureRow::default() };
    FlakeRow {
        path: ".".into(),
        file: FLAKE,
        role: Role::Root,
        parsed: true,
        generated: false,
        frameworks: Vec::new(),
        complete: true,
        lines: lines(code),
        own_lines: lines(code),
        own_files: 1,
        script_lines: 0,
        script_at: None,
        wiring_lines: 0,
        own_wiring_lines: 0,
        non_literal: Vec::new(),
        unsupported: Vec::new(),
        inputs: Vec::new(),
        kinds: Vec::new(),
        outputs: Vec::new(),
        dropped: Vec::new(),
        unknown: Vec::new(),
        concerns,
        unreachable: UnreachableRow::default(),
        tiles: vec![],
        coupling: Vec::new(),
        cohesion: CohesionRow::default(),
        structure,
        bindings: Vec::new(),
        lock: None,
        lock_error: None,
        tree: flake_audit::measure::TreeRow::default(),
        below: flake_audit::measure::TreeRow::default(),
        cost: flake_audit::measure::CostRow::default(),
        insecure: Vec::new(),
        head: span(0, 0),
        inputs_at: None,
        outputs_at: None,
    }
}

fn planned(flake: FlakeRow, other: &[&str]) -> Plan {
    let mut files = vec![file(0, "flake.nix", flake.lines.total)];
    files.extend(other.iter().zip(1..).map(|(path, id)| file(id, path, 10)));
    let facts = Facts { files, flakes: vec![flake], ..Facts::default() };
    plan(&facts, &[], &Config::default()).remove(0)
}

fn two_concerns() -> Vec<ConcernRow> {
    vec![
        concern("packages", vec![piece("a", 10, 109)], &["pkgs"]),
        concern("dev shells", vec![piece("b", 110, 150), piece("c", 151, 260)], &["pkgs", "help"]),
    ]
}

#[test]
fn a_small_flake_is_kept() {
    let plan = planned(flake(120, vec![concern("packages", vec![piece("a", 1, 60)], &[])]), &[]);
    assert_eq!((plan.verdict, plan.steps.len()), (Verdict::Keep, 0));
    assert_eq!(plan.reasons, ["flake.nix has 120 lines of code, and its largest concern (packages) has 60 to itself"]);
    assert_eq!(plan.before, plan.after);
}

#[test]
fn what_does_not_parse_or_is_generated_is_kept() {
    let mut broken = flake(3_000, two_concerns());
    broken.parsed = false;
    assert!(planned(broken, &[]).reasons[0].contains("does not parse"));
    let mut generated = flake(3_000, two_concerns());
    generated.generated = true;
    assert_eq!(planned(generated, &[]).verdict, Verdict::Keep);
}

#[test]
fn one_table_is_kept() {
    let mut table = unit("lib", 5, 890, &["library"], &[]);
    table.table = true;
    let mut flake = flake(900, vec![concern("library", vec![piece("lib", 5, 890)], &[])]);
    flake.structure = structure(&[("lib", "library", table)]);
    let plan = planned(flake, &[]);
    assert_eq!(plan.verdict, Verdict::Keep);
    assert!(plan.reasons[0].contains("one table"), "{:?}", plan.reasons);
}

#[test]
fn families_become_files_most_lines_first() {
    let plan = planned(flake(300, two_concerns()), &[]);
    assert_eq!(plan.verdict, Verdict::Files);
    let titles: Vec<_> = plan.steps.iter().map(|s| s.title.as_str()).collect();
    assert_eq!(titles, ["move dev shells to nix/shells.nix", "move `a` to nix/packages/a.nix"]);
    assert_eq!((plan.steps[0].lines, plan.steps[0].risk), (151, Risk::Low));
    assert_eq!(plan.steps[0].arguments, ["help", "pkgs"]);
    assert_eq!((plan.before.flake_lines, plan.after.flake_lines, plan.after.files), (300, 300 - 251 + 3, 3));
    assert_eq!(plan.after.largest_file_lines, 154);
    let forms: Vec<Form> = plan.steps.iter().flat_map(|step| &step.files).map(|file| file.form).collect();
    assert_eq!(forms, [Form::Set, Form::Value]);
    assert!(plan.steps[0].moves.iter().all(|m| m.to.as_deref() == Some("nix/shells.nix") && m.span.is_some()));
}

#[test]
fn a_long_family_becomes_a_folder_that_a_default_ties() {
    let mut long = flake(1_000, two_concerns());
    let each = |name, first, last| ("commands", "command wrappers", unit(name, first, last, &["dev shells"], &[]));
    long.structure = structure(&[each("ai", 1, 300), each("core", 301, 310), each("ros2", 311, 500)]);
    let plan = planned(long, &[]);
    let files: Vec<(&str, Form)> = plan.steps[0].files.iter().map(|file| (file.path.as_str(), file.form)).collect();
    let (value, tie) = (Form::Value, Form::Tie);
    let expected = [
        ("nix/commands/ai.nix", value),
        ("nix/commands/core.nix", value),
        ("nix/commands/ros2.nix", value),
        ("nix/commands/default.nix", tie),
    ];
    assert_eq!(files, expected);
}

#[test]
fn what_is_read_moves_before_its_readers_and_inner_units_before_outer_ones() {
    let mut nested = flake(1_200, two_concerns());
    let mut reader = unit("reader", 1, 500, &["packages"], &["help"]);
    reader.reads = vec![2];
    let mut inner = unit("inner", 100, 299, &["packages"], &[]);
    inner.outer = Some(0);
    let helper = unit("help", 600, 640, &["packages", "checks"], &[]);
    nested.structure =
        structure(&[("packages", "packages", reader), ("packages", "packages", inner), ("lib", "helpers", helper)]);
    let plan = planned(nested, &[]);
    let names: Vec<&str> = plan.steps.iter().map(|step| step.moves[0].name.as_str()).collect();
    assert_eq!(names, ["inner", "help", "reader"]);
    assert_eq!(plan.steps[1].kind, StepKind::Lib);
    assert_eq!(plan.steps[2].after, [2]);
}

#[test]
fn unreachable_code_goes_first_and_only_surely_without_risk() {
    let mut dead = flake(600, two_concerns());
    dead.unreachable = UnreachableRow { lines: 90, lines_in_flake: 90, bindings: vec![piece("old", 300, 389)] };
    let plan = planned(dead.clone(), &[]);
    assert_eq!((plan.steps[0].kind, plan.steps[0].risk, plan.steps[0].lines), (StepKind::Delete, Risk::None, 90));
    assert_eq!(plan.steps[0].moves[0].end_line, 389);
    dead.complete = false;
    assert!(planned(dead.clone(), &[]).steps.is_empty(), "nothing is proposed where nothing could be followed");
    dead.outputs = vec![output()];
    assert_eq!(planned(dead.clone(), &[]).steps[0].risk, Risk::Medium);
    dead.lines = lines(200);
    dead.concerns.clear();
    let kept = planned(dead, &[]);
    assert_eq!((kept.verdict, kept.steps.len(), kept.after.flake_lines), (Verdict::Keep, 1, 110));
}

#[test]
fn existing_files_and_folders_are_respected() {
    let steps = |other: &[&str]| {
        let plan = planned(flake(300, two_concerns()), other);
        plan.steps.iter().map(|step| step.creates.concat()).collect::<Vec<_>>()
    };
    assert_eq!(steps(&["nix/packages/a.nix"]), ["nix/shells.nix", "nix/packages/a-2.nix"]);
    assert_eq!(steps(&["pkgs/x/default.nix"]), ["nix/shells.nix", "pkgs/a.nix"]);
    let mut sub = flake(300, two_concerns());
    sub.path = "sub".into();
    assert_eq!(planned(sub, &[]).steps[0].creates, ["sub/nix/shells.nix"]);
}

#[test]
fn a_with_around_what_moves_is_a_risk() {
    let mut flake = flake(300, two_concerns());
    flake.structure.units[0].within_with = true;
    let risks: Vec<Risk> = planned(flake, &[]).steps.iter().map(|step| step.risk).collect();
    assert_eq!(risks, [Risk::Low, Risk::Medium]);
}

#[test]
fn the_same_revision_twice_is_a_follow_step() {
    let node = |node: &str| DuplicateNodeRow {
        node: node.into(),
        revision: "r".into(),
        path: Vec::new(),
        at: span(0, 0),
        group: 0,
    };
    let mut locked = flake(100, Vec::new());
    locked.lock = Some(LockRow {
        file: FileId(9),
        version: 7,
        nodes: 5,
        nixpkgs: 0,
        duplicates: vec![DuplicateRow {
            source: "github:x/y".into(),
            nixpkgs: false,
            nodes: vec![node("y"), node("y_2"), node("y_3")],
            revisions: 1,
            brought_by: vec!["a".into()],
            at: span(0, 0),
        }],
        not_locked: Vec::new(),
        not_declared: Vec::new(),
        machine_paths: Vec::new(),
        faults: Vec::new(),
        graph: Vec::new(),
        root: 0,
    });
    let plan = planned(locked, &[]);
    assert_eq!((plan.steps[0].kind, plan.before.lock_nodes, plan.after.lock_nodes), (StepKind::Follow, 5, 3));
}
