//! `flake-audit check`: fails on findings, and never passes on what was not read.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use super::args::{Against, Show, Target};
use super::progress::Progress;
use super::remembered::{Copy, Memory};
use super::{Failure, files, terminal};
use crate::audit::Audit;
use crate::finding::{Finding, Level};
use crate::report::{Format, escape};
use crate::run::{self, Outcome, Request};

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

    #[command(flatten)]
    against: Against,

    /// Baseline to use instead of flake-audit-baseline.json in the root
    #[arg(long, value_name = "FILE", help_heading = "What is new")]
    baseline: Option<PathBuf>,

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
    earlier: Earlier,

    #[command(flatten)]
    show: Show,
}

/// What is made of earlier runs.
#[derive(Debug, clap::Args)]
struct Earlier {
    /// Audit again, even if nothing changed since the last time
    #[arg(long, help_heading = "Cache", conflicts_with = "cache_dir")]
    no_cache: bool,

    /// Folder for results of earlier runs, instead of one in the user's cache
    #[arg(long, value_name = "DIR", help_heading = "Cache")]
    cache_dir: Option<PathBuf>,
}

/// A level as it is given on the command line.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum FailOn {
    /// Only what is broken
    Error,
    /// What should be changed too
    Warning,
    /// Everything
    Note,
}

impl FailOn {
    /// The level itself.
    pub(super) fn level(self) -> Level {
        match self {
            Self::Error => Level::Error,
            Self::Warning => Level::Warning,
            Self::Note => Level::Note,
        }
    }
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    args.target.tell_unfinished();
    let files = files::formats(&args.show.output)?;
    let mut formats = files.iter().map(|(_, format)| *format).chain([args.show.format]);
    let request = Request {
        findings_alone: formats.all(Format::tells_findings_alone),
        compare: args.against.compare.clone(),
        only_new: true,
        baseline: args.baseline.clone(),
        ..args.target.request()
    };
    if args.diff {
        return super::fix::diff(&request, &args.show, args.unsafe_fixes);
    }
    let gate = args.fail_on.map(FailOn::level);
    if args.fix {
        let audit = super::fix::fix_and_show(&request, &args.show, args.unsafe_fixes, gate)?;
        let (notes, code) = last_words(&audit, args);
        return Ok(end(&notes, code));
    }
    let memory = memory(args);
    let progress = Progress::start("reading the tree");
    let (mut audit, ground) = match &memory {
        None => (Box::new(run::audit(&request)?), None),
        Some(memory) => match run::audit_unless(&request, |ground| memory.known(ground))? {
            Outcome::Known(known) => {
                drop(progress);
                let (notes, code) = known.again()?;
                return Ok(end(notes, code));
            }
            Outcome::Audited(audit, ground) => (audit, Some((memory, ground))),
        },
    };
    audit.config.fail_on = gate.unwrap_or(audit.config.fail_on);
    drop(progress);
    let mut copy = Copy::default();
    super::report::tell(&audit, &files, &args.show, ground.is_some().then_some(&mut copy))?;
    let (notes, code) = last_words(&audit, args);
    if let Some((memory, ground)) = ground {
        memory.keep(&ground, copy, &notes, code);
    }
    Ok(end(&notes, code))
}

/// Where the result may be known from. What a revision says is looked up each time.
fn memory(args: &Args) -> Option<Memory> {
    if args.earlier.no_cache || args.against.compare.is_some() {
        return None;
    }
    let look = terminal::options(&args.show.color, args.show.quiet, args.show.verbose);
    Memory::of(args.earlier.cache_dir.as_deref(), &format!("{args:?}"), &format!("{look:?}"))
}

/// What is said on standard error: the report is on standard output, and this is for the log.
fn end(notes: &str, code: u8) -> ExitCode {
    let _ = anstream::stderr().write_all(notes.as_bytes());
    ExitCode::from(code)
}

/// The gate's verdict in lines, and as an exit code.
fn last_words(audit: &Audit, args: &Args) -> (String, u8) {
    let level = audit.config.fail_on;
    let name = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    let gate = Gate::of(audit, level);
    let mut notes = String::new();
    // Findings speak for themselves; nothing else that fails does.
    if !args.show.quiet || !matches!(gate, Gate::Passed | Gate::Failed(_)) {
        notes += &format!("flake-audit check: {}\n", gate.words(name));
        tell_stale(audit, &mut notes);
    }
    if !args.show.quiet {
        tell_unread(audit, &mut notes);
        if let Some(hint) = super::fix::hint(audit, args.unsafe_fixes).filter(|_| !args.fix) {
            notes += &format!("flake-audit check: {hint}\n");
        }
    }
    (notes, gate.code())
}

/// Entries of a baseline that are told one by one.
const STALE_TOLD: usize = 20;

/// Files that were not analysed, which is known.
fn tell_unread(audit: &Audit, notes: &mut String) {
    let files = match audit.held.as_ref().map_or(0, |held| held.unread.len()) {
        0 => return,
        1 => "1 file does not parse".to_owned(),
        n => format!("{n} files do not parse"),
    };
    *notes += &format!("flake-audit check: {files}, as before: what is in them was not judged\n");
}

/// What the baseline stands for and is no longer there.
fn tell_stale(audit: &Audit, notes: &mut String) {
    let Some(held) = &audit.held else { return };
    for entry in held.stale.iter().take(STALE_TOLD) {
        let (path, subject) = (escape(&entry.path), escape(&entry.subject));
        let counts = format!("{} in the baseline, {} found", entry.count, entry.found);
        *notes += &format!("  {path}: {} {subject} ({counts})\n", escape(&entry.code));
    }
    if let Some(more) = held.stale.len().checked_sub(STALE_TOLD).filter(|more| *more > 0) {
        *notes += &format!("  and {more} more\n");
    }
}

/// The rule that speaks of what could not be read: exit code 3 says the same, so it fails no gate.
const NOT_ANALYSED: &str = "FA010";

/// What the gate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    Passed,
    Failed(usize),
    /// Entries of the baseline stand for findings that are mended.
    Stale(usize),
    NotAllRead(usize),
    NothingRead,
}

impl Gate {
    /// Findings come first, then a baseline that says too much; then what was left out although it should have been
    /// read.
    fn of(audit: &Audit, level: Level) -> Self {
        let gated = |finding: &&Finding| finding.level >= level && finding.code != NOT_ANALYSED;
        let failing = audit.findings.iter().filter(gated).count();
        if failing > 0 {
            return Self::Failed(failing);
        }
        let stale = audit.held.as_ref().map_or(0, |held| held.stale.len());
        if stale > 0 {
            return Self::Stale(stale);
        }
        let skipped = &audit.facts.workspace.skipped;
        let refused = |file| skipped.iter().any(|row| row.counts && row.file == Some(file));
        let files = audit.facts.files.iter().filter(|row| audit.is_asked_for(&row.path));
        // What did not parse when it was adopted is as known as any other finding.
        let known = |file| audit.held.as_ref().is_some_and(|held| held.unread.binary_search(&file).is_ok());
        let unparsed =
            files.filter(|row| !row.parsed && !row.fixture && !refused(row.file) && !known(row.file)).count();
        let skipped = skipped.iter().filter(|row| row.counts && audit.is_asked_for(&row.path)).count();
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
            Self::Failed(_) | Self::Stale(_) => 1,
            Self::NotAllRead(_) | Self::NothingRead => 3,
        }
    }

    fn words(self, level: &str) -> String {
        match self {
            Self::Passed => "passed".to_owned(),
            Self::NothingRead => "no Nix file found, so nothing was checked".to_owned(),
            Self::Failed(1) => format!("failed: 1 finding at or above `{level}`"),
            Self::Failed(n) => format!("failed: {n} findings at or above `{level}`"),
            Self::Stale(1) => {
                "failed: 1 entry of the baseline is mended; `flake-audit baseline --prune` takes it out".to_owned()
            }
            Self::Stale(n) => {
                format!("failed: {n} entries of the baseline are mended; `flake-audit baseline --prune` takes them out")
            }
            Self::NotAllRead(1) => "nothing failed, but 1 file could not be analysed".to_owned(),
            Self::NotAllRead(n) => format!("nothing failed, but {n} files could not be analysed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Gate;
    use crate::audit::Audit;
    use crate::finding::{Confidence, Finding, Label, Level};
    use crate::measure::{Facts, SkippedRow};
    use crate::source::{FileId, Span};

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
            flows: vec![],
            notes: vec![],
            fix: None,
        };
        let mut facts = Facts::default();
        if skipped {
            let row = SkippedRow { path: "a".into(), reason: "b".into(), counts: true, file: None };
            facts.workspace.skipped.push(row);
        }
        let findings = levels.iter().map(finding).collect();
        Audit { facts, findings, ..Audit::default() }
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
