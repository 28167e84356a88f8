//! Code put at another indentation. Lines of `"…"` strings stay as they are to the byte; lines of an indented string
//! move together, where Nix strips as much more or less from each of them.

use super::doc::Doc;
use super::path;
use crate::resolve::ir::{Kind, Loc, Part};
use crate::resolve::units::LongString;

/// A piece of a file's text as another file has it.
pub(super) struct Moving<'a> {
    doc: &'a Doc,
    /// What the lines are indented by today.
    from: &'a str,
    strings: Vec<LongString>,
    /// New texts of path literals, by place.
    paths: Vec<(Loc, String)>,
}

impl<'a> Moving<'a> {
    /// Prepares code of a file, indented by `from`, for the file `to`.
    pub(super) fn new(doc: &'a Doc, within: Loc, from: &'a str, to: &str) -> Self {
        let strings = doc.layout.long_strings(within);
        let mut paths = Vec::new();
        for expr in &doc.ir().exprs {
            let Kind::Path(parts) = &expr.kind else { continue };
            let Some(Part::Text(text)) = parts.first() else { continue };
            if expr.loc.start < within.start || expr.loc.end > within.end {
                continue;
            }
            if let Some(new) = path::moved(text, parts.len() == 1, &doc.path, to) {
                let at = Loc { start: expr.loc.start, end: expr.loc.start + text.len() as u32 };
                paths.push((at, new));
            }
        }
        paths.sort_by_key(|(at, _)| *at);
        paths.dedup_by_key(|(at, _)| *at);
        Self { doc, from, strings, paths }
    }

    /// The text of a place, its first line as it is and all others indented by `to` in place of today's indentation.
    pub(super) fn text(&self, at: Loc, to: &str) -> String {
        let kept: Vec<&LongString> = self.strings.iter().filter(|string| !self.is_shiftable(string, to)).collect();
        let mut out = String::new();
        let mut from = at.start;
        for line_end in self.line_ends(at) {
            self.copy(from, line_end, &mut out);
            from = line_end;
            let in_text =
                |string: &LongString| string.texts.iter().any(|text| text.start < line_end && line_end <= text.end);
            if kept.iter().any(|string| in_text(string)) {
                continue;
            }
            let line = &self.doc.text[line_end as usize..at.end as usize];
            let line = &line[..line.find('\n').unwrap_or(line.len())];
            let white = line.len() - line.trim_start_matches([' ', '\t']).len();
            if white == line.trim_end_matches('\r').len() && (line_end as usize + line.len()) < at.end as usize {
                let string = self.strings.iter().any(in_text);
                // A line of blanks: in a string it is shifted like the others, else it is emptied.
                if string {
                    out.push_str(&self.shifted(&line[..white], to, true));
                }
            } else {
                out.push_str(&self.shifted(&line[..white], to, false));
            }
            from += white as u32;
        }
        self.copy(from, at.end, &mut out);
        out
    }

    fn shifted(&self, white: &str, to: &str, blank: bool) -> String {
        if let Some(rest) = white.strip_prefix(self.from) {
            return if blank && white.is_empty() { String::new() } else { format!("{to}{rest}") };
        }
        let less = self.from.chars().count() - white.chars().count().min(self.from.chars().count());
        let keep = to.chars().count().saturating_sub(less);
        if blank && white.is_empty() { String::new() } else { to.chars().take(keep).collect() }
    }

    /// Offsets behind the line ends within a place.
    fn line_ends(&self, at: Loc) -> Vec<u32> {
        let text = &self.doc.text[at.start as usize..at.end as usize];
        text.bytes()
            .enumerate()
            .filter(|(_, b)| *b == b'\n')
            .map(|(i, _)| at.start + i as u32 + 1)
            .collect()
    }

    /// Copies text, with its paths as the new file must write them.
    fn copy(&self, start: u32, end: u32, out: &mut String) {
        let mut from = start;
        for (at, new) in self.paths.iter().filter(|(at, _)| start <= at.start && at.end <= end) {
            out.push_str(&self.doc.text[from as usize..at.start as usize]);
            out.push_str(new);
            from = at.end;
        }
        out.push_str(&self.doc.text[from as usize..end as usize]);
    }

    /// Whether all lines of a string can be moved without changing it: it is an indented one, begins with a line
    /// break, has no tab or carriage return before its text, and Nix strips at least as much as is taken away.
    fn is_shiftable(&self, string: &LongString, to: &str) -> bool {
        let spaces = |text: &str| text.chars().all(|c| c == ' ');
        if !string.indented || !spaces(self.from) || !spaces(to) {
            return false;
        }
        let (from, to) = (self.from.len(), to.len());
        let body = &self.doc.text[string.at.start as usize + 2..string.at.end as usize - 2];
        let Some(first) = body.find('\n') else { return false };
        if !spaces(&body[..first]) {
            return false;
        }
        let mut least = usize::MAX;
        for text in &string.texts {
            let slice = &self.doc.text[text.start as usize..text.end as usize];
            for (at, _) in slice.match_indices('\n') {
                // The rest of the line by the file's text: an interpolation may follow at once.
                let line = &self.doc.text[text.start as usize + at + 1..string.at.end as usize - 2];
                let line = &line[..line.find('\n').unwrap_or(line.len())];
                let white = line.len() - line.trim_start_matches(' ').len();
                if line[white..].starts_with(['\t', '\r']) {
                    return false;
                }
                if white < line.len() {
                    least = least.min(white);
                }
            }
        }
        // A string of blanks alone has no indentation to speak of.
        least != usize::MAX && least >= from && least + to >= from
    }
}
