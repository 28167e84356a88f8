//! What an audit asked of a tree besides its entries, and whether the answers would be the same today.
//!
//! An entry tells that a file is there; what is in it, and how large it is, is asked for later and of some files only. A
//! run whose questions all have their old answers has its old result.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::stamp::{Digested, Stamp, Young, digest};
use super::{Tree, Weight, read_regular, weight_of};

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
    young: Young,
    asked: Mutex<BTreeMap<String, Answer>>,
    /// Something was asked that cannot be asked again, or was answered in two ways.
    unsteady: AtomicBool,
}

impl Default for Questions {
    fn default() -> Self {
        Self { young: Young::now(), asked: Mutex::default(), unsteady: AtomicBool::new(false) }
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
        self.note(path, (proving(meta, bytes, self.young), digest(bytes)), |answer| &mut answer.text);
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

/// The stamp of a file that was just read, where it proves what the file holds.
fn proving(meta: &Metadata, bytes: &[u8], young: Young) -> Option<Stamp> {
    Stamp::proving(meta, young).filter(|stamp| stamp.bytes() == bytes.len() as u64)
}

/// Whether answers are today's.
#[derive(Debug)]
pub enum Held {
    /// One of them is another.
    No,
    /// All are.
    Yes,
    /// All are, and some files have another stamp, which proves it.
    Renewed(Answers),
}

impl Answers {
    /// Whether every question has its old answer on the disk below `root`; files whose stamp is another are read.
    pub fn hold(&self, root: &Path) -> Held {
        let young = Young::now();
        let all = self.0.par_iter().map(|(path, answer)| answer.holds(&root.join(path), young));
        let Some(all) = all.collect::<Option<Vec<_>>>() else { return Held::No };
        if all.iter().all(|proved| matches!(proved, Proved::Before)) {
            return Held::Yes;
        }
        let mut again = self.clone();
        for ((_, answer), proved) in again.0.iter_mut().zip(all) {
            if let (Some((old, _)), Proved::By(new)) = (&mut answer.text, proved) {
                *old = Some(new);
            }
        }
        Held::Renewed(again)
    }
}

/// What proves that an answer is today's.
enum Proved {
    /// What did so before, or looking again, which must be done each time.
    Before,
    /// Another stamp.
    By(Stamp),
}

impl Answer {
    /// Nothing where the answer is another today.
    fn holds(&self, path: &Path, young: Young) -> Option<Proved> {
        let meta = std::fs::symlink_metadata(path);
        if self.exists.is_some_and(|exists| exists != meta.is_ok()) {
            return None;
        }
        let weight = meta.as_ref().map_or(Weight::default(), weight_of);
        if self
            .weight
            .is_some_and(|(bytes, executable)| (bytes, executable) != (weight.bytes, weight.executable))
        {
            return None;
        }
        let Some((stamp, text)) = &self.text else { return Some(Proved::Before) };
        let meta = meta.ok()?;
        if stamp.as_ref().is_some_and(|stamp| *stamp == Stamp::of(&meta)) && meta.is_file() {
            return Some(Proved::Before);
        }
        let (meta, bytes) = read_regular(path).ok()?;
        (digest(&bytes) == *text).then(|| proving(&meta, &bytes, young).map_or(Proved::Before, Proved::By))
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
