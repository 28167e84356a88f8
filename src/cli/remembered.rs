//! `check` on what was checked before: what it told then is told again.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{Failure, terminal};
use crate::cache::{self, Cache, MAX_RECORD};
use crate::edit;
use crate::error::Error;
use crate::run::{Ground, Still, Stood};

/// A run that takes less is not worth a file in the user's cache.
const WORTH: Duration = Duration::from_millis(100);

/// All that a run told.
#[derive(Debug, Default)]
struct Told {
    /// Standard output.
    out: Vec<u8>,
    /// Files of `--output`, in order.
    files: Vec<(PathBuf, Vec<u8>)>,
}

/// What stands in a record behind what the run stood on; what was told follows, as long as is said here.
#[derive(Serialize, Deserialize)]
struct Head {
    out: u64,
    files: Vec<(PathBuf, u64)>,
    notes: String,
    code: u8,
}

/// What an earlier run told.
pub(super) struct Known {
    record: cache::Record,
    /// Where standard output begins in the record.
    at: usize,
    head: Head,
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
        let key = format!("{}\n{}\n{arguments}\n{look}", cache::program()?, here.display()).into_bytes();
        Some(Self { cache, key, begun: Instant::now(), worth })
    }

    /// What a run on the same ground told.
    pub(super) fn known(&self, ground: &mut Ground) -> Option<Known> {
        let record = self.cache.find(&self.key)?;
        let ((stood, head), rest): ((Stood, Head), &[u8]) = postcard::take_from_bytes(&record).ok()?;
        let told = head.files.iter().try_fold(head.out, |sum, (_, length)| sum.checked_add(*length))?;
        if told != rest.len() as u64 {
            return None;
        }
        match ground.is_still(stood) {
            Still::No => return None,
            Still::Yes => {}
            Still::Renewed(stood) => self.write(&stood, &head, [rest]),
        }
        let at = record.len() - rest.len();
        Some(Known { record, at, head })
    }

    /// Keeps what this run told, for the next: a copy of it, the lines on standard error, the exit code.
    pub(super) fn keep(&self, ground: &Ground, copy: Copy, notes: &str, code: u8) {
        if copy.torn || self.begun.elapsed() < self.worth {
            return;
        }
        let Some(stood) = ground.seen() else { return };
        let Told { out, files } = copy.told;
        let lengths = files.iter().map(|(path, bytes)| (path.clone(), bytes.len() as u64)).collect();
        let head = Head { out: out.len() as u64, files: lengths, notes: notes.to_owned(), code };
        self.write(&stood, &head, std::iter::once(&out).chain(files.iter().map(|(_, bytes)| bytes)));
    }

    fn write<T: AsRef<[u8]>>(&self, stood: &Stood, head: &Head, told: impl IntoIterator<Item = T>) {
        let Ok(mut bytes) = postcard::to_allocvec(&(stood, head)) else { return };
        for part in told {
            bytes.extend_from_slice(part.as_ref());
        }
        self.cache.keep(&self.key, &bytes);
    }
}

impl Known {
    /// Tells it again; gives the lines for standard error, and the exit code.
    pub(super) fn again(&self) -> Result<(&str, u8), Failure> {
        // Their sum is the record's length.
        let mut rest = &self.record[self.at..];
        let mut next = |length: u64| {
            let (part, after) = rest.split_at(length as usize);
            rest = after;
            part
        };
        let out = next(self.head.out);
        for (path, length) in &self.head.files {
            let bytes = next(*length);
            edit::put(path, |out| out.write_all(bytes))
                .map_err(|error| Error::Output { path: path.clone(), reason: error.to_string() })?;
        }
        terminal::print(|to| to.write_all(out))?;
        Ok((&self.head.notes, self.head.code))
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
        self.told.files.push((path.to_path_buf(), Vec::new()));
        Tee { to, bytes: &mut self.told.files[at].1, length: &mut self.length, torn: &mut self.torn }
    }
}

struct Tee<'a> {
    to: &'a mut dyn Write,
    bytes: &'a mut Vec<u8>,
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
            *self.bytes = Vec::new();
        } else {
            self.bytes.extend_from_slice(&buffer[..written]);
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush().inspect_err(|_| *self.torn = true)
    }
}
