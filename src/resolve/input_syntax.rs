//! How the inputs of a `flake.nix` are written: where an override is added in the file's own style, and what goes with
//! an input that is taken out. Works on the syntax tree, because line ends and indentation count here.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rnix::SyntaxNode;
use rnix::ast::{self, HasEntry};
use rowan::ast::AstNode;

use super::cuts::{self, Edits};
use super::ir::{Ir, Kind};

/// Attribute paths are read this deep: `inputs.a.inputs.b.follows`.
const DEEPEST: usize = 4;

/// A place for one more statement.
#[derive(Clone, Debug)]
pub(crate) struct Insertion {
    /// Where.
    pub(crate) at: u32,
    /// What stands before the overridden input's name: line end, indentation, the path down to `inputs.`.
    pub(crate) before: String,
    /// What stands behind the statement.
    pub(crate) after: String,
    /// How well the place suits: an `inputs` set of the input beats a statement beside, and so on.
    rank: u32,
}

/// What is known of the spelling of each input.
#[derive(Clone, Debug, Default)]
pub(crate) struct InputSyntax {
    /// Where an override of an input's input is added, by input.
    pub(crate) insertions: BTreeMap<String, Insertion>,
    /// What goes with an input: its statements, and its name among the arguments of `outputs`. Not there where it
    /// cannot be taken out by cutting.
    pub(crate) cuts: BTreeMap<String, Edits>,
}

/// Reads the spelling off a file's tree; empty where the file is no flake.
pub(super) fn read(ir: &Ir, cuts: &cuts::Lazy<'_>) -> InputSyntax {
    let root = ir.root.map(|root| ir.kind(root));
    let Some(Kind::Set(set)) = root else { return InputSyntax::default() };
    let has = |name: &str| set.attrs.iter().any(|attr| &*attr.name == name);
    if !has("inputs") || !has("outputs") {
        return InputSyntax::default();
    }
    let Some(cuts) = cuts.get() else { return InputSyntax::default() };
    let tree = cuts.root().clone();
    let mut reader = Reader { text: cuts.text(), found: InputSyntax::default(), statements: BTreeMap::new() };
    let top = ast::Root::cast(tree).and_then(|root| root.expr());
    if let Some(ast::Expr::AttrSet(top)) = top {
        reader.block(&top, &[], 0);
    }
    let Reader { mut found, statements, .. } = reader;
    let formals = formals(ir, set);
    for (input, ranges) in statements {
        let mut edits = cuts.statements(ranges);
        if let Some(place) = formals.get(&input) {
            let formal = cuts.formals(&BTreeSet::from([*place]));
            if formal.is_empty() {
                continue;
            }
            edits.extend(formal);
        }
        found.cuts.insert(input, edits);
    }
    found
}

/// Places of the names that `outputs` takes.
fn formals(ir: &Ir, set: &super::ir::Set) -> BTreeMap<String, u32> {
    let outputs = set.attrs.iter().find(|attr| &*attr.name == "outputs");
    let Some(super::ir::AttrValue::Expr(outputs)) = outputs.map(|attr| attr.value) else { return BTreeMap::new() };
    let Kind::Lambda(lambda) = ir.kind(outputs) else { return BTreeMap::new() };
    let entries = lambda.formals.iter().flat_map(|formals| &formals.entries);
    entries.map(|formal| (formal.name.to_string(), formal.at.start)).collect()
}

struct Reader<'a> {
    text: &'a str,
    found: InputSyntax,
    /// Statements that are wholly about one input.
    statements: BTreeMap<String, Vec<Range<usize>>>,
}

fn range(node: &SyntaxNode) -> Range<usize> {
    let range = node.text_range();
    usize::from(range.start())..usize::from(range.end())
}

/// The name of a step that is written out.
fn name(attr: &ast::Attr) -> Option<String> {
    match attr {
        ast::Attr::Ident(ident) => Some(ident.to_string()),
        ast::Attr::Str(_) => {
            let text = attr.syntax().text().to_string();
            let inner = text.strip_prefix('"')?.strip_suffix('"')?;
            (!inner.contains(['$', '\\', '"'])).then(|| inner.to_owned())
        }
        ast::Attr::Dynamic(_) => None,
    }
}

impl Reader<'_> {
    /// Reads the statements of a set that stands at `above`.
    fn block(&mut self, set: &ast::AttrSet, above: &[String], depth: usize) {
        for statement in set.attrpath_values() {
            let Some(path) = statement.attrpath() else { continue };
            let attrs: Vec<ast::Attr> = path.attrs().collect();
            let names: Option<Vec<String>> = attrs.iter().map(name).collect();
            let Some(names) = names else { continue };
            let full: Vec<String> = above.iter().cloned().chain(names).collect();
            if full.first().is_none_or(|first| first != "inputs") {
                continue;
            }
            let own = range(statement.syntax());
            if above.len() < 2
                && let Some(input) = full.get(1)
            {
                self.statements.entry(input.clone()).or_default().push(own.clone());
            }
            self.beside(&own, &attrs, above.len(), &full);
            if let Some(ast::Expr::AttrSet(inner)) = statement.value()
                && depth < DEEPEST
            {
                self.within(&inner, &full);
                self.block(&inner, &full, depth + 1);
            }
        }
    }

    fn offer(&mut self, input: &str, insertion: Insertion) {
        let better = self.found.insertions.get(input).is_none_or(|old| old.rank <= insertion.rank);
        if better {
            self.found.insertions.insert(input.to_owned(), insertion);
        }
    }

    /// Behind a statement about an input, with the path as far as it is written here.
    fn beside(&mut self, own: &Range<usize>, attrs: &[ast::Attr], above: usize, full: &[String]) {
        let Some(input) = full.get(1) else { return };
        let written = |upto: usize| {
            let steps = attrs.iter().take(upto.saturating_sub(above));
            steps.map(|attr| attr.syntax().text().to_string() + ".").collect::<String>()
        };
        // `inputs.a.inputs.b.follows` leaves `inputs.a.inputs.`; `inputs.a.url` leaves `inputs.a.`.
        let (prefix, rank) = match full.get(2).map(String::as_str) {
            Some("inputs") if full.len() > 3 && above <= 3 => (written(3), 3),
            Some(_) if above <= 2 => (format!("{}inputs.", written(2)), 1),
            None if above <= 1 && attrs.len() + above == 2 => (format!("{}inputs.", written(2)), 0),
            _ => return,
        };
        let insertion = self.behind(own, &prefix, rank);
        self.offer(input, insertion);
    }

    /// At the end of a set that stands at `path`.
    fn within(&mut self, set: &ast::AttrSet, path: &[String]) {
        let (prefix, rank) = match path {
            [inputs, _, inner] if inputs == "inputs" && inner == "inputs" => ("", 4),
            [inputs, _] if inputs == "inputs" => ("inputs.", 2),
            _ => return,
        };
        let insertion = if let Some(last) = set.entries().last() {
            self.behind(&range(last.syntax()), prefix, rank)
        } else {
            let Some(open) = set.l_curly_token() else { return };
            let at = u32::from(open.text_range().end());
            let close = self.text[at as usize..].starts_with('}');
            let after = if close { " ".to_owned() } else { String::new() };
            Insertion { at, before: format!(" {prefix}"), after, rank }
        };
        self.offer(&path[1], insertion);
    }

    fn behind(&self, own: &Range<usize>, prefix: &str, rank: u32) -> Insertion {
        let start = self.text[..own.start].rfind('\n').map_or(0, |at| at + 1);
        let indent = &self.text[start..own.start];
        let rest = &self.text[own.end..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let line = line.strip_suffix('\r').unwrap_or(line);
        let alone = indent.trim().is_empty() && (line.trim().is_empty() || line.trim_start().starts_with('#'));
        if alone {
            let end = if rest[line.len()..].starts_with('\r') { "\r\n" } else { "\n" };
            let at = (own.end + line.len()) as u32;
            return Insertion { at, before: format!("{end}{indent}{prefix}"), after: String::new(), rank };
        }
        Insertion { at: own.end as u32, before: format!(" {prefix}"), after: String::new(), rank }
    }
}
