//! What the files of a workspace were lowered to. Of a large workspace only the first megabytes are kept, for most files
//! are never asked for again; what is asked for and was not kept is lowered again.

use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::ir::Ir;
use super::nodes::FileGraph;
use super::outline::Outline;
use super::{lower, walk};
use crate::source::{FileId, PerFile, Sources};

/// All files of a workspace.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    sources: Sources,
    files: PerFile<File>,
    /// Files of the workspace that were asked for and are not among these.
    missed: Mutex<BTreeSet<String>>,
}

/// One file.
#[derive(Debug, Default)]
struct File {
    ir: Option<Box<Ir>>,
    graph: Option<Box<FileGraph>>,
    outline: Outline,
}

impl Stored {
    /// Takes what was lowered in the order of the sources; code and graph where they are kept.
    pub(super) fn new(
        sources: &Sources,
        files: impl IntoIterator<Item = (Option<Box<Ir>>, Option<Box<FileGraph>>, Outline)>,
    ) -> Self {
        let file = |(ir, graph, outline)| File { ir, graph, outline };
        let files = sources.rows(files.into_iter().map(file).collect());
        Self { sources: sources.clone(), files, missed: Mutex::default() }
    }

    /// Code alone, of which no graph will be asked for.
    pub(super) fn of_code(sources: &Sources, files: Vec<Ir>) -> Self {
        let outline = |ir: &Ir| Outline::of_code(ir);
        Self::new(
            sources,
            files.into_iter().map(|ir| {
                let outline = outline(&ir);
                (Some(Box::new(ir)), None, outline)
            }),
        )
    }

    /// A table in which what is made again can be kept.
    pub(super) fn again<T: Clone>(&self) -> PerFile<OnceLock<T>> {
        self.sources.table(OnceLock::new())
    }

    /// The graph of a file, where it was kept.
    pub(super) fn graph(&self, file: FileId) -> Option<&FileGraph> {
        self.files[file].graph.as_deref()
    }

    /// The graph of a file, made again.
    pub(super) fn graph_again(&self, file: FileId) -> FileGraph {
        self.glance(file, |ir| walk::graph(ir, self.sources.file(file).length())).trimmed()
    }

    /// What the workspace must know of a file.
    pub(crate) fn outline(&self, file: FileId) -> &Outline {
        &self.files[file].outline
    }

    /// The outlines of all files, in order.
    pub(crate) fn outlines(&self) -> impl Iterator<Item = (FileId, &Outline)> {
        self.files.iter().map(|(id, file)| (id, &file.outline))
    }

    /// To take what is needed only once.
    pub(super) fn outlines_mut(&mut self) -> impl Iterator<Item = (FileId, &mut Outline)> {
        self.files.iter_mut().map(|(id, file)| (id, &mut file.outline))
    }

    /// Files of the workspace that were asked for and are not among these.
    pub(super) fn missed(&self) -> BTreeSet<String> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks at a file's code once: what is not kept is not kept after that either.
    pub(super) fn glance<T>(&self, file: FileId, look: impl FnOnce(&Ir) -> T) -> T {
        match &self.files[file].ir {
            Some(ir) => look(ir),
            None => look(&self.lower_again(file)),
        }
    }

    fn lower_again(&self, file: FileId) -> Ir {
        // What is no Nix code has no outline of any.
        if !self.outline(file).has_code {
            return Ir::default();
        }
        lower::of_text(&self.sources.file(file).glance())
    }
}

/// The code of a workspace for as long as one question about it takes: what was lowered again is given back with it.
#[derive(Debug)]
pub(crate) struct Modules<'a> {
    stored: &'a Stored,
    again: PerFile<OnceLock<Box<Ir>>>,
}

impl<'a> Modules<'a> {
    /// The code of these files.
    pub(super) fn new(stored: &'a Stored) -> Self {
        Self { stored, again: stored.again() }
    }

    /// A file's code; nothing is in it for files that are not Nix.
    pub(crate) fn ir(&self, file: FileId) -> &Ir {
        let kept = self.stored.files[file].ir.as_deref();
        kept.unwrap_or_else(|| self.again[file].get_or_init(|| Box::new(self.stored.lower_again(file))))
    }

    /// Notes a file of the workspace that is not among these.
    pub(super) fn missed(&self, path: &str) {
        self.stored.missed.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    }

    /// Looks at a file's code once.
    pub(super) fn glance<T>(&self, file: FileId, look: impl FnOnce(&Ir) -> T) -> T {
        self.stored.glance(file, look)
    }

    /// What the workspace must know of a file.
    pub(crate) fn outline(&self, file: FileId) -> &'a Outline {
        self.stored.outline(file)
    }
}
