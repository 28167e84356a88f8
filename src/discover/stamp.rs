//! What tells that something on disk was not written to since.

use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Something that changed this shortly before it was looked at may change once more and show the same times: file systems
/// keep them by ticks of up to two seconds (as git has it: "racy git", its `Documentation/technical/racy-git.txt`).
const TICK: Duration = Duration::from_secs(2);

/// SHA-256 of something.
pub type Digested = [u8; 32];

/// SHA-256 of some bytes.
pub fn digest(bytes: &[u8]) -> Digested {
    Sha256::digest(bytes).into()
}

/// The moment before which something must have been written to for its stamp to prove anything, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Young(i128);

impl Young {
    /// For what is looked at from now on.
    pub(super) fn now() -> Self {
        Self(nanoseconds(SystemTime::now().checked_sub(TICK).unwrap_or(UNIX_EPOCH)))
    }
}

/// Size, times in nanoseconds since 1970, and number of a file or a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    bytes: u64,
    modified: i128,
    changed: i128,
    device: u64,
    number: u64,
}

impl Stamp {
    #[cfg(unix)]
    pub(super) fn of(meta: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let time = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        Self {
            bytes: meta.len(),
            modified: time(meta.mtime(), meta.mtime_nsec()),
            changed: time(meta.ctime(), meta.ctime_nsec()),
            device: meta.dev(),
            number: meta.ino(),
        }
    }

    #[cfg(not(unix))]
    pub(super) fn of(meta: &Metadata) -> Self {
        let time = |time: std::io::Result<SystemTime>| time.map_or(0, nanoseconds);
        Self { bytes: meta.len(), modified: time(meta.modified()), changed: time(meta.created()), device: 0, number: 0 }
    }

    /// The stamp, where it proves that nothing was written since.
    pub(super) fn proving(meta: &Metadata, young: Young) -> Option<Self> {
        let stamp = Self::of(meta);
        (stamp.modified < young.0 && stamp.changed < young.0).then_some(stamp)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

fn nanoseconds(time: SystemTime) -> i128 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| i128::try_from(since.as_nanos()).unwrap_or(i128::MAX))
}
