//! A file on disk replaced whole, or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::Change;
use crate::error::Error;

/// Writes a change. The new text goes to a file beside the old one, which takes its place when it is whole: a
/// reader sees one or the other. Permissions stay.
///
/// # Errors
/// When the file is no longer what was read, or cannot be written; it is then as it was.
pub fn replace(change: &Change) -> Result<(), Error> {
    let failed = |reason: String| Error::Output { path: change.on_disk.clone(), reason };
    let unchanged = is_unchanged(change).map_err(|error| failed(error.to_string()))?;
    if !unchanged {
        return Err(failed("it changed while it was audited; nothing was written to it, run again".into()));
    }
    write(change).map_err(|error| failed(error.to_string()))
}

fn is_unchanged(change: &Change) -> io::Result<bool> {
    Ok(fs::symlink_metadata(&change.on_disk)?.is_file() && fs::read(&change.on_disk)? == change.before.as_bytes())
}

fn write(change: &Change) -> io::Result<()> {
    put(&change.on_disk, |out| out.write_all(change.after.as_bytes()))
}

/// Writes a file that may be there or not. What `write` gives goes to a file beside it, which takes its place when it
/// is whole: a reader sees the old one or the new one. The permissions of the old one stay.
///
/// # Errors
/// When it cannot be written, or `write` fails; what was there is then as it was.
pub fn put(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if path.file_name().is_none() {
        return Err(io::Error::other("not the name of a file"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".flake-audit-").suffix(".tmp");
    let old = fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|old| old.permissions());
    if let Some(new) = new_permissions().filter(|_| old.is_none()) {
        builder.permissions(new);
    }
    // The error names a file that nobody asked for; what is behind it says why.
    let mut beside = builder.tempfile_in(folder).map_err(|error| {
        let reason = error.get_ref().and_then(std::error::Error::source).map(ToString::to_string);
        io::Error::new(error.kind(), reason.unwrap_or_else(|| error.to_string()))
    })?;
    let mut out = BufWriter::new(beside.as_file_mut());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    if let Some(old) = old {
        beside.as_file().set_permissions(old)?;
    }
    beside.as_file().sync_all()?;
    beside.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// What any new file may be, as far as the process' mask lets it: a temporary file is its owner's alone.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
fn new_permissions() -> Option<fs::Permissions> {
    Some(std::os::unix::fs::PermissionsExt::from_mode(0o666))
}

#[cfg(not(unix))]
fn new_permissions() -> Option<fs::Permissions> {
    None
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use super::{Change, put, replace};

    fn change(folder: &std::path::Path) -> Change {
        let on_disk = folder.join("a.nix");
        Change { path: "a.nix".into(), on_disk, before: Arc::from("old"), after: Arc::from("new") }
    }

    #[test]
    fn what_changed_meanwhile_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let change = change(folder.path());
        replace(&change).unwrap_err();
        fs::write(&change.on_disk, "newer").unwrap();
        let error = replace(&change).unwrap_err().to_string();
        assert!(error.contains("changed while it was audited"), "{error}");
        assert_eq!(fs::read_to_string(&change.on_disk).unwrap(), "newer");
        fs::write(&change.on_disk, "old").unwrap();
        replace(&change).unwrap();
        assert_eq!(fs::read_to_string(&change.on_disk).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        put(&path, |out| out.write_all(b"old")).unwrap();
        put(&path, |_| Err(std::io::Error::other("no"))).unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        put(std::path::Path::new("/"), |_| Ok(())).unwrap_err();
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_links_are_not_followed() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let change = change(folder.path());
        fs::write(&change.on_disk, "old").unwrap();
        fs::set_permissions(&change.on_disk, fs::Permissions::from_mode(0o640)).unwrap();
        replace(&change).unwrap();
        assert_eq!(fs::metadata(&change.on_disk).unwrap().permissions().mode() & 0o777, 0o640);
        fs::write(folder.path().join("b.nix"), "old").unwrap();
        fs::remove_file(&change.on_disk).unwrap();
        symlink("b.nix", &change.on_disk).unwrap();
        replace(&change).unwrap_err();
        assert_eq!(fs::read_to_string(folder.path().join("b.nix")).unwrap(), "old");
    }
}
