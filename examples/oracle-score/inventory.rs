//! What the tool says of one flake, and how long it takes.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use flake_audit::discover::{self, EntryKind};
use flake_audit::parse::{self, Parsed};
use flake_audit::resolve::{Flake, Modules};
use flake_audit::source::{SourceFile, Sources, Span, is_nix};

use crate::truth::below;

/// A path that may differ.
#[derive(Clone)]
pub(crate) struct NotKnown {
    pub(crate) path: String,
    pub(crate) reason: String,
    /// File and line.
    pub(crate) place: Option<(String, usize)>,
    /// A foreign set that is passed on whole: what is the flake's own is known.
    pub(crate) opaque: bool,
}

/// The inventory of a flake.
pub(crate) struct Found {
    pub(crate) kinds: BTreeSet<String>,
    /// Kind, name and systems of each output.
    pub(crate) outputs: Vec<(String, String, Vec<String>)>,
    /// Whether nothing is unknown but what is left out on purpose.
    complete: bool,
    pub(crate) unknown: Vec<NotKnown>,
    /// Parsing and lowering the files that the evaluation reads, and the evaluation.
    pub(crate) time: Duration,
    /// The evaluation alone.
    pub(crate) evaluation: Duration,
}

impl Found {
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether the tool said that a path may differ: at it, above it or below it.
    pub(crate) fn covers(&self, path: &str) -> bool {
        self.unknown.iter().any(|one| below(path, &one.path) || below(&one.path, path))
    }

    /// Whether a kind is not known whole, besides foreign sets that are passed on.
    pub(crate) fn is_partial(&self, kind: &str) -> bool {
        self.unknown.iter().any(|one| !one.opaque && (below(kind, &one.path) || below(&one.path, kind)))
    }

    /// The names of a kind in the system that the truth looked at.
    pub(crate) fn names(&self, kind: &str, system: Option<&str>) -> BTreeSet<&str> {
        let fits = |systems: &[String]| system.is_none_or(|system| systems.iter().any(|one| one == system));
        let ours = self.outputs.iter().filter(|(of, name, systems)| of == kind && !name.is_empty() && fits(systems));
        ours.map(|(_, name, _)| name.as_str()).collect()
    }

    /// The systems of a kind's outputs.
    pub(crate) fn systems(&self, kind: &str) -> BTreeSet<&str> {
        self.outputs
            .iter()
            .filter(|(of, _, _)| of == kind)
            .flat_map(|(_, _, all)| all)
            .map(String::as_str)
            .collect()
    }
}

/// Takes the inventory of the flake in `dir` of a checkout.
pub(crate) fn take(root: &Path, dir: &str) -> Result<Found, String> {
    let request = discover::Request { paths: vec![root.to_path_buf()], ..discover::Request::default() };
    let tree = discover::discover(&request).map_err(|error| error.to_string())?;
    let (mut files, mut lowered, mut broken) = (Vec::new(), Vec::new(), Vec::new());
    for entry in tree.entries.iter().filter(|entry| entry.audited && entry.kind == EntryKind::File) {
        if !is_nix(&entry.path) && entry.path.rsplit('/').next() != Some("flake.lock") {
            continue;
        }
        let Ok(text) = tree.read_entry(entry) else { continue };
        let start = Instant::now();
        let mut parsed = if is_nix(&entry.path) { parse::parse(&text) } else { Parsed::default() };
        if parsed.problem.is_some() || parsed.refused.is_some() {
            broken.push(entry.path.clone());
        }
        let one = Modules::file(std::mem::take(&mut parsed.code), &text);
        lowered.push((entry.path.clone(), one, start.elapsed()));
        files.push(SourceFile::new(entry.path.clone(), Arc::from(text)));
    }
    lowered.sort_by(|a, b| a.0.cmp(&b.0));
    let sources = Sources::new(files);
    let (modules, times): (Vec<_>, Vec<_>) = lowered.into_iter().map(|(_, one, time)| (one, time)).unzip();
    let modules = Modules::new(&sources, modules);
    let (flake, evaluation) = best(|| modules.flake(&tree, &sources, dir));
    let flake = flake.ok_or("no flake there")?;
    let read: BTreeSet<_> = flake.evaluated.iter().chain([&flake.file]).map(|file| file.0 as usize).collect();
    let reading: Duration = read.iter().filter_map(|file| times.get(*file)).sum();
    let is_broken = broken.iter().any(|path| path == sources.path(flake.file));
    Ok(found(flake, &sources, is_broken, [reading + evaluation, evaluation]))
}

/// What a function gives, and its best time of three: other programs run too.
fn best<T>(run: impl Fn() -> T) -> (T, Duration) {
    let timed = || {
        let start = Instant::now();
        let value = run();
        (value, start.elapsed())
    };
    let (value, first) = timed();
    let best = (0..2).map(|_| timed().1).min().map_or(first, |time| time.min(first));
    (value, best)
}

fn found(flake: Flake, sources: &Sources, is_broken: bool, [time, evaluation]: [Duration; 2]) -> Found {
    let complete = !is_broken && flake.unknown.iter().all(|one| one.opaque);
    let place = |at: Span| (sources.path(at.file).to_owned(), sources.position(at).line as usize);
    let mut unknown: Vec<_> = flake
        .unknown
        .into_iter()
        .map(|one| NotKnown { path: one.path, reason: one.reason, place: one.at.map(place), opaque: one.opaque })
        .collect();
    if is_broken {
        let reason = "flake.nix does not parse".to_owned();
        unknown.push(NotKnown { path: String::new(), reason, place: None, opaque: false });
    }
    Found {
        kinds: flake.kinds.into_iter().map(|kind| kind.name).collect(),
        outputs: flake.outputs.into_iter().map(|one| (one.kind, one.name, one.systems)).collect(),
        complete,
        unknown,
        time,
        evaluation,
    }
}
