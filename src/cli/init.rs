//! `flake-audit init`: a configuration that fits the tree.

use std::process::ExitCode;

use super::args::Target;
use super::progress::Progress;
use super::{Failure, terminal};
use crate::edit;
use crate::error::Error;
use crate::report::{configuration, escape};
use crate::run;

/// Write a configuration that fits the tree: flake-audit.toml in the root, every line of it explained.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    target: Target,

    /// Replace the configuration that is there
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let progress = Progress::start("reading the tree");
    let (audit, path) = run::audit_for_init(&args.target.request(), args.force)?;
    drop(progress);
    let text = configuration(&audit);
    edit::put(&path, |out| out.write_all(text.as_bytes()))
        .map_err(|error| Error::Output { path: path.clone(), reason: error.to_string() })?;
    let shown = path.display().to_string();
    terminal::print(|out| writeln!(out, "wrote {}: read it, then `flake-audit check`", escape(&shown)))?;
    Ok(ExitCode::SUCCESS)
}
