//! `flake-audit rules`: the list.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use super::args::Color;
use super::{Failure, terminal};
use crate::report::list_rules;
use crate::run::{self, Request};

/// List the rules.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Configuration to use instead of flake-audit.toml in the root
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Format of the list: text or json
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: ListFormat,

    #[command(flatten)]
    color: Color,
}

/// Formats of the list.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum ListFormat {
    /// A table
    Text,
    /// Everything about every rule
    Json,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let rules = run::rules(&Request { config: args.config.clone(), ..Request::default() })?;
    let options = terminal::options(&args.color, false, false);
    terminal::print(|out| match args.format {
        ListFormat::Text => list_rules(&rules, &options, out),
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &rules).map_err(io::Error::from)?;
            writeln!(out)
        }
    })?;
    Ok(ExitCode::SUCCESS)
}
