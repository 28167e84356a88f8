//! Input that is meant to do harm: nothing here may crash the program, hang it, fill the memory or be left out silently.
//!
//! Inputs are made here, because most are large. A debug build runs them at a tenth of their size (its stack frames and
//! its time are that much larger); `cargo test --release --test hostile` runs them whole. To measure a given binary:
//! `FLAKE_AUDIT_BINARY=path cargo test --test hostile -- --nocapture --test-threads 1`.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its files should stop")]
#![allow(clippy::format_collect, reason = "a list of cases is read, and its strings are made once")]
#![allow(clippy::too_many_lines, reason = "a list of cases is as long as it is")]

mod code;
mod disk;
mod lock;
mod shown;
mod space;
mod wide;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Whether the program was built to be fast.
fn whole() -> bool {
    !cfg!(debug_assertions) || std::env::var_os("FLAKE_AUDIT_BINARY").is_some()
}

/// One tenth in a debug build.
fn full(size: usize) -> usize {
    if whole() { size } else { size / 10 }
}

/// What a run may take.
fn wall() -> Duration {
    Duration::from_secs(if whole() { 5 } else { 30 })
}

/// What a single file of 1 MB may take: a second on a machine that does nothing else.
fn wall_of_a_file() -> Duration {
    Duration::from_secs(if whole() { 2 } else { 15 })
}

/// Files of 1 MB that take longer, but not as the square of their size: what they take is memory.
const HEAVY: [&str; 4] = ["one argument, again and again", "arguments", "inputs and arguments", "a fold"];

const PEAK_KIB: u64 = 1 << 20;

/// How a run ended.
struct Outcome {
    code: Option<i32>,
    wall: Duration,
    /// Processor time, of all threads: what a run takes on a machine that others use too.
    cpu: Duration,
    peak_kib: u64,
    out: String,
    err: String,
}

fn binary() -> PathBuf {
    std::env::var_os("FLAKE_AUDIT_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_flake-audit").into(), PathBuf::from)
}

/// Runs the program in a directory and looks on.
fn run(directory: &Path, arguments: &[&str]) -> Outcome {
    let started = Instant::now();
    let mut child = Command::new(binary())
        .args(arguments)
        .current_dir(directory)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut streams = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = |stream: &mut dyn Read| {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).expect("output is UTF-8")
    };
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let times = PathBuf::from(format!("/proc/{}/stat", child.id()));
    let (mut peak_kib, mut cpu) = (0, Duration::ZERO);
    std::thread::scope(|scope| {
        let out = scope.spawn(|| read(&mut streams.0));
        let err = scope.spawn(|| read(&mut streams.1));
        let ended = loop {
            peak_kib = peak_of(&status).unwrap_or(0).max(peak_kib);
            cpu = cpu_of(&times).unwrap_or_default().max(cpu);
            match child.try_wait().unwrap() {
                Some(ended) => break ended,
                None if started.elapsed() > 4 * wall() => child.kill().unwrap(),
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        let wall = started.elapsed();
        Outcome { code: ended.code(), wall, cpu, peak_kib, out: out.join().unwrap(), err: err.join().unwrap() }
    })
}

/// The most memory that a process has held so far.
fn peak_of(status: &Path) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    text.lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?
        .trim()
        .strip_suffix("kB")?
        .trim()
        .parse()
        .ok()
}

/// The processor time that a process has taken so far (`proc(5)`: hundredths of a second).
fn cpu_of(times: &Path) -> Option<Duration> {
    let text = fs::read_to_string(times).ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut field = || fields.next()?.parse::<u64>().ok();
    Some(Duration::from_millis(10 * (field()? + field()?)))
}

/// A directory with files in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A directory with sixty files that are as they should be.
    fn among_others() -> Self {
        let place = Self::new();
        for number in 0..60 {
            place.put(&format!("nix/part-{number}.nix"), "{ pkgs }:\n{\n  packages = [ pkgs.hello ];\n}\n");
        }
        place
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let file = self.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
        self
    }
}

/// Keeps what went wrong, so that one run tells of all cases.
#[derive(Default)]
struct Trial {
    wrong: Vec<String>,
}

impl Trial {
    /// A run that ends in time, within memory and with one of these codes.
    fn check(&mut self, case: &str, outcome: &Outcome, wall: Duration, codes: &[i32]) {
        let seconds = outcome.wall.as_secs_f64();
        // Read with --nocapture.
        #[allow(clippy::print_stdout, reason = "the figures")]
        {
            let cpu = outcome.cpu.as_secs_f64();
            let (peak, code) = (outcome.peak_kib / 1024, outcome.code);
            println!("{case:40} {seconds:6.2} s {cpu:6.2} s cpu {peak:6} MiB  exit {code:?}");
        }
        if outcome.code.is_none_or(|code| !codes.contains(&code)) {
            let told: String = outcome.err.chars().take(300).collect();
            self.wrong.push(format!("{case}: ended with {:?}, not one of {codes:?}: {told}", outcome.code));
        }
        let wall = if HEAVY.iter().any(|heavy| case.starts_with(heavy)) { self::wall() } else { wall };
        // A run that waits for others is as fast as its processor time says; one that hangs was killed.
        if outcome.wall.min(outcome.cpu) > wall {
            self.wrong.push(format!("{case}: took {seconds:.2} s"));
        }
        if outcome.peak_kib > PEAK_KIB {
            self.wrong.push(format!("{case}: took {} MiB", outcome.peak_kib / 1024));
        }
    }

    /// One Nix file, alone and among sixty others, checked and reported.
    fn file(&mut self, case: &str, name: &str, text: &[u8], wall: Duration, codes: &[i32]) {
        for (place, company) in [(Place::new(), "alone"), (Place::among_others(), "among others")] {
            place.put(name, text);
            let outcome = run(place.path(), &["check", "."]);
            self.check(&format!("{case}, {company}"), &outcome, wall, codes);
            if outcome.code == Some(3) && !outcome.out.contains(name) {
                self.wrong.push(format!("{case}, {company}: does not say what was left out"));
            }
        }
        let place = Place::new();
        place.put(name, text);
        let outcome = run(place.path(), &["report", ".", "--format", "sarif"]);
        self.check(&format!("{case}, sarif"), &outcome, self::wall(), &[0]);
        if serde_json::from_str::<serde_json::Value>(&outcome.out).is_err() {
            self.wrong.push(format!("{case}: the SARIF is no JSON"));
        }
    }

    fn end(self) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
    }
}
