//! Verdicts and steps from hand-built facts.

use flake_audit::config::Config;
use flake_audit::measure::{
    BindingKind, BindingRow, Certainty, CohesionRow, ConcernRow, DuplicateNodeRow, DuplicateRow, Facts, FileRow,
    FlakeRow, LockRow, OutputRow, PieceRow, Reached, Role, UnreachableRow, WithRow,
};
use flake_audit::plan::{Plan, Risk, StepKind, Verdict, plan};
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
        modules: vec![],
    }
}

fn binding(name: &str, first: u32, last: u32, concerns: &[&str]) -> BindingRow {
    BindingRow {
        name: name.into(),
        kind: BindingKind::Let,
        first_line: first,
        lines: last - first + 1,
        span: span(first, last),
        at: span(first, first),
        plumbing: false,
        reachable: true,
        in_flake: true,
        read_by_kinds: Vec::new(),
        read_by_concerns: concerns.iter().map(|c| (*c).to_owned()).collect(),
        largest_inner: 0,
        arguments: Vec::new(),
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

fn flake(code: u32, concerns: Vec<ConcernRow>) -> FlakeRow {
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
        unknown: Vec::new(),
        concerns,
        unreachable: UnreachableRow::default(),
        coupling: Vec::new(),
        cohesion: CohesionRow::default(),
        structure: flake_audit::measure::StructureRow::default(),
        bindings: Vec::new(),
        lock: None,
        lock_error: None,
        head: span(0, 0),
        inputs_at: None,
        outputs_at: None,
    }
}

fn planned(flake: FlakeRow, other: &[&str]) -> Plan {
    planned_in(flake, |_| {}, other)
}

fn planned_in(flake: FlakeRow, change: impl Fn(&mut FileRow), other: &[&str]) -> Plan {
    let mut first = file(0, "flake.nix", flake.lines.total);
    change(&mut first);
    let mut files = vec![first];
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
    let plan = planned(flake(900, vec![concern("library", vec![piece("lib", 5, 890)], &[])]), &[]);
    assert_eq!(plan.verdict, Verdict::Keep);
    assert!(plan.reasons[0].contains("one table"));
}

#[test]
fn concerns_become_files_most_lines_first() {
    let plan = planned(flake(300, two_concerns()), &[]);
    assert_eq!(plan.verdict, Verdict::Files);
    let titles: Vec<_> = plan.steps.iter().map(|s| s.title.as_str()).collect();
    assert_eq!(titles, ["move dev shells to nix/dev-shells.nix", "move packages to nix/packages.nix"]);
    assert_eq!((plan.steps[0].lines, plan.steps[0].risk), (151, Risk::Low));
    assert_eq!(plan.steps[0].arguments, ["pkgs", "help"]);
    assert_eq!((plan.before.flake_lines, plan.after.flake_lines, plan.after.files), (300, 300 - 251 + 3, 3));
    assert_eq!(plan.after.largest_file_lines, 154);
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
fn shared_helpers_come_before_the_concerns_that_need_them() {
    let mut shared = flake(400, two_concerns());
    shared.bindings = vec![binding("help", 261, 300, &["a", "b", "c"]), binding("part", 270, 290, &["a", "b", "c"])];
    let plan = planned(shared, &[]);
    assert_eq!(plan.steps[0].creates, ["nix/lib.nix"]);
    assert_eq!(plan.steps[0].moves.len(), 1, "the inner binding moves with the outer");
    assert_eq!((plan.steps[1].after.as_slice(), plan.steps[2].after.as_slice()), (&[1][..], &[][..]));
}

#[test]
fn existing_files_and_folders_are_respected() {
    let plan = planned(flake(300, two_concerns()), &["nix/packages/default.nix"]);
    assert_eq!(plan.steps[1].creates, ["nix/packages-2.nix"]);
    let mut parts = flake(300, two_concerns());
    parts.frameworks = vec!["flake-parts".into()];
    assert_eq!(planned(parts.clone(), &[]).steps[0].creates, ["nix/flake-modules/dev-shells.nix"]);
    assert_eq!(planned(parts.clone(), &["flake-modules/x.nix"]).steps[0].creates, ["flake-modules/dev-shells.nix"]);
    parts.path = "sub".into();
    assert_eq!(planned(parts, &[]).steps[0].creates, ["sub/nix/flake-modules/dev-shells.nix"]);
}

#[test]
fn a_with_around_what_moves_is_a_risk() {
    let with = WithRow {
        at: span(5, 5),
        namespace: "lib".into(),
        body_lines: 200,
        nested: false,
        outputs_root: true,
        lists_names: false,
    };
    let plan = planned_in(flake(300, two_concerns()), |file| file.withs = vec![with.clone()], &[]);
    assert!(plan.steps.iter().all(|step| step.risk == Risk::Medium));
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
    });
    let plan = planned(locked, &[]);
    assert_eq!((plan.steps[0].kind, plan.before.lock_nodes, plan.after.lock_nodes), (StepKind::Follow, 5, 3));
}
