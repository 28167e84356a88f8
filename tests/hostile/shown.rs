//! What comes from a tree is shown and never obeyed, whatever it is made of.

use proptest::prelude::*;

use crate::{Place, run};

/// Characters that turn the direction of writing or end a line where nobody sees it.
pub(super) fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Pieces of which hostile names are made.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("\u{1b}[31m".to_owned()),
        Just("\u{9b}2J".to_owned()),
        Just("\n::error::x".to_owned()),
        Just("\r".to_owned()),
        Just("\u{202e}".to_owned()),
        Just("\u{2028}".to_owned()),
        Just("](x)".to_owned()),
        Just("<b>".to_owned()),
        Just("`|".to_owned()),
        Just("語😀".to_owned()),
        "[a-z ]{1,5}",
        any::<char>().prop_map(String::from),
    ]
}

/// A text as a string of Nix.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '$') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted + "\""
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn names_never_steer_a_terminal(pieces in prop::collection::vec(piece(), 1..8)) {
        let name = pieces.concat();
        let key = quoted(&name);
        let place = Place::new();
        place.put("flake.nix", format!(
            "{{\n  inputs.{key}.url = {key};\n  {key} = 1;\n  outputs = {{ self, ... }}: let {key} = 1; in {{\n    {key} = 1;\n    packages.{key}.{key} = missing; devShells.x86_64-linux.{key} = ./{{}} + {key}; {key} = 2;\n  }};\n}}\n"
        ));
        place.put("flake.lock", serde_json::json!({
            "nodes": { "root": { "inputs": { &*name: &*name } } }, "root": "root", "version": 7
        }).to_string());
        place.put("broken.nix", format!("{{ {key} = 1; {key} 2 }} # flake-audit: ignore[{}]\n", name.replace('\n', " ")));
        for arguments in [&["check", "."][..], &["check", ".", "--quiet"], &["report", ".", "--verbose"], &["check", ".", "--diff"]] {
            let outcome = run(place.path(), arguments);
            prop_assert!(matches!(outcome.code, Some(0 | 1 | 3)), "{:?}: {}", outcome.code, outcome.err);
            let steering = |c: &char| c.is_control() && *c != '\n' || turns(*c);
            let found = outcome.out.chars().chain(outcome.err.chars()).find(steering);
            prop_assert_eq!(found, None, "{:?}: {:?}", arguments, outcome.out);
        }
        for format in ["json", "sarif"] {
            let outcome = run(place.path(), &["report", ".", "--format", format]);
            prop_assert!(serde_json::from_str::<serde_json::Value>(&outcome.out).is_ok(), "{format}: {}", outcome.err);
        }
        // One thread and four say the same.
        let one = run(place.path(), &["report", ".", "--threads", "1", "--format", "sarif"]);
        let four = run(place.path(), &["report", ".", "--threads", "4", "--format", "sarif"]);
        prop_assert_eq!(one.out, four.out);
    }
}
