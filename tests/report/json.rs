//! The JSON contract.

use std::path::Path;

use flake_audit::audit::Audit;
use flake_audit::report::{Format, Options, render, schema};
use serde_json::Value;

use crate::build::rules;
use crate::samples;

pub(crate) fn rendered(format: Format, audit: &Audit) -> Value {
    let mut out = Vec::new();
    render(format, audit, &rules(), &Options::default(), &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn every_report_is_as_the_schema_says() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for audit in samples::every() {
        let report = rendered(Format::Json, &audit);
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn the_schema_is_the_published_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema/flake-audit-1.schema.json");
    let generated = format!("{:#}\n", schema());
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &generated).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(generated == published, "the schema changed: look at it, then run the tests with BLESS=1");
}

/// JSON pointers of the contract.
const KEYS: [&str; 78] = [
    "/schema",
    "/tool/name",
    "/tool/version",
    "/root",
    "/flakes/0/path",
    "/flakes/0/frameworks/0",
    "/flakes/0/complete",
    "/flakes/0/lines/total",
    "/flakes/0/lines/code",
    "/flakes/0/lines/comment",
    "/flakes/0/lines/blank",
    "/flakes/0/inputs/0/name",
    "/flakes/0/inputs/0/url",
    "/flakes/0/inputs/0/follows",
    "/flakes/0/inputs/0/flake",
    "/flakes/0/inputs/0/line",
    "/flakes/0/inputs/0/used",
    "/flakes/0/inputs/0/nodes",
    "/flakes/0/kinds/0",
    "/flakes/0/outputs/0/kind",
    "/flakes/0/outputs/0/name",
    "/flakes/0/outputs/0/systems/0",
    "/flakes/0/outputs/0/path",
    "/flakes/0/outputs/0/line",
    "/flakes/0/outputs/0/certainty",
    "/flakes/0/unknown",
    "/flakes/0/concerns/0/name",
    "/flakes/0/concerns/0/outputs",
    "/flakes/0/concerns/0/lines/reached",
    "/flakes/0/concerns/0/lines/exclusive",
    "/flakes/0/concerns/0/lines/shared",
    "/flakes/0/unreachable/lines",
    "/flakes/0/unreachable/bindings/0/name",
    "/flakes/0/unreachable/bindings/0/path",
    "/flakes/0/unreachable/bindings/0/line",
    "/flakes/0/unreachable/bindings/0/end_line",
    "/flakes/0/coupling/0/a",
    "/flakes/0/coupling/0/b",
    "/flakes/0/coupling/0/bindings",
    "/flakes/0/coupling/0/lines",
    "/flakes/0/coupling/0/jaccard",
    "/flakes/0/cohesion/lcom4",
    "/flakes/0/cohesion/modularity",
    "/flakes/0/lock/nodes",
    "/flakes/0/lock/duplicates/0/source",
    "/flakes/0/lock/duplicates/0/nodes/0",
    "/flakes/0/lock/duplicates/0/revisions",
    "/files/0/path",
    "/files/0/lines/total",
    "/files/0/parsed",
    "/files/0/reached",
    "/findings/0/code",
    "/findings/0/rule",
    "/findings/0/level",
    "/findings/0/confidence",
    "/findings/0/message",
    "/findings/0/path",
    "/findings/0/start/line",
    "/findings/0/start/column",
    "/findings/0/end/line",
    "/findings/0/end/column",
    "/findings/0/subject",
    "/findings/0/fingerprint",
    "/findings/0/fix",
    "/plan/0/flake",
    "/plan/0/verdict",
    "/plan/0/reasons/0",
    "/plan/0/steps/0/id",
    "/plan/0/steps/0/kind",
    "/plan/0/steps/0/title",
    "/plan/0/steps/0/lines",
    "/plan/0/steps/0/moves/0",
    "/plan/0/steps/0/creates",
    "/plan/0/steps/0/arguments",
    "/plan/0/steps/0/risk",
    "/plan/0/steps/0/after",
    "/plan/0/before/flake_lines",
    "/plan/0/after/flake_lines",
];

#[test]
fn the_keys_that_others_rely_on_are_there() {
    let report = rendered(Format::Json, &samples::big());
    for key in KEYS {
        assert!(report.pointer(key).is_some(), "{key}");
    }
    assert_eq!(report["findings"][1]["start"], serde_json::json!({ "line": 163, "column": 66 }));
}
