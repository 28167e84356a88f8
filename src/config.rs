//! `flake-audit.toml`, with spans.

/// The configuration of a run.
#[derive(Clone, Debug, Default)]
pub struct Config {}
