//! `--output FILE`: a file is whole or not there.

use std::path::{Path, PathBuf};

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

/// Writes the reports.
pub(super) fn write(
    files: &[(PathBuf, Format)],
    audit: &Audit,
    rules: &[RuleInfo],
    verbose: bool,
) -> Result<(), Error> {
    let options = Options { verbose, ..Options::default() };
    for (path, format) in files {
        edit::put(path, |out| render(*format, audit, rules, &options, out))
            .map_err(|error| Error::Output { path: path.clone(), reason: error.to_string() })?;
    }
    Ok(())
}
