//! `inputs` of a flake, in every spelling, read off the lowered `flake.nix`.
//!
//! Nix reads `flake.nix` without evaluating: `inputs`, `description` and `nixConfig` must be written out and
//! `outputs` must be a function (`flake.cc`, `isTrivial`). What is not is reported, and read as far as it goes.

use std::collections::BTreeMap;

use super::ir::{AttrValue, ExprId, Ir, Kind, Loc, Name, Part, Set};

/// The top level of a `flake.nix`.
#[derive(Clone, Debug, Default)]
pub struct Top {
    /// Inputs in order of name, formals of `outputs` without declaration included.
    pub inputs: Vec<Input>,
    /// What must be literal and is not: what, what it is instead, where.
    pub non_literal: Vec<(String, String, Loc)>,
    /// Attributes that Nix does not know.
    pub unsupported: Vec<(Name, Loc)>,
    /// Whether the file is a set, as it must be.
    pub is_set: bool,
    /// Whether there is an attribute `outputs`, whatever it is.
    pub has_outputs: bool,
    /// Place of the name `inputs`.
    pub inputs_at: Option<Loc>,
    /// Place of the name `outputs`.
    pub outputs_at: Option<Loc>,
    /// Place of the name `description`, else of the first attribute.
    pub head: Option<Loc>,
    /// The value of `outputs`.
    pub outputs: Option<ExprId>,
    /// Spans of what is neither inputs nor outputs.
    pub others: Vec<Loc>,
    /// Addresses in `nixConfig` that are fetched without authentication.
    pub insecure: Vec<(String, Loc)>,
}

/// A direct input.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Name.
    pub name: String,
    /// URL, as written or put together from `type`, `owner`, `repo` …
    pub url: Option<String>,
    /// Place of the URL.
    pub url_at: Option<Loc>,
    /// `follows` of the input itself.
    pub follows: Option<String>,
    /// Overrides of its inputs.
    pub overrides: Vec<Override>,
    /// `flake = false` turns it off.
    pub flake: bool,
    /// Declared in `inputs`, not only a formal.
    pub declared: bool,
    /// Place of its name.
    pub at: Loc,
}

/// An override of an input's input.
#[derive(Clone, Debug)]
pub struct Override {
    /// Path below the input, joined with `/`.
    pub path: String,
    /// What it follows; `None` for an override by URL.
    pub follows: Option<String>,
    /// Place of the overridden input's name.
    pub at: Loc,
}

/// Reads the top level of a `flake.nix`.
pub fn read(ir: &Ir) -> Top {
    let mut top = Top::default();
    let Some(root) = ir.root else { return top };
    let Kind::Set(set) = ir.kind(root) else {
        if !matches!(ir.kind(root), Kind::Error) {
            let loc = ir.expr(root).loc;
            top.non_literal.push(("flake.nix".into(), describe(ir, root).into(), loc));
        }
        // `let … in { … }` and the like: Nix refuses it, but what it means is plain.
        if let Some(inner) = inner_set(ir, root) {
            attributes(ir, inner, &mut top);
        }
        return top;
    };
    top.is_set = true;
    attributes(ir, set, &mut top);
    top
}

fn inner_set(ir: &Ir, mut expr: ExprId) -> Option<&Set> {
    loop {
        match ir.kind(expr) {
            Kind::Set(set) => return Some(set),
            Kind::Let(_, body) | Kind::With(_, body) | Kind::Assert(_, body) => expr = *body,
            _ => return None,
        }
    }
}

fn attributes(ir: &Ir, set: &Set, top: &mut Top) {
    top.head = set.attrs.iter().find(|a| &*a.name == "description").or(set.attrs.first()).map(|a| a.at);
    top.has_outputs = !set.dynamic.is_empty() || set.attrs.iter().any(|attr| &*attr.name == "outputs");
    for attr in &set.attrs {
        let AttrValue::Expr(value) = attr.value else { continue };
        match &*attr.name {
            "inputs" => {
                top.inputs_at = Some(attr.at);
                inputs(ir, value, top);
            }
            "outputs" => {
                top.outputs_at = Some(attr.at);
                top.outputs = Some(value);
                // `outputs = inputs: …` only: Nix looks for a function that is written out.
                if !matches!(ir.kind(value), Kind::Lambda(_) | Kind::Error) {
                    top.non_literal.push(("outputs".into(), describe(ir, value).into(), attr.at));
                }
            }
            "description" => {
                top.others.push(attr.span);
                literal(ir, value, "description", top);
            }
            name => {
                top.others.push(attr.span);
                if name == "nixConfig" {
                    literal(ir, value, "nixConfig", top);
                } else {
                    top.unsupported.push((attr.name.clone(), attr.at));
                }
            }
        }
    }
    if let Some(outputs) = top.outputs {
        formals(ir, outputs, top);
    }
    top.inputs.sort_by(|a, b| a.name.cmp(&b.name));
}

/// Formals of `outputs` that no declaration names are inputs from the registry.
fn formals(ir: &Ir, outputs: ExprId, top: &mut Top) {
    let Kind::Lambda(lambda) = ir.kind(outputs) else { return };
    for formal in lambda.formals.iter().flat_map(|f| &f.entries) {
        let declared = top.inputs.iter().any(|i| i.name == *formal.name);
        if !declared && &*formal.name != "self" && formal.default.is_none() {
            top.inputs
                .push(Input { name: formal.name.to_string(), flake: true, at: formal.at, ..Input::default() });
        }
    }
}

fn inputs(ir: &Ir, value: ExprId, top: &mut Top) {
    let Kind::Set(set) = ir.kind(value) else {
        literal(ir, value, "inputs", top);
        return;
    };
    for attr in &set.attrs {
        let name = attr.name.to_string();
        let mut input = Input { name: name.clone(), flake: true, declared: true, at: attr.at, ..Input::default() };
        if let AttrValue::Expr(value) = attr.value {
            one(ir, value, &format!("inputs.{name}"), &mut input, top);
        }
        top.inputs.push(input);
    }
    if let Some(dynamic) = set.dynamic.first() {
        top.non_literal
            .push(("inputs".into(), "a computed attribute name".into(), ir.expr(dynamic.key).loc));
    }
}

fn one(ir: &Ir, value: ExprId, path: &str, input: &mut Input, top: &mut Top) {
    let Kind::Set(set) = ir.kind(value) else {
        literal(ir, value, path, top);
        return;
    };
    let mut parts: BTreeMap<&str, String> = BTreeMap::new();
    for attr in &set.attrs {
        let AttrValue::Expr(value) = attr.value else { continue };
        let text = string(ir, value);
        match (&*attr.name, text) {
            ("url", Some(text)) => {
                input.url = Some(text);
                input.url_at = Some(ir.expr(value).loc);
            }
            ("follows", Some(text)) => input.follows = Some(text),
            ("flake", _) => input.flake = !matches!(ir.kind(value), Kind::Var(name) if &**name == "false"),
            ("inputs", _) => overrides(ir, value, "", input),
            (name, Some(text)) => {
                parts.insert(name, text);
                input.url_at = input.url_at.or(Some(ir.expr(value).loc));
            }
            (name, None) => literal(ir, value, &format!("{path}.{name}"), top),
        }
    }
    if input.url.is_none() {
        input.url = assemble(&parts);
        if input.url.is_none() {
            input.url_at = None;
        }
    }
}

fn overrides(ir: &Ir, value: ExprId, prefix: &str, input: &mut Input) {
    let Kind::Set(set) = ir.kind(value) else { return };
    for attr in &set.attrs {
        let AttrValue::Expr(value) = attr.value else { continue };
        let path = if prefix.is_empty() { attr.name.to_string() } else { format!("{prefix}/{}", attr.name) };
        let Kind::Set(inner) = ir.kind(value) else { continue };
        let member = |name: &str| {
            inner.attrs.iter().find(|a| &*a.name == name).and_then(|a| match a.value {
                AttrValue::Expr(value) => Some(value),
                _ => None,
            })
        };
        let follows = member("follows").and_then(|v| string(ir, v));
        if follows.is_some() || member("url").is_some() {
            input.overrides.push(Override { path: path.clone(), follows, at: attr.at });
        }
        if let Some(deeper) = member("inputs") {
            overrides(ir, deeper, &path, input);
        }
    }
}

/// `{ type = "github"; owner = "o"; repo = "r"; ref = "b"; }` as a URL.
fn assemble(parts: &BTreeMap<&str, String>) -> Option<String> {
    let part = |name: &str| parts.get(name).map(String::as_str);
    let query: Vec<String> =
        ["dir", "host", "submodules"].iter().filter_map(|k| Some(format!("{k}={}", part(k)?))).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    match part("type")? {
        forge @ ("github" | "gitlab" | "sourcehut") => {
            let reference = part("rev").or(part("ref")).map(|r| format!("/{r}")).unwrap_or_default();
            Some(format!("{forge}:{}/{}{reference}{query}", part("owner")?, part("repo")?))
        }
        "indirect" => Some(part("id")?.to_owned()),
        "path" => Some(format!("path:{}", part("path")?)),
        "git" => Some(format!("git+{}", part("url").unwrap_or_default())),
        _ => part("url").map(str::to_owned),
    }
}

/// A string without interpolations.
fn string(ir: &Ir, expr: ExprId) -> Option<String> {
    match ir.kind(expr) {
        Kind::Str(text) => match &*text.parts {
            [] => Some(String::new()),
            [Part::Text(text)] => Some(text.to_string()),
            _ => None,
        },
        Kind::Path(parts) => match &**parts {
            [Part::Text(text)] => Some(text.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// Reports the first part of a value that Nix would not take as written out.
fn literal(ir: &Ir, expr: ExprId, path: &str, top: &mut Top) {
    match ir.kind(expr) {
        Kind::Set(set) => {
            for attr in &set.attrs {
                if let AttrValue::Expr(value) = attr.value {
                    literal(ir, value, &format!("{path}.{}", attr.name), top);
                }
            }
            if let Some(dynamic) = set.dynamic.first() {
                top.non_literal
                    .push((path.to_owned(), "a computed attribute name".into(), ir.expr(dynamic.key).loc));
            }
        }
        Kind::List(items) => {
            for item in items {
                literal(ir, *item, path, top);
            }
        }
        Kind::Str(_) if string(ir, expr).is_some() => {
            let text = string(ir, expr).unwrap_or_default();
            if path.starts_with("nixConfig") && text.split_whitespace().any(is_insecure) {
                top.insecure.push((text, ir.expr(expr).loc));
            }
        }
        // A name is looked up without evaluation (`true`, or a sibling in a `rec` set).
        Kind::Int(_) | Kind::Float(_) | Kind::Path(_) | Kind::Var(_) | Kind::Error => {}
        _ => top.non_literal.push((path.to_owned(), describe(ir, expr).into(), ir.expr(expr).loc)),
    }
}

/// An address over plain HTTP that leaves the machine.
fn is_insecure(address: &str) -> bool {
    address.strip_prefix("http://").is_some_and(|rest| !is_local(rest))
}

/// Whether an address without its scheme is the machine itself.
pub(crate) fn is_local(address: &str) -> bool {
    let host = address.split(['/', '?', '#']).next().unwrap_or("");
    host.starts_with("[::1]") || matches!(host.split(':').next().unwrap_or(""), "localhost" | "127.0.0.1")
}

/// What an expression is, for a person.
fn describe(ir: &Ir, expr: ExprId) -> &'static str {
    match ir.kind(expr) {
        Kind::Apply(..) => "a function call",
        Kind::Let(..) | Kind::LegacyLet(_) => "a `let` expression",
        Kind::With(..) => "a `with` expression",
        Kind::If(..) => "an `if` expression",
        Kind::Assert(..) => "an `assert` expression",
        Kind::Str(_) => "a string with interpolations",
        Kind::Select(..) => "an attribute selection",
        Kind::Binary(..) => "an operator expression",
        Kind::Lambda(_) => "a function",
        Kind::List(_) => "a list",
        Kind::Var(_) => "a name",
        Kind::Set(_) => "a set",
        Kind::Path(_) | Kind::Search(_) => "a path",
        Kind::Int(_) | Kind::Float(_) => "a number",
        _ => "an expression",
    }
}
