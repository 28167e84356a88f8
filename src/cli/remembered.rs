//! `check` on what was checked before: what it told then is told again.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{Failure, terminal};
use crate::cache::{self, Cache, MAX_RECORD};
use crate::discover::{Answers, Digested};
use crate::edit;
use crate::error::Error;
use crate::run::Ground;

/// A run that takes less is not worth a file in the user's cache.
const WORTH: Duration = Duration::from_millis(100);

/// All that a run told.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Told {
    /// Standard output.
    out: Bytes,
    /// Files of `--output`, in order.
    files: Vec<(PathBuf, Bytes)>,
    /// Lines for standard error.
    pub(super) notes: String,
    /// Exit code.
    pub(super) code: u8,
}

/// Bytes that are kept apart from what describes them.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Bytes {
    #[serde(skip)]
    bytes: Vec<u8>,
    length: u64,
}

/// A record, and what it stands on.
#[derive(Serialize, Deserialize)]
struct Record<T> {
    fixed: Digested,
    answers: Answers,
    told: T,
}

/// Where the result of this run may be known from, and is kept.
pub(super) struct Memory {
    cache: Cache,
    key: Vec<u8>,
    begun: Instant,
    worth: Duration,
}

impl Memory {
    /// Of the command `arguments`, whose output looks like `look`; in the user's cache unless `folder` is another.
    /// Nothing where this program does not know itself: another version may tell something else.
    pub(super) fn of(folder: Option<&Path>, arguments: &str, look: &str) -> Option<Self> {
        let (cache, worth) = match folder {
            Some(folder) => (Cache::at(folder.to_path_buf()), Duration::ZERO),
            None => (Cache::of_user()?, WORTH),
        };
        let here = Path::new(".").canonicalize().ok()?;
        let key = format!("{}\n{here:?}\n{arguments}\n{look}", cache::program()?).into_bytes();
        Some(Self { cache, key, begun: Instant::now(), worth })
    }

    /// What a run on the same ground told.
    pub(super) fn told(&self, ground: &Ground) -> Option<Told> {
        let bytes = self.cache.find(&self.key)?;
        let (record, mut rest): (Record<Told>, &[u8]) = postcard::take_from_bytes(&bytes).ok()?;
        if !ground.is_as(&record.fixed, &record.answers) {
            return None;
        }
        let mut told = record.told;
        for part in std::iter::once(&mut told.out).chain(told.files.iter_mut().map(|(_, part)| part)) {
            let (bytes, after) = rest.split_at_checked(usize::try_from(part.length).ok()?)?;
            part.bytes = bytes.to_vec();
            rest = after;
        }
        Some(told)
    }

    /// Keeps what this run told, for the next.
    pub(super) fn keep(&self, ground: &Ground, told: &Told) {
        if self.begun.elapsed() < self.worth {
            return;
        }
        let Some((fixed, answers)) = ground.seen() else { return };
        let Ok(mut bytes) = postcard::to_allocvec(&Record { fixed, answers, told }) else { return };
        for part in std::iter::once(&told.out).chain(told.files.iter().map(|(_, part)| part)) {
            bytes.extend_from_slice(&part.bytes);
        }
        self.cache.keep(&self.key, &bytes);
    }
}

impl Told {
    /// With what is said at the end.
    pub(super) fn ending(self, notes: &str, code: u8) -> Self {
        Self { notes: notes.to_owned(), code, ..self }
    }

    /// Tells it again.
    pub(super) fn again(&self) -> Result<(), Failure> {
        for (path, part) in &self.files {
            edit::put(path, |out| out.write_all(&part.bytes))
                .map_err(|error| Error::Output { path: path.clone(), reason: error.to_string() })?;
        }
        terminal::print(|out| out.write_all(&self.out.bytes))
    }
}

/// Copies what is told while it is told.
#[derive(Debug, Default)]
pub(super) struct Copy {
    told: Told,
    length: usize,
    /// Not all of it was copied.
    torn: bool,
}

impl Copy {
    /// A writer to standard output.
    pub(super) fn out<'a>(&'a mut self, to: &'a mut dyn Write) -> impl Write + 'a {
        Tee { to, bytes: &mut self.told.out, length: &mut self.length, torn: &mut self.torn }
    }

    /// A writer to a file.
    pub(super) fn file<'a>(&'a mut self, path: &Path, to: &'a mut dyn Write) -> impl Write + 'a {
        let at = self.told.files.len();
        self.told.files.push((path.to_path_buf(), Bytes::default()));
        Tee { to, bytes: &mut self.told.files[at].1, length: &mut self.length, torn: &mut self.torn }
    }

    /// All of it; nothing where some is missing.
    pub(super) fn whole(self) -> Option<Told> {
        (!self.torn).then_some(self.told)
    }
}

struct Tee<'a> {
    to: &'a mut dyn Write,
    bytes: &'a mut Bytes,
    length: &'a mut usize,
    torn: &'a mut bool,
}

impl Write for Tee<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.to.write(buffer).inspect_err(|_| *self.torn = true)?;
        *self.length += written;
        if *self.torn || *self.length > MAX_RECORD {
            // Too long to be kept: the copy is of no use.
            *self.torn = true;
            *self.bytes = Bytes::default();
        } else {
            self.bytes.bytes.extend_from_slice(&buffer[..written]);
            self.bytes.length += written as u64;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush().inspect_err(|_| *self.torn = true)
    }
}
