//! What writes into a tree: text edits, and files replaced whole or not at all.
//!
//! Knows neither rules nor formats: a fix is a list of edits, wherever it comes from.

mod apply;
pub mod journal;
mod replace;
pub mod split;

use std::path::PathBuf;
use std::sync::Arc;

pub use apply::{Round, apply, fixable};
pub use replace::{put, replace};

/// One file before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Path relative to the workspace root, with `/`.
    pub path: String,
    /// Where it is on disk.
    pub on_disk: PathBuf,
    /// The text that was read.
    pub before: Arc<str>,
    /// The text that is to be written.
    pub after: Arc<str>,
}
