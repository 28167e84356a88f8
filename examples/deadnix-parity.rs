//! Compares what deadnix reports with what this program knows of the same files.
//!
//! ```text
//! cargo run --release --example deadnix-parity -- DIR…
//! ```
//!
//! `DEADNIX` names the program. What deadnix reports and this program does not is sorted by why; the exit code is 1
//! where something is left that is not explained.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program of its own")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use flake_audit::parse::parse;
use flake_audit::resolve::names::{Definition, Reference};
use flake_audit::resolve::{Lowered, Wanted, lower};
use flake_audit::source::SourceFile;

/// Places by file: line and column.
type Places = BTreeMap<PathBuf, BTreeSet<(u32, u32)>>;

fn main() -> ExitCode {
    let roots: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    // The depth at which code may nest is made for workers with this stack.
    let Ok(pool) = rayon::ThreadPoolBuilder::new().stack_size(128 << 20).build() else { return ExitCode::from(2) };
    for root in &roots {
        let Some(theirs) = deadnix(root) else {
            eprintln!("deadnix failed on {}", root.display());
            return ExitCode::from(2);
        };
        pool.install(|| {
            for path in nix_files(root) {
                judge(&path, theirs.get(&path), &mut totals);
            }
        });
    }
    for (what, number) in &totals {
        println!("{number:>8}  {what}");
    }
    ExitCode::from(u8::from(totals.contains_key("not reported by us, not explained")))
}

fn judge(path: &Path, theirs: Option<&BTreeSet<(u32, u32)>>, totals: &mut BTreeMap<&'static str, usize>) {
    *totals.entry("files").or_default() += 1;
    let Ok(text) = fs::read_to_string(path) else { return };
    let parsed = parse(&text);
    let reason = parsed.problem.is_some() || parsed.refused.is_some();
    let lowered = lower(parsed.code, &text, Wanted { code: true, cuts: true });
    let file = SourceFile::new(String::new(), text.as_str().into());
    let ours = if reason { BTreeMap::new() } else { ours(&lowered) };
    let mut found = BTreeSet::new();
    for (line, column) in theirs.into_iter().flatten() {
        let Some(at) = offset(&file, *line, *column) else { continue };
        found.insert(at);
        let why = match ours.get(&at) {
            Some(_) => "reported by both",
            None if reason => "not reported by us: the file does not parse",
            None => explained(&lowered, &text, at),
        };
        if why.ends_with("not explained") {
            println!("{}:{line}:{column}", path.display());
        }
        *totals.entry(why).or_default() += 1;
    }
    for (at, _) in ours.iter().filter(|(at, _)| !found.contains(at)) {
        let place = file.position(*at);
        println!("only ours: {}:{}:{}", path.display(), place.line, place.column);
        *totals.entry("reported by us alone").or_default() += 1;
    }
}

/// Why something that deadnix reports is none of our findings.
fn explained(lowered: &Lowered, text: &str, at: u32) -> &'static str {
    if text.get(at as usize..).is_some_and(|rest| rest.starts_with('_')) {
        return "not reported by us: begins with `_`";
    }
    let names = &lowered.names;
    let Some(number) = names.definitions.iter().position(|definition| definition.at.start == at) else {
        return "not reported by us: a further part of a binding that is (`a.b = 1; a.c = 2;`)";
    };
    let definition = &names.definitions[number];
    if definition.within.is_some() && lowered.unused.bindings.iter().any(|row| is_in(lowered, number, row)) {
        return "not reported by us: inside a binding that is";
    }
    let mut around = definition.within;
    while let Some(number) = around {
        if names.definitions[number as usize].name.starts_with('_') {
            return "not reported by us: inside a binding that begins with `_`";
        }
        around = names.definitions[number as usize].within;
    }
    let scope = definition.scope;
    let whole = names
        .definitions
        .iter()
        .position(|other| other.scope == scope && format!("{:?}", other.kind) == "Argument");
    let is_read = |number: usize| {
        names
            .references
            .iter()
            .any(|reference| format!("{:?}", reference.target) == format!("Definition({number})"))
    };
    if whole.is_some_and(|whole| whole != number && is_read(whole)) {
        return "not reported by us: the arguments are read as a whole (`@`)";
    }
    if &*definition.name == "self" {
        return "not reported by us: `self` of `outputs`";
    }
    let quoted = |read: &Reference| !text[read.at.start as usize..].starts_with(&*definition.name);
    if reads_of(lowered, number).any(quoted) {
        return "not reported by us: read by a name in quotes";
    }
    let reported = ours(lowered);
    let in_unused = |read: &Reference| {
        // From `name ? …` to the reader: no comma ended the default.
        let holds = |formal: &Definition| {
            let between = text.get(formal.at.end as usize..read.at.start as usize).unwrap_or_default();
            between.trim_start().starts_with('?') && !between.contains(',')
        };
        let formals = names.definitions.iter().filter(|formal| reported.get(&formal.at.start) == Some(&"formal"));
        formals.into_iter().any(holds)
    };
    let mut reads = reads_of(lowered, number).peekable();
    if reads.peek().is_some() && reads.all(in_unused) {
        return "not reported by us: only the default of an argument that is reads it";
    }
    match readers(lowered, number, 0) {
        Some(true) => "not reported by us: only a binding that begins with `_` reads it",
        Some(false) => "not reported by us: only its own default reads it",
        None => "not reported by us, not explained",
    }
}

/// The uses of a definition.
fn reads_of(lowered: &Lowered, number: usize) -> impl Iterator<Item = &Reference> {
    let target = format!("Definition({number})");
    lowered.names.references.iter().filter(move |reference| format!("{:?}", reference.target) == target)
}

/// What reads a definition, where that is only itself and bindings that begin with `_`, or what only those read:
/// whether there is such a binding.
fn readers(lowered: &Lowered, number: usize, depth: u32) -> Option<bool> {
    let names = &lowered.names;
    let mut kept = None;
    for reference in reads_of(lowered, number) {
        let mut next = reference.within;
        let one = loop {
            let around = next? as usize;
            if around == number {
                break false;
            }
            if names.definitions[around].name.starts_with('_') {
                break true;
            }
            if depth < 8 && readers(lowered, around, depth + 1) == Some(true) {
                break true;
            }
            next = names.definitions[around].within;
        };
        kept = Some(kept.unwrap_or(false) || one);
    }
    kept
}

/// Whether a definition is written in a binding that is reported, or in one of its chain.
fn is_in(lowered: &Lowered, number: usize, row: &flake_audit::resolve::unused::UnusedBinding) -> bool {
    let all = &lowered.names.definitions;
    let mut next = all[number].within;
    while let Some(around) = next {
        let around = &all[around as usize];
        if around.at == row.at || row.chain.iter().any(|(_, at)| *at == around.at) {
            return true;
        }
        next = around.within;
    }
    false
}

/// What we report, by the start of the name.
fn ours(lowered: &Lowered) -> BTreeMap<u32, &'static str> {
    let unused = &lowered.unused;
    let mut found = BTreeMap::new();
    for row in &unused.bindings {
        found.insert(row.at.start, "binding");
        found.extend(row.chain.iter().map(|(_, at)| (at.start, "chain")));
    }
    found.extend(unused.formals.iter().flat_map(|row| &row.names).map(|(_, at)| (at.start, "formal")));
    found.extend(unused.whole.iter().chain(&unused.arguments).map(|row| (row.at.start, "argument")));
    found.extend(unused.hidden.iter().filter(|row| row.unused).map(|row| (row.formal.start, "hidden")));
    found
}

fn offset(file: &SourceFile, line: u32, column: u32) -> Option<u32> {
    let start = file.line_start(line)?;
    let text = file.line_text(line);
    let at = text.char_indices().nth(column.checked_sub(1)? as usize).map_or(text.len(), |(at, _)| at);
    Some(start + u32::try_from(at).ok()?)
}

fn nix_files(root: &Path) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![root.to_path_buf()]);
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
            if kind.is_dir() && entry.file_name() != ".git" {
                open.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "nix") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// One JSON object a line: a file and its results.
fn deadnix(root: &Path) -> Option<Places> {
    let program = env::var_os("DEADNIX").unwrap_or_else(|| "deadnix".into());
    let output = Command::new(program).args(["--output-format", "json", "--hidden"]).arg(root).output();
    let said = String::from_utf8(output.ok()?.stdout).ok()?;
    let mut places = Places::new();
    for line in said.lines() {
        let value: serde_json::Value = serde_json::from_str(line).ok()?;
        let file = PathBuf::from(value.get("file")?.as_str()?);
        for result in value.get("results")?.as_array()? {
            let number = |key: &str| u32::try_from(result.get(key)?.as_u64()?).ok();
            // A file that it cannot parse has a message without a place.
            if let (Some(line), Some(column)) = (number("line"), number("column")) {
                places.entry(file.clone()).or_default().insert((line, column));
            }
        }
    }
    Some(places)
}
