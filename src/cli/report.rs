//! `flake-audit report`: tells everything.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use super::args::{Against, Show, Target};
use super::progress::Progress;
use super::remembered::Copy;
use super::{Failure, files, terminal};
use crate::audit::Audit;
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
    args.target.tell_unfinished();
    let request = Request { compare: args.against.compare.clone(), ..args.target.request() };
    let files = files::formats(&args.show.output)?;
    let progress = Progress::start("reading the tree");
    // With the plan's steps carried out in memory.
    let audit = run::split(&request, &run::Choice::default())?.audit;
    drop(progress);
    tell(&audit, &files, &args.show, None)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the files, prints the report; a copy of both where one is wanted.
pub(super) fn tell(
    audit: &Audit,
    files: &[(PathBuf, Format)],
    show: &Show,
    mut copy: Option<&mut Copy>,
) -> Result<(), Failure> {
    files::write(files, audit, &audit.rules, show.verbose, copy.as_deref_mut())?;
    let options = terminal::options(&show.color, show.quiet, show.verbose);
    terminal::print(|out| {
        let to = |out: &mut dyn Write| render(show.format, audit, &audit.rules, &options, out);
        match copy {
            Some(copy) => to(&mut copy.out(out)),
            None => to(out),
        }
    })
}
