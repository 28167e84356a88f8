//! `flake-audit graph`: one picture alone.

use std::process::ExitCode;

use super::args::Target;
use super::progress::Progress;
use super::{Failure, terminal};
use crate::report::{GraphFormat, GraphKind, graph};
use crate::run;

/// Draw one picture of the root's flake.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to draw
    #[arg(value_enum, value_name = "WHAT")]
    what: GraphKind,

    #[command(flatten)]
    target: Target,

    /// Format: svg, mermaid or dot
    #[arg(
        long,
        short,
        value_enum,
        value_name = "FORMAT",
        default_value = "svg",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    format: GraphFormat,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let progress = Progress::start("reading the tree");
    let audit = run::audit(&args.target.request())?;
    drop(progress);
    terminal::print(|out| graph(&audit, args.what, args.format, out))?;
    Ok(ExitCode::SUCCESS)
}
