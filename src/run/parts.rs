//! Files read, resolved and measured: part by part of a workspace, so that no more is held at a time than belongs
//! together. A part is a project (the outermost directory with a `flake.nix`) or what lies between two of them; parts
//! whose code may lead to each other are one. A workspace with a `flake.nix` in its root is one part.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::Texts;
use super::map::Map;
use crate::config::Limits;
use crate::discover::{Entry, EntryKind, Skipped, Tree};
use crate::measure::{self, Facts, Measured};
use crate::parse::{self, Bounds, Parsed};
use crate::resolve::{self, Lowered, Wanted};
use crate::source::{Reader, SourceFile, Sources, is_nix};

/// How a workspace is measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// Bytes of text of a part up to which everything is kept that reading it gave, and bytes of text that are kept of
    /// what is done.
    pub(super) kept: usize,
    /// Whether it is one part.
    pub(super) whole: bool,
    /// What is not read.
    pub(super) limits: Limits,
    /// Whether to measure what only plans, and pages about the structure, are made of.
    pub(super) for_plans: bool,
}

/// Reads, resolves and measures a tree.
pub(super) fn measure(tree: &Arc<Tree>, texts: &Texts, extent: &Extent) -> (Sources, Facts) {
    let is_wanted = |entry: &&Entry| entry.audited && entry.kind == EntryKind::File && is_read(&entry.path);
    let wanted: Vec<&Entry> = tree.entries.iter().filter(is_wanted).collect();
    let again = Arc::clone(tree);
    let reader = Reader::new(move |path| again.read(path).ok());
    let map = Map::new(&wanted, extent.whole);
    let mut blocks: Vec<Range<usize>> = (0..map.parts.len()).map(|part| part..part + 1).collect();
    let work = Work { tree, texts, extent, reader, kept: AtomicUsize::new(0), held: AtomicUsize::new(0), map };
    let mut read: BTreeMap<usize, Read> = BTreeMap::new();
    let mut done: BTreeMap<usize, Done> = BTreeMap::new();
    loop {
        let is_open = |block: &&Range<usize>| done.get(&block.start).is_none_or(|one| one.block != **block);
        let mut open: Vec<Range<usize>> = blocks.iter().filter(is_open).cloned().collect();
        if open.is_empty() {
            break;
        }
        // The largest first: what is begun last should not take long.
        open.sort_by_key(|block| std::cmp::Reverse(work.map.files(block).len()));
        let mut take = |block: Range<usize>| {
            let mut own = read.split_off(&block.start);
            read.append(&mut own.split_off(&block.end));
            (own, block)
        };
        let open: Vec<(BTreeMap<usize, Read>, Range<usize>)> = open.into_iter().map(&mut take).collect();
        let ends: Vec<End> = open.into_iter().par_bridge().map(|(read, block)| work.block(block, read)).collect();
        for end in ends {
            match end {
                End::Done(one) => {
                    done.insert(one.block.start, *one);
                }
                End::Joined(block, again) => {
                    blocks.push(block);
                    read.extend(again);
                }
            }
        }
        blocks = merged(blocks);
        done.retain(|_, one| {
            blocks
                .binary_search_by_key(&one.block.start, |block| block.start)
                .is_ok_and(|at| blocks[at] == one.block)
        });
    }
    let (mut files, mut measured) = (Vec::new(), Vec::new());
    let mut skipped: Vec<Skipped> = tree.entries.iter().filter_map(not_a_file).collect();
    for part in done.into_values() {
        files.extend(part.files);
        measured.push(part.measured);
        skipped.extend(part.skipped);
    }
    let sources = Sources::from(0, files);
    let facts = measure::join(tree, &sources, &skipped, measured);
    (sources, facts)
}

/// Ranges with those made one that overlap, in order.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut().filter(|last| range.start < last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => merged.push(range),
        }
    }
    merged
}

/// What a part was read to.
struct Read {
    /// Every file, also those that could not be read.
    sources: Sources,
    parsed: Vec<Parsed>,
    lowered: Vec<Lowered>,
    skipped: Vec<Skipped>,
    /// The first and the last part that its code may lead to.
    joined: Option<(usize, usize)>,
}

impl Read {
    /// Bytes of its texts.
    fn length(&self) -> usize {
        self.sources.iter().map(|(_, file)| file.length() as usize).sum()
    }
}

/// What became of parts that stand beside each other.
enum End {
    Done(Box<Done>),
    /// They are to be judged with others: the parts that this makes together, and what was read.
    Joined(Range<usize>, BTreeMap<usize, Read>),
}

/// Parts that were measured.
struct Done {
    /// The parts.
    block: Range<usize>,
    files: Vec<SourceFile>,
    measured: Measured,
    skipped: Vec<Skipped>,
}

/// How parts are worked on.
struct Work<'a> {
    tree: &'a Arc<Tree>,
    texts: &'a Texts,
    extent: &'a Extent,
    reader: Reader,
    /// Bytes of text that are kept of what is done.
    kept: AtomicUsize,
    /// Bytes of text of what waits to be judged with others.
    held: AtomicUsize,
    map: Map<'a>,
}

impl Work<'_> {
    /// Measures some parts, some of which were read before.
    fn block(&self, block: Range<usize>, mut read: BTreeMap<usize, Read>) -> End {
        let kept = AtomicUsize::new(read.values().map(Read::length).sum());
        for part in block.clone() {
            read.entry(part).or_insert_with(|| self.read(part, &kept));
        }
        let joined = read.values().filter_map(|one| one.joined).flat_map(|(first, last)| [first, last]);
        if let Some(with) = around(&block, joined) {
            // What is held until the others come is bounded as well; the rest is read again.
            read.retain(|_, one| self.held.fetch_add(one.length(), Ordering::Relaxed) < self.extent.kept);
            return End::Joined(with, read);
        }
        let (mut files, mut parsed, mut lowered, mut skipped) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for one in read.into_values() {
            files.extend(one.sources.into_files());
            parsed.extend(one.parsed);
            lowered.extend(one.lowered);
            skipped.extend(one.skipped);
        }
        let sources = Sources::from(self.map.files(&block).start as u32, files);
        let project = resolve::resolve(self.tree, &sources, lowered);
        let leads = project.leads_to();
        if let Some(with) = around(&block, leads.iter().flat_map(|path| self.map.at(path))) {
            return End::Joined(with, BTreeMap::new());
        }
        let measured = measure::measure(self.tree, &sources, &sources.rows(parsed), project, self.extent.for_plans);
        let mut files = sources.into_files();
        for (file, entry) in files.iter_mut().zip(&self.map.wanted[self.map.files(&block)]) {
            if self.is_in_memory(entry) {
                continue;
            }
            if self.kept.fetch_add(file.length() as usize, Ordering::Relaxed) >= self.extent.kept {
                file.forget(&self.reader);
            }
        }
        End::Done(Box::new(Done { block, files, measured, skipped }))
    }

    /// Reads, parses and lowers every file of a part, each once and in parallel.
    fn read(&self, part: usize, kept: &AtomicUsize) -> Read {
        let files = self.map.parts[part].clone();
        let first = files.start as u32;
        let entries = &self.map.wanted[files];
        let results: Vec<Result<(SourceFile, Parsed, Lowered), Skipped>> =
            entries.par_iter().map(|entry| self.file(entry, kept)).collect();
        let (mut files, mut parsed) = (Vec::with_capacity(results.len()), Vec::with_capacity(results.len()));
        let (mut lowered, mut skipped) = (Vec::with_capacity(results.len()), Vec::new());
        for result in results {
            let (file, one, code) = result.unwrap_or_else(|one| {
                let file = SourceFile::unread(one.path.clone());
                skipped.push(one);
                (file, Parsed::default(), Lowered::default())
            });
            files.push(file);
            parsed.push(one);
            lowered.push(code);
        }
        let sources = Sources::from(first, files);
        let joined = self.map.joined(part, &sources, &lowered);
        Read { sources, parsed, lowered, skipped, joined }
    }

    /// Reads one file; what is more than is to be kept of its part is given back.
    fn file(&self, entry: &Entry, kept: &AtomicUsize) -> Result<(SourceFile, Parsed, Lowered), Skipped> {
        let text = match self.texts.get(&entry.path) {
            Some(text) => Ok(Arc::clone(text)),
            None => self.tree.read_entry(entry).map(Arc::from),
        };
        let limits = &self.extent.limits;
        let small = |text: &Arc<str>| text.len() as u64 <= u64::from(limits.file_mib) << 20;
        let large = || format!("larger than {} MiB", limits.file_mib);
        let text = text.and_then(|text| if small(&text) { Ok(text) } else { Err(large()) });
        let text = text.map_err(|reason| Skipped { path: entry.path.clone(), reason, counts: true })?;
        let keep = kept.fetch_add(text.len(), Ordering::Relaxed) < self.extent.kept || self.is_in_memory(entry);
        let mut file = SourceFile::new(entry.path.clone(), text);
        let mut parsed = if is_nix(&file.path) { self.parsed(file.text()) } else { Parsed::default() };
        // Of a generated file nothing but inputs is proposed to be cut out.
        let is_flake = entry.path.rsplit('/').next() == Some("flake.nix");
        let cuts = is_flake || !measure::is_generated(&file.path, &parsed.remarks);
        let wanted = Wanted { code: keep, cuts };
        let mut lowered = resolve::lower(std::mem::take(&mut parsed.code), file.text(), wanted);
        lowered.trim();
        if !keep {
            file.forget(&self.reader);
        }
        Ok((file, parsed, lowered))
    }

    fn parsed(&self, text: &str) -> Parsed {
        let Limits { nesting, chain, path_run, .. } = self.extent.limits;
        if self.extent.limits == Limits::default() {
            return parse::parse(text);
        }
        let bounds = Bounds { nesting: nesting as usize, chain: chain as usize, path_run: path_run as usize };
        parse::parse_within(text, bounds)
    }

    /// Whether a text is that of memory, or stands where its path does not lead.
    fn is_in_memory(&self, entry: &Entry) -> bool {
        self.texts.contains_key(&entry.path) || entry.os.is_some()
    }
}

/// The parts that stand between some and others, both included; nothing where there are no others.
fn around(own: &Range<usize>, others: impl Iterator<Item = usize>) -> Option<Range<usize>> {
    others.filter(|part| !own.contains(part)).fold(None, |around: Option<Range<usize>>, part| {
        let so_far = around.unwrap_or_else(|| own.clone());
        Some(so_far.start.min(part)..so_far.end.max(part + 1))
    })
}

/// Something that has a Nix file's name and is none: a directory `flake.nix`, a FIFO.
fn not_a_file(entry: &Entry) -> Option<Skipped> {
    let name = entry.path.rsplit('/').next().unwrap_or(&entry.path);
    let reason = match entry.kind {
        EntryKind::Directory if name == "flake.nix" => "a directory, not a file",
        EntryKind::Symlink if name == "flake.nix" => "a symbolic link, which is not followed",
        EntryKind::Other if is_read(&entry.path) => "a FIFO, socket or device, not a file",
        _ => return None,
    };
    entry.audited.then(|| Skipped { path: entry.path.clone(), reason: reason.to_owned(), counts: true })
}

fn is_read(path: &str) -> bool {
    is_nix(path) || path.rsplit('/').next() == Some("flake.lock")
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use serde_json::Value;

    use super::super::Texts;
    use super::{Extent, Limits, Map, is_read, measure};
    use crate::discover::{self, Entry, Tree};

    fn walked(root: &Path) -> Arc<Tree> {
        let request = discover::Request { paths: vec![root.to_path_buf()], ..discover::Request::default() };
        Arc::new(discover::discover(&request).unwrap())
    }

    fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, Arc<Tree>) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let tree = walked(folder.path());
        (folder, tree)
    }

    /// The facts of a tree, taken apart and whole.
    fn both(tree: &Arc<Tree>) -> [Value; 2] {
        [false, true].map(|whole| {
            let (sources, facts) = measure(
                tree,
                &Texts::new(),
                &Extent { kept: 1 << 20, whole, for_plans: true, limits: Limits::default() },
            );
            let paths: Vec<&str> = sources.iter().map(|(_, file)| file.path.as_str()).collect();
            serde_json::json!({ "facts": facts, "paths": paths })
        })
    }

    fn parts(tree: &Tree) -> Vec<Vec<&str>> {
        let wanted: Vec<&Entry> = tree.entries.iter().filter(|entry| is_read(&entry.path)).collect();
        let map = Map::new(&wanted, false);
        map.parts
            .iter()
            .map(|part| wanted[part.clone()].iter().map(|entry| &*entry.path).collect())
            .collect()
    }

    const FLAKE: &str = "{ outputs = _: { lib = import ./lib.nix; }; }";

    #[test]
    fn projects_are_parts_and_so_is_what_lies_between() {
        let files =
            ["a/flake.nix", "a/sub/flake.nix", "a-b/flake.nix", "b.nix", "c/x.nix", "d/flake.nix", "d/flake.lock"];
        let (_folder, found) = tree(&files.map(|path| (path, "{ }")));
        let expected: [&[&str]; 4] = [
            &["a-b/flake.nix"],
            &["a/flake.nix", "a/sub/flake.nix"],
            &["b.nix", "c/x.nix"],
            &["d/flake.lock", "d/flake.nix"],
        ];
        assert_eq!(parts(&found), expected);
        let (_folder, found) = tree(&[("flake.nix", "{ }"), ("a/flake.nix", "{ }"), ("b.nix", "{ }")]);
        assert_eq!(parts(&found).len(), 1, "what has a flake in its root is one project");
    }

    /// What may be known better of a part: in the whole, code of another project that names an input of the same name may
    /// mean this one.
    fn readers(facts: &mut Value) -> Vec<(Value, Value)> {
        let flakes = facts["flakes"].as_array_mut().unwrap();
        let inputs = flakes.iter_mut().flat_map(|flake| flake["inputs"].as_array_mut().unwrap());
        let taken = inputs.map(|input| {
            input["cuts"].take();
            (input["used"].take(), input["likely_unused"].take())
        });
        let taken = taken.collect();
        facts["routes"]["uses"].take();
        facts["routes"]["concerns"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .for_each(|row| drop(row["uses"].take()));
        taken
    }

    #[test]
    fn a_workspace_in_parts_has_the_facts_of_the_whole() {
        let tests = walked(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"));
        assert!(parts(&tests).len() > 40);
        let [mut apart, mut whole] = both(&tests);
        let known = readers(&mut apart["facts"]).into_iter().zip(readers(&mut whole["facts"]));
        for (apart, whole) in known {
            assert!(apart == whole || whole.0 == "unknown", "{apart:?} {whole:?}");
        }
        for (name, table) in whole["facts"].as_object().unwrap() {
            let rows = |table: &Value| table.as_array().cloned().unwrap_or_else(|| vec![table.clone()]);
            assert_eq!(rows(&apart["facts"][name]).len(), rows(table).len(), "{name}");
            for (apart, whole) in rows(&apart["facts"][name]).iter().zip(rows(table)) {
                for (field, value) in whole.as_object().into_iter().flatten() {
                    assert_eq!(apart[field], *value, "{name}.{field} of {}", whole["path"]);
                }
            }
        }
    }

    #[test]
    fn code_that_leads_to_another_part_is_judged_with_it() {
        let user = "{ inputs.x.url = \"github:a/x\"; outputs = { x, ... }: { lib = import ../lib/a.nix; }; }";
        let listing = "{ outputs = _: { lib = map (n: import (../mods + \"/${n}\")) (builtins.attrNames (builtins.readDir ../mods)); }; }";
        let input = "{ inputs.other.url = \"path:../other\"; outputs = { other, ... }: { inherit (other) lib; }; }";
        let cases: [&[(&str, &str)]; 4] = [
            &[
                ("a/flake.nix", user),
                ("lib/a.nix", "{ one = import ./b.nix; }"),
                ("lib/b.nix", "{ }"),
                ("z/flake.nix", FLAKE),
            ],
            &[
                ("a/flake.nix", listing),
                ("mods/one.nix", "{ }"),
                ("mods/two.nix", "import ../a/x.nix"),
                ("a/x.nix", "1"),
            ],
            &[
                ("a/flake.nix", input),
                ("other/flake.nix", FLAKE),
                ("other/lib.nix", "{ f = x: x; }"),
                ("n/flake.nix", FLAKE),
            ],
            &[
                ("ci.nix", "(builtins.getFlake (toString ./. + \"/a\")).inputs.x"),
                ("a/flake.nix", user),
                ("lib/a.nix", "1"),
            ],
        ];
        for files in cases {
            let (_folder, found) = tree(files);
            let [apart, whole] = both(&found);
            assert_eq!(apart, whole, "{files:?}");
        }
    }

    #[test]
    fn a_file_that_is_no_text_shifts_nothing() {
        let (folder, _) =
            tree(&[("a/flake.nix", FLAKE), ("a/lib.nix", "{ }"), ("b/flake.nix", FLAKE), ("b/lib.nix", "{ ")]);
        std::fs::write(folder.path().join("a/bad.nix"), b"\xff").unwrap();
        let found = walked(folder.path());
        let [apart, whole] = both(&found);
        assert_eq!(apart, whole);
        assert_eq!(apart["paths"], serde_json::json!(["a/flake.nix", "a/lib.nix", "b/flake.nix", "b/lib.nix"]));
        assert_eq!(apart["facts"]["files"][3]["syntax_error"]["at"]["file"], 4);
    }
}
