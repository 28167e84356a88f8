//! One file, parsed and resolved afresh.

use std::sync::Arc;

use super::Refusal;
use super::write::Importer;
use crate::parse;
use crate::resolve;
use crate::resolve::ir::{AttrValue, Ir, Kind, Loc};
use crate::resolve::names::Names;
use crate::resolve::units::Layout;
use crate::resolve::unused::Unused;
use crate::source::SourceFile;

/// A file with what its code means.
pub(super) struct Doc {
    pub(super) path: String,
    pub(super) text: Arc<str>,
    pub(super) layout: Layout,
    ir: Ir,
    names: Names,
    /// Whether the text has a tape.
    plain: bool,
}

impl Doc {
    /// Reads a text that was written: it must be whole, every name defined and none twice.
    pub(super) fn written(path: &str, text: Arc<str>) -> Result<Self, Refusal> {
        let doc = Self::reread(path, text)?;
        if let Some(unbound) = doc.names().undefined.first() {
            return Err(Refusal::new(format!("in the new {path}, `{}` would not be defined", unbound.name)));
        }
        if let Some(twice) = doc.names().duplicates.first() {
            return Err(Refusal::new(format!("in the new {path}, `{}` would be defined twice", twice.name)));
        }
        Ok(doc)
    }

    /// Reads a text that was written.
    pub(super) fn reread(path: &str, text: Arc<str>) -> Result<Self, Refusal> {
        // Places in what was written say nothing to who asked.
        Self::read(path, text).map_err(|refusal| Refusal::new(refusal.to_string()))
    }

    /// Refuses what names something that nothing would define, at the place where that stands before.
    pub(super) fn names_all(&self, old: &Doc, origin: impl Fn(u32) -> Option<u32>) -> Result<(), Refusal> {
        let Some(unbound) = self.names().undefined.first() else { return Ok(()) };
        let Some(at) = origin(unbound.at.start) else { return Ok(()) };
        let is_old = old.names().undefined.iter().any(|one| one.at.start == at);
        let said =
            if is_old { "is not defined here, so Nix refuses the whole file" } else { "would not be defined here" };
        Err(old.refuse(format!("`{}` {said}", unbound.name), at))
    }

    /// Reads a text that must parse.
    pub(super) fn read(path: &str, text: Arc<str>) -> Result<Self, Refusal> {
        let parsed = parse::parse(&text);
        let refuse = |reason: String, at: u32| Refusal::new(reason).at(path, &text, at);
        if let Some(problem) = parsed.problem {
            return Err(refuse(format!("{path} does not parse: {}", problem.message), problem.at.start));
        }
        let plain = matches!(parsed.code, parse::Code::Tape(_));
        let Some(green) = parse::tree(&text, plain) else {
            return Err(Refusal::new(format!("{path} cannot be read: {}", parsed.refused.unwrap_or_default())));
        };
        let layout = Layout::new(green);
        let (ir, names) = resolve::code_and_names(parsed.code, &text);
        Ok(Self { path: path.to_owned(), text, layout, ir, names, plain })
    }

    pub(super) fn ir(&self) -> &Ir {
        &self.ir
    }

    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// What it defines and does not use.
    pub(super) fn unused(&self) -> Unused {
        resolve::unused_in(&self.ir, &self.names, &self.text, self.plain)
    }

    pub(super) fn slice(&self, at: Loc) -> &str {
        self.text.get(at.start as usize..at.end as usize).unwrap_or("")
    }

    pub(super) fn refuse(&self, reason: impl Into<String>, offset: u32) -> Refusal {
        Refusal::new(reason.into()).at(&self.path, &self.text, offset)
    }

    /// How it imports other files: a file may have an `import` of its own.
    pub(super) fn importer(&self) -> Importer<'_> {
        Importer::new(&self.path, self.names().definitions.iter().any(|one| &*one.name == "import"))
    }

    /// Start of the line of an offset.
    pub(super) fn line_start(&self, offset: u32) -> u32 {
        self.text[..offset as usize].rfind('\n').map_or(0, |at| at as u32 + 1)
    }

    /// The white space at the start of the line of an offset.
    pub(super) fn indent(&self, offset: u32) -> &str {
        let line = &self.text[self.line_start(offset) as usize..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// Columns before an offset on its line.
    pub(super) fn column(&self, offset: u32) -> usize {
        self.text[self.line_start(offset) as usize..offset as usize].chars().count()
    }

    /// Why nothing may be moved in this file.
    pub(super) fn unmovable(&self) -> Option<Refusal> {
        let ir = self.ir();
        let position = ir.exprs.iter().find(|expr| matches!(expr.kind, Kind::CurPos));
        if let Some(expr) = position {
            return Some(self.refuse("`__curPos` says where it is written, and lines would move", expr.loc.start));
        }
        // By any way of naming it: `builtins.x`, `inherit (builtins) x`, `__x`.
        for (name, why) in [
            ("unsafeGetAttrPos", "`unsafeGetAttrPos` says where an attribute is written, and lines would move"),
            ("scopedImport", "`scopedImport` gives names to a file that nothing in it shows"),
        ] {
            let mut named = self.layout.words(name);
            if let Some(at) = named.next() {
                return Some(self.refuse(why, at));
            }
        }
        None
    }

    /// Where code may move from: everything, of a `flake.nix` what `outputs` gives.
    pub(super) fn movable(&self) -> Option<Loc> {
        let ir = self.ir();
        let root = ir.root?;
        if self.path != "flake.nix" && !self.path.ends_with("/flake.nix") {
            return Some(Loc { start: 0, end: self.text.len() as u32 });
        }
        let Kind::Set(set) = ir.kind(root) else { return None };
        let outputs = set.attrs.iter().find(|attr| &*attr.name == "outputs")?;
        let AttrValue::Expr(value) = outputs.value else { return None };
        match ir.kind(value) {
            Kind::Lambda(lambda) => {
                let end = outputs.span.end;
                let start = ir.expr(lambda.body).loc.start;
                // A function's body that is a `let` begins with it; parentheses may stand before.
                Some(Loc { start: start.min(end), end })
            }
            _ => None,
        }
    }

    /// Lines of the text, as the audit counts them.
    pub(super) fn lines(&self) -> u32 {
        SourceFile::new(String::new(), self.text.clone()).line_count()
    }
}
