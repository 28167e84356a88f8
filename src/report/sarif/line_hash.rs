//! `primaryLocationLineHash` as GitHub computes it (codeql-action, `src/fingerprints.ts`): the only
//! fingerprint by which code scanning knows an alert again.
//!
//! A rolling hash (base 37, modulo 2⁶⁴) over windows of 100 UTF-16 code units. Spaces and tabs are left
//! out; CR, LF and CRLF count as one LF; 65535 stands for the end of the file and 100 zeros follow it. A
//! line's hash is that of the 100 units from its start.

use std::collections::{BTreeMap, BTreeSet, HashMap};

const WINDOW: usize = 100;
const BASE: u64 = 37;
const END_OF_FILE: u16 = 65535;
const LF: u16 = 10;
const CR: u16 = 13;

/// The hashes of some lines of a text by 1-based number: the value in hexadecimal, `:`, and how often it was seen so far.
pub(super) fn line_hashes(text: &str, wanted: &BTreeSet<u32>) -> BTreeMap<u32, String> {
    let mut hasher = Hasher::new(wanted);
    let mut after_cr = false;
    for unit in text.encode_utf16() {
        if hasher.lines.len() == wanted.len() {
            return hasher.lines;
        }
        let skip = unit == 32 || unit == 9 || (after_cr && unit == LF);
        after_cr = !skip && unit == CR;
        if !skip {
            hasher.character(if unit == CR { LF } else { unit });
        }
    }
    hasher.character(END_OF_FILE);
    for _ in 0..WINDOW {
        hasher.report();
        hasher.feed(0);
    }
    hasher.lines
}

/// The window with the lines that start in it.
struct Hasher<'a> {
    wanted: &'a BTreeSet<u32>,
    window: [u16; WINDOW],
    starts: [u32; WINDOW],
    at: usize,
    hash: u64,
    leaving: u64,
    line: u32,
    line_start: bool,
    /// How often each hash was seen; asked for single ones alone.
    seen: HashMap<u64, u32>,
    lines: BTreeMap<u32, String>,
}

impl<'a> Hasher<'a> {
    fn new(wanted: &'a BTreeSet<u32>) -> Self {
        Self {
            wanted,
            window: [0; WINDOW],
            starts: [0; WINDOW],
            at: 0,
            hash: 0,
            leaving: (0..WINDOW).fold(1, |power: u64, _| power.wrapping_mul(BASE)),
            line: 0,
            line_start: true,
            seen: HashMap::new(),
            lines: BTreeMap::new(),
        }
    }

    fn character(&mut self, unit: u16) {
        self.report();
        if self.line_start {
            self.line += 1;
            self.starts[self.at] = self.line;
        }
        self.line_start = unit == LF;
        self.feed(unit);
    }

    /// The line that starts where the window starts has its hash now.
    fn report(&mut self) {
        let line = std::mem::take(&mut self.starts[self.at]);
        if line > 0 {
            let count = self.seen.entry(self.hash).or_insert(0);
            *count += 1;
            if self.wanted.contains(&line) {
                self.lines.insert(line, format!("{:x}:{count}", self.hash));
            }
        }
    }

    fn feed(&mut self, unit: u16) {
        let first = std::mem::replace(&mut self.window[self.at], unit);
        self.hash = self
            .hash
            .wrapping_mul(BASE)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(self.leaving.wrapping_mul(u64::from(first)));
        self.at = (self.at + 1) % WINDOW;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::line_hashes;

    fn hashes(text: &str) -> Vec<String> {
        let all: Vec<String> = line_hashes(text, &(1..100).collect()).into_values().collect();
        // One line alone has the hash that it has among all.
        for (line, hash) in (1..).zip(&all) {
            assert_eq!(line_hashes(text, &BTreeSet::from([line])).get(&line), Some(hash));
        }
        all
    }

    #[test]
    fn empty_text() {
        assert_eq!(hashes(""), ["c129715d7a2bc9a3:1"]);
    }

    #[test]
    fn white_space_does_not_count() {
        let expected = ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"];
        assert_eq!(hashes(" a\nb\n  \t\tc\n d"), expected);
        assert_eq!(hashes(" a\r\nb\r  \t\tc\r\n d"), expected);
    }

    #[test]
    fn equal_windows_are_counted() {
        let expected = [
            "a7f2ff13bc495cf2:1",
            "a7f2ff13bc495cf2:2",
            "a7f2ff13bc495cf2:3",
            "a7f2ff13bc495cf2:4",
            "a7f2ff13bc495cf2:5",
            "a7f2ff13bc495cf2:6",
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            "c129715d7a2bc9a3:1",
        ];
        assert_eq!(hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10)), expected);
    }

    #[test]
    fn a_flake() {
        let expected = ["2ee3e14a22d0741e:1", "e1bf3a2b879b4c2d:1", "32dce9ccfdbc9d3e:1", "c129715d7a2bc9a3:1"];
        assert_eq!(hashes("{\n  outputs = _: { };\n}\n"), expected);
    }
}
