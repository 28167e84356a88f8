//! What code scanning takes: what is over it is cut, the least severe first, and the log says so.

use std::cmp::Reverse;
use std::io::{self, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use serde_sarif::sarif::{Message, Notification};

use crate::finding::Finding;
use crate::number::grouped;

/// Results of a run; a log with more is refused.
pub(super) const RESULTS: usize = 25_000;
/// Results that are shown.
const SHOWN: usize = 5_000;
/// Bytes of a log once it is compressed: 10 MB, with some room for another compressor.
const BYTES: usize = 9_500_000;
/// Attempts to make a log fit.
pub(super) const ROUNDS: usize = 8;

/// The findings by number, those that matter most first.
pub(super) fn by_weight(findings: &[Finding]) -> Vec<usize> {
    let mut ranked: Vec<usize> = (0..findings.len()).collect();
    ranked.sort_by_key(|i| findings.get(*i).map(|finding| Reverse((finding.level, finding.confidence))));
    ranked
}

/// How many of `kept` results should fit, where not all do.
pub(super) fn that_fit(log: &[u8], kept: usize) -> io::Result<Option<usize>> {
    // Compression makes nothing longer that is worth compressing.
    if log.len() <= BYTES || kept == 0 {
        return Ok(None);
    }
    // What fits when it is compressed in haste fits.
    if compressed(log, Compression::fast())? <= BYTES {
        return Ok(None);
    }
    let size = compressed(log, Compression::default())?;
    Ok((size > BYTES).then(|| (kept as u64 * BYTES as u64 / size as u64 * 9 / 10) as usize))
}

fn compressed(log: &[u8], level: Compression) -> io::Result<usize> {
    let mut compressor = GzEncoder::new(Counter(0), level);
    compressor.write_all(log)?;
    Ok(compressor.finish()?.0)
}

/// What is said of a log that does not hold or does not show everything.
pub(super) fn told(found: usize, kept: usize) -> Vec<Notification> {
    let number = |n: usize| grouped(i64::try_from(n).unwrap_or(i64::MAX));
    let mut told = Vec::new();
    if kept < found {
        let (left, found) = (number(found - kept), number(found));
        let text = format!(
            "{left} of {found} findings are left out, the least severe: code scanning takes {} results and 10 MB a run.",
            number(RESULTS)
        );
        told.push(notification("warning", text));
    }
    if kept > SHOWN {
        told.push(notification("note", format!("Code scanning shows {} of {} results.", number(SHOWN), number(kept))));
    }
    told
}

fn notification(level: &str, text: String) -> Notification {
    Notification::builder().message(Message::builder().text(text).build()).level(json!(level)).build()
}

/// Counts what it is given.
struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
