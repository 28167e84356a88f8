//! `flake-audit explain RULE`: one rule in full.

use std::path::PathBuf;
use std::process::ExitCode;

use super::args::Color;
use super::{Failure, terminal};
use crate::audit::RuleInfo;
use crate::error::Error;
use crate::report::{escape, explain};
use crate::run::{self, Request};

/// Tell one rule in full.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Code (FA101) or id (oversized-flake)
    #[arg(value_name = "RULE")]
    rule: String,

    /// Configuration to use instead of flake-audit.toml in the root
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(flatten)]
    color: Color,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let rules = run::rules(&Request { config: args.config.clone(), ..Request::default() })?;
    let rule = find(&rules, &args.rule)?;
    let options = terminal::options(&args.color, false, true);
    terminal::print(|out| explain(rule, &options, out))?;
    Ok(ExitCode::SUCCESS)
}

/// A rule by code or id, whatever the case.
fn find<'a>(rules: &'a [RuleInfo], name: &str) -> Result<&'a RuleInfo, Error> {
    let is = |rule: &&RuleInfo| rule.code.eq_ignore_ascii_case(name) || rule.id.eq_ignore_ascii_case(name);
    rules.iter().find(is).ok_or_else(|| {
        let near = nearest(rules, name).map(|known| format!("; did you mean `{known}`?"));
        let near = near.unwrap_or_else(|| "; `flake-audit rules` lists them".to_owned());
        Error::Usage(format!("there is no rule `{}`{near}", escape(name)))
    })
}

/// The code or id that is most like a name, where one is.
fn nearest<'a>(rules: &'a [RuleInfo], name: &str) -> Option<&'a str> {
    let name = name.to_lowercase();
    let likeness = |known: &str| strsim::jaro_winkler(&known.to_lowercase(), &name);
    let names = rules.iter().flat_map(|rule| [rule.code.as_str(), rule.id.as_str()]);
    let best = names.max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > 0.8).then_some(best)
}
