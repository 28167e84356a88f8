//! `flake-audit check`: fails on findings, and never passes on what was not read.

use std::io::Write as _;
use std::process::ExitCode;

use super::Failure;
use super::args::{Show, Target};
use crate::finding::Level;
use crate::run::Audit;

/// Audit and fail on findings.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not run, \
                        3 nothing failed but some input could not be analysed.")]
pub(super) struct Args {
    #[command(flatten)]
    target: Target,

    /// The least level that fails
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "warning")]
    fail_on: FailOn,

    #[command(flatten)]
    show: Show,
}

/// A level as it is given on the command line.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum FailOn {
    /// Only what is broken
    Error,
    /// What should be changed too
    Warning,
    /// Everything
    Note,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let audit = super::report::audit_and_show(&args.target, &args.show)?;
    let (level, name) = match args.fail_on {
        FailOn::Error => (Level::Error, "error"),
        FailOn::Warning => (Level::Warning, "warning"),
        FailOn::Note => (Level::Note, "note"),
    };
    let gate = Gate::of(&audit, level);
    if !args.show.quiet {
        // The report is on standard output; this is for the log.
        let _ = writeln!(anstream::stderr(), "flake-audit check: {}", gate.words(name));
    }
    Ok(ExitCode::from(gate.code()))
}

/// What the gate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    Passed,
    Failed(usize),
    NotAllRead(usize),
}

impl Gate {
    /// Findings come first; then what was left out although it should have been read.
    fn of(audit: &Audit, level: Level) -> Self {
        let failing = audit.findings.iter().filter(|finding| finding.level >= level).count();
        if failing > 0 {
            return Self::Failed(failing);
        }
        let skipped = audit.facts.workspace.skipped.iter().filter(|row| row.counts).count();
        let unparsed = audit.facts.files.iter().filter(|row| !row.parsed && !row.fixture).count();
        match skipped + unparsed {
            0 => Self::Passed,
            n => Self::NotAllRead(n),
        }
    }

    fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed(_) => 1,
            Self::NotAllRead(_) => 3,
        }
    }

    fn words(self, level: &str) -> String {
        match self {
            Self::Passed => "passed".to_owned(),
            Self::Failed(1) => format!("failed: 1 finding at or above `{level}`"),
            Self::Failed(n) => format!("failed: {n} findings at or above `{level}`"),
            Self::NotAllRead(1) => "nothing failed, but 1 file could not be analysed".to_owned(),
            Self::NotAllRead(n) => format!("nothing failed, but {n} files could not be analysed"),
        }
    }
}
