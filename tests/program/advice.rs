//! FA901 and FA902: what the plan says, as findings, only when they are asked for. Their pages have no examples because
//! a flake that is worth dividing is long.

use serde_json::Value;

use crate::{run, stderr, stdout, tree};

/// Three shells of 90 lines that read the same names, and packages of as many.
fn long_flake() -> String {
    let lines =
        |word: &str| (0..90).map(|n| format!("            {word}{n} = pkgs.hello;\n")).collect::<Vec<_>>().concat();
    let shell = |name: &str| {
        format!("          {name} = pkgs.mkShell {{\n            inherit common;\n{}          }};\n", lines("variable"))
    };
    let (one, two, three) = (shell("one"), shell("two"), shell("three"));
    let package = format!("          tool = pkgs.mkDerivation {{\n{}          }};\n", lines("input"));
    format!(
        "{{\n  description = \"long\";\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";\n  \
         outputs = {{ self, nixpkgs }}:\n    let\n      pkgs = nixpkgs.legacyPackages.x86_64-linux;\n      \
         common = [ pkgs.hello ];\n    in\n    {{\n      devShells.x86_64-linux = {{\n{one}{two}{three}      }};\n      \
         packages.x86_64-linux = {{\n{package}      }};\n    }};\n}}\n"
    )
}

/// Findings of the family FA9: code, message, notes.
fn advice(arguments: &[&str]) -> Vec<(String, String, usize)> {
    let folder = tree(&[("flake.nix", long_flake().as_bytes())]);
    let output = run(&[&["--format", "json"], arguments].concat(), folder.path());
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let findings = report["findings"].as_array().expect("findings").iter();
    let ours = findings.filter(|finding| text(&finding["code"]).starts_with("FA9"));
    ours.map(|finding| {
        assert_eq!((text(&finding["path"]), text(&finding["level"])), ("flake.nix".to_owned(), "note".to_owned()));
        let notes = finding["notes"].as_array().map_or(0, Vec::len);
        (text(&finding["code"]), text(&finding["message"]), notes)
    })
    .collect()
}

#[test]
fn what_the_plan_says_is_a_finding_only_when_asked_for() {
    assert_eq!(advice(&[]), []);
    let found = advice(&["--select", "FA9"]);
    let codes: Vec<&str> = found.iter().map(|(code, ..)| code.as_str()).collect();
    assert_eq!(codes, ["FA901", "FA902"], "{found:#?}");
    // The shells and the package leave, a title a step.
    assert!(found[0].1.starts_with("flake.nix can be divided: 386 to "), "{found:#?}");
    assert!(found[0].2 >= 2, "{found:#?}");
    assert!(found[1].1.starts_with("3 dev shells (2"), "{found:#?}");
    assert_eq!(advice(&["--select", "FA902"]).len(), 1);
}
