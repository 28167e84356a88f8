//! The modules that a configuration (a NixOS host, a home) is made of, as its flake lists them.

use super::machine::Machine;
use super::value::{Slot, ThunkId, Value};
use super::{files, join};
use crate::source::{FileId, Span};

/// Modules of one configuration that are read off.
const MAX_MODULES: usize = 500;

/// A module in the list that a configuration is made from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostModule {
    /// Where it is written: an inline module's code, or the path that names its file.
    pub at: Span,
    /// The file it is read from; `None` for an inline module.
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

    fn host_module(&mut self, item: ThunkId) -> Option<HostModule> {
        let value = self.force(item);
        let written = self.written(Slot { thunk: item, origin: None, conditional: false });
        let file = match &value {
            Value::Path(path) => {
                let inside = files::inside(path)?;
                Some(self.world.nix_file(&join("", inside)?)?)
            }
            Value::Set(_) | Value::Lambda(_) => None,
            _ => return None,
        };
        let at = self.code_span(written.thunk).or_else(|| self.code_span(item));
        // A path that a helper computes: the file is what can be shown.
        let at = at.or_else(|| file.map(|file| Span::new(file, 0..0)))?;
        Some(HostModule { at, file })
    }
}
