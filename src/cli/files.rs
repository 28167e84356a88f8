//! `--output FILE`: a file is whole or not there.

use std::path::PathBuf;

use crate::audit::Audit;
use crate::audit::RuleInfo;
use crate::edit;
use crate::error::Error;
use crate::report::{Format, Options, render};

/// The format of each file, before anything is audited.
pub(super) fn formats(paths: &[PathBuf]) -> Result<Vec<(PathBuf, Format)>, Error> {
    paths.iter().map(|path| Ok((path.clone(), Format::of_file(path)?))).collect()
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
