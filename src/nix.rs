//! The real Nix, run for those who ask for it: `flake-audit measure`. `split --verify` has its own call
//! (`run/tools.rs`), with the user's caches and settings. Neither is started by an audit. It evaluates the code of the
//! tree; that is what it is for.

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::error::Error;

/// Bytes of an answer that are kept.
const MAX_ANSWER: u64 = 16 * 1024 * 1024;
/// How often a running command is looked at.
const TICK: Duration = Duration::from_millis(5);

/// A Nix that can be run.
#[derive(Debug)]
pub struct Nix {
    program: PathBuf,
    /// What `nix --version` says.
    pub version: String,
    online: bool,
    limit: Duration,
    cache: Cache,
}

/// What a command gave.
#[derive(Debug)]
pub struct Answer {
    /// How long it ran.
    pub took: Duration,
    /// Standard output, or, where it failed, the reason in one line.
    pub result: Result<String, String>,
}

/// A directory for caches, empty at first and gone at the end.
#[derive(Debug)]
struct Cache(PathBuf);

impl Cache {
    fn new() -> Result<Self, Error> {
        for attempt in 0..16 {
            let name = format!("flake-audit-{}-{attempt}", std::process::id());
            let path = std::env::temp_dir().join(name);
            if std::fs::create_dir(&path).is_ok() {
                return Ok(Self(path));
            }
        }
        Err(Error::Usage("cannot make a directory for temporary files".to_owned()))
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        // What is left over is in the directory for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Nix {
    /// Asks a program for its version.
    ///
    /// # Errors
    /// When it cannot be started, or is no Nix.
    pub fn new(program: &Path, online: bool, limit: Duration) -> Result<Self, Error> {
        let mut nix =
            Self { program: program.to_path_buf(), version: String::new(), online, limit, cache: Cache::new()? };
        let shown = program.display();
        match nix.command(["--version"]) {
            Ok(child) => match nix.wait(child, Instant::now()).result {
                Ok(version) if version.contains("Nix") || version.contains("Lix") => {
                    version.trim().clone_into(&mut nix.version);
                }
                Ok(_) => return Err(Error::Usage(format!("`{shown}` is no Nix"))),
                Err(why) => return Err(Error::Usage(format!("`{shown} --version` failed: {why}"))),
            },
            Err(why) => return Err(Error::Usage(format!("cannot start `{shown}`: {why}"))),
        }
        Ok(nix)
    }

    /// Forgets what was cached: the next command starts cold.
    pub fn forget(&self) {
        let _ = std::fs::remove_dir_all(&self.cache.0);
        let _ = std::fs::create_dir(&self.cache.0);
    }

    /// Runs a subcommand with flakes on, without the evaluation cache, and without a change of any lock file.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Answer {
        let common = ["--extra-experimental-features", "nix-command flakes", "--option", "eval-cache", "false"];
        let offline = if self.online { None } else { Some("--offline") };
        let all = common.into_iter().chain(offline).map(OsStr::new).chain(arguments.iter().map(AsRef::as_ref));
        let started = Instant::now();
        match self.command(all) {
            Ok(child) => self.wait(child, started),
            Err(why) => Answer { took: Duration::ZERO, result: Err(why) },
        }
    }

    fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Result<Child, String> {
        Command::new(&self.program)
            .args(arguments)
            .env("XDG_CACHE_HOME", &self.cache.0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())
    }

    /// Reads both outputs while the command runs, and ends it when it takes too long.
    fn wait(&self, mut child: Child, started: Instant) -> Answer {
        let read = |from: Option<Box<dyn Read + Send>>| {
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                if let Some(mut from) = from {
                    let _ = from.by_ref().take(MAX_ANSWER).read_to_end(&mut bytes);
                    // The rest is read away, so that the command does not wait for us.
                    let _ = std::io::copy(&mut from, &mut std::io::sink());
                }
                String::from_utf8_lossy(&bytes).into_owned()
            })
        };
        let out = read(child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>));
        let err = read(child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>));
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) if started.elapsed() < self.limit => std::thread::sleep(TICK),
                _ => {
                    let _ = child.kill();
                    let _ = child.wait();
                    break None;
                }
            }
        };
        let took = started.elapsed();
        let Some(status) = status else {
            return Answer { took, result: Err(format!("stopped after {} s", self.limit.as_secs())) };
        };
        let (out, err) = (out.join().unwrap_or_default(), err.join().unwrap_or_default());
        let result = if status.success() { Ok(out) } else { Err(reason(&err)) };
        Answer { took, result }
    }
}

/// The line of a message that says most.
fn reason(message: &str) -> String {
    let said = message
        .lines()
        .rev()
        .find_map(|line| line.trim().strip_prefix("error: ").filter(|rest| !rest.is_empty()));
    said.or(message.lines().last()).unwrap_or("no reason was given").trim().to_owned()
}

/// What Nix calls the system that this runs on.
pub fn system() -> String {
    let os = if std::env::consts::OS == "macos" { "darwin" } else { std::env::consts::OS };
    format!("{}-{os}", std::env::consts::ARCH)
}
