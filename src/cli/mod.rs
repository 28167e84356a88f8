//! Arguments and help, one file a command.

mod args;
mod argv;
mod baseline;
mod check;
mod completions;
mod explain;
mod files;
mod fix;
mod graph;
mod init;
mod inputs;
mod man;
mod measure;
mod plan;
mod progress;
mod remembered;
mod report;
mod rules;
mod schema;
mod split;
mod terminal;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;

const EXAMPLES: &str = "\
Examples:
  flake-audit                          audit the tree you are in
  flake-audit ~/nixos --verbose        another tree, with everything that is known
  flake-audit plan                     how to take the flake apart, step by step
  flake-audit check --fail-on error    exit 1 on errors: for CI and pre-commit
  flake-audit --output audit.html      one page with pictures (.sarif, .json and .txt too)
  flake-audit explain FA101            what a rule means and what to do

Without a command, `report` is meant: see `flake-audit report --help` for its options.
Exit codes: 0 done, 1 `check` found something, 2 could not run, 3 part of the input could not be analysed.";

/// Static linter and modularization auditor for Nix flakes.
///
/// Says what every flake in a tree holds, what is wrong with it, and how it should be taken apart, if at all.
/// Nothing is evaluated, built or fetched.
#[derive(Debug, Parser)]
#[command(name = "flake-audit", version, about, long_about = None, after_help = EXAMPLES)]
#[command(override_usage = "flake-audit [OPTIONS] [PATHS]...\n       flake-audit <COMMAND> [OPTIONS] [PATHS]...")]
#[command(disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Audit and tell everything (the default)
    Report(report::Args),
    /// Audit and fail on findings: for CI and pre-commit
    Check(check::Args),
    /// Say how each flake should be taken apart, step by step
    Plan(plan::Args),
    /// Carry the plan out, and prove that nothing changes
    Split(split::Args),
    /// Show the tree of inputs with what each costs
    Inputs(inputs::Args),
    /// Time evaluation with the real Nix, beside what is predicted
    Measure(measure::Args),
    /// Draw concerns, inputs or files: SVG, Mermaid or Graphviz
    Graph(graph::Args),
    /// Adopt what is there today, so that `check` fails only on what is new
    Baseline(baseline::Args),
    /// Write a configuration that fits the tree
    Init(init::Args),
    /// List the rules, or test your own
    Rules(rules::Args),
    /// Tell one rule in full
    Explain(explain::Args),
    /// Print the JSON Schema of `--format json`
    Schema,
    /// Print what a shell needs to complete our arguments
    Completions(completions::Args),
    /// Print the man page
    Man,
}

/// What ends a command early.
#[derive(Debug)]
enum Failure {
    /// It could not run.
    Error(Error),
    /// The reader of our output went away (`| head`): not our fault, and nothing to say.
    Closed,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::Closed;
        }
        Self::Error(Error::Output { path: "<stdout>".into(), reason: error.to_string() })
    }
}

/// A text of several lines without what steers a terminal.
fn escape_lines(text: &str) -> String {
    text.lines().map(crate::report::escape).collect::<Vec<_>>().join("\n")
}

/// Runs the program with `arguments`, of which the first is the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(argv::with_command(arguments.clone())) {
        Ok(cli) => cli,
        Err(message) => {
            // A closed pipe is no reason to fail.
            let _ = message.print();
            return ExitCode::from(u8::try_from(message.exit_code()).unwrap_or(2));
        }
    };
    let ended = match cli.command {
        Command::Report(args) => report::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Inputs(args) => inputs::run(&args),
        Command::Measure(args) => measure::run(&args),
        Command::Baseline(args) => baseline::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Split(args) => split::run(&args),
        Command::Graph(args) => graph::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Schema => schema::run(),
        Command::Completions(args) => completions::run(&args),
        Command::Man => man::run(),
    };
    match ended {
        Ok(code) => code,
        Err(Failure::Closed) => ExitCode::SUCCESS,
        Err(Failure::Error(error)) => {
            // Where standard error is closed, the exit code has to do.
            let _ = writeln!(anstream::stderr(), "flake-audit: {}", escape_lines(&error.to_string()));
            if let Some(command) = argv::meant(&arguments) {
                let _ = writeln!(anstream::stderr(), "is the command `{command}` meant?");
            }
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_well_formed() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn help_fits_a_screen() {
        let help = super::Cli::command().render_help().to_string();
        assert!(help.lines().count() <= 40, "{help}");
        assert!(help.contains("flake-audit check"), "{help}");
    }
}
