//! Several files written together: all of them or none.
//!
//! Everything is prepared in a folder of its own first. New files come before changed ones, so that where one file
//! changes, its renaming is the moment at which the tree changes. Where several change, each by itself means what it meant
//! (that is what is proven of a split), so that what stands there between two renamings is the same flake too. Where a step fails the old tree is put back at once;
//! where the program is killed, the folder says what was under way, and [`recover`] puts the old tree back, unless the
//! new one is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Where a write is prepared, in the root.
pub const FOLDER: &str = ".flake-audit-split";
/// The list of what is written; there from the moment at which all is prepared.
const LIST: &str = "journal.json";

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// Path relative to the root, with `/`.
    pub path: String,
    /// What is there; `None` for a new file.
    pub before: Option<Arc<str>>,
    /// What is to be there.
    pub after: Arc<str>,
}

/// What is written, as it is kept on disk. The texts are beside it: `0.new` (renamed into place), `0.copy` (stays), `0.old` …
#[derive(Debug, Default, Serialize, Deserialize)]
struct Journal {
    files: Vec<Entry>,
    /// Folders that are made, outermost first.
    folders: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    path: String,
    created: bool,
}

/// Called before each change of the disk; tests fail there.
type Fault<'a> = &'a mut dyn FnMut() -> io::Result<()>;

/// What is done besides while files are written. Where it fails, the old tree is put back.
pub trait Beside {
    /// New files are in place, and no other is changed yet.
    ///
    /// # Errors
    /// Where nothing more may be written.
    fn made(&mut self, _created: &[&str]) -> Result<(), Error> {
        Ok(())
    }

    /// All is in place.
    ///
    /// # Errors
    /// Where it must not stay.
    fn placed(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

impl Beside for () {}

/// Writes all files, or none.
///
/// # Errors
/// When a file is no longer what was read or cannot be written, or `beside` fails; the tree is then as it was.
pub fn write_all(root: &Path, writes: &[Write], beside: &mut dyn Beside) -> Result<(), Error> {
    write_with(root, writes, beside, &mut || Ok(())).map_err(|(path, reason)| Error::Output { path, reason })
}

fn write_with(root: &Path, writes: &[Write], beside: &mut dyn Beside, fault: Fault) -> Result<(), (PathBuf, String)> {
    let journal = root.join(FOLDER);
    let told = |error: io::Error| (journal.clone(), error.to_string());
    for one in writes {
        let on_disk = root.join(&one.path);
        if !is_as_read(&on_disk, one.before.as_deref()).map_err(|error| (on_disk.clone(), error.to_string()))? {
            return Err((on_disk, "it changed while it was audited; nothing was written, run again".into()));
        }
    }
    let mut sorted: Vec<&Write> = writes.iter().collect();
    sorted.sort_by_key(|one| (one.before.is_some(), one.path.ends_with("flake.nix"), &one.path));
    let list = match prepare(root, &sorted, fault) {
        Ok(list) => list,
        Err(error) if is_kill(&error) => return Err(told(error)),
        Err(error) => {
            let _ = fs::remove_dir_all(&journal);
            return Err(told(error));
        }
    };
    match carry(root, &list, beside, fault) {
        Ok(()) => fs::remove_dir_all(&journal).map_err(told),
        Err((_, error)) if is_kill(&error) => Err(told(error)),
        Err((path, error)) => {
            // The first error is the one to tell; what cannot be put back now is put back by the next run.
            let _ = put_back(root, &list).and_then(|()| fs::remove_dir_all(&journal));
            Err((path, error.to_string()))
        }
    }
}

/// In tests: the process ends here.
fn is_kill(error: &io::Error) -> bool {
    cfg!(test) && error.to_string() == "killed"
}

fn is_as_read(on_disk: &Path, before: Option<&str>) -> io::Result<bool> {
    match (fs::symlink_metadata(on_disk), before) {
        (Ok(meta), Some(before)) => Ok(meta.is_file() && fs::read(on_disk)? == before.as_bytes()),
        (Ok(_), None) => Ok(false),
        (Err(error), None) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        (Err(error), _) => Err(error),
    }
}

/// Puts all texts and the list of them into the folder.
fn prepare(root: &Path, writes: &[&Write], fault: Fault) -> io::Result<Journal> {
    let folder = root.join(FOLDER);
    fault()?;
    fs::create_dir(&folder)?;
    let mut list = Journal::default();
    for (number, one) in writes.iter().enumerate() {
        let new = folder.join(format!("{number}.new"));
        fault()?;
        put(&new, one.after.as_bytes())?;
        put(&folder.join(format!("{number}.copy")), one.after.as_bytes())?;
        if let Some(before) = &one.before {
            let mode = fs::metadata(root.join(&one.path))?.permissions();
            fs::set_permissions(&new, mode.clone())?;
            let old = folder.join(format!("{number}.old"));
            fault()?;
            put(&old, before.as_bytes())?;
            fs::set_permissions(&old, mode)?;
        }
        for (end, _) in one.path.match_indices('/') {
            let parent = one.path[..end].to_owned();
            match fs::symlink_metadata(root.join(&parent)) {
                Ok(meta) if meta.is_dir() => {}
                Ok(_) => return Err(io::Error::other(format!("{parent} is not a directory"))),
                Err(_) if list.folders.contains(&parent) => {}
                Err(_) => list.folders.push(parent),
            }
        }
        list.files.push(Entry { path: one.path.clone(), created: one.before.is_none() });
    }
    list.folders.sort();
    let text = serde_json::to_vec_pretty(&list).map_err(io::Error::from)?;
    let beside = folder.join("journal.tmp");
    fault()?;
    put(&beside, &text)?;
    fault()?;
    fs::rename(&beside, folder.join(LIST))?;
    sync_folder(&folder);
    Ok(list)
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A folder's entries reach the disk; where the system cannot do that for a folder, they do in their time.
fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// Renames all texts into place.
fn carry(root: &Path, list: &Journal, beside: &mut dyn Beside, fault: Fault) -> Result<(), (PathBuf, io::Error)> {
    let failed = |error: Error| (root.to_owned(), io::Error::other(error.to_string()));
    let created: Vec<&str> = list.files.iter().filter(|one| one.created).map(|one| one.path.as_str()).collect();
    for folder in &list.folders {
        let folder = root.join(folder);
        fault().and_then(|()| fs::create_dir(&folder)).map_err(|error| (folder.clone(), error))?;
    }
    for (number, entry) in list.files.iter().enumerate() {
        if number == created.len() && !created.is_empty() {
            fault().map_err(|error| (root.to_owned(), error))?;
            beside.made(&created).map_err(failed)?;
        }
        let on_disk = root.join(&entry.path);
        let new = root.join(FOLDER).join(format!("{number}.new"));
        fault().and_then(|()| fs::rename(&new, &on_disk)).map_err(|error| (on_disk.clone(), error))?;
        if let Some(folder) = on_disk.parent() {
            sync_folder(folder);
        }
    }
    if created.len() == list.files.len() {
        beside.made(&created).map_err(failed)?;
    }
    fault().map_err(|error| (root.to_owned(), error))?;
    beside.placed().map_err(failed)?;
    fault().map_err(|error| (root.to_owned(), error))
}

/// Puts the old texts back and takes new files away, the changed ones first.
fn put_back(root: &Path, list: &Journal) -> io::Result<()> {
    for (number, entry) in list.files.iter().enumerate().rev() {
        let on_disk = root.join(&entry.path);
        let (new, old) = (format!("{number}.new"), format!("{number}.old"));
        // What is still in the folder was not put in place.
        if root.join(FOLDER).join(&new).exists() || !on_disk.exists() {
            continue;
        }
        // What has no old text any more was put back before that was interrupted too.
        if !entry.created && !root.join(FOLDER).join(&old).exists() {
            continue;
        }
        if fs::read(&on_disk)? != fs::read(root.join(FOLDER).join(format!("{number}.copy")))? {
            let said = format!("a split was interrupted, and {} changed since; see {FOLDER}", entry.path);
            return Err(io::Error::other(said));
        }
        if entry.created {
            fs::remove_file(&on_disk)?;
            continue;
        }
        let old = root.join(FOLDER).join(old);
        if old.exists() {
            fs::rename(old, &on_disk)?;
        }
    }
    for folder in list.folders.iter().rev() {
        // One that somebody put a file into stays.
        let _ = fs::remove_dir(root.join(folder));
    }
    Ok(())
}

/// Whether a write of several files was interrupted, or is under way.
pub fn is_unfinished(root: &Path) -> bool {
    fs::symlink_metadata(root.join(FOLDER).join(LIST)).is_ok()
}

/// Ends a write that was interrupted: the old tree is put back, unless the new one is whole. Gives the new files that
/// were taken away, where there was one.
///
/// # Errors
/// When the disk does not allow it.
pub fn recover(root: &Path) -> Result<Option<Vec<String>>, Error> {
    let mut gone = Vec::new();
    let folder = root.join(FOLDER);
    let failed = |error: io::Error| Error::Output { path: folder.clone(), reason: error.to_string() };
    if fs::symlink_metadata(&folder).is_err() {
        return Ok(None);
    }
    if let Ok(text) = fs::read(folder.join(LIST)) {
        let list: Journal = serde_json::from_slice(&text).map_err(|error| failed(error.into()))?;
        let waits = (0..list.files.len()).any(|number| folder.join(format!("{number}.new")).exists());
        if waits {
            put_back(root, &list).map_err(failed)?;
            gone.extend(list.files.into_iter().filter(|one| one.created).map(|one| one.path));
        }
    }
    fs::remove_dir_all(&folder).map_err(failed)?;
    Ok(Some(gone))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io;
    use std::path::Path;

    use super::*;

    fn tree(root: &Path) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut open = vec![root.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(root).unwrap().display().to_string();
                if path.is_dir() {
                    found.insert(format!("{name}/"), String::new());
                    open.push(path);
                } else {
                    found.insert(name, fs::read_to_string(path).unwrap());
                }
            }
        }
        found
    }

    fn before(root: &Path) -> Vec<Write> {
        fs::create_dir(root.join("a")).unwrap();
        fs::write(root.join("flake.nix"), "old flake").unwrap();
        fs::write(root.join("a/b.nix"), "old b").unwrap();
        let write = |path: &str, before: Option<&str>, after: &str| Write {
            path: path.into(),
            before: before.map(Arc::from),
            after: Arc::from(after),
        };
        vec![
            write("flake.nix", Some("old flake"), "new flake"),
            write("a/b.nix", Some("old b"), "new b"),
            write("nix/x/c.nix", None, "c"),
            write("a/d.nix", None, "d"),
        ]
    }

    /// Sees what is on disk when new files are made known, and fails where it is told to.
    struct Witness<'a> {
        root: &'a Path,
        fails: Option<&'static str>,
    }

    impl Witness<'_> {
        fn fail(&self, when: &str) -> Result<(), Error> {
            if self.fails == Some(when) { Err(Error::Usage(format!("{when} failed"))) } else { Ok(()) }
        }
    }

    impl Beside for Witness<'_> {
        fn made(&mut self, created: &[&str]) -> Result<(), Error> {
            assert_eq!(created, ["a/d.nix", "nix/x/c.nix"]);
            assert!(created.iter().all(|path| self.root.join(path).exists()));
            assert_eq!(fs::read_to_string(self.root.join("flake.nix")).unwrap(), "old flake");
            self.fail("made")
        }

        fn placed(&mut self) -> Result<(), Error> {
            assert_eq!(fs::read_to_string(self.root.join("flake.nix")).unwrap(), "new flake");
            self.fail("placed")
        }
    }

    #[test]
    fn what_is_done_besides_comes_between_and_its_failure_puts_the_old_tree_back() {
        for fails in [None, Some("made"), Some("placed")] {
            let folder = tempfile::tempdir().unwrap();
            let writes = before(folder.path());
            let old = tree(folder.path());
            let said = write_all(folder.path(), &writes, &mut Witness { root: folder.path(), fails });
            assert_eq!(said.is_err(), fails.is_some(), "{said:?}");
            assert_eq!(tree(folder.path()) == old, fails.is_some());
            assert!(recover(folder.path()).unwrap().is_none());
        }
    }

    /// Ends the write at its nth change of the disk; says whether it came that far.
    fn ended(root: &Path, writes: &[Write], nth: usize, how: &str) -> bool {
        let mut left = nth;
        let mut fault = || {
            if left == 0 {
                return Err(io::Error::other(how.to_owned()));
            }
            left -= 1;
            Ok(())
        };
        write_with(root, writes, &mut Witness { root, fails: None }, &mut fault).is_err()
    }

    #[test]
    fn a_failure_or_a_kill_at_any_stage_leaves_the_old_tree_or_the_new_one() {
        let whole = tempfile::tempdir().unwrap();
        let writes = before(whole.path());
        write_all(whole.path(), &writes, &mut ()).unwrap();
        let new = tree(whole.path());
        assert_eq!(new["nix/x/c.nix"], "c");
        assert!(!new.contains_key(&format!("{FOLDER}/")), "{new:?}");
        for how in ["no space left on device", "killed"] {
            let mut stages = 0;
            let mut outcomes = [0, 0];
            loop {
                let folder = tempfile::tempdir().unwrap();
                let writes = before(folder.path());
                let old = tree(folder.path());
                if !ended(folder.path(), &writes, stages, how) {
                    assert_eq!(tree(folder.path()), new);
                    break;
                }
                if how == "killed" {
                    // Even before that, the flake is the old one or the new one.
                    let flake = fs::read_to_string(folder.path().join("flake.nix")).unwrap();
                    assert!(["old flake", "new flake"].contains(&&*flake));
                    // Putting back may be interrupted as well.
                    if is_unfinished(folder.path()) {
                        let list = fs::read(folder.path().join(FOLDER).join(LIST)).unwrap();
                        let list: Journal = serde_json::from_slice(&list).unwrap();
                        let waits = |n: &usize| folder.path().join(FOLDER).join(format!("{n}.new")).exists();
                        if (0..list.files.len()).any(|n| waits(&n)) {
                            put_back(folder.path(), &list).unwrap();
                        }
                    }
                    recover(folder.path()).unwrap();
                    assert!(!is_unfinished(folder.path()));
                }
                let left = tree(folder.path());
                assert!(left == old || left == new, "{how} at {stages}: {left:?}");
                outcomes[usize::from(left == new)] += 1;
                assert!(recover(folder.path()).unwrap().is_none());
                stages += 1;
            }
            assert!(stages > 10, "{stages}");
            assert!(outcomes[0] > 9, "{outcomes:?}");
        }
    }

    #[test]
    fn what_changed_meanwhile_is_left_and_nothing_else_written() {
        for (path, text) in [("flake.nix", "mine"), ("nix/x/c.nix", "mine")] {
            let folder = tempfile::tempdir().unwrap();
            let writes = before(folder.path());
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
            let old = tree(folder.path());
            let error = write_all(folder.path(), &writes, &mut ()).unwrap_err().to_string();
            assert!(error.contains("changed while it was audited"), "{error}");
            assert_eq!(tree(folder.path()), old);
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let writes = before(folder.path());
        fs::set_permissions(folder.path().join("flake.nix"), fs::Permissions::from_mode(0o640)).unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        symlink(elsewhere.path(), folder.path().join("nix")).unwrap();
        let error = write_all(folder.path(), &writes, &mut ()).unwrap_err().to_string();
        assert!(error.contains("not a directory"), "{error}");
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
        fs::remove_file(folder.path().join("nix")).unwrap();
        write_all(folder.path(), &writes, &mut ()).unwrap();
        let mode = fs::metadata(folder.path().join("flake.nix")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}
