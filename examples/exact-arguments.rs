//! Whether the files of plans take exactly what they need, by Nix's own account of names.
//!
//! `cargo run --example exact-arguments -- DIR…` carries the plan of every flake in each directory out in memory, and asks
//! `nix-instantiate --parse` (or `$NIX_INSTANTIATE`): each file must be accepted as it is, and must be refused as soon as
//! one of its arguments is missing. A name that is missing inside a `with` is not an error to Nix before it evaluates;
//! those are counted apart.

use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};

use flake_audit::discover;
use flake_audit::run::{self, Choice, Request};

#[derive(Default)]
struct Count {
    plans: u32,
    files: u32,
    arguments: u32,
    within_with: u32,
    wrong: u32,
}

fn main() -> ExitCode {
    let mut count = Count::default();
    let mut out = std::io::stdout().lock();
    for folder in std::env::args_os().skip(1) {
        let shown = folder.to_string_lossy().into_owned();
        let paths = vec![folder.into()];
        let discover = discover::Request { paths, ..discover::Request::default() };
        let split = match run::split(&Request { discover, ..Request::default() }, &Choice::default()) {
            Ok(split) => split,
            Err(error) => {
                let _ = writeln!(out, "{shown}: {error}");
                continue;
            }
        };
        for plan in &split.audit.plans {
            let files = plan.steps.iter().filter(|step| step.sizes.is_some()).flat_map(|step| &step.files);
            let before = count.files;
            for file in files {
                let Some(text) = split.texts.get(&file.path) else { continue };
                let arguments = file.arguments.clone().unwrap_or_default();
                if let Err(why) = exact(text, &arguments, &mut count) {
                    count.wrong += 1;
                    let _ = writeln!(out, "{shown}/{}: {why}", file.path);
                }
            }
            count.plans += u32::from(count.files > before);
        }
    }
    let Count { plans, files, arguments, within_with, wrong } = count;
    let _ = writeln!(
        out,
        "{plans} plans, {files} files, {arguments} arguments: {wrong} files are wrong; {within_with} arguments are named in a `with` alone"
    );
    if wrong == 0 && files > 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
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
