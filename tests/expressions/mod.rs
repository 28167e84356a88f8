//! Generated closed expressions: the evaluator's value is the real Nix's, and where one fails the other does.

mod generate;

use std::fs;
use std::path::Path;
use std::process::Command;

use flake_audit::resolve::{Evaluated, evaluate_closed};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

/// Expressions that are compared; `EXPRESSIONS` asks for another number, `EXPRESSIONS_SEED` for others.
const CASES: usize = 2_500;
/// Expressions that one thread asks a program for.
const PART: usize = 500;
/// Longest tape.
const TAPE: usize = 160;
/// Differences that are made small, and steps that each may take.
const SHRUNK: usize = 3;
const STEPS: usize = 60;

/// What the Nix program of the tests can do.
struct Nix {
    minor: u32,
}

impl Nix {
    fn new() -> Self {
        let output = command().arg("--version").output();
        let output = output.unwrap_or_else(|error| panic!("nix-instantiate: {error}; see tests/run.sh"));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let minor = said
            .split_once("2.")
            .and_then(|(_, rest)| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok());
        Self { minor: minor.unwrap_or_else(|| panic!("a version of Nix: {said}")) }
    }

    /// The value of each expression, a part of them a program.
    fn evaluate_all(&self, expressions: &[String]) -> Vec<Option<Value>> {
        std::thread::scope(|scope| {
            let parts: Vec<_> = expressions.chunks(PART).map(|part| scope.spawn(move || self.evaluate(part))).collect();
            parts.into_iter().flat_map(|part| part.join().expect("values")).collect()
        })
    }

    /// The value of each expression; `None` where Nix fails.
    fn evaluate(&self, expressions: &[String]) -> Vec<Option<Value>> {
        let folder = tempfile::tempdir().expect("a folder");
        let files: Vec<_> = (0..expressions.len()).map(|at| folder.path().join(format!("{at}.nix"))).collect();
        for (file, expression) in files.iter().zip(expressions) {
            fs::write(file, self.asked(expression)).expect("written");
        }
        let mut values = Vec::new();
        // The program stops at the first that fails: it is asked again from the one behind.
        while values.len() < files.len() {
            let mut nix = command();
            nix.args(["--eval", "--strict", "--json"]).current_dir(Path::new("/"));
            if self.minor >= 25 {
                nix.args(["--option", "extra-experimental-features", "pipe-operators"]);
            }
            let output = nix.args(&files[values.len()..]).output().expect("nix-instantiate starts");
            let read = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
            values.extend(read.map_while(Result::ok).map(|value| Some(self.told(value))));
            if output.status.success() {
                assert_eq!(values.len(), files.len(), "what was printed is what was asked");
            } else {
                assert!(values.len() < files.len(), "{}", String::from_utf8_lossy(&output.stderr));
                values.push(None);
            }
        }
        values
    }

    /// What Nix is asked. Before 2.14 it closed the brackets of what failed: there the text is made first.
    fn asked(&self, expression: &str) -> String {
        if self.minor < 14 { format!("{{ value = builtins.toJSON ({expression}); }}\n") } else { wrapped(expression) }
    }

    fn told(&self, value: Value) -> Value {
        if self.minor >= 14 {
            return value;
        }
        let text = value["value"].as_str().expect("a text");
        serde_json::json!({ "value": serde_json::from_str::<Value>(text).expect("JSON") })
    }

    /// How ours differs, if it does.
    fn difference(&self, expression: &str, truth: Option<&Value>) -> Option<String> {
        let ours = evaluate_closed(&wrapped(expression));
        let same = match (&ours, truth) {
            (Evaluated::Json(ours), Some(truth)) => self.equal(ours, truth),
            (Evaluated::Fails(_), None) => true,
            // What depends on itself fails in Nix; here it may be for want of knowing more.
            (Evaluated::Unknown(why), None) => why.starts_with("it depends on itself"),
            _ => false,
        };
        let truth = truth.map_or_else(|| "fails".to_owned(), |value| value["value"].to_string());
        let ours = match ours {
            Evaluated::Json(value) => value["value"].to_string(),
            Evaluated::Fails(why) => format!("fails: {why}"),
            Evaluated::Unknown(why) => format!("not known: {why}"),
        };
        (!same).then(|| format!("{expression}\n  Nix:  {truth}\n  ours: {ours}"))
    }

    /// Numbers are compared as numbers. Before 2.14 Nix wrote six digits.
    fn equal(&self, a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Number(a), Value::Number(b)) if a.is_f64() || b.is_f64() => {
                let (a, b) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
                let slack = if self.minor < 14 { a.abs() * 1e-5 } else { 0.0 };
                (a - b).abs() <= slack
            }
            (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.equal(a, b)),
            (Value::Object(a), Value::Object(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && self.equal(a.1, b.1))
            }
            _ => a == b,
        }
    }
}

fn command() -> Command {
    Command::new(std::env::var_os("NIX_INSTANTIATE").unwrap_or_else(|| "nix-instantiate".into()))
}

/// A value of its own line and kind, so that one follows the other.
fn wrapped(expression: &str) -> String {
    format!("{{ value = {expression}; }}\n")
}

fn number(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
#[ignore = "needs nix-instantiate: tests/run.sh"]
fn generated_expressions_have_the_value_that_nix_gives() {
    let nix = Nix::new();
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&(number("EXPRESSIONS_SEED").unwrap_or(0) as u64).to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let tapes = proptest::collection::vec(proptest::num::u32::ANY, 8..TAPE);
    let mut trees: Vec<_> = (0..number("EXPRESSIONS").unwrap_or(CASES))
        .map(|_| tapes.new_tree(&mut runner).expect("a tape"))
        .collect();
    let expressions: Vec<String> = trees.iter().map(|tree| generate::expression(&tree.current())).collect();
    let truth = nix.evaluate_all(&expressions);
    let evaluated = truth.iter().flatten().count();
    assert!(evaluated * 10 > expressions.len() * 6, "{evaluated} of {} evaluate", expressions.len());
    let mut found = Vec::new();
    for (at, expression) in expressions.iter().enumerate() {
        let Some(difference) = nix.difference(expression, truth[at].as_ref()) else { continue };
        found.push(if found.len() < SHRUNK { shrunk(&nix, &mut trees[at]).unwrap_or(difference) } else { difference });
    }
    assert!(found.is_empty(), "{} of {} differ:\n{}", found.len(), expressions.len(), found.join("\n"));
}

/// The smallest expression on the way down that still differs.
fn shrunk(nix: &Nix, tree: &mut impl ValueTree<Value = Vec<u32>>) -> Option<String> {
    let mut smallest = None;
    for _ in 0..STEPS {
        let expression = generate::expression(&tree.current());
        let truth = nix.evaluate(std::slice::from_ref(&expression)).remove(0);
        let difference = nix.difference(&expression, truth.as_ref());
        let moved = if difference.is_some() { tree.simplify() } else { tree.complicate() };
        smallest = difference.or(smallest);
        if !moved {
            break;
        }
    }
    smallest
}

/// What is newer than the oldest Nix that the tests run with.
const PIPES: [&str; 5] = [
    "[ 3 1 2 ] |> builtins.sort builtins.lessThan |> builtins.head",
    "(x: x + 1) <| (x: x * 2) <| 5",
    "let f = x: y: x - y; in 10 |> f 1 |> f 2",
    "1 + 1 |> toString |> (s: s + \"!\")",
    "{ a = 1; } // { b = 2; } |> builtins.attrNames",
];

#[test]
#[ignore = "needs nix-instantiate: tests/run.sh"]
fn pipes_have_the_value_that_nix_gives() {
    let nix = Nix::new();
    let expressions = PIPES.map(str::to_owned);
    // An older Nix does not know them: then what is written here is what 2.26 gave.
    let recorded = [serde_json::json!(1), 11.into(), 11.into(), "2!".into(), serde_json::json!(["a", "b"])];
    let recorded = recorded.map(|value| Some(serde_json::json!({ "value": value })));
    let truth = if nix.minor >= 25 { nix.evaluate(&expressions) } else { recorded.to_vec() };
    assert_eq!(truth, recorded);
    for (expression, truth) in expressions.iter().zip(&truth) {
        assert_eq!(nix.difference(expression, truth.as_ref()), None);
    }
}
