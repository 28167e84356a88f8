//! What an audit asked of a tree besides its entries, and whether the answers would be the same today.
//!
//! An entry tells that a file is there; what is in it, and how large it is, is asked for later and of some files only. A
//! run whose questions all have their old answers has its old result.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Tree, Weight, weight_of};

/// A file that changed this shortly before it was read may change once more and show the same times: file systems keep
/// them by ticks of up to two seconds (as git has it: "racy git", its `Documentation/technical/racy-git.txt`).
const TICK: Duration = Duration::from_secs(2);

/// SHA-256 of something.
pub type Digested = [u8; 32];

/// What tells that a file was not written to since: its size, its times in nanoseconds since 1970, its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    bytes: u64,
    modified: i128,
    changed: i128,
    number: u64,
}

impl Stamp {
    #[cfg(unix)]
    fn of(meta: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let time = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        Self {
            bytes: meta.len(),
            modified: time(meta.mtime(), meta.mtime_nsec()),
            changed: time(meta.ctime(), meta.ctime_nsec()),
            number: meta.ino(),
        }
    }

    #[cfg(not(unix))]
    fn of(meta: &Metadata) -> Self {
        let time = |time: std::io::Result<SystemTime>| time.map_or(0, nanoseconds);
        Self { bytes: meta.len(), modified: time(meta.modified()), changed: time(meta.created()), number: 0 }
    }
}

fn nanoseconds(time: SystemTime) -> i128 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| i128::try_from(since.as_nanos()).unwrap_or(i128::MAX))
}

/// What was answered of one path.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Answer {
    /// What the file holds; the stamp only where it proves that.
    text: Option<(Option<Stamp>, Digested)>,
    weight: Option<(u64, bool)>,
    /// Whether anything stands there at all.
    exists: Option<bool>,
}

/// Every answer that a run was given.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Answers(Vec<(String, Answer)>);

/// Notes what is asked while a run is under way.
#[derive(Debug)]
pub struct Questions {
    /// No earlier stamp than this proves anything.
    young: i128,
    asked: Mutex<BTreeMap<String, Answer>>,
    /// Something was asked that cannot be asked again, or was answered in two ways.
    unsteady: AtomicBool,
}

impl Default for Questions {
    fn default() -> Self {
        let young = nanoseconds(SystemTime::now().checked_sub(TICK).unwrap_or(UNIX_EPOCH));
        Self { young, asked: Mutex::default(), unsteady: AtomicBool::new(false) }
    }
}

impl Questions {
    /// What was answered; nothing where that says too little.
    pub fn answers(&self) -> Option<Answers> {
        let asked = self.asked().iter().map(|(path, answer)| (path.clone(), answer.clone())).collect();
        (!self.unsteady.load(Ordering::Relaxed)).then_some(Answers(asked))
    }

    fn asked(&self) -> MutexGuard<'_, BTreeMap<String, Answer>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note<T: PartialEq>(&self, path: &str, new: T, place: impl FnOnce(&mut Answer) -> &mut Option<T>) {
        let mut asked = self.asked();
        let answer = match asked.get_mut(path) {
            Some(answer) => answer,
            None => asked.entry(path.to_owned()).or_default(),
        };
        let place = place(answer);
        if place.as_ref().is_some_and(|old| *old != new) {
            self.unsteady.store(true, Ordering::Relaxed);
        }
        *place = Some(new);
    }

    /// A file was read; `meta` is what was said of it before.
    pub(super) fn text(&self, path: &str, meta: &Metadata, bytes: &[u8]) {
        let stamp = Stamp::of(meta);
        let proves = stamp.modified < self.young && stamp.changed < self.young && stamp.bytes == bytes.len() as u64;
        self.note(path, (proves.then_some(stamp), digest(bytes)), |answer| &mut answer.text);
    }

    pub(super) fn weight(&self, path: &str, weight: Weight) {
        self.note(path, (weight.bytes, weight.executable), |answer| &mut answer.weight);
    }

    pub(super) fn exists(&self, path: &str, exists: bool) {
        self.note(path, exists, |answer| &mut answer.exists);
    }

    /// Something could not be read, or has a name that says too little: that is no answer to rely on.
    pub(super) fn give_up(&self) {
        self.unsteady.store(true, Ordering::Relaxed);
    }
}

/// SHA-256 of some bytes.
pub fn digest(bytes: &[u8]) -> Digested {
    Sha256::digest(bytes).into()
}

impl Answers {
    /// Whether every question has its old answer in the tree on disk. Files whose stamp is another are read.
    pub fn hold(&self, tree: &Tree) -> bool {
        self.0.par_iter().all(|(path, answer)| answer.holds(tree, path))
    }
}

impl Answer {
    fn holds(&self, tree: &Tree, path: &str) -> bool {
        let meta = std::fs::symlink_metadata(tree.root.join(path));
        if self.exists.is_some_and(|exists| exists != meta.is_ok()) {
            return false;
        }
        let weight = meta.as_ref().map_or(Weight::default(), weight_of);
        if self
            .weight
            .is_some_and(|(bytes, executable)| (bytes, executable) != (weight.bytes, weight.executable))
        {
            return false;
        }
        let Some((stamp, text)) = &self.text else { return true };
        let Ok(meta) = meta else { return false };
        if stamp.as_ref().is_some_and(|stamp| *stamp == Stamp::of(&meta)) && meta.is_file() {
            return true;
        }
        let Some(entry) = tree.find(path) else { return false };
        tree.read_from_disk(entry).is_ok_and(|bytes| digest(&bytes) == *text)
    }
}

impl Tree {
    /// What the walk found, as a number: equal for equal trees.
    pub fn digest(&self) -> Digested {
        let mut sum = Sha256::new();
        let mut add = |part: &[u8]| {
            sum.update((part.len() as u64).to_le_bytes());
            sum.update(part);
        };
        add(self.root.as_os_str().as_encoded_bytes());
        add(self.prefix.as_bytes());
        add(format!("{:?} {:?} {:?} {}", self.skipped, self.only, self.submodules, self.entire).as_bytes());
        for entry in &self.entries {
            add(entry.path.as_bytes());
            let tracked = match entry.tracked {
                None => 0,
                Some(false) => 1,
                Some(true) => 2,
            };
            add(&[entry.kind as u8, u8::from(entry.audited), tracked]);
            add(entry.os.as_ref().map_or(&[][..], |os| os.as_os_str().as_encoded_bytes()));
        }
        sum.finalize().into()
    }
}
