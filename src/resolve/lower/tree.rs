//! A syntax tree lowered. Total: broken code becomes [`Kind::Error`] and the rest is kept.

use std::sync::Arc;

use rnix::ast::{self, AstToken, HasEntry};
use rnix::{SyntaxKind, SyntaxNode};
use rowan::NodeOrToken;
use rowan::ast::AstNode;

use super::super::ir::{AttrValue, ExprId, Formal, Formals, Ir, Key, Kind, Lambda, Loc, Name, Operator, Part, Text};
use super::super::text;
use super::{Builder, Building, Lowerer, add, by_name, cooked, insert};

/// Nesting at which lowering gives up on a piece of code; the parser's guard stops well before.
const MAX_DEPTH: u32 = 2_000;

/// Lowers a file.
pub(super) fn lower(green: rowan::GreenNode) -> Ir {
    let root = SyntaxNode::new_root(green);
    let mut lowerer = Lowerer::default();
    let root = ast::Root::cast(root).and_then(|r| r.expr()).map(|e| lowerer.expr(&e));
    Ir { exprs: lowerer.exprs, root }
}

fn loc(node: &SyntaxNode) -> Loc {
    let range = node.text_range();
    Loc { start: range.start().into(), end: range.end().into() }
}

impl Lowerer {
    fn option(&mut self, expr: Option<ast::Expr>, parent: &SyntaxNode) -> ExprId {
        if let Some(expr) = expr {
            return self.expr(&expr);
        }
        let end = loc(parent).end;
        self.push(Kind::Error, Loc { start: end, end })
    }

    fn expr(&mut self, expr: &ast::Expr) -> ExprId {
        let at = loc(expr.syntax());
        if self.depth >= MAX_DEPTH {
            return self.push(Kind::Error, at);
        }
        if let ast::Expr::Paren(paren) = expr {
            self.depth += 1;
            let inner = self.option(paren.expr(), expr.syntax());
            self.depth -= 1;
            return inner;
        }
        self.depth += 1;
        let kind = self.kind(expr);
        self.depth -= 1;
        self.push(kind, at)
    }

    fn kind(&mut self, expr: &ast::Expr) -> Kind {
        let node = expr.syntax();
        match expr {
            ast::Expr::Ident(e) => e.ident_token().map_or(Kind::Error, |t| Kind::Var(self.name(t.text()))),
            ast::Expr::Literal(e) => literal(e),
            ast::Expr::Str(_) => Kind::Str(self.string(node)),
            ast::Expr::PathAbs(_) | ast::Expr::PathRel(_) | ast::Expr::PathHome(_) => Kind::Path(self.path(node)),
            ast::Expr::PathSearch(_) => {
                let text = node.text().to_string();
                Kind::Search(self.name(text.trim_start_matches('<').trim_end_matches('>')))
            }
            ast::Expr::CurPos(_) => Kind::CurPos,
            ast::Expr::List(e) => Kind::List(e.items().map(|i| self.expr(&i)).collect()),
            ast::Expr::AttrSet(e) => {
                let builder = self.entries(e, e.rec_token().is_some());
                Kind::Set(Box::new(self.finish(builder)))
            }
            ast::Expr::LetIn(e) => {
                let builder = self.entries(e, true);
                let set = self.finish(builder);
                Kind::Let(Box::new(set), self.option(e.body(), node))
            }
            ast::Expr::LegacyLet(e) => {
                let builder = self.entries(e, true);
                Kind::LegacyLet(Box::new(self.finish(builder)))
            }
            ast::Expr::With(e) => Kind::With(self.option(e.namespace(), node), self.option(e.body(), node)),
            ast::Expr::Assert(e) => Kind::Assert(self.option(e.condition(), node), self.option(e.body(), node)),
            ast::Expr::IfElse(e) => Kind::If(
                self.option(e.condition(), node),
                self.option(e.body(), node),
                self.option(e.else_body(), node),
            ),
            ast::Expr::Lambda(e) => self.lambda(e),
            ast::Expr::Apply(e) => Kind::Apply(self.option(e.lambda(), node), self.option(e.argument(), node)),
            ast::Expr::Select(e) => {
                let of = self.option(e.expr(), node);
                let keys = self.keys(e.attrpath());
                let default = e.default_expr().map(|d| self.expr(&d));
                Kind::Select(of, keys.into(), default)
            }
            ast::Expr::HasAttr(e) => {
                let of = self.option(e.expr(), node);
                Kind::Has(of, self.keys(e.attrpath()).into())
            }
            ast::Expr::UnaryOp(e) => {
                let operand = self.option(e.expr(), node);
                match e.operator() {
                    Some(ast::UnaryOpKind::Negate) => Kind::Negate(operand),
                    _ => Kind::Not(operand),
                }
            }
            ast::Expr::BinOp(e) => match e.operator().map(operator) {
                Some(op) => Kind::Binary(op, self.option(e.lhs(), node), self.option(e.rhs(), node)),
                None => Kind::Error,
            },
            ast::Expr::Root(e) => {
                let inner = self.option(e.expr(), node);
                self.exprs[inner.0 as usize].kind.clone()
            }
            ast::Expr::Error(_) | ast::Expr::Paren(_) => Kind::Error,
        }
    }

    fn lambda(&mut self, lambda: &ast::Lambda) -> Kind {
        let mut param = None;
        let mut formals = None;
        match lambda.param() {
            Some(ast::Param::IdentParam(p)) => param = p.ident().and_then(|i| self.ident(&i)),
            Some(ast::Param::Pattern(p)) => {
                param = p.pat_bind().and_then(|b| b.ident()).and_then(|i| self.ident(&i));
                let entries = p
                    .pat_entries()
                    .filter_map(|entry| {
                        let (name, at) = self.ident(&entry.ident()?)?;
                        let default = entry.default().map(|d| self.expr(&d));
                        Some(Formal { name, at, default })
                    })
                    .collect::<Vec<Formal>>();
                let by_name = by_name(&entries, |f| &f.name);
                formals = Some(Formals { entries, by_name, ellipsis: p.ellipsis_token().is_some() });
            }
            None => {}
        }
        let body = self.option(lambda.body(), lambda.syntax());
        Kind::Lambda(Box::new(Lambda { param, formals, body }))
    }

    fn ident(&mut self, ident: &ast::Ident) -> Option<(Name, Loc)> {
        Some((self.name(ident.ident_token()?.text()), loc(ident.syntax())))
    }

    /// Text and interpolations of a string node. rnix's own `parts` asserts on broken trees; this does not.
    fn string(&mut self, node: &SyntaxNode) -> Text {
        let indented = node.first_token().is_some_and(|t| t.text() == "''");
        let mut raw = Vec::new();
        for child in node.children_with_tokens() {
            match child {
                NodeOrToken::Token(t) if t.kind() == SyntaxKind::TOKEN_STRING_CONTENT => {
                    raw.push(text::Raw::Text(t.text().to_owned()));
                }
                NodeOrToken::Token(_) => {}
                NodeOrToken::Node(n) => {
                    let inner = ast::Interpol::cast(n.clone()).and_then(|i| i.expr());
                    raw.push(text::Raw::Expr(self.option(inner, &n)));
                }
            }
        }
        cooked(raw, indented)
    }

    fn path(&mut self, node: &SyntaxNode) -> Box<[Part]> {
        let mut parts = Vec::new();
        for child in node.children_with_tokens() {
            match child {
                NodeOrToken::Token(t) => parts.push(Part::Text(self.name(t.text()))),
                NodeOrToken::Node(n) => {
                    let inner = ast::Interpol::cast(n.clone()).and_then(|i| i.expr());
                    parts.push(Part::Expr(self.option(inner, &n)));
                }
            }
        }
        parts.into()
    }

    fn keys(&mut self, path: Option<ast::Attrpath>) -> Vec<Key> {
        path.map(|p| p.attrs().map(|a| self.key(&a)).collect()).unwrap_or_default()
    }

    fn key(&mut self, attr: &ast::Attr) -> Key {
        let at = loc(attr.syntax());
        match attr {
            ast::Attr::Ident(i) => match i.ident_token() {
                Some(t) => Key::Static(self.name(t.text()), at),
                None => Key::Static(self.name(""), at),
            },
            ast::Attr::Dynamic(d) => {
                let inner = self.option(d.expr(), attr.syntax());
                self.static_string(inner, at)
            }
            ast::Attr::Str(s) => {
                let text = self.string(s.syntax());
                let id = self.push(Kind::Str(text), at);
                self.static_string(id, at)
            }
        }
    }

    fn entries(&mut self, set: &impl HasEntry, recursive: bool) -> Builder {
        let mut builder = Builder { recursive, loc: Some(loc(set.syntax())), ..Builder::default() };
        for entry in set.entries() {
            match entry {
                ast::Entry::Inherit(inherit) => self.inherit(&inherit, &mut builder),
                ast::Entry::AttrpathValue(entry) => {
                    let span = loc(entry.syntax());
                    let keys = self.keys(entry.attrpath());
                    let value = self.value(entry.value(), entry.syntax());
                    add(&mut builder, &keys, value, span);
                }
            }
        }
        builder
    }

    /// A set literal stays open, so that `a = { … }; a.b = …;` merge.
    fn value(&mut self, value: Option<ast::Expr>, entry: &SyntaxNode) -> Building {
        let mut value = value;
        // Parentheses mean nothing: `a = ({ … }); a.b = …;` merge too.
        while let Some(ast::Expr::Paren(paren)) = &value {
            value = paren.expr();
        }
        match value {
            Some(ast::Expr::AttrSet(set)) if self.depth < MAX_DEPTH => {
                self.depth += 1;
                let builder = self.entries(&set, set.rec_token().is_some());
                self.depth -= 1;
                Building::Nested(Box::new(builder))
            }
            other => Building::Done(AttrValue::Expr(self.option(other, entry))),
        }
    }

    fn inherit(&mut self, inherit: &ast::Inherit, builder: &mut Builder) {
        let from = inherit.from().map(|f| self.option(f.expr(), f.syntax()));
        if inherit.attrs().next().is_none() {
            builder.bare.extend(from);
        }
        for attr in inherit.attrs() {
            let Key::Static(name, at) = self.key(&attr) else { continue };
            let value = from.map_or(AttrValue::Inherit, AttrValue::InheritFrom);
            insert(builder, name, at, at, Building::Done(value));
        }
    }
}

fn literal(literal: &ast::Literal) -> Kind {
    match literal.kind() {
        ast::LiteralKind::Integer(i) => i.value().map_or(Kind::Error, Kind::Int),
        ast::LiteralKind::Float(f) => f.value().map_or(Kind::Error, Kind::Float),
        ast::LiteralKind::Uri(u) => {
            let text: Name = Arc::from(u.syntax().text());
            Kind::Str(Text { parts: Box::new([Part::Text(text)]), indented: false })
        }
    }
}

fn operator(op: ast::BinOpKind) -> Operator {
    match op {
        ast::BinOpKind::Concat => Operator::Concat,
        ast::BinOpKind::Update => Operator::Update,
        ast::BinOpKind::Add => Operator::Add,
        ast::BinOpKind::Sub => Operator::Subtract,
        ast::BinOpKind::Mul => Operator::Multiply,
        ast::BinOpKind::Div => Operator::Divide,
        ast::BinOpKind::And => Operator::And,
        ast::BinOpKind::Or => Operator::Or,
        ast::BinOpKind::Implication => Operator::Implies,
        ast::BinOpKind::Equal => Operator::Equal,
        ast::BinOpKind::NotEqual => Operator::NotEqual,
        ast::BinOpKind::Less => Operator::Less,
        ast::BinOpKind::LessOrEq => Operator::LessEqual,
        ast::BinOpKind::More => Operator::More,
        ast::BinOpKind::MoreOrEq => Operator::MoreEqual,
        ast::BinOpKind::PipeRight => Operator::PipeRight,
        ast::BinOpKind::PipeLeft => Operator::PipeLeft,
    }
}
