//! Which bindings are wiring, recognised by what they are *defined as*: package sets of an input, `lib`, lists of
//! systems, `genAttrs`-like helpers, constants and aliases of those. Coupling never counts them (demand.md's
//! measurement: 59 % of what two output kinds share is such wiring).

use super::ir::{AttrValue, ExprId, Ir, Key, Kind, Part};
use super::nodes::{FileGraph, NodeKind, ROOT};

/// Functions of `nixpkgs.lib` and flake-utils that spread a value over systems, and evaluators of wiring.
const SPREADERS: &[&str] = &[
    "genAttrs",
    "eachSystem",
    "eachDefaultSystem",
    "eachSystemMap",
    "eachDefaultSystemMap",
    "listToAttrs",
    "mapAttrs",
    "extend",
    "appendOverlays",
    "evalModule",
    "applyPatches",
    "elaborate",
    "intersectLists",
    "subtractLists",
    "fix",
    "map",
    "filter",
    "attrNames",
    "optionals",
    "optional",
    "unique",
];
/// Nested definitions that are looked through.
const MAX_DEPTH: u32 = 24;

struct Marker<'a> {
    ir: &'a Ir,
    graph: &'a FileGraph,
    known: Vec<Option<bool>>,
}

/// Marks the wiring of a file.
pub(super) fn mark(ir: &Ir, graph: &mut FileGraph) {
    let mut marker = Marker { ir, graph, known: vec![None; graph.nodes.len()] };
    let mut marks: Vec<bool> = (0..graph.nodes.len()).map(|node| marker.node(node as u32, 0)).collect();
    let named = named_from_outside(graph);
    // Parents come before what is written in them.
    for (index, node) in graph.nodes.iter().enumerate().skip(1) {
        let part = node.kind == NodeKind::Attribute && !marks[node.parent as usize] && !named[index];
        marks[index] &= !part;
    }
    for (node, mark) in graph.nodes.iter_mut().zip(marks) {
        node.plumbing = mark;
    }
}

/// Which nodes are named by code outside the binding they are written in. An attribute that is not (`pname = "x";`)
/// is a part of that binding, however simple its value.
fn named_from_outside(graph: &FileGraph) -> Vec<bool> {
    let mut named = vec![false; graph.nodes.len()];
    for (from, node) in graph.nodes.iter().enumerate() {
        for to in &node.edges {
            let owner = graph.nodes[*to as usize].parent;
            let mut at = from as u32;
            while at != owner && at != ROOT {
                at = graph.nodes[at as usize].parent;
            }
            named[*to as usize] |= at != owner;
        }
    }
    named
}

impl Marker<'_> {
    fn node(&mut self, index: u32, depth: u32) -> bool {
        if let Some(known) = self.known[index as usize] {
            return known;
        }
        // A binding that leads back to itself is not wiring unless the rest of it is.
        self.known[index as usize] = Some(true);
        let node = &self.graph.nodes[index as usize];
        let mark = match node.kind {
            NodeKind::File => false,
            NodeKind::Formal => true,
            NodeKind::Inherit => node.edges.iter().all(|e| self.node(*e, depth + 1)),
            NodeKind::Let | NodeKind::Attribute => match node.value {
                Some(value) => self.expr(value, depth + 1),
                None => node.edges.iter().all(|e| self.node(*e, depth + 1)),
            },
        };
        self.known[index as usize] = Some(mark);
        mark
    }

    fn expr(&mut self, expr: ExprId, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        let ir = self.ir;
        match ir.kind(expr) {
            Kind::Int(_) | Kind::Float(_) | Kind::Search(_) | Kind::CurPos => true,
            Kind::Str(text) => text.parts.iter().all(|p| match p {
                Part::Text(t) => t.lines().count() <= 1,
                Part::Expr(e) => self.expr(*e, depth + 1),
            }),
            Kind::Var(_) => match self.graph.meaning(expr) {
                Some(node) => self.node(node, depth),
                None => true,
            },
            Kind::Select(of, _, default) => {
                self.expr(*of, depth + 1) && default.is_none_or(|d| self.expr(d, depth + 1))
            }
            Kind::Has(of, _) | Kind::Not(of) | Kind::Negate(of) => self.expr(*of, depth + 1),
            Kind::List(items) => items.iter().all(|i| matches!(ir.kind(*i), Kind::Str(_) | Kind::Int(_))),
            Kind::Set(set) => {
                set.attrs.iter().all(|a| match self.graph.starting_at(a.at.start) {
                    Some(node) => self.node(node, depth + 1),
                    None => matches!(a.value, AttrValue::Expr(value) if self.expr(value, depth + 1)),
                }) && set.dynamic.iter().all(|d| self.expr(d.value, depth + 1))
            }
            Kind::Lambda(lambda) => self.expr(lambda.body, depth + 1),
            Kind::Let(_, body) | Kind::With(_, body) | Kind::Assert(_, body) => self.expr(*body, depth + 1),
            // Whatever chooses between two package sets, a package set is chosen.
            Kind::If(_, a, b) | Kind::Binary(_, a, b) => self.expr(*a, depth + 1) && self.expr(*b, depth + 1),
            Kind::Apply(..) => self.apply(expr, depth),
            Kind::Path(_) | Kind::LegacyLet(_) | Kind::Error => false,
        }
    }

    fn apply(&mut self, expr: ExprId, depth: u32) -> bool {
        let mut head = expr;
        let mut arguments = Vec::new();
        while let Kind::Apply(f, argument) = self.ir.kind(head) {
            arguments.push(*argument);
            head = *f;
        }
        arguments.reverse();
        let name = match self.ir.kind(head) {
            Kind::Var(name) => &**name,
            Kind::Select(_, keys, _) => match keys.last() {
                Some(Key::Static(name, _)) => &**name,
                _ => "",
            },
            _ => "",
        };
        if name == "import" {
            // `import nixpkgs { … }` is a package set whatever its configuration; a file of the tree is content.
            return !matches!(self.ir.kind(arguments[0]), Kind::Path(_)) && self.expr(arguments[0], depth + 1);
        }
        let spreads = SPREADERS.contains(&name);
        // A parameter that is called, or another piece of wiring.
        let local = matches!(self.ir.kind(head), Kind::Var(_))
            && self.graph.meaning(head).is_some_and(|node| self.node(node, depth));
        (spreads || local) && arguments.iter().all(|a| self.expr(*a, depth + 1))
    }
}
