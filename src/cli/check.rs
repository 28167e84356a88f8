//! `flake-audit check`: fails on findings, and never passes on what was not read.

use std::io::Write as _;
use std::process::ExitCode;

use super::Failure;
use super::args::{Show, Target};
use crate::audit::Audit;
use crate::finding::{Finding, Level};

/// Audit and fail on findings.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not run, \
                        3 nothing failed but some input could not be analysed.")]
pub(super) struct Args {
    #[command(flatten)]
    target: Target,

    /// The least level that fails: error, warning or note [default: the configuration's, else warning]
    #[arg(long, value_enum, value_name = "LEVEL", hide_possible_values = true)]
    fail_on: Option<FailOn>,

    /// Apply safe fixes to the files
    #[arg(long, help_heading = "Fixes", conflicts_with = "diff")]
    fix: bool,

    /// Show what --fix would change and write nothing; exit 1 if it would change something
    #[arg(long, help_heading = "Fixes")]
    diff: bool,

    /// Apply fixes too that may change what gets built: read the diff
    #[arg(long, help_heading = "Fixes")]
    unsafe_fixes: bool,

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
    if args.diff {
        return super::fix::diff(&args.target, &args.show, args.unsafe_fixes);
    }
    let audit = if args.fix {
        super::fix::fix_and_show(&args.target, &args.show, args.unsafe_fixes)?
    } else {
        super::report::audit_and_show(&args.target, &args.show, false)?
    };
    let level = match args.fail_on {
        Some(FailOn::Error) => Level::Error,
        Some(FailOn::Warning) => Level::Warning,
        Some(FailOn::Note) => Level::Note,
        None => audit.config.fail_on,
    };
    let name = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    let gate = Gate::of(&audit, level);
    if !args.show.quiet {
        // The report is on standard output; this is for the log.
        let _ = writeln!(anstream::stderr(), "flake-audit check: {}", gate.words(name));
        if let Some(hint) = super::fix::hint(&audit, args.unsafe_fixes).filter(|_| !args.fix) {
            let _ = writeln!(anstream::stderr(), "flake-audit check: {hint}");
        }
    }
    Ok(ExitCode::from(gate.code()))
}

/// The rule that speaks of what could not be read: exit code 3 says the same, so it fails no gate.
const NOT_ANALYSED: &str = "FA010";

/// What the gate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    Passed,
    Failed(usize),
    NotAllRead(usize),
    NothingRead,
}

impl Gate {
    /// Findings come first; then what was left out although it should have been read.
    fn of(audit: &Audit, level: Level) -> Self {
        let gated = |finding: &&Finding| finding.level >= level && finding.code != NOT_ANALYSED;
        let failing = audit.findings.iter().filter(gated).count();
        if failing > 0 {
            return Self::Failed(failing);
        }
        let skipped = &audit.facts.workspace.skipped;
        let refused = |file| skipped.iter().any(|row| row.counts && row.file == Some(file));
        let unparsed = audit.facts.files.iter().filter(|row| !row.parsed && !row.fixture && !refused(row.file)).count();
        let skipped = skipped.iter().filter(|row| row.counts).count();
        match skipped + unparsed {
            // Most often a wrong path: green would be a lie.
            0 if audit.facts.files.is_empty() => Self::NothingRead,
            0 => Self::Passed,
            n => Self::NotAllRead(n),
        }
    }

    fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed(_) => 1,
            Self::NotAllRead(_) | Self::NothingRead => 3,
        }
    }

    fn words(self, level: &str) -> String {
        match self {
            Self::Passed => "passed".to_owned(),
            Self::NothingRead => "no Nix file found, so nothing was checked".to_owned(),
            Self::Failed(1) => format!("failed: 1 finding at or above `{level}`"),
            Self::Failed(n) => format!("failed: {n} findings at or above `{level}`"),
            Self::NotAllRead(1) => "nothing failed, but 1 file could not be analysed".to_owned(),
            Self::NotAllRead(n) => format!("nothing failed, but {n} files could not be analysed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Gate;
    use crate::audit::Audit;
    use crate::config::Config;
    use crate::finding::{Confidence, Finding, Label, Level};
    use crate::measure::{Facts, SkippedRow};
    use crate::source::{FileId, Sources, Span};

    fn audit(skipped: bool, levels: &[Level]) -> Audit {
        let finding = |level: &Level| Finding {
            primary: Label { span: Span::new(FileId(0), 0..1), text: String::new() },
            code: "FA101".into(),
            rule: "x".into(),
            level: *level,
            confidence: Confidence::High,
            message: String::new(),
            subject: String::new(),
            related: vec![],
            notes: vec![],
            fix: None,
        };
        let mut facts = Facts::default();
        if skipped {
            let row = SkippedRow { path: "a".into(), reason: "b".into(), counts: true, file: None };
            facts.workspace.skipped.push(row);
        }
        let findings = levels.iter().map(finding).collect();
        Audit {
            sources: Sources::default(),
            facts,
            findings,
            suppressed: 0,
            plans: vec![],
            config: Config::default(),
            rules: vec![],
        }
    }

    #[test]
    fn findings_come_before_what_was_not_read() {
        assert_eq!(Gate::of(&audit(true, &[Level::Warning, Level::Error]), Level::Warning), Gate::Failed(2));
        assert_eq!(Gate::of(&audit(true, &[Level::Note]), Level::Warning), Gate::NotAllRead(1));
        assert_eq!(Gate::of(&audit(false, &[]), Level::Note), Gate::NothingRead);
        let gates = [Gate::Passed, Gate::Failed(1), Gate::NotAllRead(1), Gate::NothingRead];
        assert_eq!(gates.map(Gate::code), [0, 1, 3, 3]);
    }
}
