//! Every call of `git`, the only program that is run. It only reads, and what the repository configures is not run:
//! no hook, no file system monitor, no filter, and nothing is fetched.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::channel;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::MAX_FILE_BYTES;

/// Bytes of one answer that are read.
const MAX_ANSWER: u64 = 64 * 1024 * 1024;
/// What git may take for one: a repository that was made to hold it up is given up.
const MAX_WAIT: Duration = Duration::from_secs(30);
/// A longer header line of an object is none.
const MAX_HEADER: u64 = 256;

/// Settings that no configuration of a repository can undo.
const SETTINGS: [&str; 10] = [
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.untrackedCache=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "protocol.allow=never",
    "--no-pager",
    "-C",
];

/// A command of git in a directory.
fn git(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .args(SETTINGS)
        .arg(directory)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// A question that git is answering.
pub(super) struct Question(Child);

impl Question {
    /// All of the answer; `None` where git fails, says too much or takes too long.
    pub(super) fn answer(mut self) -> Option<Vec<u8>> {
        let out = self.0.stdout.take()?;
        let (sender, receiver) = channel();
        // It ends with git, at the latest when that is killed.
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = out.take(MAX_ANSWER).read_to_end(&mut bytes);
            sender.send(read.is_ok().then_some(bytes)).ok();
        });
        let answer = receiver.recv_timeout(MAX_WAIT);
        if answer.is_err() {
            let _ = self.0.kill();
        }
        // What git still had to say has nobody left to hear it: it ends.
        let ended = self.0.wait().is_ok_and(|status| status.success());
        answer.ok().flatten().filter(|bytes| ended && (bytes.len() as u64) < MAX_ANSWER)
    }
}

/// Asks for the index below a directory; `None` without git.
pub(super) fn index(directory: &Path) -> Option<Question> {
    git(directory).args(["ls-files", "-z", "--stage"]).spawn().ok().map(Question)
}

/// Asks for everything below a directory as it is in a commit, paths relative to it.
pub(super) fn tree(directory: &Path, commit: &str) -> Option<Question> {
    let arguments = ["ls-tree", "-r", "-z", "--end-of-options", commit];
    git(directory).args(arguments).spawn().ok().map(Question)
}

/// Whether git reads the repository of a directory at all.
pub(super) fn reads(directory: &Path) -> bool {
    let asked = git(directory).args(["rev-parse", "--git-dir"]).spawn().ok().map(Question);
    asked.and_then(Question::answer).is_some()
}

/// The commit that a revision names.
pub(super) fn commit(directory: &Path, revision: &str) -> Option<String> {
    let name = format!("{revision}^{{commit}}");
    let asked = git(directory).args(["rev-parse", "--verify", "--quiet", "--end-of-options", &name]).spawn();
    object_name(asked.ok().map(Question)?.answer()?)
}

/// The commit from which two commits part; the first where there are several.
pub(super) fn merge_base(directory: &Path, a: &str, b: &str) -> Option<String> {
    let asked = git(directory).args(["merge-base", "--end-of-options", a, b]).spawn();
    object_name(asked.ok().map(Question)?.answer()?)
}

/// The first line, where it is the name of an object.
fn object_name(answer: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(answer).ok()?;
    text.lines().next().filter(|line| is_object_name(line)).map(str::to_owned)
}

/// Whether a word is the full name of an object (SHA-1 or SHA-256).
pub(super) fn is_object_name(word: &str) -> bool {
    matches!(word.len(), 40 | 64) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The contents of a repository's objects, read as they are asked for.
#[derive(Debug)]
pub struct Objects {
    pipes: Mutex<Pipes>,
}

#[derive(Debug)]
struct Pipes {
    /// Says how large an object is.
    sizes: Pipe,
    /// Says what is in it.
    contents: Pipe,
}

/// A `git cat-file` that answers one line after the other.
#[derive(Debug)]
struct Pipe {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Objects {
    /// Starts to answer; `None` without git.
    pub(super) fn open(directory: &Path) -> Option<Self> {
        let sizes = Pipe::open(directory, "--batch-check")?;
        let contents = Pipe::open(directory, "--batch")?;
        Some(Self { pipes: Mutex::new(Pipes { sizes, contents }) })
    }

    /// The bytes of a file's object.
    ///
    /// # Errors
    /// In words: it is too large, is not there, or git ended.
    pub(super) fn read(&self, object: &str) -> Result<Vec<u8>, String> {
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(size) = pipes.sizes.ask(object) else { return Err("its object is not in the repository".to_owned()) };
        if size > MAX_FILE_BYTES {
            return Err(format!("larger than {} MiB", MAX_FILE_BYTES / 1024 / 1024));
        }
        let missing = || "git does not give its object".to_owned();
        let size = pipes.contents.ask(object).filter(|again| *again == size).ok_or_else(missing)?;
        let mut bytes = Vec::new();
        let read = Read::by_ref(&mut pipes.contents.from).take(size + 1).read_to_end(&mut bytes);
        if read.is_err() || bytes.len() as u64 != size + 1 || bytes.pop() != Some(b'\n') {
            return Err(missing());
        }
        Ok(bytes)
    }
}

impl Pipe {
    fn open(directory: &Path, how: &str) -> Option<Self> {
        let mut child = git(directory).args(["cat-file", how]).stdin(Stdio::piped()).spawn().ok()?;
        let (to, from) = (child.stdin.take()?, child.stdout.take()?);
        Some(Self { child, to, from: BufReader::new(from) })
    }

    /// Names an object; the size in the header of the answer, where it is a file's.
    fn ask(&mut self, object: &str) -> Option<u64> {
        if !is_object_name(object) {
            return None;
        }
        writeln!(self.to, "{object}").and_then(|()| self.to.flush()).ok()?;
        let mut header = Vec::new();
        Read::by_ref(&mut self.from).take(MAX_HEADER).read_until(b'\n', &mut header).ok()?;
        let header = String::from_utf8(header).ok()?;
        let mut words = header.split_whitespace().skip(1);
        (words.next()? == "blob").then(|| words.next()?.parse().ok())?
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        // It holds nothing that could be lost, and may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
