//! Compares the verdict "Nix would refuse this file" with `nix-instantiate --parse`, file by file.
//!
//! ```text
//! cargo run --release --example parity -- DIR… [--mutants N] [--seed S]
//! ```
//!
//! Every `*.nix` below the directories is read. With `--mutants`, N copies of files that Nix takes are judged too, in
//! each of which one token is deleted, doubled or replaced. `NIX_INSTANTIATE` names the program. The exit code is 1
//! where there are differences.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program of its own")]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

use flake_audit::parse::parse;
use flake_audit::resolve::{Wanted, lower};
use rayon::prelude::*;

/// What somebody says of a file.
#[derive(Clone, Debug)]
enum Verdict {
    Taken,
    Refused(String),
    /// We cannot tell.
    Unread(String),
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Taken => write!(f, "taken"),
            Self::Refused(why) => write!(f, "refused: {why}"),
            Self::Unread(why) => write!(f, "not analysed: {why}"),
        }
    }
}

struct Options {
    roots: Vec<PathBuf>,
    mutants: usize,
    seed: u64,
}

fn main() -> ExitCode {
    let Some(options) = options() else {
        eprintln!("usage: parity DIR… [--mutants N] [--seed S]");
        return ExitCode::from(2);
    };
    // The depth at which code may nest is made for workers with this stack.
    let pool = rayon::ThreadPoolBuilder::new().stack_size(128 << 20).build();
    let Ok(pool) = pool else { return ExitCode::from(2) };
    if pool.install(|| run(&options)) { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn options() -> Option<Options> {
    let mut options = Options { roots: Vec::new(), mutants: 0, seed: 1 };
    let mut arguments = env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next()?.to_str()?.parse::<u64>().ok();
        match argument.to_str() {
            Some("--mutants") => options.mutants = usize::try_from(number()?).ok()?,
            Some("--seed") => options.seed = number()?,
            _ => options.roots.push(fs::canonicalize(&argument).ok()?),
        }
    }
    (!options.roots.is_empty()).then_some(options)
}

fn run(options: &Options) -> bool {
    let mut paths = Vec::new();
    for root in &options.roots {
        collect(root, &mut paths);
    }
    paths.sort();
    let (files, binary): (Vec<_>, Vec<_>) = paths
        .into_iter()
        .partition(|path| fs::read(path).is_ok_and(|bytes| String::from_utf8(bytes).is_ok()));
    println!("{} files ({} more are no UTF-8)", files.len(), binary.len());
    let (taken, same) = compare("files", &files);
    if options.mutants == 0 || taken.is_empty() {
        return same;
    }
    let directory = env::temp_dir().join(format!("parity-{}", std::process::id()));
    if fs::create_dir_all(&directory).is_err() {
        eprintln!("cannot write to {}", directory.display());
        return false;
    }
    let mutants = mutants(&taken, options, &directory);
    let (_, same_mutants) = compare("mutants", &mutants);
    if same_mutants {
        let _ = fs::remove_dir_all(&directory);
    }
    same && same_mutants
}

fn collect(directory: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
        if kind.is_dir() && entry.file_name() != ".git" {
            collect(&path, found);
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "nix") {
            found.push(path);
        }
    }
}

/// Prints the differences and their number; gives the files that both take, and whether there are none.
fn compare(what: &str, files: &[PathBuf]) -> (Vec<PathBuf>, bool) {
    let nix: Vec<Verdict> = files.par_chunks(64).flat_map_iter(nix).collect();
    let ours: Vec<Verdict> = files.par_iter().map(|path| ours(path)).collect();
    let (mut taken, mut refused, mut different) = (Vec::new(), 0, 0);
    for ((path, nix), ours) in files.iter().zip(&nix).zip(&ours) {
        refused += usize::from(matches!(nix, Verdict::Refused(_)));
        match (nix, ours) {
            (Verdict::Taken, Verdict::Taken) => taken.push(path.clone()),
            (Verdict::Refused(_), Verdict::Refused(_)) => {}
            _ => {
                different += 1;
                println!("{}\n  nix:  {nix}\n  ours: {ours}", path.display());
            }
        }
    }
    println!("{what}: {} judged, {refused} refused by Nix, {different} different", files.len());
    (taken, different == 0)
}

fn ours(path: &Path) -> Verdict {
    let Ok(text) = fs::read_to_string(path) else { return Verdict::Unread("unreadable".to_owned()) };
    let parsed = parse(&text);
    if let Some(problem) = parsed.problem {
        return Verdict::Refused(problem.message);
    }
    if let Some(reason) = parsed.refused {
        return Verdict::Unread(reason);
    }
    let names = lower(parsed.code, &text, Wanted { code: false, cuts: true }).names;
    if let Some(duplicate) = names.duplicates.first() {
        return Verdict::Refused(format!("`{}` is defined twice", duplicate.name));
    }
    match names.undefined.first() {
        Some(reference) => Verdict::Refused(format!("`{}` is undefined", reference.name)),
        None => Verdict::Taken,
    }
}

/// What Nix says of each file: a process for as many files as it takes.
fn nix(files: &[PathBuf]) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = Vec::with_capacity(files.len());
    let mut width = files.len();
    while verdicts.len() < files.len() {
        let rest = &files[verdicts.len()..];
        let batch = &rest[..width.clamp(1, rest.len())];
        match one_process(batch) {
            None => {
                verdicts.extend(batch.iter().map(|_| Verdict::Taken));
                width = files.len();
            }
            Some(error) => {
                // Nix stops at the first file that it refuses, and most often says which it is.
                let named = batch.iter().position(|path| error.contains(&format!("at {}:", path.display())));
                let Some(number) = named.or((batch.len() == 1).then_some(0)) else {
                    width = batch.len() / 2;
                    continue;
                };
                verdicts.extend(batch[..number].iter().map(|_| Verdict::Taken));
                let line = error.lines().find(|line| line.contains("error:")).unwrap_or("error");
                verdicts.push(Verdict::Refused(line.trim().to_owned()));
                width = files.len();
            }
        }
    }
    verdicts
}

/// What Nix complains of, if it does.
fn one_process(files: &[PathBuf]) -> Option<String> {
    let program = env::var_os("NIX_INSTANTIATE").unwrap_or_else(|| "nix-instantiate".into());
    let mut command = Command::new(program);
    command.arg("--parse").args(["--extra-experimental-features", "pipe-operators"]).args(files);
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output();
    let output = match output {
        Ok(output) => output,
        Err(error) => return Some(format!("error: cannot run Nix: {error}")),
    };
    if output.status.success() {
        return None;
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let from = said.find("error:").unwrap_or(0);
    Some(said[from..].to_owned())
}

/// Xorshift (Marsaglia 2003): the same mutants for the same seed, everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap_or(0)
    }
}

fn mutants(files: &[PathBuf], options: &Options, directory: &Path) -> Vec<PathBuf> {
    let mut random = Random(options.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut made = Vec::new();
    for number in 0..options.mutants {
        let source = &files[random.below(files.len())];
        let Ok(text) = fs::read_to_string(source) else { continue };
        let path = directory.join(format!("{number:06}.nix"));
        if fs::write(&path, mutant(&text, &mut random)).is_ok() {
            made.push(path);
        }
    }
    made
}

/// A copy in which one token is deleted, doubled or replaced by another of the same file.
fn mutant(text: &str, random: &mut Random) -> String {
    let mut at = 0;
    let mut tokens = Vec::new();
    for (kind, token) in rnix::tokenize(text) {
        if !kind.is_trivia() {
            tokens.push((at, token));
        }
        at += token.len();
    }
    if tokens.is_empty() {
        return text.to_owned();
    }
    let (start, token) = tokens[random.below(tokens.len())];
    let new = match random.below(4) {
        0 => String::new(),
        1 => format!("{token} {token}"),
        2 => format!("{token}x"),
        _ => tokens[random.below(tokens.len())].1.to_owned(),
    };
    format!("{}{new}{}", &text[..start], &text[start + token.len()..])
}
