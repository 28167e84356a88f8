//! The modules that a configuration (a NixOS host, a home) is made of, as its flake lists them.

use super::super::ir::Kind;
use super::machine::Machine;
use super::value::{Code, ModuleId, Slot, ThunkId, Value};
use super::{files, join};
use crate::source::{FileId, Span};

/// Modules of one configuration that are read off.
const MAX_MODULES: usize = 500;

/// A module in the list that a configuration is made from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostModule {
    /// Where it is written: an inline module's code, or the path that names its file.
    pub at: Span,
    /// The file that it is, or whose function it is; `None` for an inline module.
    pub file: Option<FileId>,
}

impl Machine<'_> {
    /// The modules of a configuration, in the order of their list; those of inputs are left out.
    pub(super) fn host_modules(&mut self, host: ThunkId) -> Vec<HostModule> {
        let Some(inner) = self.attribute(host, "_module") else { return Vec::new() };
        let Some(list) = self.attribute(inner, "modules") else { return Vec::new() };
        let Value::List(list) = self.force(list) else { return Vec::new() };
        let items: Vec<ThunkId> = list.all().take(MAX_MODULES).collect();
        items.into_iter().filter_map(|item| self.host_module(item)).collect()
    }

    fn attribute(&mut self, thunk: ThunkId, name: &str) -> Option<ThunkId> {
        match self.force(thunk) {
            Value::Set(attrs) => attrs.map.get(name).map(|slot| slot.thunk),
            _ => None,
        }
    }

    /// The file whose own function this is, or what that gives when it is called (`{ inputs }: { config, ... }: …`).
    fn whole_file(&self, code: Code) -> Option<FileId> {
        let ModuleId::File(file) = code.module else { return None };
        let ir = self.ir(code.module);
        let mut at = ir.root?;
        while at != code.expr {
            let Kind::Lambda(lambda) = ir.kind(at) else { return None };
            at = lambda.body;
        }
        Some(FileId(file))
    }

    /// A module that is a path, or code of this flake.
    pub(super) fn host_module(&mut self, item: ThunkId) -> Option<HostModule> {
        let value = self.force(item);
        let written = self.written(Slot { thunk: item, origin: None, conditional: false });
        let file = match &value {
            Value::Path(path) => {
                let inside = files::inside(path)?;
                Some(self.world.nix_file(&join("", inside)?)?)
            }
            Value::Lambda(closure) => self.whole_file(closure.code),
            Value::Set(_) => None,
            _ => return None,
        };
        let at = self.code_span(written.thunk).or_else(|| self.code_span(item));
        // A path that a helper computes: the file is what can be shown.
        let at = at.or_else(|| file.map(|file| Span::new(file, 0..0)))?;
        Some(HostModule { at, file })
    }
}
