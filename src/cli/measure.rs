//! `flake-audit measure`: the real Nix evaluates chosen outputs, beside what the report predicts. Never by default.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use super::args::Target;
use super::{Failure, terminal};
use crate::audit::Audit;
use crate::error::Error;
use crate::nix::{Answer, Nix};
use crate::report::escape;
use crate::run;

/// Let the real Nix evaluate chosen outputs, and compare with what is predicted.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "This runs `nix`, which evaluates the code of the tree. Nothing is built, and without --online \
                        nothing is fetched. Cold is with empty caches, warm right after it; both without the \
                        evaluation cache."
)]
pub(super) struct Args {
    #[command(flatten)]
    target: Target,

    /// Attribute to evaluate, after the `#` of a flake reference (repeatable) [default: one of each main kind]
    #[arg(long, value_name = "ATTRIBUTE", help_heading = "Measuring")]
    attribute: Vec<String>,

    /// Another tree with the same outputs, to compare with: what a plan proposes
    #[arg(long, value_name = "DIR", help_heading = "Measuring")]
    beside: Vec<PathBuf>,

    /// Take the directory alone (`path:`) and not the git repository that it is in
    #[arg(long, help_heading = "Measuring")]
    as_path: bool,

    /// How often; the median is shown
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100), help_heading = "Measuring")]
    runs: u32,

    /// The Nix to run
    #[arg(long, value_name = "PROGRAM", default_value = "nix", help_heading = "Measuring")]
    nix: PathBuf,

    /// Let Nix fetch what is missing
    #[arg(long, help_heading = "Measuring")]
    online: bool,

    /// Stop an evaluation after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 600, help_heading = "Measuring")]
    limit: u64,
}

/// A tree that is measured.
struct Tree {
    shown: String,
    root: PathBuf,
    audit: Audit,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let nix = Nix::new(&args.nix, args.online, Duration::from_secs(args.limit))?;
    let mut request = args.target.request();
    request.discover.entire = args.as_path;
    let root = request.discover.paths.first().cloned().unwrap_or_else(|| PathBuf::from("."));
    let mut trees = vec![Tree { shown: "present tree".to_owned(), root, audit: run::audit(&request)? }];
    for other in &args.beside {
        let mut request = request.clone();
        request.discover.paths = vec![other.clone()];
        let audit = run::audit(&request)?;
        trees.push(Tree { shown: other.display().to_string(), root: other.clone(), audit });
    }
    let attributes = match args.attribute.as_slice() {
        [] => chosen(&trees[0].audit),
        named => named.to_vec(),
    };
    if attributes.is_empty() {
        return Err(
            Error::Usage("no output is known that could be measured: name one with --attribute".to_owned()).into()
        );
    }
    let mut failed = false;
    terminal::print(|out| {
        let mode = if args.online { "online" } else { "offline" };
        writeln!(out, "{} · {mode} · median of {}", escape(&nix.version), args.runs)?;
        for tree in &trees {
            failed |= !one(&nix, args, tree, &attributes, out)?;
        }
        Ok(())
    })?;
    Ok(ExitCode::from(if failed { 3 } else { 0 }))
}

/// Measures one tree; false where something could not be evaluated.
fn one(nix: &Nix, args: &Args, tree: &Tree, attributes: &[String], out: &mut dyn io::Write) -> io::Result<bool> {
    let url = url(&tree.root, args.as_path);
    writeln!(out, "\n{}  {}", escape(&tree.shown), escape(&url))?;
    let flake = tree.audit.facts.flakes.iter().find(|flake| flake.path == ".");
    let said = flake.map(|flake| if args.as_path { &flake.below } else { &flake.tree });
    if let Some(said) = said {
        writeln!(out, "  predicted  {} files, {} bytes as an archive", said.files, said.nar_bytes)?;
    }
    match copied(nix, &url) {
        Ok(bytes) => writeln!(out, "  in store   {bytes} bytes as an archive")?,
        Err(why) => writeln!(out, "  in store   cannot be told: {}", escape(&why))?,
    }
    let mut fine = true;
    writeln!(out, "  {:>9}  {:>9}  evaluated", "cold", "warm")?;
    for attribute in attributes {
        let reference = format!("{url}#{attribute}");
        let arguments = ["eval", "--no-write-lock-file", "--no-update-lock-file", "--raw", reference.as_str()];
        let (mut cold, mut warm) = (Vec::new(), Vec::new());
        let mut failure = None;
        for _ in 0..args.runs {
            nix.forget();
            let answers: [Answer; 2] = [nix.run(&arguments), nix.run(&arguments)];
            failure = answers.iter().find_map(|answer| answer.result.as_ref().err().cloned());
            let [first, second] = answers;
            cold.push(first.took);
            warm.push(second.took);
            if failure.is_some() {
                break;
            }
        }
        match failure {
            None => writeln!(out, "  {:>7.2} s  {:>7.2} s  {}", median(cold), median(warm), escape(attribute))?,
            Some(why) => {
                fine = false;
                writeln!(out, "  {:>9}  {:>9}  {}: {}", "–", "–", escape(attribute), escape(&why))?;
            }
        }
    }
    Ok(fine)
}

fn url(root: &Path, as_path: bool) -> String {
    let real = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let shown = real.display().to_string();
    if as_path { format!("path:{shown}") } else { shown }
}

/// Bytes of what Nix put into its store for a flake.
fn copied(nix: &Nix, url: &str) -> Result<u64, String> {
    let said = nix.run(&["flake", "metadata", "--json", "--no-write-lock-file", url]).result?;
    let said: serde_json::Value = serde_json::from_str(&said).map_err(|error| error.to_string())?;
    let path = said.get("path").and_then(|path| path.as_str()).ok_or("Nix names no path")?.to_owned();
    let info = nix.run(&["path-info", "--json", &path]).result?;
    let info: serde_json::Value = serde_json::from_str(&info).map_err(|error| error.to_string())?;
    // A list up to Nix 2.18, a set from 2.19 on.
    let row = info.get(0).or_else(|| info.as_object().and_then(|rows| rows.values().next()));
    row.and_then(|row| row.get("narSize"))
        .and_then(serde_json::Value::as_u64)
        .ok_or_else(|| "Nix names no size".into())
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times.get(times.len() / 2).map_or(0.0, Duration::as_secs_f64)
}

/// One output of each main kind, for the system that this runs on.
fn chosen(audit: &Audit) -> Vec<String> {
    let system = crate::nix::system();
    let Some(flake) = audit.facts.flakes.iter().find(|flake| flake.path == ".") else { return Vec::new() };
    let kinds = [
        ("devShells", "drvPath"),
        ("packages", "drvPath"),
        ("nixosConfigurations", "config.system.build.toplevel.drvPath"),
    ];
    let pick = |(kind, last): (&str, &str)| {
        let rows = flake.outputs.iter().filter(|row| row.kind == kind && !row.name.is_empty());
        let row = rows
            .filter(|row| row.systems.is_empty() || row.systems.contains(&system))
            .min_by_key(|row| row.name != "default")?;
        let name = format!("\"{}\"", row.name);
        let within = if row.systems.is_empty() { String::new() } else { format!("{system}.") };
        Some(format!("{kind}.{within}{name}.{last}"))
    };
    kinds.into_iter().filter_map(pick).collect()
}
