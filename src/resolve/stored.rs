//! What the files of a workspace were lowered to. Of a large workspace only the first megabytes are kept, for most files
//! are never asked for again; what is asked for and was not kept is lowered again.

use std::sync::OnceLock;

use super::ir::Ir;
use super::nodes::FileGraph;
use super::outline::Outline;
use super::{lower, walk};
use crate::source::{FileId, Sources};

/// All files of a workspace.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    sources: Sources,
    files: Vec<File>,
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
        Self { sources: sources.clone(), files: files.into_iter().map(file).collect() }
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

    /// Number of files.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// The graph of a file, where it was kept.
    pub(super) fn graph(&self, file: FileId) -> Option<&FileGraph> {
        self.files[file.0 as usize].graph.as_deref()
    }

    /// The graph of a file, made again.
    pub(super) fn graph_again(&self, file: FileId) -> FileGraph {
        self.glance(file, |ir| walk::graph(ir, self.sources.file(file).length())).trimmed()
    }

    /// What the workspace must know of a file.
    pub(crate) fn outline(&self, file: FileId) -> &Outline {
        &self.files[file.0 as usize].outline
    }

    /// The outlines of all files, in order.
    pub(crate) fn outlines(&self) -> impl Iterator<Item = (FileId, &Outline)> {
        (0_u32..).map(FileId).zip(self.files.iter().map(|file| &file.outline))
    }

    /// To take what is needed only once.
    pub(super) fn outlines_mut(&mut self) -> impl Iterator<Item = (FileId, &mut Outline)> {
        (0_u32..).map(FileId).zip(self.files.iter_mut().map(|file| &mut file.outline))
    }

    /// Looks at a file's code once: what is not kept is not kept after that either.
    pub(super) fn glance<T>(&self, file: FileId, look: impl FnOnce(&Ir) -> T) -> T {
        match &self.files[file.0 as usize].ir {
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
    again: Vec<OnceLock<Box<Ir>>>,
}

impl<'a> Modules<'a> {
    /// The code of these files.
    pub(super) fn new(stored: &'a Stored) -> Self {
        Self { stored, again: stored.files.iter().map(|_| OnceLock::new()).collect() }
    }

    /// A file's code; nothing is in it for files that are not Nix.
    pub(crate) fn ir(&self, file: FileId) -> &Ir {
        let kept = self.stored.files[file.0 as usize].ir.as_deref();
        kept.unwrap_or_else(|| self.again[file.0 as usize].get_or_init(|| Box::new(self.stored.lower_again(file))))
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
