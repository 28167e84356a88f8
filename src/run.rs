//! The whole way, top to bottom: read this first.

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::config::Config;
use crate::discover::{self, Skipped, Tree};
use crate::error::Error;
use crate::finding::Finding;
use crate::measure::Facts;
use crate::parse::{self, Parsed};
use crate::plan::Plan;
use crate::resolve::{self, Lowered, Project};
use crate::source::{FileId, SourceFile, Sources};

/// What to audit and how.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// What to walk.
    pub discover: discover::Request,
    /// Configuration file; by default `flake-audit.toml` in the root.
    pub config: Option<PathBuf>,
    /// Rules to run, over the configuration.
    pub select: Vec<String>,
    /// Rules to leave out, over the configuration.
    pub ignore: Vec<String>,
    /// Threads; by default one a core.
    pub threads: Option<usize>,
}

/// Everything a report needs.
#[derive(Debug)]
pub struct Audit {
    /// The texts.
    pub sources: Sources,
    /// What was measured.
    pub facts: Facts,
    /// Findings, sorted.
    pub findings: Vec<Finding>,
    /// Findings that a comment in the code suppressed.
    pub suppressed: u32,
    /// One plan a flake, in the order of `facts.flakes`.
    pub plans: Vec<Plan>,
    /// The configuration in force.
    pub config: Config,
}

/// A file that was read: its text and what parsing and lowering made of it.
pub struct Read {
    file: SourceFile,
    parsed: Parsed,
    lowered: Lowered,
}

/// Reads, parses and lowers every audited file, each once and in parallel.
fn read(tree: &Tree) -> (Sources, Vec<Parsed>, Vec<Lowered>, Vec<Skipped>) {
    let wanted: Vec<_> = tree.entries.iter().filter(|e| e.audited && is_read(&e.path)).collect();
    let results: Vec<Result<Read, Skipped>> = wanted
        .into_par_iter()
        .filter(|e| e.kind == discover::EntryKind::File)
        .map(|entry| match tree.read_entry(entry) {
            Ok(text) => Ok(read_one(entry.path.clone(), text)),
            Err(reason) => Err(Skipped { path: entry.path.clone(), reason, counts: true }),
        })
        .collect();
    let (mut read, mut skipped) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(one) => read.push(one),
            Err(one) => skipped.push(one),
        }
    }
    read.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    let (mut files, mut parsed, mut lowered) = (Vec::new(), Vec::new(), Vec::new());
    for one in read {
        files.push(one.file);
        parsed.push(one.parsed);
        lowered.push(one.lowered);
    }
    (Sources::new(files), parsed, lowered, skipped)
}

fn read_one(path: String, text: String) -> Read {
    let file = SourceFile::new(path, Arc::from(text));
    let mut parsed = if file.path.ends_with(".nix") { parse::parse(&file.text) } else { parse::nothing() };
    let lowered = resolve::lower(parsed.green.take(), file.text.len() as u32);
    Read { file, parsed, lowered }
}

fn is_read(path: &str) -> bool {
    path.ends_with(".nix") || path == "flake.lock" || path.ends_with("/flake.lock")
}

/// For tests
pub fn project(request: &Request) -> Result<(Sources, Project), Error> {
    let tree = discover::discover(&request.discover)?;
    let (sources, _parsed, lowered, _skipped) = read(&tree);
    let project = resolve::resolve(&tree, &sources, lowered);
    let _ = FileId(0);
    Ok((sources, project))
}
