//! The value of an expression that stands alone, as `nix-instantiate --eval --strict --json` would print it:
//! what the evaluator is compared with the real Nix by.

use std::rc::Rc;
use std::sync::Arc;

use super::super::lower;
use super::super::stored::Stored;
use super::files::World;
use super::machine::Machine;
use super::value::{Attrs, Code, Frame, ModuleId, Slot, Value};
use crate::discover::Tree;
use crate::source::{SourceFile, Sources};

/// Stack of the thread that evaluates, in bytes: the bounds on nesting are made for it.
const STACK: usize = 128 << 20;
/// Longest text, in bytes. The parser recurses as deep as brackets nest.
const MAX_TEXT: usize = 64 << 10;

/// What became of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Evaluated {
    /// Its value, evaluated in depth.
    Json(serde_json::Value),
    /// Not known, and why.
    Unknown(String),
    /// Nix fails on it, and why.
    Fails(String),
}

/// Evaluates an expression that reads nothing.
pub fn evaluate_closed(text: &str) -> Evaluated {
    on_a_large_stack(text, false)
}

/// Evaluates an expression with the model of `nixpkgs.lib` in scope as `lib`.
pub fn evaluate_closed_with_lib(text: &str) -> Evaluated {
    on_a_large_stack(text, true)
}

fn on_a_large_stack(text: &str, lib: bool) -> Evaluated {
    if text.len() > MAX_TEXT {
        return Evaluated::Unknown("a text longer than the bound allows".to_owned());
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || evaluate(text, lib));
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(value)) => value,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => Evaluated::Unknown(format!("cannot start a thread: {error}")),
        }
    })
}

fn evaluate(text: &str, lib: bool) -> Evaluated {
    let parsed = rnix::Root::parse(text);
    if let Some(error) = parsed.errors().first() {
        return Evaluated::Fails(error.to_string());
    }
    let ir = lower::of_text(text);
    let Some(expr) = ir.root else { return Evaluated::Fails("no expression".to_owned()) };
    let sources = Sources::new(vec![SourceFile::new("expression.nix".to_owned(), Arc::from(text))]);
    let stored = Stored::of_code(&sources, vec![ir]);
    let tree = Tree::default();
    let world = World::new(&tree, &sources, &stored);
    let mut machine = Machine::new(&world);
    machine.closed = !lib;
    let mut scope = machine.globals;
    if lib {
        let slot = Slot { thunk: super::flake::model_lib(&mut machine), origin: None, conditional: false };
        let names = Attrs { map: [(Arc::from("lib"), slot)].into(), open: None };
        scope = machine.scope(Some(scope), Frame::Names(Rc::new(names)));
    }
    let value = machine.eval(Code { module: ModuleId::File(0), expr, scope });
    match super::strings::json_of(&mut machine, &value, 0) {
        Ok(json) => Evaluated::Json(json),
        Err(Value::Unknown(why)) if why.fails => Evaluated::Fails(why.reason.clone()),
        Err(Value::Unknown(why)) => Evaluated::Unknown(why.reason.clone()),
        Err(_) => Evaluated::Unknown("a value that JSON cannot hold".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_failures_and_what_is_not_known() {
        for (text, wanted) in [
            ("1 + 2", json!(3)),
            (
                "rec { a = [ b 1.5 null ]; b = \"x${a'}\"; a' = \"y\"; }",
                json!({"a": ["xy", 1.5, null], "b": "xy", "a'": "y"}),
            ),
            ("{ outPath = [ 1 ]; other = throw \"a\"; }", json!([1])),
            ("{ __toString = self: self.a; a = \"text\"; outPath = 1; }", json!("text")),
        ] {
            assert_eq!(evaluate_closed(text), Evaluated::Json(wanted), "{text}");
        }
        for text in ["x: x", "{ a = map; }", "{ __toString = self: 1; }", "throw \"a\"", "[ (1 + ) ]", "{ }.a", "lib"] {
            assert!(matches!(evaluate_closed(text), Evaluated::Fails(_)), "{text}: {:?}", evaluate_closed(text));
        }
        for text in ["builtins.currentTime", "[ /etc ]", "let f = x: f x; in f 1"] {
            assert!(matches!(evaluate_closed(text), Evaluated::Unknown(_)), "{text}: {:?}", evaluate_closed(text));
        }
        let text = "lib.concatMapStrings (x: x + \"-\") [ \"a\" \"b\" ]";
        assert_eq!(evaluate_closed_with_lib(text), Evaluated::Json(json!("a-b-")));
    }
}
