//! Code as a tape: every piece of syntax after the pieces it is made of, as a calculator with a stack would take them.
//!
//! What reads a tape keeps a stack: a step takes as many items off it as it says and leaves one. Parentheses leave no
//! step; an expression's place is that of what is inside of them.

/// A piece of syntax and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is.
    pub op: Op,
    /// Items that it is made of, where that is not always the same number.
    pub count: u32,
    /// First byte: a UTF-8 offset.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// What a step makes. In brackets: the items it takes, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// An expression: a name, or `__curPos`.
    Name,
    /// An integer or a floating point number.
    Number,
    /// An unquoted URL.
    Url,
    /// `<nixpkgs>`.
    Search,
    /// A piece of literal text within a string or path, as it is written.
    Text,
    /// `"…"` [`count` texts and expressions].
    Quoted,
    /// `''…''` [`count` texts and expressions].
    Indented,
    /// A path [`count` texts and expressions].
    Path,
    /// A name within an attribute path, an argument, or a name that is inherited.
    Key,
    /// A quoted name, a string [`count` texts and expressions].
    QuotedKey,
    /// `${…}` as a name [an expression].
    ComputedKey,
    /// `(…)` behind `inherit` [an expression].
    From,
    /// `inherit …;` [a `From` where there is one, `count` keys].
    Inherit,
    /// The same with a `From`.
    InheritFrom,
    /// `a.b = …;` [`count` keys, an expression].
    Bind,
    /// `{ … }` [`count` bindings].
    Set,
    /// `rec { … }` [`count` bindings].
    RecursiveSet,
    /// What stands between `let` and `in` [`count` bindings].
    Scope,
    /// `let … in …` [a scope, an expression].
    Let,
    /// `let { … }` [`count` bindings].
    LegacyLet,
    /// `[ … ]` [`count` expressions].
    List,
    /// `with …; …` [two expressions].
    With,
    /// `assert …; …` [two expressions].
    Assert,
    /// `if … then … else …` [three expressions].
    If,
    /// An argument of a set pattern [a key].
    Formal,
    /// An argument with a default [a key, an expression].
    DefaultFormal,
    /// `...`.
    Ellipsis,
    /// `{ … }:` or `x@{ … }:` or `{ … }@x:` [`count` formals, a key where the pattern is named].
    Pattern,
    /// The same with a name.
    NamedPattern,
    /// `x: …` [a key, an expression].
    Function,
    /// `{ … }: …` [a pattern, an expression].
    PatternFunction,
    /// A call [two expressions].
    Apply,
    /// `e.a.b` [an expression, `count` keys].
    Select,
    /// `e.a.b or d` [an expression, `count` keys, an expression].
    SelectOr,
    /// `e ? a.b` [an expression, `count` keys].
    Has,
    /// `!e` [an expression].
    Not,
    /// `-e` [an expression].
    Negate,
    /// A binary operator [two expressions].
    Binary(Operator),
}

/// Binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named like the operators of the Nix manual")]
pub enum Operator {
    Concat,
    Update,
    Add,
    Subtract,
    Multiply,
    Divide,
    And,
    Or,
    Implies,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    More,
    MoreEqual,
    PipeRight,
    PipeLeft,
}
