//! Files that nothing reads, and how sure that is.
//!
//! Nix code can name a file in ways that only evaluation shows, and people start at files too. What is told as
//! *proven* has therefore to pass every doubt that is listed here; one doubt makes it *likely*, and a function that
//! may list its directory makes it *unknown*, which is no orphan at all.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::facts::{Orphan, Reached};
use super::file::{ENTRIES, is_fixture};
use crate::discover::{EntryKind, Tree};
use crate::resolve::Project;
use crate::resolve::nodes::ROOT;
use crate::source::{FileId, PerFile, Sources, is_nix};

/// Files other than Nix code that are searched for names, and how large they may be, in bytes. With more or larger
/// ones nothing is proven.
const MAX_SEARCHED: usize = 20_000;
const MAX_BYTES: usize = 256 * 1024;
/// Candidates that are looked into; more are a tree that is not built by its flake.
const MAX_CANDIDATES: usize = 2_000;
/// Names of files that people or tools start at in a directory too, besides those at the root: agenix, disko, nilla.
const STARTS: &[&str] = &["secrets.nix", "disko.nix", "disk-config.nix", "nilla.nix", "repl.nix", "flake-module.nix"];
/// Endings of files that neither people nor programs name Nix files in.
const SILENT: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "ico", "webp", "pdf", "woff", "woff2", "ttf", "otf", "gz", "xz", "zip", "zst",
    "lock", "patch", "diff", "po", "csv", "age", "gpg", "asc", "pem", "crt", "wasm", "so", "a", "bin", "mp3", "mp4",
];

/// Files that nothing was found to read, with how sure that is.
pub(super) fn orphans(
    tree: &Tree,
    project: &Project,
    sources: &Sources,
    reached: &PerFile<Reached>,
) -> BTreeMap<FileId, Orphan> {
    let whole = project.flakes.iter().any(|flake| flake.dir == ".");
    let left = |id: &FileId| reached[*id] == Reached::Unknown;
    let candidates: Vec<FileId> =
        sources.iter().filter(|(_, file)| is_nix(&file.path)).map(|(id, _)| id).filter(left).collect();
    if !whole || candidates.is_empty() || candidates.len() > MAX_CANDIDATES {
        return BTreeMap::new();
    }
    let covered = covered(tree, project, sources);
    let used = used_directories(sources, reached);
    let (own, unknown): (Vec<FileId>, Vec<FileId>) = candidates.into_iter().partition(|id| {
        let path = sources.path(*id);
        !is_fixture(path) && !ancestors(path).any(|directory| covered.contains(directory))
    });
    let mut sure: BTreeMap<FileId, Orphan> = own.into_iter().map(|id| (id, Orphan::Proven)).collect();
    let reach =
        |from: &[FileId]| project.links.graph.reach(from.iter().map(|id| project.links.node(*id, ROOT)), |_| false);
    // What a file leads to that may be read after all may be read as well.
    for node in reach(&unknown) {
        sure.remove(&project.links.place(node).0);
    }
    let kinds = kinds(sources);
    let doubtful = |id: FileId| {
        let path = sources.path(id);
        is_entry(path) && !needs_arguments(project, id, path)
            || kind_of(path).is_some_and(|kind| kinds.contains(kind))
            || untracked(tree, path)
            || path.split_once('/').is_none_or(|(top, _)| !used.contains(top))
    };
    let starts: Vec<FileId> = sure.keys().copied().filter(|id| doubtful(*id)).collect();
    // What a file that people may start at leads to is as doubtful as the file.
    for node in reach(&starts) {
        sure.entry(project.links.place(node).0).and_modify(|orphan| *orphan = Orphan::Likely);
    }
    if project.flakes.iter().any(|flake| flake.unknown.iter().any(|unknown| !unknown.path.contains('.'))) {
        for orphan in sure.values_mut() {
            *orphan = Orphan::Likely;
        }
    }
    let proven: Vec<FileId> = sure.iter().filter(|(_, how)| **how == Orphan::Proven).map(|(id, _)| *id).collect();
    let (mut doubted, within): (Vec<Named>, Vec<Named>) = named(tree, sources, &proven)
        .into_iter()
        .chain(written_paths(project, sources, &proven))
        .partition(|(by, _)| by.is_none_or(|by| !proven.contains(&by)));
    // What only an orphan names is as much an orphan as that file is.
    while let Some((_, id)) = doubted.pop() {
        if sure.insert(id, Orphan::Likely) == Some(Orphan::Proven) {
            doubted.extend(within.iter().filter(|(by, _)| *by == Some(id)));
        }
    }
    sure
}

/// A file that a text names, and the Nix file whose text it is.
type Named = (Option<FileId>, FileId);

/// Directories above a path, from the nearest; the root is `""`.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let above = rest?.rsplit_once('/').map_or("", |(directory, _)| directory);
        rest = (!above.is_empty()).then_some(above);
        Some(above)
    })
}

/// Directories of the root that hold a file which something reads. What lies elsewhere is no part of what the flake
/// makes: samples, notes, another program's data, code for a tool that knows the place.
fn used_directories<'a>(sources: &'a Sources, reached: &PerFile<Reached>) -> BTreeSet<&'a str> {
    let read = sources.iter().filter(|(id, file)| is_nix(&file.path) && reached[*id] != Reached::Unknown);
    read.filter_map(|(_, file)| file.path.split_once('/')).map(|(top, _)| top).collect()
}

/// Whether people or tools may start at a file because of its name.
fn is_entry(path: &str) -> bool {
    let name = name_of(path);
    ENTRIES.contains(&name) || STARTS.contains(&name) || name.starts_with("update") || name.starts_with('.')
}

/// Whether a file that `nix-build` and its kin find by its name is a function that they cannot call: with an argument
/// that has no default.
fn needs_arguments(project: &Project, id: FileId, path: &str) -> bool {
    matches!(name_of(path), "default.nix" | "shell.nix" | "release.nix" | "ci.nix")
        && project.stored.outline(id).needs_arguments
}

/// What a name says of a file between two dots: the `check` of `list.check.nix`.
fn kind_of(path: &str) -> Option<&str> {
    let (stem, kind) = name_of(path).strip_suffix(".nix")?.rsplit_once('.')?;
    (!stem.is_empty() && kind.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(kind)
}

/// Kinds that several files have. Programs find such files by the ends of their names, so no text need say one.
fn kinds(sources: &Sources) -> BTreeSet<&str> {
    let mut seen = BTreeSet::new();
    let of_files = sources.iter().filter_map(|(_, file)| kind_of(&file.path));
    of_files.filter(|kind| !seen.insert(*kind)).collect()
}

fn untracked(tree: &Tree, path: &str) -> bool {
    tree.find(path).is_some_and(|entry| entry.tracked == Some(false))
}

/// Directories that a function or a framework is given and may list. Files that nothing was found to read count too:
/// if one of them is read after all, so is what it lists.
fn covered(tree: &Tree, project: &Project, sources: &Sources) -> BTreeSet<String> {
    let mut covered: BTreeSet<String> = project
        .flakes
        .iter()
        .flat_map(|flake| flake.listed.iter().cloned())
        .filter(|d| !d.is_empty())
        .collect();
    for (file, source) in sources.iter() {
        let directory = source.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let uses = &project.paths[file];
        let paths = project.stored.outline(file).paths.iter().map(|(_, path)| path);
        let paths = paths.filter(|path| !uses.sources.contains(&path.at.start)).map(|path| {
            let by_default = path.whole && path.imported && !uses.given.contains(&path.at.start);
            (&*path.text, path.whole, by_default)
        });
        let listed = uses.listed.iter().chain(&uses.entries).map(|text| (&**text, true, false));
        for (text, whole, by_default) in paths.chain(listed) {
            // Of a computed path the directory before the computed part is known.
            let text = if whole { text } else { text.rsplit_once('/').map_or(text, |(directory, _)| directory) };
            // `self + /hosts`: an absolute path that is joined to a flake's own.
            let target = match text.strip_prefix('/') {
                Some(text) => crate::resolve::join("", text).filter(|text| !text.is_empty()),
                None => crate::resolve::join(directory, text),
            };
            if let Some(target) = target
                && tree.find(&target).is_none_or(|entry| entry.kind == EntryKind::Directory)
                && !(by_default && target != directory && tree.find(&below(&target)).is_some())
            {
                covered.insert(target);
            }
        }
    }
    covered
}

fn below(directory: &str) -> String {
    if directory.is_empty() { "default.nix".to_owned() } else { format!("{directory}/default.nix") }
}

/// Those of `proven` that a path leads to as its directory, in code that nothing evaluates.
fn written_paths(project: &Project, sources: &Sources, proven: &[FileId]) -> Vec<Named> {
    let mut found = Vec::new();
    for (file, source) in sources.iter().filter(|(_, file)| is_nix(&file.path)) {
        let directory = source.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let paths = project.stored.outline(file).paths.iter().filter(|(_, path)| path.whole);
        let targets = paths.filter_map(|(_, path)| crate::resolve::join(directory, &path.text));
        let read = targets.filter_map(|target| sources.find(&below(&target)));
        found.extend(read.filter(|id| *id != file && proven.contains(id)).map(|id| (Some(file), id)));
    }
    found
}

/// Those of `proven` whose name, or whose directory at the end of a string, stands in another file's text.
fn named(tree: &Tree, sources: &Sources, proven: &[FileId]) -> BTreeSet<Named> {
    let mut patterns: Vec<(String, FileId, bool)> = Vec::new();
    for id in proven {
        let path = sources.path(*id);
        patterns.push((name_of(path).to_owned(), *id, false));
        for directory in ancestors(path).filter(|directory| !directory.is_empty()) {
            let ends = directory.match_indices('/').map(|(at, _)| &directory[at..]);
            let ends: Vec<String> = ends.map(str::to_owned).chain([format!("/{directory}")]).collect();
            for end in ends {
                patterns.extend([(format!("\"{end}"), *id, true), (format!("}}{end}"), *id, true)]);
            }
        }
    }
    let Ok(search) = AhoCorasick::new(patterns.iter().map(|(text, ..)| text)) else {
        return proven.iter().map(|id| (None, *id)).collect();
    };
    let in_text = |text: &str, path: &str, own: Option<FileId>| -> Vec<Named> {
        let found = search.find_overlapping_iter(text).filter_map(|found| {
            let (_, id, directory) = patterns[found.pattern().as_usize()];
            let place = Place { text, path, start: found.start(), end: found.end() };
            let uses = if directory { place.joins() } else { place.means(sources, sources.path(id)) };
            let told = if own.is_some() { in_comment(text, place.start) } else { in_listing(text, place.start) };
            (uses && !told && Some(id) != own).then_some((own, id))
        });
        found.collect()
    };
    let nix = sources.iter().collect::<Vec<_>>().into_par_iter().filter(|(_, file)| is_nix(&file.path));
    let mut found: BTreeSet<Named> =
        nix.flat_map_iter(|(id, file)| in_text(&file.glance(), &file.path, Some(id))).collect();
    let speaks = |path: &str| speaks(path) && !is_ours(path);
    let others: Vec<_> = tree.entries.iter().filter(|e| e.kind == EntryKind::File && speaks(&e.path)).collect();
    if others.len() > MAX_SEARCHED {
        return proven.iter().map(|id| (None, *id)).collect();
    }
    let texts = others.into_par_iter().filter_map(|entry| Some((&entry.path, tree.read_entry(entry).ok()?)));
    let texts = texts.filter(|(_, text)| text.len() <= MAX_BYTES && !is_baseline(text));
    found.par_extend(texts.flat_map_iter(|(path, text)| in_text(&text, path, None)));
    found
}

/// Whether a file is an auditor's own by its name: configuration, baseline, reports. They name files that nothing reads
/// because nothing reads them.
fn is_ours(path: &str) -> bool {
    let own = path.starts_with(".flake-audit/") || path.contains("/.flake-audit/");
    let is_log = std::path::Path::new(path).extension().is_some_and(|end| end.eq_ignore_ascii_case("sarif"));
    own || name_of(path).starts_with("flake-audit") || is_log
}

/// Whether a text is a baseline, whatever its name.
fn is_baseline(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('{').map(str::trim_start) else { return false };
    rest.strip_prefix("\"version\": 1,")
        .is_some_and(|rest| rest.trim_start().starts_with("\"findings\": {"))
}

/// Where a name or a directory stands in a text.
struct Place<'a> {
    text: &'a str,
    path: &'a str,
    start: usize,
    end: usize,
}

impl Place<'_> {
    /// Whether a directory stands at the end of what a string is put together from.
    fn joins(&self) -> bool {
        let rest = &self.text[self.end..];
        let ends = rest.chars().next().is_none_or(|c| matches!(c, '"' | '/' | '}' | '$' | ' '));
        // `"/nix/store/…` is Nix's own, whatever a tree calls its directories.
        let whole = &self.text[self.start..];
        let own = ["\"/nix/store", "\"/nix/var"].iter().any(|place| whole.starts_with(place));
        (is_nix(self.path) || is_script(self.path)) && ends && !own
    }

    /// Whether a file's name can mean the file at `path`, and no other of that name.
    fn means(&self, sources: &Sources, path: &str) -> bool {
        let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        let (before, after) = (self.text[..self.start].chars().next_back(), self.text[self.end..].chars().next());
        if in_word(before) || before == Some('.') || in_word(after) {
            return false;
        }
        let written = written(self.text, self.start, self.end);
        let here = self.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let leads = |from: &str| crate::resolve::join(from, written);
        if leads(here).is_some_and(|to| to == path) || leads("").is_some_and(|to| to == path) {
            return true;
        }
        if [here, ""].into_iter().any(|from| leads(from).is_some_and(|to| sources.find(&to).is_some())) {
            return false;
        }
        let above =
            |path: &str| path.rsplit('/').nth(1).filter(|name| !matches!(*name, "" | "." | "..")).map(str::to_owned);
        // The first name of `$DIR/a.nix` is not a directory's, and that of `${x}-old/a.nix` is only its end.
        let head = &self.text[..self.end - written.len()];
        let computed = head.ends_with(['$', '}']) && !written.starts_with('/') && written.matches('/').count() == 1;
        match above(written) {
            Some(directory) if !computed => above(path).is_some_and(|own| own == directory),
            // A bare name that several files have means those beside a page, and any of them in code.
            _ if is_nix(self.path) || is_script(self.path) => true,
            _ => unique(sources, path) || path.rsplit_once('/').map_or("", |(directory, _)| directory) == here,
        }
    }
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether no other file has the name of this one.
fn unique(sources: &Sources, path: &str) -> bool {
    !sources.iter().any(|(_, file)| name_of(&file.path) == name_of(path) && file.path != path)
}

/// The path that a name stands at the end of, as it is written.
fn written(text: &str, start: usize, end: usize) -> &str {
    let head = text[..start].rfind(|c: char| !(c.is_ascii_alphanumeric() || "._+-/".contains(c)));
    &text[head.map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8))..end]
}

fn speaks(path: &str) -> bool {
    let ending = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, ending)| ending);
    !is_nix(path) && !SILENT.contains(&ending.to_ascii_lowercase().as_str())
}

/// Whether a file may hold commands that put paths together. In a program or a page `"/lib"` is another thing.
fn is_script(path: &str) -> bool {
    const ENDINGS: &[&str] =
        &["sh", "bash", "zsh", "fish", "nu", "py", "rb", "pl", "just", "mk", "yml", "yaml", "toml"];
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_none_or(|(_, ending)| ENDINGS.contains(&ending))
}

/// Whether a place in Nix code is behind a `#` of its line.
fn in_comment(text: &str, at: usize) -> bool {
    let line = text[..at].rsplit('\n').next().unwrap_or("");
    line.trim_start().starts_with('#') || line.contains(" #")
}

/// Whether a place stands in a list of a tree's files: a drawing of directories, or a line with a check sum.
fn in_listing(text: &str, at: usize) -> bool {
    let line = text[..at].rsplit('\n').next().unwrap_or("");
    let drawn = ["├", "└", "│", "|--", "`--"].iter().any(|sign| line.contains(sign));
    let is_sum = |word: &str| word.len() >= 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    drawn || line.split_whitespace().next().is_some_and(is_sum)
}

#[cfg(test)]
mod tests {
    use super::{Place, ancestors, in_comment, in_listing};
    use crate::source::{SourceFile, Sources};

    fn place<'a>(path: &'a str, text: &'a str, what: &str) -> Place<'a> {
        let start = text.find(what).unwrap();
        Place { text, path, start, end: start + what.len() }
    }

    #[test]
    fn a_list_of_files_uses_none_of_them() {
        let sum = "0a0aae28678f82d7ca15866aee1b4ab6cd84660ee9ca3669e44b2812c8e843fb";
        let text = format!("nix\n├── a.nix  # helpers\n{sum}  ./b.nix\n- `c.nix` | |\nnix-build d.nix\n");
        let at = |name: &str| in_listing(&text, text.find(name).unwrap());
        assert_eq!(["a.nix", "b.nix", "c.nix", "d.nix"].map(at), [true, true, false, false]);
    }

    #[test]
    fn directories_above_a_path() {
        assert_eq!(ancestors("a/b/c.nix").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(ancestors("c.nix").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn a_name_means_one_file() {
        let file = |path: &str| SourceFile::new(path.to_owned(), "".into());
        let sources = Sources::new(["old/default.nix", "old/b.nix", "new/b.nix", "new/default.nix"].map(file).into());
        let means = |path: &str, text: &str, name: &str| place(path, text, name).means(&sources, "old/b.nix");
        assert!(means("build.sh", "nix-build old/b.nix", "b.nix"));
        assert!(means("build.sh", "nix-build $DIR/b.nix", "b.nix"));
        assert!(means("build.sh", "cd old && nix-build b.nix", "b.nix"));
        assert!(means("new/a.nix", "import \"${x}-old/b.nix\"", "b.nix"));
        assert!(means("old/README.md", "`b.nix` is for this", "b.nix"));
        assert!(!means("README.md", "every `b.nix`", "b.nix"), "two files have that name");
        assert!(!means("build.sh", "nix-build new/b.nix", "b.nix"));
        assert!(!means("new/README.md", "`b.nix` is for this", "b.nix"));
        assert!(!means("a.nix", "x.b.nixos", "b.nix"));
        assert!(!means("a.nix", "./web-b.nix", "b.nix"));
    }

    #[test]
    fn the_store_is_no_directory_of_a_tree() {
        let joins = |path: &str, text: &str| place(path, text, "\"/nix").joins();
        assert!(joins("a.sh", "\"$ROOT\"/nix/a.nix") && joins("a.nix", "./. + \"/nix\""));
        assert!(!joins("a.sh", "PATH=\"/nix/var/nix/profiles/default/bin\""));
        assert!(!joins("page.md", "\"/nix/a.nix\""));
    }

    #[test]
    fn what_stands_behind_a_number_sign_is_no_use() {
        let text = "a\n  # ./b.nix\n ./c.nix # ./d.nix\n";
        let at = |name: &str| in_comment(text, text.find(name).unwrap());
        assert_eq!(["b.nix", "c.nix", "d.nix"].map(at), [true, false, true]);
    }
}
