//! `flake-audit report`: tells everything.

use std::path::PathBuf;
use std::process::ExitCode;

use super::args::{Against, Show, Target};
use super::progress::Progress;
use super::{Failure, files, terminal};
use crate::audit::Audit;
use crate::finding::Level;
use crate::report::{Format, render};
use crate::run::{self, Request};

/// Audit and tell everything.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    against: Against,
    #[command(flatten)]
    show: Show,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let request = Request { compare: args.against.compare.clone(), ..args.target.request() };
    audit_and_show(&request, &args.show, None, true)?;
    Ok(ExitCode::SUCCESS)
}

/// Audits, writes the files, prints the report. `gate` goes before the configuration's `fail-on`; `planned`: with the
/// plan's steps carried out in memory.
pub(super) fn audit_and_show(
    request: &Request,
    show: &Show,
    gate: Option<Level>,
    planned: bool,
) -> Result<Audit, Failure> {
    let files = files::formats(&show.output)?;
    let progress = Progress::start("reading the tree");
    let mut audit = if planned { run::split(request, &run::Choice::default())?.audit } else { run::audit(request)? };
    audit.config.fail_on = gate.unwrap_or(audit.config.fail_on);
    drop(progress);
    tell(&audit, &files, show)?;
    Ok(audit)
}

/// Writes the files, prints the report.
pub(super) fn tell(audit: &Audit, files: &[(PathBuf, Format)], show: &Show) -> Result<(), Failure> {
    files::write(files, audit, &audit.rules, show.verbose)?;
    let options = terminal::options(&show.color, show.quiet, show.verbose);
    terminal::print(|out| render(show.format, audit, &audit.rules, &options, out))
}
