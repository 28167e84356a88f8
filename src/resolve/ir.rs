//! The lowered form of one file: what later steps read instead of syntax nodes.
//!
//! Attribute paths are merged into nested sets as Nix does (`a.b = 1; a.c = 2;` is one set `a`),
//! parentheses are gone, and every name keeps the place it is written at. The form is owned, `Send`,
//! and about a quarter of the syntax tree's size.

use std::sync::Arc;

pub use crate::parse::tape::Operator;
use crate::source::{FileId, Span};

/// A name or a piece of text.
pub type Name = Arc<str>;

/// Up to this many names a look-up goes through all of them.
pub(super) const FEW: usize = 8;

/// Whether two names are the same. Names of one file share their text, so that most comparisons end at the address, and
/// of those that are as long as each other most differ in their last byte.
pub(super) fn is_same(a: &str, b: &str) -> bool {
    a.len() == b.len() && (std::ptr::eq(a, b) || a.as_bytes().last() == b.as_bytes().last() && a == b)
}

/// UTF-8 byte offsets within the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Loc {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Loc {
    /// The same place with its file.
    pub fn span(self, file: FileId) -> Span {
        Span::new(file, self.start..self.end)
    }
}

/// Number of an expression within its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

/// A lowered file.
#[derive(Clone, Debug, Default)]
pub struct Ir {
    /// All expressions; children come before their parents.
    pub exprs: Vec<Expr>,
    /// The file's expression; `None` where nothing could be read.
    pub root: Option<ExprId>,
}

impl Ir {
    /// An expression by its number.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    /// Gives back what was set aside for more.
    pub(super) fn trimmed(mut self) -> Self {
        self.exprs.shrink_to_fit();
        self
    }

    /// The kind of an expression.
    pub fn kind(&self, id: ExprId) -> &Kind {
        &self.expr(id).kind
    }
}

/// An expression and its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Where it is written, parentheses left out.
    pub loc: Loc,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Code that did not parse.
    Error,
    /// A name.
    Var(Name),
    /// An integer.
    Int(i64),
    /// A floating point number.
    Float(f64),
    /// A string.
    Str(Text),
    /// A path literal (`./x`, `/x`, `~/x`), possibly with interpolations.
    Path(Box<[Part]>),
    /// `<nixpkgs>`, the name within.
    Search(Name),
    /// `__curPos`.
    CurPos,
    /// A list.
    List(Box<[ExprId]>),
    /// `{ … }` or `rec { … }`.
    Set(Box<Set>),
    /// `let … in …`.
    Let(Box<Set>, ExprId),
    /// `let { …; body = …; }`, the old form.
    LegacyLet(Box<Set>),
    /// `with …; …`.
    With(ExprId, ExprId),
    /// `assert …; …`.
    Assert(ExprId, ExprId),
    /// `if … then … else …`.
    If(ExprId, ExprId, ExprId),
    /// A function.
    Lambda(Box<Lambda>),
    /// A call.
    Apply(ExprId, ExprId),
    /// `e.a.b or d`.
    Select(ExprId, Box<[Key]>, Option<ExprId>),
    /// `e ? a.b`.
    Has(ExprId, Box<[Key]>),
    /// `!e`.
    Not(ExprId),
    /// `-e`.
    Negate(ExprId),
    /// A binary operator.
    Binary(Operator, ExprId, ExprId),
}

/// A string's content.
#[derive(Clone, Debug)]
pub struct Text {
    /// Literal text (escapes resolved, indentation stripped) and interpolations, in order.
    pub parts: Box<[Part]>,
    /// `''…''`.
    pub indented: bool,
}

/// A piece of a string or path.
#[derive(Clone, Debug)]
pub enum Part {
    /// Literal text.
    Text(Name),
    /// `${…}`.
    Expr(ExprId),
}

/// A step of an attribute path.
#[derive(Clone, Debug)]
pub enum Key {
    /// A name that is written out.
    Static(Name, Loc),
    /// `${…}` or a string with interpolations.
    Dynamic(ExprId),
}

/// A set of bindings.
#[derive(Clone, Debug, Default)]
pub struct Set {
    /// `rec`, or a `let`.
    pub recursive: bool,
    /// Attributes with a written name, in order of place; a name occurs once.
    pub attrs: Vec<Attr>,
    /// Places in `attrs`, in order of name.
    pub by_name: Box<[u32]>,
    /// Attributes with a computed name.
    pub dynamic: Vec<DynamicAttr>,
    /// Sources that nothing is inherited from (`inherit (e);`), and values of attributes that were written twice: Nix
    /// binds their names all the same.
    pub bare: Vec<ExprId>,
    /// Attributes that were written twice (Nix refuses the file): the second place.
    pub duplicates: Vec<(Name, Loc)>,
}

impl Set {
    /// The place of a name in `attrs`.
    pub(super) fn place(&self, name: &str) -> Option<u32> {
        place(&self.attrs, &self.by_name, name, |attr| &attr.name)
    }
}

/// The place of a name among items, whose places in order of name are given.
fn place<T>(items: &[T], by_name: &[u32], name: &str, of: impl Fn(&T) -> &str) -> Option<u32> {
    if items.len() <= FEW {
        return items.iter().position(|item| is_same(of(item), name)).map(|at| at as u32);
    }
    let at = by_name.binary_search_by(|at| of(&items[*at as usize]).cmp(name)).ok()?;
    Some(by_name[at])
}

/// An attribute or let binding.
#[derive(Clone, Debug)]
pub struct Attr {
    /// Its name.
    pub name: Name,
    /// Where the name is written (first, if several).
    pub at: Loc,
    /// The whole binding, `name = value;`; of a merged set, the first part.
    pub span: Loc,
    /// Its value.
    pub value: AttrValue,
}

/// An attribute whose name is computed.
#[derive(Clone, Debug)]
pub struct DynamicAttr {
    /// The name.
    pub key: ExprId,
    /// The value.
    pub value: ExprId,
    /// The whole binding.
    pub span: Loc,
}

/// Where an attribute's value comes from.
#[derive(Clone, Copy, Debug)]
pub enum AttrValue {
    /// `a = e;`.
    Expr(ExprId),
    /// `inherit a;`.
    Inherit,
    /// `inherit (e) a;`.
    InheritFrom(ExprId),
}

/// A function.
#[derive(Clone, Debug)]
pub struct Lambda {
    /// `x:` or the `@x` of a pattern.
    pub param: Option<(Name, Loc)>,
    /// `{ a, b ? 1, ... }:`.
    pub formals: Option<Formals>,
    /// The body.
    pub body: ExprId,
}

/// A set pattern.
#[derive(Clone, Debug)]
pub struct Formals {
    /// The names, in order of place.
    pub entries: Vec<Formal>,
    /// Places in `entries`, in order of name, each name once.
    pub by_name: Box<[u32]>,
    /// `...`.
    pub ellipsis: bool,
}

impl Formals {
    /// Whether a name is one of these.
    pub fn takes(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    /// The place of a name in `entries`.
    pub(super) fn place(&self, name: &str) -> Option<u32> {
        place(&self.entries, &self.by_name, name, |formal| &formal.name)
    }
}

/// One name of a set pattern.
#[derive(Clone, Debug)]
pub struct Formal {
    /// Its name.
    pub name: Name,
    /// Where it is written.
    pub at: Loc,
    /// `? default`.
    pub default: Option<ExprId>,
}
