//! Conditions of rules: the only file that names `cel`.
//!
//! A condition is compiled once and checked against [`schema`](crate::measure::schema) when it is loaded, because
//! the language itself checks neither names nor types before a row fails. The crate has no step limit, and long
//! sums overflow its stack: length, operators and nesting are bounded before it sees the text.

use std::sync::{Arc, LazyLock};

use cel::common::ast::{ComprehensionExpr, Expr, IdedExpr, LiteralValue};
use cel::common::types::{CelBool, CelInt, CelList, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, Env, Program, Value as CelValue};

use crate::config::OptionValue;
use crate::judge::options::Options;
use crate::measure::schema::{Row, Table, Type, Value};

/// A longer condition is refused.
const MAX_BYTES: usize = 1024;
/// More operators (counted by character) are refused: each may be a level of the crate's recursion.
const MAX_OPERATORS: usize = 160;
/// Deeper brackets are refused: the parser takes about 200 KiB of stack a level in a debug build, and worker threads
/// have 2 MiB.
const MAX_NESTING: usize = 6;
/// A deeper tree is refused: evaluation takes about 40 KiB of stack a level in a debug build (sums lean to the left, a
/// level a term; `&&` and `||` are balanced).
const MAX_DEPTH: usize = 24;

static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// Why a condition is refused: a sentence, and the part of it that is wrong (empty: the whole).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What is wrong.
    pub(crate) message: String,
    /// The part of the condition.
    pub(crate) part: String,
    /// The nearest known name.
    pub(crate) nearest: Option<String>,
}

/// A compiled condition over the rows of one table.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    program: Arc<Program>,
    options: Vec<String>,
}

impl Condition {
    /// Compiles and checks.
    ///
    /// # Errors
    /// When the text is too large, no condition, or names something that the table and the options do not have.
    pub(crate) fn compile(text: &str, table: &Table, options: &Options) -> Result<Self, Refusal> {
        bounded(text)?;
        let program = ENVIRONMENT.compile(text).map_err(|errors| {
            let message = errors.errors.first().map(|error| error.msg.clone()).unwrap_or_default();
            refusal(format!("this is no condition: {}", message.replace('\n', " ")), "")
        })?;
        let mut checker = Checker { table, options, locals: Vec::new(), used: Vec::new(), looping: false, depth: 0 };
        match checker.kind(program.expression())? {
            Kind::Boolean => {}
            other => return Err(refusal(format!("a condition is true or false, not {}", other.words()), "")),
        }
        let mut options = checker.used;
        options.sort_unstable();
        options.dedup();
        Ok(Self { program: Arc::new(program), options })
    }

    /// Whether it holds for a row.
    ///
    /// # Errors
    /// When it cannot be evaluated (an overflow): a sentence.
    pub(crate) fn holds(&self, row: Row<'_>, options: &Options) -> Result<bool, String> {
        let resolver = Resolver { row, options };
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        context.set_variable_resolver(&resolver);
        match self.program.execute(&context) {
            Ok(CelValue::Bool(holds)) => Ok(holds),
            Ok(_) => Err("it is neither true nor false".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Names of the options it reads.
    pub(crate) fn options(&self) -> impl Iterator<Item = &str> {
        self.options.iter().map(String::as_str)
    }
}

struct Resolver<'a> {
    row: Row<'a>,
    options: &'a Options,
}

impl VariableResolver for Resolver<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        if let Some(value) = self.row.value(name) {
            return Some(match value {
                Value::Integer(number) => CowVal::owned(CelInt::from(number)),
                Value::Boolean(flag) => CowVal::owned(CelBool::from(flag)),
                Value::Text(text) => CowVal::owned(CelString::from(text)),
                Value::Texts(texts) => list(texts.into_iter()),
            });
        }
        self.options.get(name).map(|value| match value {
            OptionValue::Integer(number) => CowVal::owned(CelInt::from(*number)),
            OptionValue::Flag(flag) => CowVal::owned(CelBool::from(*flag)),
            OptionValue::Text(text) => CowVal::owned(CelString::from(text.as_str())),
            OptionValue::List(texts) => list(texts.iter().map(String::as_str)),
        })
    }
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> CowVal<'a, 'a> {
    let values: Vec<Box<dyn Val + 'a>> =
        texts.map(|text| Box::new(CelString::from(text)) as Box<dyn Val + 'a>).collect();
    CowVal::owned(CelList::from(values))
}

fn refusal(message: impl Into<String>, part: &str) -> Refusal {
    Refusal { message: message.into(), part: part.to_owned(), nearest: None }
}

/// Refuses what the crate could not take, from the characters alone.
fn bounded(text: &str) -> Result<(), Refusal> {
    if text.len() > MAX_BYTES {
        return Err(refusal("a condition has at most 1,024 bytes", ""));
    }
    let (mut operators, mut depth) = (0, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'+' | b'-' | b'*' | b'/' | b'%' | b'!' | b'?' | b'.' | b'&' | b'|' | b'<' | b'>' | b'=' => {
                operators += 1;
            }
            _ => {}
        }
        if depth > MAX_NESTING {
            return Err(refusal(format!("brackets nest deeper than {MAX_NESTING}"), ""));
        }
    }
    if operators > MAX_OPERATORS {
        return Err(refusal(format!("more than {MAX_OPERATORS} operators: split the rule"), ""));
    }
    Ok(())
}

/// The type of a part of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Integer,
    Boolean,
    Text,
    Texts,
    /// A list of something else, or an empty one.
    List,
}

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Self::Integer => "a number",
            Self::Boolean => "a boolean",
            Self::Text => "a text",
            Self::Texts => "a list of texts",
            Self::List => "a list",
        }
    }
}

struct Checker<'a> {
    table: &'a Table,
    options: &'a Options,
    locals: Vec<(String, Kind)>,
    used: Vec<String>,
    looping: bool,
    depth: usize,
}

impl Checker<'_> {
    fn kind(&mut self, expression: &IdedExpr) -> Result<Kind, Refusal> {
        if self.depth == MAX_DEPTH {
            return Err(refusal(format!("the condition is more than {MAX_DEPTH} operators deep: split the rule"), ""));
        }
        self.depth += 1;
        let kind = self.kind_of(&expression.expr);
        self.depth -= 1;
        kind
    }

    fn kind_of(&mut self, expression: &Expr) -> Result<Kind, Refusal> {
        match expression {
            Expr::Literal(literal) => literal_kind(literal),
            Expr::Ident(name) => self.name(name),
            Expr::Select(select) if !select.test => match &select.operand.expr {
                Expr::Ident(prefix) => self.name(&format!("{prefix}.{}", select.field)),
                _ => Err(refusal("only `table.field` may be selected", &select.field)),
            },
            Expr::List(list) => {
                let mut kinds = Vec::new();
                for element in &list.elements {
                    kinds.push(self.kind(element)?);
                }
                let texts = !kinds.is_empty() && kinds.iter().all(|kind| *kind == Kind::Text);
                Ok(if texts { Kind::Texts } else { Kind::List })
            }
            Expr::Call(call) => {
                let mut kinds = Vec::new();
                for argument in call.target.as_deref().into_iter().chain(&call.args) {
                    kinds.push(self.kind(argument)?);
                }
                call_kind(&call.func_name, &kinds)
            }
            Expr::Comprehension(comprehension) => self.comprehension(comprehension),
            Expr::Select(_) | Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
                Err(refusal("`has`, maps and messages are not part of conditions", ""))
            }
        }
    }

    fn name(&mut self, name: &str) -> Result<Kind, Refusal> {
        if let Some((_, kind)) = self.locals.iter().rev().find(|(local, _)| local == name) {
            return Ok(*kind);
        }
        if let Some(value) = self.options.get(name) {
            self.used.push(name.to_owned());
            return Ok(match value {
                OptionValue::Integer(_) => Kind::Integer,
                OptionValue::Flag(_) => Kind::Boolean,
                OptionValue::Text(_) => Kind::Text,
                OptionValue::List(_) => Kind::Texts,
            });
        }
        if let Some(kind) = self.table.type_of(name) {
            return Ok(match kind {
                Type::Integer => Kind::Integer,
                Type::Boolean => Kind::Boolean,
                Type::Text => Kind::Text,
                Type::Texts => Kind::Texts,
            });
        }
        let mut known = self.table.names();
        known.extend(self.options.names().map(str::to_owned));
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let nearest = crate::config::located::nearest(name, &known).map(str::to_owned);
        Err(Refusal { message: format!("unknown name `{name}` in a condition"), part: name.to_owned(), nearest })
    }

    fn comprehension(&mut self, loop_: &ComprehensionExpr) -> Result<Kind, Refusal> {
        if self.looping {
            return Err(refusal("`all`, `exists`, `map` and `filter` may not be nested", ""));
        }
        let range = self.kind(&loop_.iter_range)?;
        if range != Kind::Texts || loop_.iter_var2.is_some() {
            return Err(refusal(format!("expected a list of texts, found {}", range.words()), ""));
        }
        self.looping = true;
        let start = self.kind(&loop_.accu_init)?;
        // `map` and `filter` start from an empty list; their results are lists of texts, or of no use here.
        let start = if start == Kind::List { Kind::Texts } else { start };
        self.locals.push((loop_.iter_var.clone(), Kind::Text));
        self.locals.push((loop_.accu_var.clone(), start));
        self.kind(&loop_.loop_cond)?;
        self.kind(&loop_.loop_step)?;
        let result = self.kind(&loop_.result);
        self.locals.truncate(self.locals.len() - 2);
        self.looping = false;
        result
    }
}

fn literal_kind(literal: &LiteralValue) -> Result<Kind, Refusal> {
    match literal {
        LiteralValue::Boolean(_) => Ok(Kind::Boolean),
        LiteralValue::Int(_) => Ok(Kind::Integer),
        LiteralValue::String(_) => Ok(Kind::Text),
        _ => Err(refusal("literals are whole numbers, booleans and texts", "")),
    }
}

/// The type of a call: the operators and functions that conditions may use.
fn call_kind(function: &str, arguments: &[Kind]) -> Result<Kind, Refusal> {
    use Kind::{Boolean, Integer, List, Text, Texts};
    let found = match (function, arguments) {
        ("_==_" | "_!=_", [a, b]) if a == b => Some(Boolean),
        ("_?_:_", [Boolean, a, b]) if a == b => Some(*a),
        ("_&&_" | "_||_", [Boolean, Boolean])
        | ("!_" | "@not_strictly_false", [Boolean])
        | ("_<_" | "_<=_" | "_>_" | "_>=_", [Integer, Integer] | [Text, Text])
        | ("startsWith" | "endsWith" | "contains", [Text, Text])
        | ("@in", [Text, Texts]) => Some(Boolean),
        ("_+_" | "_-_" | "_*_", [Integer, Integer]) | ("-_", [Integer]) | ("size", [Text | Texts | List]) => {
            Some(Integer)
        }
        ("_+_", [Text, Text]) => Some(Text),
        ("_+_", [Texts | List, Texts | List]) => Some(Texts),
        _ => None,
    };
    found.ok_or_else(|| {
        let shown = function.trim_matches(['_', '@']);
        let kinds: Vec<&str> = arguments.iter().map(|kind| kind.words()).collect();
        refusal(format!("`{shown}` does not take {}", kinds.join(" and ")), shown)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::schema::table;
    use std::collections::BTreeMap;

    fn refused(text: &str) -> String {
        let options = BTreeMap::from([("max".to_owned(), OptionValue::Integer(3))]);
        let table = table("flake").expect("there is one");
        match Condition::compile(text, table, &Options::new(&options, None)) {
            Ok(_) => "accepted".to_owned(),
            Err(refusal) => refusal.message,
        }
    }

    #[test]
    fn good_conditions_are_accepted() {
        for text in [
            "flake.lines > max && !flake.generated",
            "flake.role in ['root', 'sub'] ? flake.lines * 2 > max : false",
            "flake.frameworks.exists(f, f.startsWith('flake'))",
            "size(flake.kinds.filter(k, k != 'packages')) > 1",
            "workspace.flakes == 1",
        ] {
            assert_eq!(refused(text), "accepted", "{text}");
        }
    }

    #[test]
    fn mistakes_are_refused_when_loaded() {
        for (text, message) in [
            ("flake.lnies > max", "unknown name `flake.lnies` in a condition"),
            ("flake.lines > mx", "unknown name `mx` in a condition"),
            ("flake.role > 3", "`>` does not take a text and a number"),
            ("false && flake.role > 3", "`>` does not take a text and a number"),
            ("flake.lines", "a condition is true or false, not a number"),
            ("input.name == 'a'", "unknown name `input.name` in a condition"),
            ("flake.lines / 2 > 1", "`/` does not take a number and a number"),
            ("flake.kinds.all(a, flake.kinds.all(b, a == b))", "`all`, `exists`, `map` and `filter` may not be nested"),
        ] {
            assert_eq!(refused(text), message, "{text}");
        }
    }

    #[test]
    fn hostile_conditions_are_refused_not_run() {
        assert!(refused(&format!("{} > 1", vec!["1"; 400].join("+"))).contains("more than 160 operators"));
        assert!(refused(&format!("{} > 1", vec!["1"; 60].join("+"))).contains("operators deep"));
        assert!(refused(&format!("{}1{} > 1", "(".repeat(80), ")".repeat(80))).contains("nest deeper"));
        assert!(refused(&"a".repeat(2000)).contains("1,024 bytes"));
        for text in ["", "&&", "'", "\u{0}", "flake.", "{}", "has(flake.lines)", "b'x' == b'x'", "1.5 > 1.0"] {
            assert_ne!(refused(text), "accepted", "{text:?}");
        }
    }

    /// The largest conditions that are let through, on a stack of the size that worker threads have.
    #[test]
    fn the_largest_conditions_fit_the_stack() {
        let terms = vec!["flake.lines"; 22].join("+");
        let good = [
            format!("{terms} > 3"),
            format!("{}flake.parsed", "!".repeat(150)),
            vec!["flake.parsed"; 40].join("&&"),
            format!("{}{}>3{}", "(".repeat(6), vec!["1"; 22].join("+"), ")".repeat(6)),
            format!("{}true{}", "true?(".repeat(6), "):true".repeat(6)),
            format!("{}true", "true?true:".repeat(20)),
            format!("size([{}]) > 1", vec!["1"; 500].join(",")),
            format!("flake.kinds.exists(k, k in [{}])", vec!["'a'"; 200].join(",")),
            format!("flake.kinds.exists(k, k + {} == 'a')", ["'a'"; 12].join("+")),
        ];
        let bad = [
            format!("{}{}", "(".repeat(6), "1".repeat(900)),
            "[".repeat(900),
            format!("a{}", ".b".repeat(150)),
            vec!["1"; 150].join("<"),
            "true?".repeat(150),
            "a(".repeat(6),
            "-".repeat(150),
        ];
        let run = move || {
            let started = std::time::Instant::now();
            for text in &good {
                let table = table("flake").expect("there is one");
                let options = Options::default();
                let condition = Condition::compile(text, table, &options);
                let condition = condition.unwrap_or_else(|refusal| panic!("{text}: {refusal:?}"));
                // A row without a flake: every name is missing, which is an error and no panic.
                let _ = condition.holds(Row::default(), &options);
            }
            for text in &bad {
                assert_ne!(refused(text), "accepted", "{text}");
            }
            started.elapsed()
        };
        let took = std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread").join();
        assert!(took.expect("no panic").as_secs() < 20);
    }
}
