//! What the program says of the flakes in `tests/flakes/`. The expected values were worked out by hand from
//! the code, so that a wrong number in the program cannot become a right one here: do not copy its output.

use serde_json::Value;

use crate::{flake, json};

/// `kind name: systems`, a line an output.
fn outputs(flake: &Value) -> Vec<String> {
    let outputs = flake["outputs"].as_array().expect("outputs").iter();
    let line = |output: &Value| {
        let systems: Vec<_> = output["systems"].as_array().expect("systems").iter().filter_map(Value::as_str).collect();
        assert_eq!(output["certainty"], "known", "{output}");
        format!("{} {}: {}", text(&output["kind"]), text(&output["name"]), systems.join(" "))
    };
    outputs.map(line).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// Total, code, comment and blank lines.
fn lines(row: &Value) -> [u64; 4] {
    ["total", "code", "comment", "blank"].map(|key| row["lines"][key].as_u64().expect("a number"))
}

/// Concerns with the bindings and lines that both reach.
fn coupling(flake: &Value) -> Vec<(&str, &str, u64, u64)> {
    let pairs = flake["coupling"].as_array().expect("coupling").iter();
    let number = |value: &Value| value.as_u64().expect("a number");
    pairs
        .map(|pair| (text(&pair["a"]), text(&pair["b"]), number(&pair["bindings"]), number(&pair["lines"])))
        .collect()
}

/// Concerns with their outputs, and the lines reached, exclusive and shared.
fn concerns(flake: &Value) -> Vec<(&str, [u64; 4])> {
    let number = |value: &Value| value.as_u64().expect("a number");
    let rows = flake["concerns"].as_array().expect("concerns").iter();
    rows.map(|row| {
        let lines = &row["lines"];
        let values = [&row["outputs"], &lines["reached"], &lines["exclusive"], &lines["shared"]];
        (text(&row["name"]), values.map(number))
    })
    .collect()
}

fn only_flake(name: &str) -> Value {
    let report = json(&flake(name));
    let flakes = report["flakes"].as_array().expect("flakes");
    assert_eq!(flakes.len(), 1, "{name}");
    assert_eq!(flakes[0]["role"], "root", "{name}");
    flakes[0].clone()
}

fn complete(flake: &Value) {
    assert_eq!((&flake["complete"], &flake["unknown"]), (&Value::Bool(true), &Value::Array(vec![])));
}

#[test]
fn plain() {
    let flake = only_flake("plain");
    complete(&flake);
    let both = "aarch64-linux x86_64-linux";
    let wanted = [
        format!("checks is-polite: {both}"),
        format!("devShells default: {both}"),
        format!("formatter : {both}"),
        "overlays default: ".to_owned(),
        format!("packages default: {both}"),
        format!("packages loud: {both}"),
    ];
    assert_eq!(outputs(&flake), wanted);
    // The comment in the shell script is code; the empty line in it is blank.
    assert_eq!(lines(&flake), [47, 38, 1, 8]);
    assert_eq!(flake["unreachable"]["lines"], 0);
    // `greeting`, lines 16 to 21; `onEach` and `machines` are wiring.
    assert_eq!(coupling(&flake), [("checks", "packages", 1, 6)]);
    assert_eq!(flake["lock"]["nodes"], 1);
    assert_eq!(flake["frameworks"], Value::Array(vec![]));
}

#[test]
fn utils() {
    let flake = only_flake("utils");
    complete(&flake);
    let all = "aarch64-darwin aarch64-linux x86_64-darwin x86_64-linux";
    let wanted = [
        format!("apps default: {all}"),
        format!("devShells default: {all}"),
        "overlays default: ".to_owned(),
        format!("packages default: {all}"),
        format!("packages tool: {all}"),
    ];
    assert_eq!(outputs(&flake), wanted);
    // The block comment of four lines is the only one.
    assert_eq!(lines(&flake), [41, 35, 4, 2]);
    assert_eq!(flake["unreachable"]["lines"], 0);
    // `tool`, lines 23 to 27; `pkgs` is wiring.
    let pairs = [("apps", "dev shells", 1, 5), ("apps", "packages", 1, 5), ("dev shells", "packages", 1, 5)];
    assert_eq!(coupling(&flake), pairs);
    assert_eq!(flake["frameworks"][0], "flake-utils");
    assert_eq!(flake["lock"]["nodes"], 3);
    assert_eq!(flake["lock"]["duplicates"], Value::Array(vec![]));
}

#[test]
fn parts() {
    let report = json(&flake("parts"));
    let flake = only_flake("parts");
    complete(&flake);
    let both = "aarch64-darwin x86_64-linux";
    let wanted = [
        format!("checks starts: {both}"),
        format!("devShells default: {both}"),
        format!("formatter : {both}"),
        "lib twice: ".to_owned(),
        "overlays default: ".to_owned(),
        format!("packages default: {both}"),
        format!("packages server: {both}"),
    ];
    assert_eq!(outputs(&flake), wanted);
    // flake-parts offers its kinds whether or not they hold anything.
    let kinds: Vec<_> = flake["kinds"].as_array().expect("kinds").iter().map(text).collect();
    for kind in ["apps", "legacyPackages", "nixosConfigurations", "nixosModules"] {
        assert!(kinds.contains(&kind), "{kind}");
    }
    assert_eq!(lines(&flake), [25, 21, 0, 4]);
    // flake.nix (25), packages.nix (18), server.nix (8) and shells.nix (13).
    assert_eq!((&flake["own_files"], &flake["own_lines"]["total"]), (&4.into(), &64.into()));
    assert_eq!(flake["unreachable"]["lines"], 0);
    // All of server.nix (8 lines), and for two of them the binding `server` (1 line).
    let pairs = [("checks", "packages", 1, 9), ("checks", "overlays", 0, 8), ("overlays", "packages", 0, 8)];
    assert_eq!(coupling(&flake), pairs);
    assert_eq!(flake["frameworks"][0], "flake-parts");
    let reached: Vec<_> = report["files"]
        .as_array()
        .expect("files")
        .iter()
        .map(|f| (text(&f["path"]), text(&f["reached"])))
        .collect();
    let wanted = [
        ("flake.nix", "entry"),
        ("nix/packages.nix", "imported"),
        ("nix/release.nix", "orphan"),
        ("nix/server.nix", "imported"),
        ("nix/shells.nix", "imported"),
    ];
    assert_eq!(reached, wanted);
}

#[test]
fn monorepo() {
    let report = json(&flake("monorepo"));
    let flakes = report["flakes"].as_array().expect("flakes");
    let roles: Vec<_> = flakes.iter().map(|flake| (text(&flake["path"]), text(&flake["role"]))).collect();
    let wanted =
        [(".", "root"), ("services/api", "sub"), ("templates/basic", "template"), ("tests/fixtures/empty", "fixture")];
    assert_eq!(roles, wanted);
    flakes.iter().for_each(complete);
    assert_eq!(outputs(&flakes[0]), ["nixosConfigurations web: ", "nixosModules common: ", "templates basic: "]);
    assert_eq!(outputs(&flakes[1]), ["packages api: x86_64-linux"]);
    assert_eq!(outputs(&flakes[2]), ["devShells default: x86_64-linux"]);
    assert_eq!(outputs(&flakes[3]), Vec::<String>::new());
    assert_eq!(lines(&flakes[0]), [24, 20, 0, 4]);
    assert_eq!(lines(&flakes[3]), [3, 3, 0, 0]);
    // The root's own code is flake.nix, the host and the module; the service is another flake's.
    assert_eq!((&flakes[0]["own_files"], &flakes[0]["own_lines"]["total"]), (&3.into(), &32.into()));
    // The host is made from the module, which is four lines.
    assert_eq!(coupling(&flakes[0]), [("NixOS modules", "hosts", 0, 4)]);
    for flake in &flakes[1..] {
        assert_eq!(coupling(flake), []);
    }
    for flake in flakes {
        assert_eq!(flake["unreachable"]["lines"], 0);
    }
    let locked: Vec<_> = flakes.iter().map(|flake| flake["lock"]["nodes"].as_u64()).collect();
    assert_eq!(locked, [Some(1), Some(1), None, None]);
}

#[test]
fn large() {
    let flake = only_flake("large");
    complete(&flake);
    let both = "aarch64-linux x86_64-linux";
    let wanted = [
        format!("devShells ci: {both}"),
        format!("devShells default: {both}"),
        "nixosModules default: ".to_owned(),
        "nixosModules station: ".to_owned(),
        format!("packages collector: {both}"),
        format!("packages dashboard: {both}"),
        format!("packages default: {both}"),
        format!("packages firmware: {both}"),
    ];
    assert_eq!(outputs(&flake), wanted);
    // Comments are lines 40, 66, 142, 202 and 259; those of the scripts are code.
    assert_eq!(lines(&flake), [320, 286, 5, 29]);
    let dead = [("oldHosts", 261, 274), ("oldDeploy", 276, 287), ("oldRollback", 289, 295)];
    let bindings = flake["unreachable"]["bindings"].as_array().expect("bindings").iter();
    let found: Vec<_> = bindings.map(|b| (text(&b["name"]), b["line"].as_u64(), b["end_line"].as_u64())).collect();
    assert_eq!(found, dead.map(|(name, from, to)| (name, Some(from), Some(to))));
    assert_eq!(flake["unreachable"]["lines"], 14 + 12 + 7);
    // `stationSettings` (lines 41 to 56) with `sensors` in it, and for two concerns `testStation` (58 to 64).
    let pairs = [
        ("dev shells", "packages", 3, 23),
        ("NixOS modules", "dev shells", 2, 16),
        ("NixOS modules", "packages", 2, 16),
    ];
    assert_eq!(coupling(&flake), pairs);
    let wanted = [
        // collector, dashboard, firmware and `packages`: 24 + 23 + 24 + 6 lines.
        ("packages", [4, 77 + 23, 77, 23]),
        // stationCommands, devShell and `devShells`: 31 + 25 + 9 lines.
        ("dev shells", [2, 65 + 23, 65, 23]),
        // stationModule and `nixosModules`: 54 + 4 lines.
        ("NixOS modules", [2, 58 + 16, 58, 16]),
    ];
    assert_eq!(concerns(&flake), wanted);
    assert_eq!(flake["wiring_lines"], 320 - 33 - 77 - 65 - 58 - 23);
    assert_eq!(flake["lock"]["nodes"], 8);
    let duplicates = flake["lock"]["duplicates"].as_array().expect("duplicates").iter();
    let mut found: Vec<_> = duplicates.map(|d| (text(&d["source"]), d["revisions"].as_u64())).collect();
    found.sort_unstable();
    let wanted = [("github:nix-systems/default", 1), ("github:nixos/nixpkgs", 2), ("github:numtide/flake-utils", 1)];
    assert_eq!(found, wanted.map(|(source, revisions)| (source, Some(revisions))));
    let inputs = flake["inputs"].as_array().expect("inputs").iter();
    let unused: Vec<_> = inputs.filter(|input| input["used"] == "no").map(|input| text(&input["name"])).collect();
    assert_eq!(unused, ["deploy-tool", "flake-utils"]);
}

#[test]
fn every_step_of_a_plan_says_where() {
    let report = json(&flake("large"));
    let steps = report["plan"][0]["steps"].as_array().expect("steps").iter();
    let moves: Vec<&Value> = steps.flat_map(|step| step["moves"].as_array().expect("moves")).collect();
    assert!(moves.len() >= 9, "{moves:#?}");
    for moved in moves {
        assert!(moved["line"].as_u64() >= Some(1) && moved["end_line"].as_u64() >= moved["line"].as_u64(), "{moved}");
    }
}

#[test]
fn broken() {
    let report = json(&flake("broken"));
    let flake = only_flake("broken");
    assert_eq!((&flake["parsed"], &flake["complete"]), (&Value::Bool(false), &Value::Bool(false)));
    // Counted although it does not parse.
    assert_eq!(lines(&flake), [16, 14, 0, 2]);
    assert_eq!(flake["unreachable"]["lines"], 0);
    assert_eq!(flake["lock"]["nodes"], 2);
    let finding = &report["findings"][0];
    assert_eq!((&finding["code"], &finding["path"]), (&"FA001".into(), &"flake.nix".into()));
    // The semicolon is missing behind the brace of line 7.
    assert_eq!(finding["start"]["line"], 7);
    assert_eq!(report["plan"][0]["steps"], Value::Array(vec![]));
}
