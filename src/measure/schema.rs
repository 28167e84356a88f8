//! The one list of what a rule's condition and message may name: coarse tables, their fields and anchors.
//!
//! Fine tables (bindings, `with` expressions, lock nodes …) are closed to conditions: a check in Rust reads
//! them. A field's name, type, unit, description and value stand in one place, here.

mod fields;

use crate::measure::{ConcernRow, Facts, FileRow, FlakeRow, InputRow, LockRow, OutputRow, WorkspaceRow};
use crate::source::Span;

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A text.
    Text,
    /// A list of texts.
    Texts,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
    /// A text.
    Text(&'a str),
    /// A list of texts.
    Texts(Vec<&'a str>),
}

impl Value<'_> {
    /// Its type.
    pub fn kind(&self) -> Type {
        match self {
            Self::Integer(_) => Type::Integer,
            Self::Boolean(_) => Type::Boolean,
            Self::Text(_) => Type::Text,
            Self::Texts(_) => Type::Texts,
        }
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Integer(i64::from(number))
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Boolean(flag)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [String]> for Value<'a> {
    fn from(texts: &'a [String]) -> Self {
        Self::Texts(texts.iter().map(String::as_str).collect())
    }
}

/// A field of a table.
#[derive(Debug)]
pub struct Field {
    /// Name within the table.
    pub name: &'static str,
    /// Type.
    pub kind: Type,
    /// Unit ("lines"), empty where there is none.
    pub unit: &'static str,
    /// What it is, in one sentence.
    pub doc: &'static str,
    get: for<'a> fn(Row<'a>) -> Option<Value<'a>>,
}

/// A named place of a row.
#[derive(Debug)]
pub struct Anchor {
    /// Name.
    pub name: &'static str,
    /// What it underlines.
    pub doc: &'static str,
    get: for<'a> fn(Row<'a>) -> Option<Span>,
}

/// A coarse table.
#[derive(Debug)]
pub struct Table {
    /// Name, which is also the prefix of its fields (`flake` in `flake.lines`).
    pub name: &'static str,
    /// What a row is.
    pub doc: &'static str,
    /// Tables whose row is in scope too, because each row of this one belongs to one of theirs.
    pub within: &'static [&'static str],
    /// Fields, in order of name.
    pub fields: &'static [Field],
    /// Anchors; the first is where a rule points that names none.
    pub anchors: &'static [Anchor],
    rows: for<'a> fn(&'a Facts) -> Vec<Row<'a>>,
    subject: for<'a> fn(Row<'a>) -> String,
}

/// A row with the rows it belongs to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row<'a> {
    /// The workspace.
    pub workspace: Option<&'a WorkspaceRow>,
    /// The flake.
    pub flake: Option<&'a FlakeRow>,
    /// The file.
    pub file: Option<&'a FileRow>,
    /// The input.
    pub input: Option<&'a InputRow>,
    /// The output.
    pub output: Option<&'a OutputRow>,
    /// The lock file.
    pub lock: Option<&'a LockRow>,
    /// The concern.
    pub concern: Option<&'a ConcernRow>,
}

/// Every coarse table.
pub static TABLES: [Table; 7] = [
    Table {
        name: "workspace",
        doc: "the tree under audit",
        within: &[],
        fields: fields::WORKSPACE,
        anchors: fields::WORKSPACE_ANCHORS,
        rows: |facts| vec![Row { workspace: Some(&facts.workspace), flake: facts.flakes.first(), ..Row::default() }],
        subject: |_| "workspace".to_owned(),
    },
    Table {
        name: "flake",
        doc: "a directory with `flake.nix`",
        within: &["workspace"],
        fields: fields::FLAKE,
        anchors: fields::FLAKE_ANCHORS,
        rows: |facts| flakes(facts).collect(),
        subject: |row| row.flake.map(|flake| flake.path.clone()).unwrap_or_default(),
    },
    Table {
        name: "file",
        doc: "a Nix file",
        within: &["workspace"],
        fields: fields::FILE,
        anchors: fields::FILE_ANCHORS,
        rows: |facts| {
            let row = Row { workspace: Some(&facts.workspace), ..Row::default() };
            facts.files.iter().map(|file| Row { file: Some(file), ..row }).collect()
        },
        subject: |row| row.file.map(|file| file.path.clone()).unwrap_or_default(),
    },
    Table {
        name: "input",
        doc: "a direct input of a flake",
        within: &["flake", "workspace"],
        fields: fields::INPUT,
        anchors: fields::INPUT_ANCHORS,
        rows: |facts| {
            below(facts, |row, flake| flake.inputs.iter().map(|input| Row { input: Some(input), ..row }).collect())
        },
        subject: |row| row.input.map(|input| input.name.clone()).unwrap_or_default(),
    },
    Table {
        name: "output",
        doc: "an output: kind and name with the system taken out",
        within: &["flake", "workspace"],
        fields: fields::OUTPUT,
        anchors: fields::OUTPUT_ANCHORS,
        rows: |facts| {
            below(facts, |row, flake| flake.outputs.iter().map(|output| Row { output: Some(output), ..row }).collect())
        },
        subject: |row| row.output.map(|output| format!("{}.{}", output.kind, output.name)).unwrap_or_default(),
    },
    Table {
        name: "lock",
        doc: "a flake's lock file",
        within: &["flake", "workspace"],
        fields: fields::LOCK,
        anchors: fields::LOCK_ANCHORS,
        rows: |facts| {
            below(facts, |row, flake| flake.lock.iter().map(|lock| Row { lock: Some(lock), ..row }).collect())
        },
        subject: |row| row.flake.map(|flake| flake.path.clone()).unwrap_or_default(),
    },
    Table {
        name: "concern",
        doc: "a responsibility that outputs of a flake share",
        within: &["flake", "workspace"],
        fields: fields::CONCERN,
        anchors: fields::CONCERN_ANCHORS,
        rows: |facts| {
            below(facts, |row, flake| {
                flake.concerns.iter().map(|concern| Row { concern: Some(concern), ..row }).collect()
            })
        },
        subject: |row| row.concern.map(|concern| concern.name.clone()).unwrap_or_default(),
    },
];

/// A table by name.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

impl Table {
    /// Every row, in the order of the facts.
    pub fn rows<'a>(&self, facts: &'a Facts) -> Vec<Row<'a>> {
        (self.rows)(facts)
    }

    /// What a row is called, stable while lines move.
    pub fn subject(&self, row: Row<'_>) -> String {
        (self.subject)(row)
    }

    /// The tables whose fields a condition over this one may name: itself first.
    pub fn scope(&self) -> impl Iterator<Item = &'static Table> {
        std::iter::once(self.name).chain(self.within.iter().copied()).filter_map(table)
    }

    /// The type of a field in scope, by its full name (`flake.lines`).
    pub fn type_of(&self, name: &str) -> Option<Type> {
        let (prefix, _) = name.split_once('.')?;
        let in_scope = self.scope().any(|table| table.name == prefix);
        field(name).filter(|_| in_scope).map(|field| field.kind)
    }

    /// Full names of every field in scope.
    pub fn names(&self) -> Vec<String> {
        self.scope()
            .flat_map(|table| table.fields.iter().map(|field| format!("{}.{}", table.name, field.name)))
            .collect()
    }

    /// An anchor by name.
    pub fn anchor(&self, name: &str) -> Option<&'static Anchor> {
        table(self.name)?.anchors.iter().find(|anchor| anchor.name == name)
    }
}

impl<'a> Row<'a> {
    /// The value of a field by its full name; `None` where the name is unknown or the row has no such table.
    pub fn value(self, name: &str) -> Option<Value<'a>> {
        (field(name)?.get)(self)
    }

    /// Where an anchor is, or the nearest place that is there: the table's first anchor, then the flake's head.
    pub fn place(self, table: &Table, anchor: &Anchor) -> Option<Span> {
        (anchor.get)(self)
            .or_else(|| table.anchors.first().and_then(|first| (first.get)(self)))
            .or_else(|| self.flake.map(|flake| flake.head))
    }
}

fn field(name: &str) -> Option<&'static Field> {
    let (prefix, rest) = name.split_once('.')?;
    table(prefix)?.fields.iter().find(|field| field.name == rest)
}

fn flakes(facts: &Facts) -> impl Iterator<Item = Row<'_>> {
    let row = Row { workspace: Some(&facts.workspace), ..Row::default() };
    facts.flakes.iter().map(move |flake| Row { flake: Some(flake), ..row })
}

fn below<'a>(facts: &'a Facts, rows: fn(Row<'a>, &'a FlakeRow) -> Vec<Row<'a>>) -> Vec<Row<'a>> {
    flakes(facts).filter_map(|row| Some(rows(row, row.flake?))).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_described() {
        for table in &TABLES {
            assert!(!table.doc.is_empty() && !table.anchors.is_empty(), "{}", table.name);
            let names: Vec<&str> = table.fields.iter().map(|field| field.name).collect();
            let mut sorted = names.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(names, sorted, "{}: in order, each once", table.name);
            assert!(table.fields.iter().all(|field| !field.doc.is_empty()), "{}", table.name);
        }
    }

    #[test]
    fn a_field_of_the_outer_row_is_in_scope() {
        let input = table("input").expect("there is one");
        assert_eq!(input.type_of("flake.lines"), Some(Type::Integer));
        assert_eq!(input.type_of("file.lines"), None);
        assert_eq!(input.type_of("flake.lnies"), None);
    }
}
