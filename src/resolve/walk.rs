//! Makes the graph of one file. Purely static: names are resolved as Nix does it, lexical scopes before `with`
//! (Nix manual, "Scope").

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use thin_vec::ThinVec;

use super::frames::{Binds, Frame, Members, Steps, members_of};
use super::ir::{AttrValue, ExprId, Ir, Key, Kind, Lambda, Loc, Name, Operator, Part, Set};
use super::nodes::{CallRef, FileGraph, ImpureRef, Node, NodeKind, PathRef, ROOT, WithRef};

/// Attribute names that only builders of images and containers have: evidence for that concern.
pub(super) const IMAGE_BUILDERS: &[&str] = &[
    "dockerTools",
    "buildLayeredImage",
    "streamLayeredImage",
    "buildImage",
    "ociTools",
    "isoImage",
    "tarballBuilder",
    "nixosGenerate",
    "sdImage",
    "qcow",
    "nix2container",
    "singularity-tools",
];

/// A dotted name of more bytes is not written before the names in it.
const MAX_NAME: usize = 200;
/// Scopes on the way to a name after which the answer is kept: deep code names things again and again.
const FAR: usize = 24;

/// The node of a name, and whether a `with` is on the way.
type Resolved = (Option<u32>, bool);

struct Walker<'a> {
    ir: &'a Ir,
    graph: FileGraph,
    frames: Vec<Frame<'a>>,
    /// Sets that are written in a node's value, with the node of the first attribute, to follow `x.a`.
    sets: Vec<(u32, &'a Set, u32)>,
    /// By node, whether it is used as a whole.
    whole: Vec<bool>,
    /// Who selects from what, and the steps.
    selects: Vec<(u32, u32, Steps<'a>)>,
    /// Sets and `let`s so far.
    scopes: u32,
    /// Branches of `if` around what is walked.
    branches: u32,
    /// What names mean, seen from scopes that were far from where they were asked.
    far: RefCell<BTreeMap<(u32, Name), Resolved>>,
}

/// Builds the graph of a file. Recursion is bounded by the nesting that lowering lets through.
pub(crate) fn graph(ir: &Ir, length: u32) -> FileGraph {
    let mut walker = Walker {
        ir,
        graph: FileGraph::default(),
        frames: Vec::new(),
        sets: Vec::new(),
        whole: Vec::new(),
        selects: Vec::new(),
        scopes: 0,
        branches: 0,
        far: RefCell::default(),
    };
    walker.graph.resolved = vec![ROOT; ir.exprs.len()];
    let whole = Loc { start: 0, end: length };
    walker.node(NodeKind::File, Name::default(), Loc { start: 0, end: 0 }, whole, ROOT, ir.root);
    let Some(root) = ir.root else { return walker.graph };
    let top = walker.frame(None, Binds::Nothing);
    if let Kind::Lambda(lambda) = ir.kind(root) {
        let has_default = |formal: &super::ir::Formal| formal.default.is_some();
        walker.graph.needs_arguments = !lambda.formals.as_ref().is_some_and(|f| f.entries.iter().all(has_default));
        walker.walk(root, top, ROOT);
        let first = walker.graph.nodes.iter().enumerate().skip(1);
        let formals: Vec<_> = first
            .filter(|(_, n)| n.kind == NodeKind::Formal && n.parent == ROOT)
            .map(|(i, n)| (n.name.clone(), i))
            .collect();
        for (name, index) in formals {
            walker.graph.formals.entry(name).or_insert(index as u32);
        }
    } else {
        walker.walk(root, top, ROOT);
    }
    walker.follow_selects();
    walker.index();
    super::plumbing::mark(ir, &mut walker.graph);
    walker.graph
}

impl<'a> Walker<'a> {
    fn frame(&mut self, parent: Option<u32>, binds: Binds<'a>) -> u32 {
        self.frames.push(Frame { parent, binds });
        self.frames.len() as u32 - 1
    }

    fn node(&mut self, kind: NodeKind, name: Name, at: Loc, span: Loc, parent: u32, value: Option<ExprId>) -> u32 {
        let index = self.graph.nodes.len() as u32;
        self.graph.nodes.push(Node {
            kind,
            name,
            at,
            span,
            parent,
            value,
            edges: ThinVec::new(),
            bound: ThinVec::new(),
            reads: ThinVec::new(),
            paths: ThinVec::new(),
            calls: ThinVec::new(),
            plumbing: false,
            with: false,
            image: false,
            warns: false,
            scope: self.scopes,
        });
        self.whole.push(false);
        index
    }

    /// Fills in the tables of the graph.
    fn index(&mut self) {
        let graph = &mut self.graph;
        graph.by_start = (0..).zip(&graph.nodes).skip(1).map(|(index, node)| (node.at.start, index)).collect();
        // Of nodes that start together the first counts.
        graph.by_start.sort_unstable();
        graph.by_start.dedup_by_key(|(start, _)| *start);
        graph.whole = (0..).zip(&self.whole).filter(|(_, whole)| **whole).map(|(index, _)| index).collect();
    }

    fn own(&mut self, owner: u32) -> &mut Node {
        &mut self.graph.nodes[owner as usize]
    }

    fn edge(&mut self, from: u32, to: u32) {
        let edges = &mut self.own(from).edges;
        if edges.last() != Some(&to) {
            edges.push(to);
        }
    }

    /// Notes that a node's own code names a formal.
    fn read(&mut self, owner: u32, target: u32, selected: Option<Name>) {
        if self.graph.nodes[target as usize].kind == NodeKind::Formal {
            self.own(owner).reads.push((target, selected));
        }
    }

    /// Lexical scopes only; whether a `with` is on the way comes back too.
    fn resolve(&self, frame: u32, name: &str) -> Resolved {
        let mut next = Some(frame);
        let mut with = false;
        let mut steps = 0;
        while let Some(index) = next {
            let frame = &self.frames[index as usize];
            if let Some(node) = frame.binds.get(name) {
                return (Some(node), with);
            }
            with |= matches!(frame.binds, Binds::With);
            next = frame.parent;
            steps += 1;
            if steps == FAR
                && let Some(outer) = next
            {
                let key = (outer, Name::from(name));
                if let Some((node, through)) = self.far.borrow().get(&key) {
                    return (*node, with | through);
                }
                let found = self.resolve(outer, name);
                self.far.borrow_mut().insert(key, found);
                return (found.0, with | found.1);
            }
        }
        (None, with)
    }

    fn reference(&mut self, expr: Option<ExprId>, frame: u32, owner: u32, name: &str) -> Option<u32> {
        match self.resolve(frame, name) {
            (Some(node), _) => {
                if let Some(expr) = expr {
                    self.graph.resolved[expr.0 as usize] = node;
                }
                Some(node)
            }
            (None, with) => {
                self.own(owner).with |= with;
                None
            }
        }
    }

    fn walk(&mut self, expr: ExprId, frame: u32, owner: u32) {
        let ir = self.ir;
        match ir.kind(expr) {
            Kind::Error | Kind::Int(_) | Kind::Float(_) | Kind::CurPos => {}
            Kind::Var(name) => {
                if let Some(node) = self.reference(Some(expr), frame, owner, name) {
                    self.whole[node as usize] = true;
                    self.read(owner, node, None);
                    self.edge(owner, node);
                }
            }
            Kind::Str(text) => self.parts(&text.parts, frame, owner),
            Kind::Path(parts) => self.path(expr, parts, frame, owner, false),
            Kind::Search(name) => self.impure(format!("<{name}>"), expr, owner),
            Kind::List(items) => {
                for item in items {
                    self.argument(*item, frame, owner);
                }
            }
            Kind::Set(set) | Kind::LegacyLet(set) => {
                self.set(set, frame, owner, NodeKind::Attribute);
            }
            Kind::Let(set, body) => {
                let inner = self.set(set, frame, owner, NodeKind::Let);
                self.walk(*body, inner, owner);
            }
            Kind::With(namespace, body) => self.with(expr, *namespace, *body, frame, owner),
            Kind::Assert(a, b) | Kind::Binary(_, a, b) => {
                self.argument(*a, frame, owner);
                self.argument(*b, frame, owner);
            }
            Kind::If(a, b, c) => {
                self.argument(*a, frame, owner);
                self.branches += 1;
                self.argument(*b, frame, owner);
                self.argument(*c, frame, owner);
                self.branches -= 1;
            }
            Kind::Lambda(lambda) => self.lambda(lambda, frame, owner),
            Kind::Apply(f, argument) => {
                self.script(*argument, || callee(ir, *f));
                self.walk(*f, frame, owner);
                let start = self.graph.nodes.len();
                self.argument(*argument, frame, owner);
                self.call(*f, start, owner);
            }
            Kind::Select(of, keys, default) => {
                self.select(expr, *of, keys, frame, owner);
                if let Some(default) = default {
                    self.walk(*default, frame, owner);
                }
            }
            Kind::Has(of, keys) => {
                self.walk(*of, frame, owner);
                self.keys(keys, frame, owner);
            }
            Kind::Not(e) | Kind::Negate(e) => self.walk(*e, frame, owner),
        }
    }

    /// An operand or list item: a path there means the file it leads to.
    fn argument(&mut self, expr: ExprId, frame: u32, owner: u32) {
        let ir = self.ir;
        match ir.kind(expr) {
            Kind::Path(parts) => self.path(expr, parts, frame, owner, true),
            _ => self.walk(expr, frame, owner),
        }
    }

    fn keys(&mut self, keys: &[Key], frame: u32, owner: u32) {
        for key in keys {
            if let Key::Dynamic(expr) = key {
                self.walk(*expr, frame, owner);
            }
        }
    }

    fn parts(&mut self, parts: &[Part], frame: u32, owner: u32) {
        for part in parts {
            if let Part::Expr(expr) = part {
                self.walk(*expr, frame, owner);
            }
        }
    }

    fn path(&mut self, expr: ExprId, parts: &[Part], frame: u32, owner: u32, imported: bool) {
        let at = self.ir.expr(expr).loc;
        if let Some(Part::Text(text)) = parts.first() {
            let whole = parts.len() == 1;
            self.own(owner).paths.push(PathRef { text: text.to_string(), whole, imported, at });
        }
        self.parts(parts, frame, owner);
    }

    fn with(&mut self, expr: ExprId, namespace: ExprId, body: ExprId, frame: u32, owner: u32) {
        self.walk(namespace, frame, owner);
        let inner = self.frame(Some(frame), Binds::With);
        let (whole, space) = (self.ir.expr(expr).loc, self.ir.expr(namespace).loc);
        let mut outer = Some(frame);
        let mut nested = false;
        while let Some(index) = outer {
            nested |= matches!(self.frames[index as usize].binds, Binds::With);
            outer = self.frames[index as usize].parent;
        }
        self.graph.withs.push(WithRef {
            at: Loc { start: whole.start, end: space.end },
            namespace: space,
            body: self.ir.expr(body).loc,
            nested,
            lists_names: is_list(self.ir, body) && holds_names(self.ir, body),
        });
        self.walk(body, inner, owner);
    }

    fn lambda(&mut self, lambda: &'a Lambda, frame: u32, owner: u32) {
        let first = self.graph.nodes.len() as u32;
        let inner = self.frame(Some(frame), Binds::Parameters(lambda, first));
        if let Some((name, at)) = &lambda.param {
            self.node(NodeKind::Formal, name.clone(), *at, *at, owner, None);
        }
        let mut defaults = Vec::new();
        for formal in lambda.formals.iter().flat_map(|f| &f.entries) {
            let node = self.node(NodeKind::Formal, formal.name.clone(), formal.at, formal.at, owner, formal.default);
            self.own(owner).bound.push(node);
            defaults.extend(formal.default.map(|d| (d, node)));
        }
        for (default, node) in defaults {
            self.argument(default, inner, node);
        }
        self.argument(lambda.body, inner, owner);
    }

    /// Makes the nodes of a set or `let` and walks their values. Returns the frame of a `let`'s body.
    fn set(&mut self, set: &'a Set, frame: u32, owner: u32, kind: NodeKind) -> u32 {
        let first = self.graph.nodes.len() as u32;
        let inner = if set.recursive { self.frame(Some(frame), Binds::Set(set, first)) } else { frame };
        let prefix = match &self.graph.nodes[owner as usize] {
            // Long names in long names would take the square of the file.
            Node { kind: NodeKind::Attribute, name, .. } if kind == NodeKind::Attribute && name.len() > MAX_NAME => {
                "….".to_owned()
            }
            Node { kind: NodeKind::Attribute, name, .. } if kind == NodeKind::Attribute => format!("{name}."),
            _ => String::new(),
        };
        self.scopes += 1;
        self.sets.push((owner, set, first));
        for attr in &set.attrs {
            let kind = match (kind, attr.value) {
                (NodeKind::Let, AttrValue::Inherit | AttrValue::InheritFrom(_)) => NodeKind::Inherit,
                (kind, _) => kind,
            };
            let value = match attr.value {
                AttrValue::Expr(value) => Some(value),
                _ => None,
            };
            let name = match &*prefix {
                "" => attr.name.clone(),
                prefix => Name::from([prefix, &*attr.name].concat()),
            };
            let node = self.node(kind, name, attr.at, attr.span, owner, value);
            if kind == NodeKind::Attribute {
                self.edge(owner, node);
            }
        }
        for (attr, node) in set.attrs.iter().zip(first..) {
            self.attr(&attr.name, attr.value, node, frame, inner);
        }
        for source in &set.bare {
            self.walk(*source, inner, owner);
        }
        for dynamic in &set.dynamic {
            self.walk(dynamic.key, inner, owner);
            let at = self.ir.expr(dynamic.key).loc;
            let node = self.node(kind, format!("{prefix}${{…}}").into(), at, dynamic.span, owner, Some(dynamic.value));
            self.edge(owner, node);
            self.walk(dynamic.value, inner, node);
        }
        inner
    }

    /// Notes an indented string that is a script by the name of what it is given to.
    fn script<'n>(&mut self, expr: ExprId, name: impl FnOnce() -> &'n str) {
        if let Kind::Str(text) = self.ir.kind(expr)
            && text.indented
            && is_scripts(name())
        {
            self.graph.scripts.push(self.ir.expr(expr).loc);
        }
    }

    fn attr(&mut self, name: &'a Name, value: AttrValue, node: u32, outer: u32, inner: u32) {
        if let AttrValue::Expr(value) = value {
            self.script(value, || name);
            let head = callee(self.ir, value);
            self.own(node).warns =
                matches!(head, "warn" | "warnIf" | "warnIfNot" | "throw" | "throwIf" | "trace" | "traceVerbose");
        }
        match value {
            AttrValue::Expr(value) => match self.ir.kind(value) {
                // `src = ./.` names a tree of files, `modules.x = ./x` a module.
                Kind::Path(_) if !matches!(&**name, "src" | "root" | "path") => self.argument(value, inner, node),
                _ => self.walk(value, inner, node),
            },
            AttrValue::Inherit => {
                if let Some(target) = self.reference(None, outer, node, name) {
                    self.whole[target as usize] = true;
                    self.read(node, target, None);
                    self.edge(node, target);
                }
            }
            AttrValue::InheritFrom(from) => match self.called(from, inner, node) {
                Some(target) => self.selects.push((node, target, Steps::Inherited(name))),
                None => self.walk(from, inner, node),
            },
        }
    }

    fn select(&mut self, expr: ExprId, of: ExprId, keys: &'a [Key], frame: u32, owner: u32) {
        self.keys(keys, frame, owner);
        let steps = Steps::Keys(keys);
        if steps.iter().any(|name| IMAGE_BUILDERS.contains(&&**name)) {
            self.own(owner).image = true;
        }
        if let Some(target) = self.called(of, frame, owner) {
            self.selects.push((owner, target, steps));
            return;
        }
        let Kind::Var(source) = self.ir.kind(of) else { return self.walk(of, frame, owner) };
        if let Some(first @ ("currentSystem" | "getEnv")) = steps.get(0).map(|name| &**name)
            && &**source == "builtins"
        {
            self.impure(format!("builtins.{first}"), expr, owner);
        }
    }

    /// The binding behind `x`, or behind the function of `f a b`, whose arguments are walked.
    fn called(&mut self, expr: ExprId, frame: u32, owner: u32) -> Option<u32> {
        let mut head = expr;
        let mut arguments = Vec::new();
        while let Kind::Apply(f, argument) = self.ir.kind(head) {
            arguments.push(*argument);
            head = *f;
        }
        let Kind::Var(source) = self.ir.kind(head) else { return None };
        let target = self.reference(Some(head), frame, owner, source)?;
        if !arguments.is_empty() && self.graph.nodes[target as usize].kind != NodeKind::Let {
            return None;
        }
        for argument in arguments {
            self.argument(argument, frame, owner);
        }
        Some(target)
    }

    /// Notes an impure read, unless it is in the default of a formal: who calls the function can pass another value.
    fn impure(&mut self, what: String, expr: ExprId, owner: u32) {
        let mut at = owner;
        while at != ROOT {
            let node = &self.graph.nodes[at as usize];
            if node.kind == NodeKind::Formal {
                return;
            }
            at = node.parent;
        }
        let at = self.ir.expr(expr).loc;
        self.graph.impure.push(ImpureRef { what, at, chosen: self.branches > 0 });
    }

    /// `x.a.b` reaches the attribute `a.b` of `x` where `x` is a set that is written out, else all of `x`.
    fn follow_selects(&mut self) {
        let members: OnceCell<Members> = OnceCell::new();
        for (owner, target, steps) in std::mem::take(&mut self.selects) {
            if self.graph.nodes[target as usize].kind == NodeKind::Formal {
                self.read(owner, target, steps.get(0).cloned());
                self.whole[target as usize] |= steps.get(0).is_none();
            }
            let written_out =
                |node: u32| self.graph.nodes[node as usize].value.is_some_and(|v| is_written_out(self.ir, v));
            if !written_out(target) {
                self.edge(owner, target);
                continue;
            }
            // `{ a = f; } // { a = g; }` has two of a name, and both may count.
            let mut nodes = vec![target];
            for name in steps.iter() {
                let members = |node: &u32| {
                    let all = members.get_or_init(|| members_of(&self.sets));
                    all.get(&(*node, &**name))
                };
                if !nodes.iter().all(|node| written_out(*node) && members(node).is_some()) {
                    break;
                }
                nodes = nodes.iter().filter_map(members).flatten().copied().collect();
            }
            if nodes != [target] {
                self.own(owner).bound.push(target);
            }
            for node in nodes {
                self.edge(owner, node);
            }
        }
    }

    /// Notes `import ./x { … }` and `callPackage ./x { … }`: the attributes made since `start` are arguments.
    fn call(&mut self, f: ExprId, start: usize, owner: u32) {
        let Kind::Apply(_, path) = self.ir.kind(f) else { return };
        let Kind::Path(parts) = self.ir.kind(*path) else { return };
        let [Part::Text(text)] = &**parts else { return };
        let arguments: Vec<(Name, u32)> = self.graph.nodes[start..]
            .iter()
            .enumerate()
            .filter(|(_, n)| n.kind == NodeKind::Attribute && n.parent == owner)
            .map(|(i, n)| (Name::from(n.name.rsplit('.').next().unwrap_or(&n.name)), (start + i) as u32))
            .collect();
        let path = text.to_string();
        self.own(owner).calls.push(CallRef { path, arguments });
    }
}

/// Whether what has this name is given shell code.
fn is_scripts(name: &str) -> bool {
    name.starts_with("writeShell")
        || name.starts_with("writeScript")
        || name.starts_with("runCommand")
        || matches!(
            name,
            "shellHook" | "script" | "preStart" | "postStart" | "text" | "buildCommand" | "interactiveShellInit"
        )
        || name.ends_with("Phase")
        // NixOS tests are driven in Python.
        || name.ends_with("Script") && name != "testScript"
}

/// Whether an expression is a list, or is put together from lists.
fn is_list(ir: &Ir, expr: ExprId) -> bool {
    match ir.kind(expr) {
        Kind::List(_) => true,
        Kind::Binary(Operator::Concat, a, b) | Kind::If(_, a, b) => is_list(ir, *a) && is_list(ir, *b),
        Kind::Apply(_, argument) => callee(ir, expr).starts_with("optional") && is_list(ir, *argument),
        _ => false,
    }
}

/// Whether an expression is made of names, short texts and calls of them: no code in which a name could get lost.
fn holds_names(ir: &Ir, expr: ExprId) -> bool {
    match ir.kind(expr) {
        Kind::Var(_) | Kind::Int(_) | Kind::Path(_) | Kind::Search(_) => true,
        Kind::Str(text) => !text.indented,
        Kind::List(items) => items.iter().all(|item| holds_names(ir, *item)),
        Kind::Select(of, ..) => holds_names(ir, *of),
        Kind::Binary(_, a, b) | Kind::Apply(a, b) => holds_names(ir, *a) && holds_names(ir, *b),
        Kind::Has(e, _) | Kind::Not(e) | Kind::With(_, e) => holds_names(ir, *e),
        Kind::If(a, b, c) => [a, b, c].into_iter().all(|e| holds_names(ir, *e)),
        Kind::Lambda(lambda) => holds_names(ir, lambda.body),
        Kind::Set(set) => {
            set.dynamic.is_empty()
                && set.attrs.iter().all(|attr| match attr.value {
                    AttrValue::Expr(value) => holds_names(ir, value),
                    AttrValue::Inherit | AttrValue::InheritFrom(_) => true,
                })
        }
        _ => false,
    }
}

/// The name of the function at the head of a call: `pkgs.writeShellScriptBin "x"` is `writeShellScriptBin`.
pub(crate) fn callee(ir: &Ir, expr: ExprId) -> &str {
    let mut head = expr;
    while let Kind::Apply(f, _) = ir.kind(head) {
        head = *f;
    }
    match ir.kind(head) {
        Kind::Var(name) => name,
        Kind::Select(_, keys, _) => match keys.last() {
            Some(Key::Static(name, _)) => name,
            _ => "",
        },
        _ => "",
    }
}

/// Whether an expression is a set whose names are all written out, or a function that gives one: a literal, or
/// literals joined by `//`, some of them perhaps under `optionalAttrs`.
fn is_written_out(ir: &Ir, expr: ExprId) -> bool {
    match ir.kind(expr) {
        Kind::Lambda(lambda) => is_written_out(ir, lambda.body),
        Kind::Apply(_, argument) if callee(ir, expr) == "optionalAttrs" => is_written_out(ir, *argument),
        Kind::Set(set) => set.dynamic.is_empty(),
        Kind::Binary(Operator::Update, a, b) => is_written_out(ir, *a) && is_written_out(ir, *b),
        Kind::Let(_, body) => is_written_out(ir, *body),
        _ => false,
    }
}
