//! The model of the module system against the real one: `tests/module-system.json` holds small sets of modules with what
//! nixpkgs' own `lib` gives for them.

use flake_audit::resolve::{Evaluated, evaluate_closed_with_lib};

#[test]
fn modules_are_evaluated_as_nixpkgs_does() {
    let table: serde_json::Value = serde_json::from_str(include_str!("module-system.json")).expect("a table");
    let cases = table["cases"].as_array().expect("cases");
    assert!(cases.len() >= 40, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        let expression = case["expression"].as_str().expect("an expression");
        let found = evaluate_closed_with_lib(expression);
        if found != Evaluated::Json(case["value"].clone()) {
            wrong.push(format!("{expression}\n  wanted {}\n  found  {found:?}", case["value"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
