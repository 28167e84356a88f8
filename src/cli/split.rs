//! `flake-audit split`: carries the plan out.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use super::args::Target;
use super::progress::Progress;
use super::{Failure, terminal};
use crate::report::{diff, escape};
use crate::run::{self, Apply, Choice, Split};

/// Carry the plan out, and prove that nothing changes.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Args {
    #[command(flatten)]
    target: Target,

    /// Only this step of the plan (repeatable)
    #[arg(long, value_name = "N", help_heading = "What is done")]
    step: Vec<u32>,

    /// Only steps whose title or groups name this (repeatable)
    #[arg(long, value_name = "CONCERN", help_heading = "What is done")]
    only: Vec<String>,

    /// Divide a flake even where the verdict is to keep it whole
    #[arg(long, help_heading = "What is done")]
    anyway: bool,

    /// Folder for new files, in place of the plan's
    #[arg(long, value_name = "DIR", help_heading = "What is done")]
    to: Option<String>,

    /// What new files of a flake-parts flake are: functions that are imported, or modules listed in `imports`. Without
    /// it, modules where an output reads nothing but what flake-parts gives to modules
    #[arg(long, value_enum, value_name = "STYLE", help_heading = "What is done")]
    style: Option<Style>,

    /// Write the files; without it, the diff is shown
    #[arg(long, help_heading = "Writing")]
    write: bool,

    /// Ask the installed `nix` too: every output's derivation before and after. This evaluates the flake
    #[arg(long, help_heading = "Writing")]
    verify: bool,

    /// Only put back what an interrupted `--write` left, and end
    #[arg(long, conflicts_with_all = ["write", "verify"], help_heading = "Writing")]
    recover: bool,

    /// Write although the work tree holds changes that are not committed
    #[arg(long, requires = "write", help_heading = "Writing")]
    allow_dirty: bool,

    /// One commit a step
    #[arg(long, requires = "write", help_heading = "Writing")]
    commit: bool,
}

/// What new files are.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Style {
    /// Functions that are imported
    Plain,
    /// Modules listed in `imports`
    FlakeParts,
}

impl From<Style> for run::Style {
    fn from(style: Style) -> Self {
        match style {
            Style::Plain => Self::Plain,
            Style::FlakeParts => Self::FlakeParts,
        }
    }
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    if args.write || args.recover {
        let recovered = run::recover(&args.target.request())?;
        let said = if recovered {
            "an earlier split was interrupted; its tree is whole again"
        } else {
            "no split was interrupted here"
        };
        if recovered || args.recover {
            let _ = writeln!(anstream::stderr(), "flake-audit split: {said}");
        }
    } else {
        args.target.tell_unfinished();
    }
    if args.recover {
        return Ok(ExitCode::SUCCESS);
    }
    let progress = Progress::start("reading the tree");
    let choice = Choice {
        steps: args.step.iter().copied().collect(),
        only: args.only.clone(),
        to: args.to.clone(),
        style: args.style.map_or(run::Style::Auto, run::Style::from),
    };
    let request = run::Request { divide: args.anyway, ..args.target.request() };
    let split = run::split(&request, &choice)?;
    drop(progress);
    tell(&split, args.anyway);
    if args.verify && !split.done.is_empty() {
        let _ = writeln!(anstream::stderr(), "flake-audit split: asking nix for every output, before and after");
        let verified = run::verify(&split)?;
        let mut err = anstream::stderr().lock();
        for path in &verified.different {
            let _ = writeln!(err, "flake-audit split: nix gives something else for {}", escape(path));
        }
        if !verified.different.is_empty() {
            let _ = writeln!(err, "flake-audit split: nothing was written. Please report this");
            return Ok(ExitCode::from(1));
        }
        for (path, why) in &verified.failing {
            let (path, why) = (escape(path), escape(why.lines().next().unwrap_or_default()));
            let _ =
                writeln!(err, "flake-audit split: nix cannot evaluate {path} as it is, so it was not compared: {why}");
        }
        let all = if verified.failing.is_empty() { "all outputs" } else { "all others" };
        let _ = writeln!(err, "flake-audit split: nix gives the same for {all}, compared: {}", verified.compared);
    }
    if !args.write {
        show(&split)?;
        return Ok(ExitCode::SUCCESS);
    }
    let unseen = run::apply(&split, Apply { allow_dirty: args.allow_dirty, commit: args.commit })?;
    let done = format!("steps carried out: {}, files written: {}", split.done.len(), split.texts.len());
    let _ = writeln!(anstream::stderr(), "flake-audit split: {done}");
    if !unseen.is_empty() {
        let named = unseen.iter().map(|path| escape(path)).collect::<Vec<_>>().join(" ");
        let _ = writeln!(anstream::stderr(), "a flake does not see them before: git add --intent-to-add {named}");
    }
    Ok(ExitCode::SUCCESS)
}

/// The steps: what is carried out, what is refused and why.
fn tell(split: &Split, anyway: bool) {
    let mut err = anstream::stderr().lock();
    for plan in &split.audit.plans {
        for step in plan.steps.iter().filter(|step| step.kind.moves_code()) {
            let title = escape(&step.title);
            let carried = split.done.iter().any(|done| done.flake == plan.flake && done.step == step.id);
            let _ = match &step.refused {
                Some(why) => writeln!(err, "step {}: {title}\n  refused: {}", step.id, escape(why)),
                None if carried => writeln!(err, "step {}: {title}\n  proven: nothing changes", step.id),
                None => Ok(()),
            };
        }
    }
    if let Some(why) = &split.missed {
        let _ = writeln!(err, "flake-audit split: {}", super::escape_lines(why));
    } else if split.done.is_empty() {
        let _ = writeln!(err, "flake-audit split: nothing to carry out");
        for plan in &split.audit.plans {
            let moves = plan.steps.iter().any(|step| step.kind.moves_code());
            let Some(reason) = plan.reasons.first().filter(|_| !moves) else { continue };
            let hint = if anyway { "" } else { " (--anyway divides it all the same, where it can)" };
            let _ = writeln!(err, "  {}: {}{hint}", escape(&plan.flake), escape(reason));
        }
    }
}

/// What would change, as a diff.
fn show(split: &Split) -> Result<(), Failure> {
    let shown = std::io::stdout().is_terminal();
    terminal::print(|out| {
        for (path, after) in &split.texts {
            let before = split.audit.sources.find(path).map(|file| split.audit.sources.file(file).text().clone());
            diff(path, before.as_deref().unwrap_or(""), after, shown, out)?;
        }
        Ok(())
    })
}
