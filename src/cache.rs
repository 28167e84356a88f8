//! Records of earlier runs on disk: a folder of files, each whole or not believed. What is in a record is its maker's
//! business.
//!
//! Nothing depends on a record being there: one that is missing, cut short, changed or of another version is as none, and
//! one that cannot be written is not written. Runs at the same time do not disturb each other, because a record takes its
//! place by renaming.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use etcetera::BaseStrategy as _;
use sha2::{Digest as _, Sha256};

/// Begins every record.
const MAGIC: &[u8] = b"flake-audit record 1\n";
/// Bytes of a SHA-256.
const SUM: usize = 32;
/// A longer record is neither kept nor read, in bytes.
pub const MAX_RECORD: usize = 64 << 20;
/// Bytes that all records may have together; the oldest go first.
const MAX_BYTES: u64 = 256 << 20;
/// Records that there may be.
const MAX_RECORDS: usize = 500;
/// After this a file that is being written belongs to a run that was killed.
const ABANDONED: Duration = Duration::from_secs(3600);
/// Names of records, and of what becomes one.
const RECORD: &str = "record";
const BEGUN: &str = "begun";

/// A record as it was read.
#[derive(Clone, Debug)]
pub struct Record(Vec<u8>);

impl Deref for Record {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0[MAGIC.len() + SUM..]
    }
}

/// A folder of records.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache in a folder, which need not exist yet.
    pub fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The cache of the user (`$XDG_CACHE_HOME`, by default `~/.cache`); nothing for a user without a home.
    pub fn of_user() -> Option<Self> {
        let folder = etcetera::choose_base_strategy().ok()?.cache_dir().join("flake-audit");
        folder.is_absolute().then_some(Self { folder })
    }

    /// The record of a key; nothing where there is none that can be believed.
    pub fn find(&self, key: &[u8]) -> Option<Record> {
        let path = self.path(key);
        let meta = fs::symlink_metadata(&path).ok()?;
        if !meta.is_file() || meta.len() > (MAX_RECORD + MAGIC.len() + SUM) as u64 {
            return None;
        }
        let file = fs::File::open(&path).ok()?;
        let mut bytes = Vec::with_capacity(meta.len() as usize);
        (&file).take(meta.len()).read_to_end(&mut bytes).ok()?;
        let rest = bytes.strip_prefix(MAGIC)?;
        let (sum, record) = rest.split_at_checked(SUM)?;
        if Sha256::digest(record)[..] != *sum {
            return None;
        }
        // Of many records those that are used stay. Where that cannot be noted it goes a little earlier.
        let _ = file.set_modified(SystemTime::now());
        Some(Record(bytes))
    }

    /// Keeps a record, and lets go of old ones. What cannot be written is not kept.
    pub fn keep(&self, key: &[u8], record: &[u8]) {
        if record.len() <= MAX_RECORD && self.write(key, record).is_ok() {
            self.tidy();
        }
    }

    fn write(&self, key: &[u8], record: &[u8]) -> io::Result<()> {
        make(&self.folder)?;
        let mut begun = tempfile::Builder::new().suffix(&format!(".{BEGUN}")).tempfile_in(&self.folder)?;
        begun.write_all(MAGIC)?;
        begun.write_all(&Sha256::digest(record))?;
        begun.write_all(record)?;
        // Not synchronised: after a loss of power the sum tells.
        begun.persist(self.path(key)).map_err(|error| error.error)?;
        Ok(())
    }

    fn path(&self, key: &[u8]) -> PathBuf {
        let name = Sha256::digest(key).iter().fold(String::new(), |name, byte| name + &format!("{byte:02x}"));
        self.folder.join(format!("{name}.{RECORD}"))
    }

    /// Removes what killed runs left, and the records that were used longest ago, as far as there are too many.
    fn tidy(&self) {
        let Ok(read) = fs::read_dir(&self.folder) else { return };
        let now = SystemTime::now();
        let mut records = Vec::new();
        for entry in read.flatten() {
            let path = entry.path();
            let Ok(meta) = entry.metadata() else { continue };
            let modified = meta.modified().unwrap_or(now);
            match path.extension().and_then(|extension| extension.to_str()) {
                Some(RECORD) => records.push((modified, meta.len(), path)),
                Some(BEGUN) if now.duration_since(modified).is_ok_and(|age| age > ABANDONED) => {
                    let _ = fs::remove_file(path);
                }
                _ => {}
            }
        }
        records.sort_by(|a, b| b.cmp(a));
        let mut bytes = 0;
        for (number, (_, length, path)) in records.into_iter().enumerate() {
            bytes += length;
            if bytes > MAX_BYTES || number >= MAX_RECORDS {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// This very program: its version, and the file that it was started from; another may tell something else.
pub fn program() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    let meta = path.metadata().ok()?;
    Some(format!("{} {} {:?}", env!("CARGO_PKG_VERSION"), meta.len(), meta.modified().ok()?))
}

/// Makes a folder for the user alone: records hold code.
fn make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    // https://bford.info/cachedir/: backups leave it out.
    let tag =
        "Signature: 8a477f597d28d172789f06886806bc55\n# Records of flake-audit; they may be removed at any time.\n";
    fs::write(folder.join("CACHEDIR.TAG"), tag)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, SystemTime};

    use super::{Cache, MAX_RECORDS};

    #[test]
    fn only_what_was_kept_whole_is_believed() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().join("a/b"));
        assert_eq!(cache.find(b"key").as_deref(), None);
        cache.keep(b"key", b"a record");
        assert_eq!(cache.find(b"key").as_deref(), Some(&b"a record"[..]));
        assert_eq!(cache.find(b"other").as_deref(), None);
        let path = cache.path(b"key");
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(cache.find(b"key").as_deref(), None, "{length} bytes");
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&path, changed).unwrap();
            assert_eq!(cache.find(b"key").as_deref(), None, "byte {at}");
        }
        cache.keep(b"key", b"a record");
        assert!(cache.find(b"key").is_some());
    }

    #[test]
    fn the_oldest_records_go_and_what_killed_runs_left() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().to_path_buf());
        let hours = |n: u64| SystemTime::now() - Duration::from_secs(3600 * n);
        for number in 0..MAX_RECORDS {
            fs::write(cache.path(&number.to_le_bytes()), "old").unwrap();
        }
        let oldest = cache.path(&7_usize.to_le_bytes());
        fs::File::options().write(true).open(&oldest).unwrap().set_modified(hours(5)).unwrap();
        for (name, age) in [("left.begun", 2), ("under-way.begun", 0)] {
            fs::write(folder.path().join(name), "x").unwrap();
            fs::File::options()
                .write(true)
                .open(folder.path().join(name))
                .unwrap()
                .set_modified(hours(age))
                .unwrap();
        }
        cache.keep(b"new", b"record");
        assert!(!oldest.exists() && !folder.path().join("left.begun").exists());
        assert!(folder.path().join("under-way.begun").exists() && cache.find(b"new").is_some());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), MAX_RECORDS + 1);
    }

    #[test]
    fn where_nothing_can_be_written_nothing_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let cache = Cache::at(folder.path().join("file/cache"));
        cache.keep(b"key", b"record");
        assert_eq!(cache.find(b"key").as_deref(), None);
    }
}
