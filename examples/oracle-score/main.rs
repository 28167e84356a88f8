//! Scores the inventory by what the real Nix says of public flakes.
//!
//! `cargo run --release --example oracle-score -- TRUTH.json REPOS [--only TEXT] [--markdown FILE]` prints the score
//! and every difference, and puts the table into a file (`docs/inventory.md`) where one is named. `REPOS` holds checkouts:
//! `OWNER+NAME@HASH` (7 digits or more), `OWNER+NAME` or `OWNER/NAME`.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod inventory;
mod score;
mod table;
mod truth;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use score::Flake;
use truth::Row;

/// As the tool has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Stack of the thread that evaluates, as in the tool.
const STACK: usize = 128 << 20;

struct Arguments {
    truth: PathBuf,
    repos: PathBuf,
    only: Option<String>,
    markdown: Option<PathBuf>,
}

fn arguments() -> Option<Arguments> {
    let mut plain = Vec::new();
    let (mut only, mut markdown) = (None, None);
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--only" => only = Some(given.next()?),
            "--markdown" => markdown = Some(PathBuf::from(given.next()?)),
            _ => plain.push(PathBuf::from(argument)),
        }
    }
    let [truth, repos] = <[PathBuf; 2]>::try_from(plain).ok()?;
    Some(Arguments { truth, repos, only, markdown })
}

fn main() -> ExitCode {
    let Some(arguments) = arguments() else {
        eprintln!("usage: oracle-score TRUTH.json REPOS [--only TEXT] [--markdown FILE]");
        return ExitCode::from(2);
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || run(&arguments));
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(error))) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::FAILURE,
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", arguments.truth.display());
    let text = fs::read_to_string(&arguments.truth).map_err(|error| told(&error))?;
    let rows: Vec<Row> = serde_json::from_str(&text).map_err(|error| told(&error))?;
    let wanted = |row: &&Row| arguments.only.as_ref().is_none_or(|only| row.repo.contains(only.as_str()));
    let (mut flakes, mut absent, mut untold) = (Vec::new(), Vec::new(), 0);
    for row in rows.iter().filter(wanted) {
        if row.status == "failed" {
            untold += 1;
            continue;
        }
        let Some(root) = row.checkout(&arguments.repos) else {
            absent.push(row.repo.as_str());
            continue;
        };
        let dir = row.subdir.as_deref().unwrap_or(".");
        match inventory::take(&root, dir) {
            Ok(found) => flakes.push(score::compare(row, &found)),
            Err(error) => return Err(format!("{}: {error}", root.display())),
        }
    }
    print_differences(&flakes);
    print_partial(&flakes);
    print_reasons(&flakes);
    print_times(&flakes);
    println!("\n{}", table::table(&flakes));
    if untold > 0 {
        println!("{untold} rows have no truth (status `failed`)");
    }
    for repo in &absent {
        println!("no checkout: {repo}");
    }
    if let Some(file) = arguments.markdown.as_ref().filter(|_| arguments.only.is_none() && absent.is_empty()) {
        table::refresh(file, &table::table(&flakes))?;
    }
    Ok(())
}

fn print_differences(flakes: &[Flake]) {
    for (said, title) in [(true, "differences that the tool announces"), (false, "SILENT differences")] {
        println!("\n== {title}");
        for flake in flakes {
            let lines: Vec<&str> = flake
                .differences
                .iter()
                .filter(|(_, covered)| *covered == said)
                .map(|(text, _)| text.as_str())
                .collect();
            if !lines.is_empty() {
                println!("{} ({})", flake.repo, flake.framework);
            }
            for line in lines {
                println!("    {line}");
            }
        }
    }
}

fn print_partial(flakes: &[Flake]) {
    println!("\n== what is not known, in flakes that are partial");
    for flake in flakes.iter().filter(|flake| flake.partial) {
        println!("{} ({}), {} of {} kinds", flake.repo, flake.framework, flake.partial_kinds, flake.kinds);
        for one in &flake.unknown {
            let place = one.place.as_ref().map(|(file, line)| format!("  {file}:{line}")).unwrap_or_default();
            let passed_on = if one.opaque { " (passed on whole)" } else { "" };
            println!("    {}: {}{passed_on}{place}", one.path, one.reason);
        }
    }
}

fn print_reasons(flakes: &[Flake]) {
    let mut reasons: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for flake in flakes {
        let mut seen = Vec::new();
        for one in flake.unknown.iter().filter(|one| !one.opaque) {
            let entry = reasons.entry(&one.reason).or_default();
            entry.1 += 1;
            if !seen.contains(&&one.reason) {
                entry.0 += 1;
                seen.push(&one.reason);
            }
        }
    }
    let mut sorted: Vec<_> = reasons.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    println!("\n== why flakes are partial (flakes, paths)");
    for (reason, (flakes, paths)) in sorted {
        println!("{flakes:5} {paths:5}  {reason}");
    }
}

fn print_times(flakes: &[Flake]) {
    let mut times: Vec<(Duration, &str)> = flakes.iter().map(|flake| (flake.time, flake.repo.as_str())).collect();
    times.sort();
    let slow = times.iter().filter(|(time, _)| time.as_millis() >= 1000).count();
    println!("\n== time of one inventory: the files that it reads parsed and lowered, and the evaluation");
    let mut evaluated: Vec<Duration> = flakes.iter().map(|flake| flake.evaluation).collect();
    evaluated.sort();
    if let Some(median) = evaluated.get(evaluated.len() / 2) {
        println!("median of the evaluation alone {median:.1?}");
    }
    for (time, repo) in times.iter().rev().take(5) {
        println!("{time:10.1?}  {repo}");
    }
    if let (Some((median, _)), Some((worst, repo))) = (times.get(times.len() / 2), times.last()) {
        println!("median {median:.1?}, worst {worst:.1?} ({repo}), over 1 s: {slow}");
    }
}
