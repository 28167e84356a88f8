//! `flake-audit inputs`: the tree of inputs with what each costs.

use std::process::ExitCode;

use super::args::{Color, Target};
use super::progress::Progress;
use super::{Failure, terminal};
use crate::report::{InputsFormat, inputs};
use crate::run;

/// Show what each flake locks, who brings it and what it costs.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    target: Target,

    /// Format: text, json, mermaid or dot
    #[arg(
        long,
        short,
        value_enum,
        value_name = "FORMAT",
        default_value = "text",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    format: InputsFormat,

    /// Every source that is locked more than once
    #[arg(long, short, help_heading = "Output")]
    verbose: bool,

    #[command(flatten)]
    color: Color,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let progress = Progress::start("reading the tree");
    let mut request = args.target.request();
    request.discover.entire = true;
    let audit = run::audit(&request)?;
    drop(progress);
    let options = terminal::options(&args.color, false, args.verbose);
    terminal::print(|out| inputs(&audit, args.format, &options, out))?;
    Ok(ExitCode::SUCCESS)
}
