//! `check --fix` and `check --diff`.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use super::args::Show;
use super::progress::Progress;
use super::{Failure, files, report, terminal};
use crate::audit::Audit;
use crate::edit;
use crate::finding::Level;
use crate::report::{diff as write_diff, escape};
use crate::run::{self, Fixed, Request};

/// Fixes, writes the changed files, then tells what is left.
pub(super) fn fix_and_show(
    request: &Request,
    show: &Show,
    unsafe_too: bool,
    gate: Option<Level>,
) -> Result<Audit, Failure> {
    let files = files::formats(&show.output)?;
    let mut fixed = fixed(request, unsafe_too)?;
    fixed.audit.config.fail_on = gate.unwrap_or(fixed.audit.config.fail_on);
    for change in &fixed.changes {
        edit::replace(change)?;
    }
    report::tell(&fixed.audit, &files, show, None)?;
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    if !show.quiet {
        let done = format!("fixed {} in {}", count(fixed.applied, "finding"), count(fixed.changes.len(), "file"));
        let _ = writeln!(anstream::stderr(), "flake-audit check: {done}");
    }
    tell_locks(&fixed);
    tell_left(&fixed);
    Ok(fixed.audit)
}

/// Prints what fixing would change. Exit code 1 when it would change something.
pub(super) fn diff(request: &Request, show: &Show, unsafe_too: bool) -> Result<ExitCode, Failure> {
    files::formats(&show.output)?;
    let fixed = fixed(request, unsafe_too)?;
    let shown = std::io::stdout().is_terminal();
    terminal::print(|out| {
        fixed
            .changes
            .iter()
            .try_for_each(|change| write_diff(&change.path, &change.before, &change.after, shown, out))
    })?;
    tell_left(&fixed);
    Ok(ExitCode::from(u8::from(!fixed.changes.is_empty())))
}

/// What `--fix` could do about an audit, in a sentence.
pub(super) fn hint(audit: &Audit, unsafe_too: bool) -> Option<String> {
    let with_fix = |safe: bool| {
        audit.findings.iter().filter_map(|f| edit::fixable(f, true)).filter(|fix| fix.safe == safe).count()
    };
    match (with_fix(true), with_fix(false)) {
        (0, 0) => None,
        (0, other) if unsafe_too => Some(format!("`--fix` applies {other} of the fixes that were offered")),
        (0, _) => None,
        (1, _) => Some("1 finding can be fixed with `--fix` (`--diff` shows how)".to_owned()),
        (safe, _) => Some(format!("{safe} findings can be fixed with `--fix` (`--diff` shows how)")),
    }
}

fn fixed(request: &Request, unsafe_too: bool) -> Result<Fixed, Failure> {
    let progress = Progress::start("reading the tree");
    let fixed = run::fix(request, unsafe_too)?;
    drop(progress);
    Ok(fixed)
}

/// Which lock files do not know yet what follows what.
fn tell_locks(fixed: &Fixed) {
    let follows = |text: &str| text.matches(".follows").count();
    for change in fixed.changes.iter().filter(|change| follows(&change.after) > follows(&change.before)) {
        let words = "inputs follow others now: `nix flake lock` beside it writes that to the lock file";
        let _ = writeln!(anstream::stderr(), "flake-audit check: {}: {words}", escape(&change.path));
    }
}

fn tell_left(fixed: &Fixed) {
    for path in &fixed.left {
        let path = escape(path);
        let words = "with its fixes it would not parse or have more errors; it was left as it is. Please report this";
        let _ = writeln!(anstream::stderr(), "flake-audit check: {path}: {words}");
    }
}
