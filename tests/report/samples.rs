//! The audits: a big flake, a small healthy one, one that does not parse, a hostile one, a tree of many,
//! and a tree without any.

use flake_audit::audit::Audit;
use flake_audit::finding::{Edit, Fix, Label, Level};
use flake_audit::measure::*;
use flake_audit::plan::{Move, Plan, Risk, Size, Step, StepKind, Unit, Verdict};
use flake_audit::source::Span;

use crate::build::*;

/// All of them.
pub(crate) fn every() -> Vec<Audit> {
    vec![big(), healthy(), unparsed(), hostile(), many(), no_flake()]
}

/// The numbers of a real flake of 3,370 lines.
pub(crate) fn big() -> Audit {
    let sources =
        sources(&[("flake.nix", big_text()), ("nix/packages/default.nix", "{ pkgs, lib }: { }\n".repeat(40))]);
    let mut flake = flake(&sources, ".");
    let at = |code: &str| span(&sources, "flake.nix", code);
    flake.frameworks = vec!["flake-parts".into()];
    flake.own_files = 2;
    flake.script_lines = 1204;
    flake.own_lines.total += 40;
    flake.wiring_lines = 74;
    flake.own_wiring_lines = 104;
    outputs(&mut flake, "devShells", "dev shells", &["cuda", "default", "full", "identity"], Some(at("devShells")));
    outputs(&mut flake, "lib", "library", &[""], Some(at("lib =")));
    outputs(&mut flake, "nixosModules", "NixOS modules", &["default", "ros2", "wsl"], Some(at("nixosModules")));
    flake.concerns =
        vec![concern("dev shells", 4, 268, 62), concern("NixOS modules", 3, 88, 62), concern("library", 1, 19, 0)];
    flake.coupling = vec![CouplingRow {
        a: "dev shells".into(),
        b: "NixOS modules".into(),
        bindings: 3,
        lines: 62,
        jaccard: 0.148,
        names: vec!["commonPackages".into(), "colconDefaults".into(), "rosEnv".into()],
    }];
    flake.cohesion = CohesionRow { lcom4: 2, modularity: Some(0.41) };
    let piece = |name: &str, first: u32, last: u32| PieceRow {
        name: name.into(),
        span: at("aiCommandWrappers"),
        first_line: first,
        last_line: last,
    };
    flake.unreachable = UnreachableRow {
        lines: 2859,
        lines_in_flake: 2859,
        bindings: vec![piece("aiCommandWrappers", 391, 892), piece("workflowCommandWrappers", 1499, 3047)],
    };
    flake.inputs = vec![
        input("flake-parts", "github:hercules-ci/flake-parts", at("flake-parts.url"), 2, 1),
        input("home-manager", "github:nix-community/home-manager", at("home-manager.url"), 1, 1),
        input("nix-ros-overlay", "github:lopsided98/nix-ros-overlay/master", at("nix-ros-overlay.url"), 6, 5),
        input("nixos-wsl", "github:nix-community/NixOS-WSL", at("nixos-wsl.url"), 4, 3),
        input("nixpkgs", "github:NixOS/nixpkgs/nixos-unstable", at("nixpkgs.url"), 1, 1),
        input("systems", "github:nix-systems/default", at("systems.url"), 1, 0),
    ];
    flake.inputs[5].used = Used::No;
    flake.lock = Some(lock(at("nixos-wsl.url")));
    let mut audit = audit("ros2-humble-env", sources, vec![flake]);
    audit.plans = vec![big_plan()];
    audit.findings = big_findings(&audit);
    audit.suppressed = 2;
    audit
}

fn big_text() -> String {
    let mut text = String::from(
        "{\n  description = \"ROS2 Humble development environment\";\n\n  inputs = {\n    nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";\n    flake-parts.url = \"github:hercules-ci/flake-parts\";\n    systems.url = \"github:nix-systems/default\";\n    nix-ros-overlay.url = \"github:lopsided98/nix-ros-overlay/master\";\n    home-manager.url = \"github:nix-community/home-manager\";\n    nixos-wsl.url = \"github:nix-community/NixOS-WSL\";\n  };\n\n",
    );
    let fill = |text: &mut String, until: usize, line: &dyn Fn(usize) -> String| {
        for n in text.lines().count() + 1..=until {
            text.push_str(&line(n));
        }
    };
    fill(&mut text, 162, &|_| "  # wiring\n".to_owned());
    text.push_str("          modularPackages = import ./nix/packages { inherit pkgs lib; };\n");
    text.push_str("          devShells = { };\n          lib = { };\n          nixosModules = { };\n");
    fill(&mut text, 390, &|n| format!("          package{n} = pkgs.hello;\n"));
    text.push_str("          aiCommandWrappers = [\n");
    fill(&mut text, 1498, &|n| format!("            (pkgs.writeShellScriptBin \"tool-{n}\" ''exec true'')\n"));
    text.push_str("          workflowCommandWrappers = [\n");
    fill(&mut text, 3369, &|n| format!("            (pkgs.writeShellScriptBin \"flow-{n}\" ''exec true'')\n"));
    text.push_str("}\n");
    text
}

fn lock(at: Span) -> LockRow {
    let node = |node: &str, revision: &str, path: &[&str]| DuplicateNodeRow {
        node: node.into(),
        revision: revision.into(),
        path: path.iter().map(|step| (*step).to_owned()).collect(),
        at,
        group: 0,
    };
    LockRow {
        file: at.file,
        version: 7,
        nodes: 14,
        nixpkgs: 0,
        duplicates: vec![
            DuplicateRow {
                source: "github:nixos/nixpkgs".into(),
                nixpkgs: true,
                nodes: vec![
                    node("nixpkgs", "e9f00bd893984bc8ce46c895c3bf7cac95331127", &["nixpkgs"]),
                    node("nixpkgs_2", "8eb28adfa3dc4de28e792e3bf49fcf9007ca8ac9", &["nixos-wsl", "nixpkgs"]),
                    node("nixpkgs_3", "a595dde4d0d31606e19dcec73db02279db59d201", &["nix-ros-overlay", "nixpkgs"]),
                ],
                revisions: 3,
                brought_by: vec!["nix-ros-overlay".into(), "nixos-wsl".into()],
                at,
            },
            DuplicateRow {
                source: "github:numtide/flake-utils".into(),
                nixpkgs: false,
                nodes: vec![
                    node(
                        "flake-utils",
                        "11707dc2f618dd54ca8739b309ec4fc024de578b",
                        &["nix-ros-overlay", "flake-utils"],
                    ),
                    node("flake-utils_2", "11707dc2f618dd54ca8739b309ec4fc024de578b", &["nixos-wsl", "flake-utils"]),
                ],
                revisions: 1,
                brought_by: vec!["nixos-wsl".into()],
                at,
            },
        ],
        not_locked: vec![],
        not_declared: vec![],
        machine_paths: vec![],
        faults: Vec::new(),
        graph: Vec::new(),
        root: 0,
    }
}

fn step(id: u32, kind: StepKind, title: &str, lines: u32, risk: Risk) -> Step {
    Step { id, lines, ..Step::new(kind, title.into(), risk, "") }
}

fn moved(name: &str, path: &str, line: u32, end_line: u32) -> Move {
    Move {
        name: name.into(),
        path: path.into(),
        line,
        end_line,
        unit: Unit::Binding,
        span: None,
        to: None,
        replacement: None,
    }
}

fn big_plan() -> Plan {
    let moved = |name: &str, line, end_line| moved(name, "flake.nix", line, end_line);
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let mut steps = vec![
        step(1, StepKind::Delete, "delete 14 bindings nothing reaches", 2859, Risk::None),
        step(2, StepKind::Extract, "move devShells to nix/shells/", 268, Risk::Low),
        step(3, StepKind::Extract, "move nixosModules to nix/modules/", 88, Risk::Low),
        step(4, StepKind::Extract, "move lib to nix/lib.nix", 19, Risk::Medium),
        step(5, StepKind::Follow, "let nixos-wsl follow flake-utils of nix-ros-overlay", 0, Risk::None),
    ];
    steps[0].moves = vec![
        moved("aiCommandWrappers", 391, 892),
        moved("workflowCommandWrappers", 1499, 3047),
        moved("infraCommandWrappers", 893, 1498),
    ];
    steps[0].risk_reason = "no output reaches any of them".into();
    steps[1].creates = vec!["nix/shells/default.nix".into()];
    steps[1].arguments = words("pkgs lib system colconDefaults packages commands");
    steps[1].moves = vec![moved("devShells.default", 3060, 3200), moved("devShells.cuda", 3201, 3290)];
    steps[1].after = vec![1];
    steps[2].creates = vec!["nix/modules/default.nix".into()];
    steps[2].arguments = words("self inputs");
    steps[3].creates = vec!["nix/lib.nix".into()];
    steps[3].risk_reason = "the code is inside `rec { }`".into();
    Plan {
        flake: ".".into(),
        verdict: Verdict::Files,
        reasons: vec![
            "85 % of the lines are reached by no output".into(),
            "flake.nix is longer than 99 % of 256 flakes that were measured (their 95th percentile is 466 lines)"
                .into(),
            "no concern has inputs of its own, so a flake of its own would lock the same inputs once more".into(),
        ],
        steps,
        before: Size { flake_lines: 3370, largest_file_lines: 3370, files: 2, lock_nodes: 14, ..Size::default() },
        after: Size { flake_lines: 165, largest_file_lines: 268, files: 5, lock_nodes: 13, ..Size::default() },
        carried_out: true,
    }
}

fn big_findings(audit: &Audit) -> Vec<flake_audit::finding::Finding> {
    let at = |code: &str| span(&audit.sources, "flake.nix", code);
    let mut oversized = finding(
        "FA101",
        "oversized-flake",
        Level::Warning,
        "flake.nix has 3,370 lines, more than 466",
        at("description"),
        "",
    );
    oversized.notes =
        vec!["2,859 of them are reached by no output: delete those first (step 1 of the plan), and look again".into()];
    let lib = span(&audit.sources, "flake.nix", "pkgs lib;");
    let lib = Span::new(lib.file, lib.start + 5..lib.start + 8);
    let mut undefined = finding(
        "FA005",
        "undefined-name",
        Level::Error,
        "`lib` is not defined here",
        lib,
        "perSystem's arguments are { pkgs, system, ... }",
    );
    undefined.notes = vec!["add `lib` to them, or pass `pkgs.lib`".into()];
    undefined.related = vec![Label { span: at("modularPackages"), text: "needed for this".into() }];
    let mut duplicate = finding(
        "FA501",
        "duplicate-nixpkgs",
        Level::Note,
        "nixpkgs is locked 3 times at 3 revisions, two of them brought by `nix-ros-overlay` and `nixos-wsl`, which may well be what their authors tested with",
        at("nixos-wsl.url"),
        "brings one of them",
    );
    duplicate.fix = Some(Fix {
        title: "add `inputs.nixpkgs.follows`".into(),
        safe: false,
        edits: vec![Edit {
            span: Span::new(lib.file, lib.start..lib.start),
            text: "nixos-wsl.inputs.nixpkgs.follows = \"nixpkgs\";\n".into(),
        }],
    });
    let mut all = vec![oversized, undefined, duplicate];
    for n in 167..176 {
        let at = at(&format!("package{n} "));
        let mut one = finding(
            "FA301",
            "unreachable-binding",
            Level::Warning,
            &format!("no output reaches `package{n}`"),
            at,
            "unused",
        );
        one.notes = vec!["delete it, or say who needs it".into()];
        all.push(one);
    }
    all
}

/// A small flake with nothing wrong.
pub(crate) fn healthy() -> Audit {
    let text = "{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs\";\n  outputs = { self, nixpkgs }: {\n    packages.x86_64-linux.default = nixpkgs.legacyPackages.x86_64-linux.hello;\n  };\n}\n";
    let sources = sources(&[("flake.nix", text.into())]);
    let mut flake = flake(&sources, ".");
    flake.wiring_lines = 2;
    flake.own_wiring_lines = 2;
    outputs(&mut flake, "packages", "packages", &["default"], Some(span(&sources, "flake.nix", "packages")));
    flake.concerns = vec![concern("packages", 1, 1, 0)];
    flake.inputs = vec![input("nixpkgs", "github:NixOS/nixpkgs", span(&sources, "flake.nix", "nixpkgs"), 1, 1)];
    let mut audit = audit("hello", sources, vec![flake]);
    let size = Size { flake_lines: 6, largest_file_lines: 6, files: 1, lock_nodes: 0, ..Size::default() };
    let reasons = vec!["6 lines, one concern".into()];
    audit.plans = vec![Plan {
        flake: ".".into(),
        verdict: Verdict::Keep,
        reasons,
        steps: vec![],
        before: size.clone(),
        after: size,
        carried_out: true,
    }];
    audit
}

/// A flake that does not parse.
pub(crate) fn unparsed() -> Audit {
    let text = "{\n  outputs = { self }: {\n    x = 1\n    y = 2;\n  };\n}\n";
    let sources = sources(&[("flake.nix", text.into()), ("other.nix", "{ }\n".into())]);
    let at = span(&sources, "flake.nix", "y");
    let mut flake = flake(&sources, ".");
    flake.parsed = false;
    flake.complete = false;
    let mut audit = audit("broken", sources, vec![flake]);
    audit.facts.files[0].parsed = false;
    audit.facts.files[0].syntax_error = Some(SyntaxErrorRow {
        message: "expected `;`".into(),
        at,
        within: Some("outputs.x".into()),
        opener: None,
        edits: vec![],
    });
    let mut error = finding(
        "FA001",
        "syntax-error",
        Level::Error,
        "flake.nix does not parse: expected `;`",
        at,
        "expected `;` before this",
    );
    error.notes = vec!["rules that need the meaning of this file were not run".into()];
    audit.findings = vec![error];
    audit.plans = vec![Plan {
        flake: ".".into(),
        verdict: Verdict::Keep,
        reasons: vec!["bogus".into()],
        steps: vec![],
        before: Size { flake_lines: 6, largest_file_lines: 6, files: 1, lock_nodes: 0, ..Size::default() },
        after: Size { flake_lines: 6, largest_file_lines: 6, files: 1, lock_nodes: 0, ..Size::default() },
        carried_out: true,
    }];
    audit
}

/// What a malicious or careless tree may hold.
pub(crate) const EVIL: &str = "e\u{1b}[31mvil\u{202e}\n\u{7}\u{9b}2J\u{2028}name";

/// Names, paths and code that steer terminals, and a line of 20,000 columns.
pub(crate) fn hostile() -> Audit {
    let path = format!("a/{EVIL}.nix");
    let long = format!("{{ x = \"{}\"; needle = 1; y = \"{}\"; }}", "a".repeat(10_000), "b".repeat(10_000));
    let code = format!("\t{{ # \u{202e} \u{1b}]0;title\u{7}\r\n{long}\n\n");
    let sources = sources(&[("flake.nix", code), (&path, "größe 大 = 1;\n".into()), ("empty.nix", String::new())]);
    let at = span(&sources, "flake.nix", "needle");
    let mut flake = flake(&sources, ".");
    flake.complete = false;
    flake.frameworks = vec![EVIL.into()];
    outputs(&mut flake, EVIL, EVIL, &[EVIL, ""], Some(at));
    flake.concerns = vec![concern(EVIL, 2, 3, 4), concern(&"x".repeat(300), 0, 0, 4)];
    flake.coupling = vec![CouplingRow {
        a: EVIL.into(),
        b: "x".repeat(300),
        bindings: 1,
        lines: 4_000_000,
        jaccard: 1.0,
        names: vec![EVIL.into(); 5],
    }];
    flake.unknown = vec![
        UnknownRow { path: EVIL.into(), reason: EVIL.into(), at: Some(at), opaque: false },
        UnknownRow { path: String::new(), reason: "r".repeat(400), at: None, opaque: true },
    ];
    flake.inputs = vec![input(EVIL, EVIL, at, 9, 9), input(&"y".repeat(200), "z", at, 9, 9)];
    flake.lock_error = Some((EVIL.into(), None));
    let mut audit = audit(EVIL, sources, vec![flake]);
    audit.facts.workspace.skipped =
        vec![SkippedRow { path: EVIL.into(), reason: EVIL.into(), counts: true, file: None }];
    let mut first = finding("FA101", "oversized-flake", Level::Warning, &format!("[{EVIL}](http://x) \\"), at, EVIL);
    first.notes = vec![format!("note {EVIL}")];
    first.related = vec![
        Label { span: span(&audit.sources, "flake.nix", "y = "), text: "the same line".into() },
        Label { span: span(&audit.sources, &path, "大"), text: String::new() },
    ];
    let file = audit.sources.find("flake.nix").unwrap();
    let end = audit.sources.file(file).text().len() as u32;
    let whole =
        finding("FA101", "oversized-flake", Level::Note, "the whole file", Span::new(file, 0..end), "all of it");
    let past = finding("FA101", "oversized-flake", Level::Note, "the end of the file", Span::new(file, end..end), "");
    let hidden = finding(
        "FA101",
        "oversized-flake",
        Level::Note,
        "a steering character",
        span(&audit.sources, "flake.nix", "\u{202e}"),
        "here",
    );
    let empty = audit.sources.find("empty.nix").unwrap();
    let nothing = finding("FA001", "syntax-error", Level::Error, "an empty file", Span::new(empty, 0..0), "here");
    audit.findings = vec![nothing, whole, hidden, first, past];
    let mut bad = step(1, StepKind::Extract, EVIL, 3, Risk::Medium);
    bad.moves = vec![moved(EVIL, EVIL, 1, 2)];
    bad.arguments = vec![EVIL.into()];
    bad.risk_reason = EVIL.into();
    let size = Size { flake_lines: 4, largest_file_lines: 4, files: 1, lock_nodes: 0, ..Size::default() };
    audit.plans = vec![Plan {
        flake: ".".into(),
        verdict: Verdict::Separate,
        reasons: vec![EVIL.into()],
        steps: vec![bad],
        before: size.clone(),
        after: Size { flake_lines: 1, ..size },
        carried_out: true,
    }];
    audit
}

/// A monorepo: a root, two sub-flakes, templates.
pub(crate) fn many() -> Audit {
    let healthy = "{\n  outputs = _: { };\n}\n";
    let paths = [
        "flake.nix",
        "docs/flake.nix",
        "services/a-service-with-a-long-name/subsystem/flake.nix",
        "templates/rust/flake.nix",
    ];
    let files: Vec<(&str, String)> = paths.iter().map(|path| (*path, healthy.to_owned())).collect();
    let sources = sources(&files);
    let mut flakes: Vec<FlakeRow> = [".", "docs", "services/a-service-with-a-long-name/subsystem", "templates/rust"]
        .iter()
        .map(|path| flake(&sources, path))
        .collect();
    flakes[3].role = Role::Template;
    flakes[1].complete = false;
    flakes[1].unknown = vec![UnknownRow {
        path: "packages".into(),
        reason: "the import's path is computed".into(),
        at: None,
        opaque: false,
    }];
    flakes[2].parsed = false;
    outputs(&mut flakes[0], "packages", "packages", &["a", "b"], None);
    flakes[0].concerns = vec![concern("packages", 2, 1, 0)];
    let at = span(&sources, paths[2], "outputs");
    let mut audit = audit("mono", sources, flakes);
    audit.findings = vec![finding("FA001", "syntax-error", Level::Error, "does not parse", at, "here")];
    let size = Size { flake_lines: 3, largest_file_lines: 3, files: 1, lock_nodes: 0, ..Size::default() };
    for path in [".", "docs", "templates/rust"] {
        let flake = path.into();
        audit.plans.push(Plan {
            flake,
            verdict: Verdict::Keep,
            reasons: vec![],
            steps: vec![],
            before: size.clone(),
            after: size.clone(),
            carried_out: true,
        });
    }
    audit
}

/// Nix files without a flake.
pub(crate) fn no_flake() -> Audit {
    audit("modules", sources(&[("default.nix", "{ }\n".into()), ("shell.nix", "{ }\n".into())]), vec![])
}
