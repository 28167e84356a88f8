//! `--output FILE`: a file is whole or not there.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::remembered::Copy;
use crate::audit::Audit;
use crate::audit::RuleInfo;
use crate::edit;
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

/// Writes the reports, and a copy of each where one is wanted.
pub(super) fn write(
    files: &[(PathBuf, Format)],
    audit: &Audit,
    rules: &[RuleInfo],
    verbose: bool,
    mut copy: Option<&mut Copy>,
) -> Result<(), Error> {
    let options = Options { verbose, ..Options::default() };
    for (path, format) in files {
        let to = |out: &mut dyn Write| render(*format, audit, rules, &options, out);
        let written = match copy.as_deref_mut() {
            Some(copy) => edit::put(path, |out| to(&mut copy.file(path, out))),
            None => edit::put(path, to),
        };
        written.map_err(|error| Error::Output { path: path.clone(), reason: error.to_string() })?;
    }
    Ok(())
}
