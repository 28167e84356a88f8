//! Whether a walk would find today what it found then, told without walking.
//!
//! What a walk finds hangs on the directories that it read (their times change when a name comes, goes or becomes something
//! else), on the ignore files that it honoured, and on git's index. Where one of them is another, or cannot be relied on, it
//! is walked again: this only ever saves work.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::ignoring::{IGNORE_FILES, of_repository};
use super::request::Scope;
use super::stamp::{Digested, Stamp, Young, digest};
use super::tracked::Tracked;
use super::{EntryKind, Request, Tree};

/// What a walk began with.
#[derive(Clone, Debug)]
pub(super) struct Begun {
    pub(super) young: Young,
    pub(super) scope: Digested,
    /// What git said of its index.
    pub(super) index: Digested,
    /// Paths of the index, relative to the root, at which nothing stands.
    pub(super) absent: Vec<PathBuf>,
}

/// What a walk stood on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Walked {
    scope: Digested,
    index: Digested,
    absent: Vec<PathBuf>,
    directories: Vec<(String, Stamp)>,
    /// Ignore files, and where some might be; nothing where there is none.
    ignoring: Vec<(PathBuf, Option<Stamp>)>,
    global: Option<PathBuf>,
}

impl Begun {
    pub(super) fn new(request: &Request, scope: &Scope) -> Self {
        Self { young: Young::now(), scope: digest_of(request, scope), index: [0; 32], absent: Vec::new() }
    }
}

/// What was asked for, as a number.
fn digest_of(request: &Request, scope: &Scope) -> Digested {
    let Scope { root, prefix, walks, directories, files, links, .. } = scope;
    let Request { exclude, no_ignore, hidden, entire, .. } = request;
    let how = (exclude, no_ignore, hidden, entire);
    let what = (root, prefix, walks, directories, files, links);
    digest(format!("{what:?} {how:?}").as_bytes())
}

/// The digest of several answers of git, of which some may be none.
#[derive(Default)]
pub(super) struct IndexSum(Sha256);

impl IndexSum {
    pub(super) fn add(&mut self, answer: Option<&[u8]>) {
        match answer {
            None => self.0.update([0]),
            Some(bytes) => {
                self.0.update([1]);
                self.0.update((bytes.len() as u64).to_le_bytes());
                self.0.update(bytes);
            }
        }
    }

    pub(super) fn end(self) -> Digested {
        self.0.finalize().into()
    }
}

impl Tree {
    /// What the walk stood on; nothing where that is not all known, or so young that it may change unseen.
    pub fn walked(&self) -> Option<Walked> {
        let begun = self.begun.as_deref()?;
        if !self.skipped.is_empty() || self.entries.iter().any(|entry| entry.os.is_some()) {
            return None;
        }
        let below = self.entries.iter().filter(|entry| entry.kind == EntryKind::Directory);
        let directories: Vec<&str> = std::iter::once("").chain(below.map(|entry| entry.path.as_str())).collect();
        let stamped = |path: &&str| {
            let meta = std::fs::symlink_metadata(self.root.join(path)).ok()?;
            Some(((*path).to_owned(), Stamp::proving(&meta, begun.young)?))
        };
        let stamps = directories.par_iter().map(stamped).collect::<Option<Vec<_>>>()?;
        let global = ignore::gitignore::gitconfig_excludes_path();
        let ignoring = self.ignoring(&directories, global.as_deref(), begun.young)?;
        let Begun { scope, index, ref absent, .. } = *begun;
        Some(Walked { scope, index, absent: absent.clone(), directories: stamps, ignoring, global })
    }

    /// The ignore files with their stamps; nothing where one of them proves nothing.
    fn ignoring(&self, below: &[&str], global: Option<&Path>, young: Young) -> Option<Vec<(PathBuf, Option<Stamp>)>> {
        let found = below.par_iter().flat_map_iter(|path| {
            let directory = self.root.join(path);
            // That one comes or goes shows in the directory; repositories keep theirs further down.
            let here = IGNORE_FILES
                .map(|name| directory.join(name))
                .into_iter()
                .filter(|file| file.symlink_metadata().is_ok());
            here.chain(of_repository(&directory)).collect::<Vec<_>>()
        });
        let mut files: Vec<PathBuf> = found.collect();
        for above in self.root.ancestors().skip(1) {
            files.extend(IGNORE_FILES.map(|name| above.join(name)));
            files.extend(of_repository(above));
        }
        files.extend(global.map(Path::to_path_buf));
        let stamped = |path: PathBuf| match path.metadata() {
            Err(_) => Some((path, None)),
            // Of a repository only its being there matters, not what it holds.
            Ok(meta) if meta.is_dir() => Some((path, None)),
            Ok(meta) => Some((path, Some(Stamp::proving(&meta, young)?))),
        };
        files.into_par_iter().map(stamped).collect()
    }
}

impl Walked {
    /// Whether a walk for this request would find the same.
    pub fn holds(&self, request: &Request) -> bool {
        let Ok(scope) = Scope::new(request) else { return false };
        if digest_of(request, &scope) != self.scope || ignore::gitignore::gitconfig_excludes_path() != self.global {
            return false;
        }
        let asked: Vec<Tracked> = scope.walks.iter().map(|start| Tracked::ask(start)).collect();
        let root = &scope.root;
        let as_it_was = |path: &Path, stamp: &Stamp| {
            std::fs::symlink_metadata(root.join(path)).is_ok_and(|meta| Stamp::of(&meta) == *stamp)
        };
        let ignoring_is = |(path, stamp): &(PathBuf, Option<Stamp>)| {
            let now = path.metadata().ok().filter(|meta| !meta.is_dir()).map(|meta| Stamp::of(&meta));
            now == *stamp
        };
        let same = self.directories.par_iter().all(|(path, stamp)| as_it_was(Path::new(path), stamp))
            && self.ignoring.par_iter().all(ignoring_is)
            && self.absent.par_iter().all(|path| std::fs::symlink_metadata(root.join(path)).is_err());
        let mut index = IndexSum::default();
        for tracked in asked {
            let Ok(answer) = tracked.bytes() else { return false };
            index.add(answer.as_deref());
        }
        same && index.end() == self.index
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::Command;
    use std::time::Duration;

    use super::super::{Request, discover};

    /// A repository in a repository, ignored files of which one is tracked, a file that is tracked and gone.
    fn workspace() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(".gitignore", "out/\n*.tmp\nbuild/\n");
        write("build/log", "");
        write("a/flake.nix", "{ }");
        write("a/b/c.nix", "1");
        write("out/kept/x.nix", "1");
        write("out/gone.nix", "1");
        write("a/y.tmp", "");
        write("inner/z.nix", "1");
        git(root, &["init", "--quiet"]);
        write("linked/w.nix", "1");
        write("linked/.git", &format!("gitdir: {}/.git/modules/linked", root.display()));
        write(".git/modules/linked/commondir", ".");
        write(".git/modules/linked/info/exclude", "");
        git(&root.join("inner"), &["init", "--quiet"]);
        git(root, &["add", "--force", "a/flake.nix", "out/kept/x.nix", "out/gone.nix"]);
        fs::remove_file(root.join("out/gone.nix")).unwrap();
        folder
    }

    fn git(folder: &Path, arguments: &[&str]) {
        let done = Command::new("git").arg("-C").arg(folder).args(arguments).status().unwrap();
        assert!(done.success());
    }

    type Change = (&'static str, fn(&Path));

    /// What a walk would see.
    const SEEN: [Change; 16] = [
        ("a file comes", |root| fs::write(root.join("a/b/d.nix"), "1").unwrap()),
        ("a file goes", |root| fs::remove_file(root.join("a/b/c.nix")).unwrap()),
        ("a file becomes a directory", |root| {
            fs::remove_file(root.join("a/b/c.nix")).unwrap();
            fs::create_dir(root.join("a/b/c.nix")).unwrap();
        }),
        ("a directory is renamed", |root| fs::rename(root.join("a/b"), root.join("a/bb")).unwrap()),
        ("a directory is another", |root| {
            fs::create_dir_all(root.join("out/b")).unwrap();
            fs::remove_dir_all(root.join("a/b")).unwrap();
            fs::rename(root.join("out/b"), root.join("a/b")).unwrap();
        }),
        ("an ignore file changes", |root| fs::write(root.join(".gitignore"), "out/\n*.tmq\nbuild/\n").unwrap()),
        ("an ignore file goes", |root| fs::remove_file(root.join(".gitignore")).unwrap()),
        ("an ignore file comes further down", |root| fs::write(root.join("a/b/.ignore"), "c.nix").unwrap()),
        ("what the repository excludes", |root| fs::write(root.join(".git/info/exclude"), "c.nix").unwrap()),
        ("what a repository below excludes", |root| {
            fs::write(root.join("inner/.git/info/exclude"), "z.nix").unwrap();
        }),
        ("something is tracked", |root| git(root, &["add", "a/b/c.nix"])),
        ("something is not tracked any more", |root| git(root, &["rm", "--quiet", "--cached", "a/flake.nix"])),
        ("what is tracked and ignored goes", |root| fs::remove_file(root.join("out/kept/x.nix")).unwrap()),
        ("what is tracked and ignored is there again", |root| fs::write(root.join("out/gone.nix"), "1").unwrap()),
        ("what a linked work tree's repository excludes", |root| {
            fs::write(root.join(".git/modules/linked/info/exclude"), "w.nix").unwrap();
        }),
        ("no repository any more", |root| fs::remove_dir_all(root.join(".git")).unwrap()),
    ];

    /// What it would not see.
    const UNSEEN: [Change; 3] = [
        ("nothing", |_| {}),
        ("a file says something else", |root| fs::write(root.join("a/flake.nix"), "{ a = 1; }").unwrap()),
        ("an ignored directory changes", |root| fs::write(root.join("build/other"), "1").unwrap()),
    ];

    #[test]
    fn what_a_walk_would_see_is_seen_without_one() {
        let young = tempfile::tempdir().unwrap();
        let all: Vec<_> = SEEN.iter().chain(&UNSEEN).map(|change| (change, workspace())).collect();
        let request = |root: &Path| Request { paths: vec![root.to_path_buf()], ..Request::default() };
        fs::write(young.path().join("flake.nix"), "{ }").unwrap();
        assert!(discover(&request(young.path())).unwrap().walked().is_none(), "too young to be relied on");
        let settled = || all.iter().all(|(_, folder)| discover(&request(folder.path())).unwrap().walked().is_some());
        for _ in 0..60 {
            if settled() {
                break;
            }
            std::thread::sleep(Duration::from_millis(500));
        }
        let mut seen = 0;
        for ((what, change), folder) in &all {
            let request = request(folder.path());
            let tree = discover(&request).unwrap();
            let walked = tree.walked().expect("it was left alone for long enough");
            assert!(walked.holds(&request), "before: {what}");
            change(folder.path());
            let same = discover(&request).unwrap().digest() == tree.digest();
            assert_eq!(walked.holds(&request), UNSEEN.iter().any(|(unseen, _)| unseen == what), "{what}");
            assert!(same || !walked.holds(&request), "{what}");
            seen += usize::from(!same);
        }
        // The rest are changes that might have been seen.
        assert!(seen >= 11, "a walk saw {seen} of them");
        let other = Request { hidden: true, ..request(all[16].1.path()) };
        assert!(!discover(&request(all[16].1.path())).unwrap().walked().is_some_and(|walked| walked.holds(&other)));
    }
}
