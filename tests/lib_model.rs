//! The model of `nixpkgs.lib` against the real one: expressions with the value that Nix gives.
//!
//! `tests/lib-model/cases.json` was recorded with Nix 2.26 and nix-community/nixpkgs.lib at
//! de42d44212d207476489bce163375d8306a26d59. To record it again, with `lib` of a checkout:
//!
//! ```sh
//! jq -r '"let lib = import ./lib; in [" + (map("(" + .expr + ")") | join("\n")) + "]"' cases.json > all.nix
//! nix-instantiate --eval --strict --json all.nix > values.json
//! jq -n '[[input[].expr], input] | transpose | map({expr: .[0], json: .[1]})' cases.json values.json
//! ```

use flake_audit::resolve::{Evaluated, evaluate_closed_with_lib};
use serde_json::Value;

#[test]
fn the_model_of_lib_gives_what_nix_gives() {
    let text = std::fs::read_to_string("tests/lib-model/cases.json").expect("the recorded cases");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("a list of cases");
    assert!(cases.len() > 250, "only {} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let expr = case["expr"].as_str().expect("an expression");
        match evaluate_closed_with_lib(expr) {
            Evaluated::Json(value) if value == case["json"] => {}
            Evaluated::Json(value) => wrong.push(format!("{expr}\n  gives {value}\n  not   {}", case["json"])),
            other => wrong.push(format!("{expr}\n  {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
