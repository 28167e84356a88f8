//! `flake-audit plan`: verdict and steps of each flake, whole.

use std::io;
use std::process::ExitCode;

use super::args::{Color, Target};
use super::progress::Progress;
use super::{Failure, terminal};
use crate::report::{plans, plans_in_markdown};
use crate::run;

/// Say how each flake should be taken apart, step by step.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    target: Target,

    /// Plan files even where the verdict is to keep a flake whole
    #[arg(long)]
    anyway: bool,

    /// Format of the plan: text, json or markdown
    #[arg(
        long,
        short,
        value_enum,
        value_name = "FORMAT",
        default_value = "text",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    format: PlanFormat,

    #[command(flatten)]
    color: Color,
}

/// Formats of a plan.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum PlanFormat {
    /// Steps for a person
    Text,
    /// The `plan` of the JSON contract
    Json,
    /// A page for an issue or a design document
    Markdown,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    args.target.tell_unfinished();
    let progress = Progress::start("reading the tree");
    let request = run::Request { divide: args.anyway, ..args.target.request() };
    let audit = run::split(&request, &run::Choice::default())?.audit;
    drop(progress);
    let options = terminal::options(&args.color, false, true);
    terminal::print(|out| match args.format {
        PlanFormat::Text => plans(&audit, &options, out),
        PlanFormat::Markdown => plans_in_markdown(&audit, out),
        PlanFormat::Json => {
            let plan = serde_json::json!({ "schema": 1, "plan": audit.plans });
            serde_json::to_writer_pretty(&mut *out, &plan).map_err(io::Error::from)?;
            writeln!(out)
        }
    })?;
    Ok(ExitCode::SUCCESS)
}
