//! A file on disk replaced whole, or not at all.

use std::fs;
use std::io::{self, Write as _};

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
    let folder = change.on_disk.parent().ok_or_else(|| io::Error::other("not the name of a file"))?;
    let mut beside = tempfile::Builder::new().prefix(".flake-audit-").suffix(".tmp").tempfile_in(folder)?;
    beside.write_all(change.after.as_bytes())?;
    beside.as_file().set_permissions(fs::metadata(&change.on_disk)?.permissions())?;
    beside.as_file().sync_all()?;
    beside.persist(&change.on_disk).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use super::{Change, replace};

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
