//! What stops a run: input, configuration or a rule file that could not be used. Findings are never errors.

use std::path::PathBuf;

/// "Could not run": the program ends with exit code 2 and this message.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A path that was asked for does not exist or cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Input {
        /// The path as given.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A configuration or rule file is wrong; the text is already rendered with its place.
    #[error("{0}")]
    Located(String),
    /// A command line value is wrong.
    #[error("{0}")]
    Usage(String),
    /// A report could not be written.
    #[error("cannot write {}: {reason}", path.display())]
    Output {
        /// The file, or `<stdout>`.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}
