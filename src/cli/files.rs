//! `--output FILE`: a file is whole or not there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::audit::Audit;
use crate::audit::RuleInfo;
use crate::error::Error;
use crate::report::{Format, Options, render};

/// The format of each file, before anything is audited.
pub(super) fn formats(paths: &[PathBuf]) -> Result<Vec<(PathBuf, Format)>, Error> {
    paths.iter().map(|path| format(path)).collect()
}

/// `FORMAT:FILE`, or a file whose name says the format.
fn format(path: &Path) -> Result<(PathBuf, Format), Error> {
    let named = path.to_str().and_then(|text| text.split_once(':'));
    if let Some((name, file)) = named
        && let Ok(format) = <Format as clap::ValueEnum>::from_str(name, false)
        && !file.is_empty()
    {
        return Ok((PathBuf::from(file), format));
    }
    Ok((path.to_path_buf(), Format::of_file(path)?))
}

/// Writes the reports.
pub(super) fn write(
    files: &[(PathBuf, Format)],
    audit: &Audit,
    rules: &[RuleInfo],
    verbose: bool,
) -> Result<(), Error> {
    let options = Options { verbose, ..Options::default() };
    for (path, format) in files {
        replace(path, |out| render(*format, audit, rules, &options, out))
            .map_err(|error| Error::Output { path: path.clone(), reason: error.to_string() })?;
    }
    Ok(())
}

/// Writes beside the file, then renames: a reader sees the old one or the new one.
fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let (beside, file) = create_beside(path)?;
    let mut out = BufWriter::new(file);
    let done = write(&mut out).and_then(|()| out.flush()).and_then(|()| fs::rename(&beside, path));
    if done.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    done
}

/// A new file in the same directory, under a name that nobody has.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().ok_or_else(|| io::Error::other("not the name of a file"))?;
    for attempt in 0..16 {
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}-{attempt}.tmp", std::process::id()));
        let beside = path.with_file_name(hidden);
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => return other.map(|file| (beside, file)),
        }
    }
    Err(io::Error::other("no free name for a temporary file"))
}

#[cfg(test)]
mod tests {
    use super::replace;

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        replace(&path, |out| out.write_all(b"old")).unwrap();
        replace(&path, |_| Err(std::io::Error::other("no"))).unwrap_err();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
