//! File texts, line starts and spans: a leaf that everyone may use.
//!
//! A [`Span`] is a half-open range of UTF-8 byte offsets in one file. Lines and columns are made
//! from it only where something is shown ([`Sources::position`]).

use std::fmt;
use std::hash::{DefaultHasher, Hasher};
use std::ops::{Index, IndexMut, Range};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde::Serialize;

/// The number of a file of the workspace, in order of path. A file that could not be read has one too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct FileId(pub u32);

/// A half-open range of UTF-8 byte offsets in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// The file the offsets count in.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of `range` in `file`.
    pub fn new(file: FileId, range: Range<u32>) -> Self {
        Self { file, start: range.start, end: range.end }
    }

    /// The byte offsets, to slice a text with.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies inside this span (same file).
    pub fn contains(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// A place as a person reads it: 1-based line, 1-based column in Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// 1-based line; lines end at LF, and a CR before it belongs to the line end.
    pub line: u32,
    /// 1-based column, in Unicode scalar values.
    pub column: u32,
}

/// Lines by kind. `total = code + comment + blank`. A line with code and a comment is code; lines
/// inside a string are code unless they are blank; all lines inside a block comment are comment.
///
/// `tokei` agrees except in three ways: it does not know indented strings, so that a `#` or `/*` in
/// one is a comment to it; it counts empty lines inside `"…"` as code; and it counts a line of code
/// after or before a block comment that spans lines as comment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Lines {
    /// All lines.
    pub total: u32,
    /// Lines with code.
    pub code: u32,
    /// Lines with nothing but comments.
    pub comment: u32,
    /// Lines with nothing but white space.
    pub blank: u32,
}

impl Lines {
    /// The sum of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            total: self.total + other.total,
            code: self.code + other.code,
            comment: self.comment + other.comment,
            blank: self.blank + other.blank,
        }
    }
}

/// Whether a path is a Nix file's, by its name; Nix minds the case too.
pub fn is_nix(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "nix")
}

/// Whether a path leads into a directory.
pub(crate) fn is_below(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

/// One file of the workspace.
///
/// In a large workspace the text is not kept: it is read again where it is asked for. Where the file changed in the
/// meantime, its text is empty from then on; lines stay those of the first reading.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path relative to the workspace root, with `/`; bytes that are not UTF-8 are shown as U+FFFD.
    pub path: String,
    /// Whether it could be read.
    read: bool,
    text: OnceLock<Arc<str>>,
    /// Bytes of the text.
    length: u32,
    line_starts: Box<[u32]>,
    /// Where the text is read again, and what it must be.
    again: Option<Box<(Reader, u64)>>,
    /// Characters before every block of [`BLOCK`] bytes; made when a place far into a line is asked for.
    columns: OnceLock<Box<[u32]>>,
}

/// Reads the text of a path again; nothing where that cannot be done.
#[derive(Clone)]
pub struct Reader(Arc<Read>);

type Read = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Reader {
    /// A reader that does this.
    pub fn new(read: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

/// A text as a number: enough to see that a file was changed between two readings.
fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// Bytes that are counted at once; a column further into its line is looked up.
const BLOCK: usize = 1024;

/// Characters that start in some bytes.
fn starts(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u32
}

impl SourceFile {
    /// A file with its line starts computed.
    pub fn new(path: String, text: Arc<str>) -> Self {
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1))
            .collect();
        let length = text.len() as u32;
        let text = OnceLock::from(text);
        Self { path, read: true, text, length, line_starts, again: None, columns: OnceLock::new() }
    }

    /// The place of a file that could not be read: [`Sources`] give its number to no other file, and tell nothing of it.
    pub fn unread(path: String) -> Self {
        Self { read: false, ..Self::new(path, Arc::from("")) }
    }

    /// The text; of a file that changed since it was read, nothing.
    pub fn text(&self) -> &Arc<str> {
        self.text.get_or_init(|| self.read_again())
    }

    /// The text for a short look: what is not kept is read, and not kept after that either.
    pub fn glance(&self) -> Arc<str> {
        self.text.get().map_or_else(|| self.read_again(), Arc::clone)
    }

    /// Bytes of the text.
    pub fn length(&self) -> u32 {
        self.length
    }

    /// Gives back the text, which `reader` can read again.
    pub fn forget(&mut self, reader: &Reader) {
        if let Some(text) = self.text.take() {
            self.again = Some(Box::new((reader.clone(), digest(&text))));
        }
    }

    fn read_again(&self) -> Arc<str> {
        let text = self
            .again
            .as_deref()
            .and_then(|(reader, expected)| (reader.0)(&self.path).filter(|text| digest(text) == *expected));
        Arc::from(text.unwrap_or_default())
    }

    /// 1-based line of a byte offset (offsets past the end give the last line).
    pub fn line(&self, offset: u32) -> u32 {
        self.line_starts.partition_point(|start| *start <= offset) as u32
    }

    /// Number of lines: a last line without a line end counts, an empty one does not.
    pub fn line_count(&self) -> u32 {
        let lines = self.line_starts.len() as u32;
        if self.line_starts.last() == Some(&self.length) { lines - 1 } else { lines }
    }

    /// Byte offset at which a 1-based line starts; `None` past the last line.
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.line_starts.get(line.checked_sub(1)? as usize).copied()
    }

    /// The text of a 1-based line without its line end; empty past the last line.
    pub fn line_text(&self, line: u32) -> &str {
        let Some(start) = self.line_start(line) else { return "" };
        let end = self.line_start(line + 1).unwrap_or(self.length);
        let text = self.text().get(start as usize..end as usize).unwrap_or("");
        text.trim_end_matches('\n').trim_end_matches('\r')
    }

    /// The place of a byte offset. An offset inside a character counts as the character's start.
    pub fn position(&self, offset: u32) -> Position {
        let offset = offset.min(self.length);
        let line = self.line(offset);
        let start = self.line_start(line).unwrap_or(0) as usize;
        let text = self.text();
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let column = if end.saturating_sub(start) <= 4 * BLOCK {
            starts(text.as_bytes().get(start..end).unwrap_or_default())
        } else {
            self.characters(end) - self.characters(start)
        };
        Position { line, column: column + 1 }
    }

    /// Characters before a byte offset.
    fn characters(&self, offset: usize) -> u32 {
        let bytes = self.text().as_bytes();
        let blocks = self.columns.get_or_init(|| {
            let sum = |before: &mut u32, block: &[u8]| {
                let here = *before;
                *before += starts(block);
                Some(here)
            };
            bytes.chunks(BLOCK).scan(0, sum).collect()
        });
        let block = (offset / BLOCK).min(blocks.len().saturating_sub(1));
        blocks.get(block).copied().unwrap_or(0) + starts(&bytes[block * BLOCK..offset])
    }

    /// What to cut so that nothing is left of a range: its whole lines where nothing else stands on them, else the
    /// range with the blanks before it.
    pub fn cut(&self, range: Range<u32>) -> Range<u32> {
        let text = &**self.text();
        let (start, end) = (range.start as usize, range.end as usize);
        if !(text.is_char_boundary(start) && text.is_char_boundary(end)) {
            return range;
        }
        let head = text[..start].trim_end_matches([' ', '\t']).len();
        let tail = end + text[end..].len() - text[end..].trim_start_matches([' ', '\t', '\r']).len();
        let opens = head == 0 || text[..head].ends_with('\n');
        match text[tail..].chars().next() {
            Some('\n') if opens => head as u32..tail as u32 + 1,
            None if opens => head as u32..tail as u32,
            Some('\n') | None => head as u32..range.end,
            Some(_) => range,
        }
    }

    /// The code a range covers; empty where the range is not on character boundaries.
    pub fn slice(&self, range: Range<usize>) -> &str {
        self.text().get(range).unwrap_or("")
    }
}

/// All files that were read, sorted by path; or a run of them, under the numbers that they have in the workspace.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Number of the first file.
    first: u32,
    files: Arc<Vec<SourceFile>>,
}

impl Sources {
    /// Takes files in any order and sorts them by path.
    pub fn new(mut files: Vec<SourceFile>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self::from(0, files)
    }

    /// Takes files in order of path; the first has the number `first`.
    pub fn from(first: u32, files: Vec<SourceFile>) -> Self {
        Self { first, files: Arc::new(files) }
    }

    /// Gives the files back, those that could not be read among them.
    pub fn into_files(self) -> Vec<SourceFile> {
        Arc::unwrap_or_clone(self.files)
    }

    /// The file of an id.
    ///
    /// # Panics
    /// When the id is of another set of sources: a bug, not an input.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[(id.0 - self.first) as usize]
    }

    /// All files with their ids, in order of path.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.starting_at(0)
    }

    fn starting_at(&self, place: usize) -> impl Iterator<Item = (FileId, &SourceFile)> {
        let ids = (self.first + place as u32..).map(FileId);
        ids.zip(&self.files[place..]).filter(|(_, file)| file.read)
    }

    /// The id of a workspace-relative path.
    pub fn find(&self, path: &str) -> Option<FileId> {
        let at = self.files.binary_search_by(|f| f.path.as_str().cmp(path)).ok()?;
        self.files[at].read.then(|| FileId(self.first + at as u32))
    }

    /// Files whose path starts with `prefix`, in order of path.
    pub fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (FileId, &'a SourceFile)> + 'a {
        let start = self.files.partition_point(|f| f.path.as_str() < prefix);
        self.starting_at(start).take_while(move |(_, f)| f.path.starts_with(prefix))
    }

    /// All ids, also of those files that could not be read.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (self.first..self.first + self.files.len() as u32).map(FileId)
    }

    /// A table with the same in each row.
    pub fn table<T: Clone>(&self, row: T) -> PerFile<T> {
        PerFile { first: self.first, rows: vec![row; self.files.len()] }
    }

    /// A table of rows that are in the order of all ids, also of those files that could not be read.
    pub fn rows<T>(&self, rows: Vec<T>) -> PerFile<T> {
        PerFile { first: self.first, rows }
    }

    /// Path of a file, relative to the workspace root.
    pub fn path(&self, id: FileId) -> &str {
        &self.file(id).path
    }

    /// The code under a span.
    pub fn slice(&self, span: Span) -> &str {
        self.file(span.file).slice(span.range())
    }

    /// Where a span starts.
    pub fn position(&self, span: Span) -> Position {
        self.file(span.file).position(span.start)
    }

    /// Where a span ends (exclusive).
    pub fn end_position(&self, span: Span) -> Position {
        self.file(span.file).position(span.end)
    }

    /// First and last 1-based line that a span touches.
    pub fn lines(&self, span: Span) -> (u32, u32) {
        let file = self.file(span.file);
        let last = span.end.max(span.start + 1) - 1;
        (file.line(span.start), file.line(last))
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether no file was read.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// A table with a row for each file of some [`Sources`].
#[derive(Clone, Debug)]
pub struct PerFile<T> {
    first: u32,
    rows: Vec<T>,
}

impl<T> Default for PerFile<T> {
    fn default() -> Self {
        Self { first: 0, rows: Vec::new() }
    }
}

impl<T> PerFile<T> {
    /// Rows with their files, in order of path.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &T)> {
        (self.first..).map(FileId).zip(&self.rows)
    }

    /// Rows to change, in order of path.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (FileId, &mut T)> {
        (self.first..).map(FileId).zip(&mut self.rows)
    }

    /// The row of a file.
    pub fn get(&self, file: FileId) -> Option<&T> {
        self.rows.get(file.0.checked_sub(self.first)? as usize)
    }

    /// The last file of which something is true, where it is true of the first files and of no other.
    pub fn last_where(&self, is_true: impl Fn(&T) -> bool) -> FileId {
        FileId(self.first + self.rows.partition_point(is_true).saturating_sub(1) as u32)
    }

    /// The rows alone.
    pub fn into_rows(self) -> Vec<T> {
        self.rows
    }
}

impl<T> Index<FileId> for PerFile<T> {
    type Output = T;

    fn index(&self, file: FileId) -> &T {
        &self.rows[(file.0 - self.first) as usize]
    }
}

impl<T> IndexMut<FileId> for PerFile<T> {
    fn index_mut(&mut self, file: FileId) -> &mut T {
        &mut self.rows[(file.0 - self.first) as usize]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::SourceFile;

    #[test]
    fn columns_far_into_a_line_are_those_that_counting_gives() {
        let text = format!("a\n{}\n", "aé語😀".repeat(1_000));
        let file = SourceFile::new("a".into(), Arc::from(text.as_str()));
        let counted =
            |offset: usize| text[2..].char_indices().take_while(|(i, c)| 2 + i + c.len_utf8() <= offset).count();
        for offset in (2..text.len() - 1).step_by(7).chain(4_000..4_200) {
            assert_eq!(file.position(offset as u32).column as usize, counted(offset) + 1, "{offset}");
        }
    }

    #[test]
    fn a_cut_takes_lines_that_would_be_empty() {
        let file = SourceFile::new("a".into(), Arc::from("a;\n  b; # c\n  d;\r\n  e"));
        let cut = |code: &str| {
            let start = file.text().find(code).unwrap() as u32;
            let cut = file.cut(start..start + code.len() as u32);
            file.slice(cut.start as usize..cut.end as usize).to_owned()
        };
        assert_eq!(["a;", "b;", "# c", "d;", "e"].map(cut), ["a;\n", "b;", " # c", "  d;\r\n", "  e"]);
    }
}
