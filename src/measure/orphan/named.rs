//! Files that other files' texts name: by their own name, or by a directory at the end of a string.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{Named, ancestors, name_of};
use crate::discover::{EntryKind, Tree};
use crate::source::{FileId, Sources, is_nix};

/// Files other than Nix code that are searched for names, and how large they may be, in bytes. With more or larger
/// ones nothing is proven.
const MAX_SEARCHED: usize = 20_000;
const MAX_BYTES: usize = 256 * 1024;
/// Endings of files that neither people nor programs name Nix files in.
const SILENT: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "ico", "webp", "pdf", "woff", "woff2", "ttf", "otf", "gz", "xz", "zip", "zst",
    "lock", "patch", "diff", "po", "csv", "age", "gpg", "asc", "pem", "crt", "wasm", "so", "a", "bin", "mp3", "mp4",
];
/// The ending of every file that is looked for.
const ENDING: &str = ".nix";
/// What stands behind a directory in what a string is put together from.
const AFTER_DIRECTORY: [char; 5] = ['"', '/', '}', '$', ' '];

/// Those of `proven` whose name, or whose directory at the end of a string, stands in another file's text.
pub(super) fn named(tree: &Tree, sources: &Sources, proven: &[FileId]) -> BTreeSet<Named> {
    let search = Search::new(sources, proven);
    let nix = sources.iter().collect::<Vec<_>>().into_par_iter().filter(|(_, file)| is_nix(&file.path));
    let mut found: BTreeSet<Named> =
        nix.flat_map_iter(|(id, file)| search.within(&file.glance(), &file.path, Some(id))).collect();
    let speaks = |path: &str| speaks(path) && !is_ours(path);
    let others: Vec<_> = tree.entries.iter().filter(|e| e.kind == EntryKind::File && speaks(&e.path)).collect();
    if others.len() > MAX_SEARCHED {
        return proven.iter().map(|id| (None, *id)).collect();
    }
    let texts = others.into_par_iter().filter_map(|entry| Some((&entry.path, tree.read_entry(entry).ok()?)));
    let texts = texts.filter(|(_, text)| text.len() <= MAX_BYTES && !is_baseline(text));
    found.par_extend(texts.flat_map_iter(|(path, text)| search.within(&text, path, None)));
    found
}

/// Looks for some files in texts. Every text of a tree is looked through, so nothing is compared but where a name or a
/// directory can stand.
struct Search<'a> {
    sources: &'a Sources,
    /// Files by the end of their names, the part without other signs than `_` and `-` right before `.nix`.
    names: BTreeMap<&'a str, Vec<FileId>>,
    /// Files by what the directories above them end in, from a `/` on.
    directories: BTreeMap<String, Vec<FileId>>,
    /// Bytes of the longest of those.
    longest: usize,
}

impl<'a> Search<'a> {
    fn new(sources: &'a Sources, wanted: &[FileId]) -> Self {
        let mut names: BTreeMap<&str, Vec<FileId>> = BTreeMap::new();
        let mut directories: BTreeMap<String, Vec<FileId>> = BTreeMap::new();
        for id in wanted {
            let path = sources.path(*id);
            names.entry(last_word(stem(path))).or_default().push(*id);
            for directory in ancestors(path).filter(|directory| !directory.is_empty()) {
                let inner = directory.match_indices('/').map(|(at, _)| directory[at..].to_owned());
                for end in inner.chain([format!("/{directory}")]) {
                    directories.entry(end).or_default().push(*id);
                }
            }
        }
        let longest = directories.keys().map(String::len).max().unwrap_or(0);
        Self { sources, names, directories, longest }
    }

    /// The files that a text at `path` names, which is that of the Nix file `own`.
    fn within(&self, text: &str, path: &str, own: Option<FileId>) -> BTreeSet<Named> {
        let told = |start| if own.is_some() { in_comment(text, start) } else { in_listing(text, start) };
        let mut found = BTreeSet::new();
        // Most texts name no Nix file at all.
        let ends = text.contains(ENDING).then(|| text.match_indices(ENDING));
        for (at, _) in ends.into_iter().flatten() {
            let end = at + ENDING.len();
            for id in self.names.get(last_word(&text[..at])).into_iter().flatten().filter(|id| Some(**id) != own) {
                let file = self.sources.path(*id);
                let name = name_of(file);
                let place = Place { text, path, start: end.saturating_sub(name.len()), end };
                if text[..end].ends_with(name) && place.means(self.sources, file) && !told(place.start) {
                    found.insert((own, *id));
                }
            }
        }
        if !(is_nix(path) || is_script(path)) {
            return found;
        }
        let starts = text.match_indices('/').filter(|(at, _)| text[..*at].ends_with(['"', '}']));
        for (at, _) in starts.filter(|_| self.longest > 0) {
            for end in ends_of_directories(text, at).take_while(|end| end - at <= self.longest) {
                let place = Place { text, path, start: at - 1, end };
                let Some(below) = self.directories.get(&text[at..end]).filter(|_| place.joins()) else { continue };
                if !told(place.start) {
                    found.extend(below.iter().filter(|id| Some(**id) != own).map(|id| (own, *id)));
                }
            }
        }
        found
    }
}

/// Where the path that begins at a place may end as a directory of what a string is put together from.
fn ends_of_directories(text: &str, at: usize) -> impl Iterator<Item = usize> {
    let rest = &text[at + 1..];
    rest.match_indices(AFTER_DIRECTORY)
        .map(|(end, _)| end)
        .chain([rest.len()])
        .map(move |end| at + 1 + end)
}

/// The name of a Nix file without its ending.
fn stem(path: &str) -> &str {
    let name = name_of(path);
    name.strip_suffix(ENDING).unwrap_or(name)
}

/// What a text ends in, back to the first sign that no name's word has.
fn last_word(text: &str) -> &str {
    let start = text.rfind(|c: char| !in_word(c));
    start.map_or(text, |at| text[at..].trim_start_matches(|c: char| !in_word(c)))
}

/// Whether a sign may stand within a word of a name.
fn in_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
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
        let ends = rest.is_empty() || rest.starts_with(AFTER_DIRECTORY);
        // `"/nix/store/…` is Nix's own, whatever a tree calls its directories.
        let whole = &self.text[self.start..];
        let own = ["\"/nix/store", "\"/nix/var"].iter().any(|place| whole.starts_with(place));
        (is_nix(self.path) || is_script(self.path)) && ends && !own
    }

    /// Whether a file's name can mean the file at `path`, and no other of that name.
    fn means(&self, sources: &Sources, path: &str) -> bool {
        let (before, after) = (self.text[..self.start].chars().next_back(), self.text[self.end..].chars().next());
        if before.is_some_and(|c| in_word(c) || c == '.') || after.is_some_and(in_word) {
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
    use super::{Place, Search, in_comment, in_listing};
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
    fn names_and_directories_are_found_where_they_can_stand() {
        let file = |path: &str| SourceFile::new(path.to_owned(), "".into());
        let paths = ["hosts/old/a.b+c.nix", "lib/fetch data.nix", "z.nix"];
        let sources = Sources::new(paths.map(file).into());
        let wanted: Vec<_> = sources.ids().take(2).collect();
        let search = Search::new(&sources, &wanted);
        let found = |path: &str, text: &str| -> Vec<u32> {
            search.within(text, path, None).into_iter().map(|(_, id)| id.0).collect()
        };
        assert_eq!(found("page.md", "see hosts/old/a.b+c.nix, or `fetch data.nix`"), [0, 1]);
        assert_eq!(found("page.md", "xa.b+c.nix a.b+c.nixos b+c.nix data.nix \u{e9}a.b+c.nix"), [0; 0]);
        for text in ["x \"/hosts", "\"${root}/hosts/old\"", "\"/old\"", "${dir}/old/$name", "\"/hosts/old x"] {
            assert_eq!(found("run.sh", text), [0], "{text}");
            assert_eq!(found("page.md", text), [0; 0], "{text}");
        }
        assert_eq!(found("run.sh", "\"/hosts-old\" \"/host/oldest /old \"/ol"), [0; 0]);
        assert_eq!(found("run.sh", "\"/lib \"/hosts/"), [0, 1]);
        assert_eq!(search.within("./lib/fetch data.nix", "lib/fetch data.nix", Some(wanted[1])), [].into());
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
