//! `flake-audit baseline`: what is there today is known, and only what is new fails.

use std::path::PathBuf;
use std::process::ExitCode;

use super::args::Target;
use super::check::FailOn;
use super::progress::Progress;
use super::{Failure, terminal};
use crate::report::escape;
use crate::run::{self, Adopt, Adopted, Request};

/// Adopt what is there today, so that `check` fails only on what is new.
///
/// Writes flake-audit-baseline.json in the root: how many findings of which rule each file has, and about what. Commit
/// it. `check` uses it from then on.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 written, 1 a number has risen and was left as it is recorded, 2 could not run.")]
pub(super) struct Args {
    #[command(flatten)]
    target: Target,

    /// Take out what is mended, and adopt nothing new
    #[arg(long, conflicts_with = "ratchet")]
    prune: bool,

    /// Record the numbers of [ratchet] where they have fallen, and leave the findings as they are
    #[arg(long)]
    ratchet: bool,

    /// Adopt everything anew; with --ratchet, record numbers that have risen, too
    #[arg(long, conflicts_with = "prune")]
    force: bool,

    /// The least level that is adopted: error, warning or note [default: the configuration's, else warning]
    #[arg(long, value_enum, value_name = "LEVEL", hide_possible_values = true)]
    fail_on: Option<FailOn>,

    /// File to write instead of flake-audit-baseline.json in the root
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let request = Request { baseline: args.baseline.clone(), ..args.target.request() };
    let how = match (args.prune, args.ratchet) {
        (true, _) => Adopt::Prune,
        (false, true) => Adopt::Ratchet { force: args.force },
        (false, false) => Adopt::Write { force: args.force },
    };
    let progress = Progress::start("reading the tree");
    let adopted = run::adopt(&request, args.fail_on.map(FailOn::level), how)?;
    drop(progress);
    terminal::print(|out| tell(&adopted, how, out))?;
    Ok(ExitCode::from(u8::from(!adopted.risen.is_empty())))
}

fn tell(adopted: &Adopted, how: Adopt, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let path = adopted.path.display().to_string();
    let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    for stale in &adopted.pruned {
        let (file, subject, code) = (escape(&stale.path), escape(&stale.subject), escape(&stale.code));
        writeln!(out, "mended: {file}: {code} {subject} ({} → {})", stale.count, stale.found)?;
    }
    for (metric, flake, recorded, now) in &adopted.risen {
        let (metric, flake) = (escape(metric), escape(flake));
        writeln!(out, "risen:  {metric} of {flake}: {recorded} → {now}; --ratchet --force records it")?;
    }
    let findings = count(adopted.findings as usize, "finding", "findings");
    let numbers = count(adopted.ratchet.values().map(std::collections::BTreeMap::len).sum(), "number", "numbers");
    let what = match how {
        Adopt::Ratchet { .. } => numbers,
        _ if adopted.ratchet.is_empty() => findings,
        _ => format!("{findings}, {numbers}"),
    };
    writeln!(out, "{what} in {}", escape(&path))
}
