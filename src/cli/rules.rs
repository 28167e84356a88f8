//! `flake-audit rules`: the list.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::args::Color;
use super::{Failure, terminal};
use crate::report::{escape, list_rules};
use crate::run::{self, Request};

/// List the rules.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Own>,

    /// Configuration to use instead of flake-audit.toml in the root
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Format of the list: text or json
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: ListFormat,

    #[command(flatten)]
    color: Color,
}

/// What else can be done with rules.
#[derive(Debug, clap::Subcommand)]
enum Own {
    /// Run the examples of the rules in .flake-audit/rules/
    Test,
}

/// Formats of the list.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum ListFormat {
    /// A table
    Text,
    /// Everything about every rule
    Json,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    if let Some(Own::Test) = args.command {
        return test();
    }
    let rules = run::rules(&Request { config: args.config.clone(), ..Request::default() })?;
    let options = terminal::options(&args.color, false, false);
    terminal::print(|out| match args.format {
        ListFormat::Text => list_rules(&rules, &options, out),
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &rules).map_err(io::Error::from)?;
            writeln!(out)
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Tells each rule, and each example of which the page is not true. Exit code 1 where there is one.
fn test() -> Result<ExitCode, Failure> {
    let tested = run::test_rules(Path::new("."))?;
    let failed = tested.iter().filter(|rule| !rule.failures.is_empty()).count();
    terminal::print(|out| {
        for rule in &tested {
            let state = if rule.failures.is_empty() { "ok" } else { "FAILED" };
            let examples = counted(rule.examples, "example", "examples");
            writeln!(out, "{state:6} {} {} ({examples})", escape(&rule.code), escape(&rule.id))?;
            for (line, why) in &rule.failures {
                writeln!(out, "  {}:{line}", escape(&rule.path))?;
                why.lines().try_for_each(|line| writeln!(out, "    {}", escape(line)))?;
            }
        }
        let rules = counted(tested.len() as u32, "rule", "rules");
        match failed {
            0 if tested.is_empty() => writeln!(out, "there are no rules in .flake-audit/rules/"),
            0 => writeln!(out, "{rules}, every example is true"),
            _ => writeln!(out, "{rules}, {failed} with examples that are not true"),
        }
    })?;
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// `1 rule`, `2 rules`.
fn counted(number: u32, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
