//! Whether the files of plans take exactly what they need, by Nix's own account of names.
//!
//! `cargo run --release --example exact-arguments -- [--anyway] DIR…` carries the plan of every flake in each directory
//! out in memory, and asks `nix-instantiate --parse` (or `$NIX_INSTANTIATE`): each file must be accepted as it is, and
//! must be refused as soon as one of its arguments is missing. A name that is missing inside a `with` is not an error to
//! Nix before it evaluates; those are counted apart. A row of a table for each plan, and the sums. `--anyway` divides
//! what the verdict keeps whole, too.

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use flake_audit::discover;
use flake_audit::plan::Plan;
use flake_audit::run::{self, Choice, Request, Split};

#[derive(Default)]
struct Count {
    plans: u32,
    files: u32,
    arguments: u32,
    within_with: u32,
    wrong: u32,
}

fn main() -> ExitCode {
    let mut sum = Count::default();
    let mut out = std::io::stdout().lock();
    let (options, folders): (Vec<_>, Vec<_>) = std::env::args_os().skip(1).partition(|word| word == "--anyway");
    let _ = writeln!(out, "| flake | lines | after | steps | files | arguments | in a `with` alone |");
    let _ = writeln!(out, "|---|--:|--:|--:|--:|--:|--:|");
    for folder in folders {
        let name = Path::new(&folder).file_name().unwrap_or_default().to_string_lossy().replace('+', "/");
        let discover = discover::Request { paths: vec![folder.into()], ..discover::Request::default() };
        let request = Request { discover, divide: !options.is_empty(), ..Request::default() };
        match run::split(&request, &Choice::default()) {
            Ok(split) => split.audit.plans.iter().for_each(|plan| one(&split, plan, &name, &mut sum, &mut out)),
            Err(error) => {
                let _ = writeln!(out, "{name}: {error}");
            }
        }
    }
    let Count { plans, files, arguments, within_with, wrong } = sum;
    let _ = writeln!(
        out,
        "{plans} plans, {files} files, {arguments} arguments: {wrong} files are wrong; {within_with} arguments are named in a `with` alone"
    );
    if wrong == 0 && files > 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// Asks Nix about every file of a plan, and writes its row.
fn one(split: &Split, plan: &Plan, name: &str, sum: &mut Count, out: &mut impl Write) {
    let mut count = Count::default();
    let steps = plan.steps.iter().filter(|step| step.sizes.is_some());
    for file in steps.clone().flat_map(|step| &step.files) {
        let Some(text) = split.texts.get(&file.path) else { continue };
        let arguments = file.arguments.clone().unwrap_or_default();
        if let Err(why) = exact(text, &arguments, &mut count) {
            count.wrong += 1;
            let _ = writeln!(out, "{name}/{}: {why}", file.path);
        }
    }
    if count.files > 0 {
        let place = if plan.flake == "." { String::new() } else { format!(" {}", plan.flake) };
        let _ = writeln!(
            out,
            "| {name}{place} | {} | {} | {} | {} | {} | {} |",
            plan.before.flake_lines,
            plan.after.flake_lines,
            steps.count(),
            count.files,
            count.arguments,
            count.within_with
        );
        sum.plans += 1;
    }
    sum.files += count.files;
    sum.arguments += count.arguments;
    sum.within_with += count.within_with;
    sum.wrong += count.wrong;
}

/// Whether Nix accepts a file, and refuses it without any one of its arguments.
fn exact(text: &str, arguments: &[String], count: &mut Count) -> Result<(), String> {
    count.files += 1;
    accepted(text).map_err(|error| format!("Nix refuses it: {error}"))?;
    // The comments before the head name nothing.
    let Some(body) = arguments.first().and_then(|_| text.split_once("}:")).map(|(_, body)| body) else {
        return if arguments.is_empty() { Ok(()) } else { Err("it has no head".to_owned()) };
    };
    for name in arguments {
        count.arguments += 1;
        let others: Vec<&str> = arguments.iter().filter(|other| *other != name).map(String::as_str).collect();
        match accepted(&format!("{{ {} }}:{body}", others.join(", "))) {
            Err(error) if error.contains(name.as_str()) => {}
            Err(error) => return Err(format!("without `{name}`: {error}")),
            Ok(()) if text.contains("with ") => count.within_with += 1,
            Ok(()) => return Err(format!("it takes `{name}`, which it does not need")),
        }
    }
    Ok(())
}

/// What Nix says of a text: it parses, and every name in it is bound.
fn accepted(text: &str) -> Result<(), String> {
    let program = std::env::var_os("NIX_INSTANTIATE").unwrap_or_else(|| "nix-instantiate".into());
    let mut nix = Command::new(program);
    nix.args(["--parse", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut nix = nix.spawn().map_err(|error| error.to_string())?;
    if let Some(mut input) = nix.stdin.take() {
        input.write_all(text.as_bytes()).map_err(|error| error.to_string())?;
    }
    let output = nix.wait_with_output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().find(|line| line.contains("error")).unwrap_or("").trim().to_owned();
    if output.status.success() { Ok(()) } else { Err(first) }
}
