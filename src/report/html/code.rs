//! The code itself, with line numbers to lead to, coloured here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use maud::{Markup, PreEscaped, Render as _, html};

use super::{Subject, shown};
use crate::audit::Audit;
use crate::number::counted;
use crate::parse::{Class, classes};
use crate::source::FileId;

/// Bytes that code takes with its marks and numbers.
const MAX_BYTES: usize = 600 * 1024;

/// Files whose code is on the page.
pub(super) struct Code<'a> {
    audit: Option<&'a Audit>,
    /// Files with their number in the anchors.
    files: BTreeMap<FileId, usize>,
    /// What is shown of them, by number.
    texts: Vec<Markup>,
    /// Files of the drawn flakes that are left out because the page would grow too large.
    left_out: usize,
}

impl<'a> Code<'a> {
    /// Takes the drawn flakes' own files, `flake.nix` first, then those with the most lines, while there is room.
    pub(super) fn choose(subjects: &[Subject<'a>]) -> Self {
        let mut lines: BTreeMap<FileId, u32> = BTreeMap::new();
        let mut heads = BTreeSet::new();
        for subject in subjects {
            heads.insert(subject.flake.file);
            for tile in &subject.flake.tiles {
                *lines.entry(tile.file).or_default() += tile.lines;
            }
        }
        for head in &heads {
            lines.entry(*head).or_default();
        }
        let mut order: Vec<(FileId, u32)> = lines.into_iter().collect();
        order.sort_by_key(|(file, lines)| (!heads.contains(file), std::cmp::Reverse(*lines), *file));
        let audit = subjects.first().map(|subject| subject.audit);
        let (mut files, mut texts, mut room, mut left_out) = (BTreeMap::new(), Vec::new(), MAX_BYTES, 0);
        for (file, _) in order {
            let text = audit.map_or("", |audit| audit.sources.file(file).text().as_ref());
            // Marks only add: what is too long without them need not be tried.
            let html = (text.len() <= room).then(|| numbered(text, files.len()));
            match html.filter(|html| html.0.len() <= room) {
                Some(html) => {
                    room -= html.0.len();
                    files.insert(file, files.len());
                    texts.push(html);
                }
                None => left_out += 1,
            }
        }
        Self { audit, files, texts, left_out }
    }

    /// Name of the element of a line, where it is on the page.
    pub(super) fn anchor(&self, file: FileId, line: u32) -> Option<String> {
        self.files.get(&file).map(|number| format!("f{number}l{line}"))
    }

    pub(super) fn section(&self) -> Markup {
        let mut files: Vec<(FileId, usize)> = self.files.iter().map(|(file, number)| (*file, *number)).collect();
        files.sort_by_key(|(_, number)| *number);
        html! {
            @if let Some(audit) = self.audit {
                section #code aria-labelledby="code-title" {
                    h2 id="code-title" { "The code" }
                    @for (file, number) in files {
                        @let source = audit.sources.file(file);
                        details.source {
                            summary { (shown(&source.path)) " " span.weight { (counted(source.line_count(), "line", "lines")) } }
                            div.code.scroll tabindex="0" role="group" aria-label="Code" { pre { (self.texts[number]) } }
                        }
                    }
                    @if self.left_out > 0 {
                        p { (counted(self.left_out as u32, "file is", "files are"))
                            " left out, so that the page stays small enough to send." }
                    }
                }
            }
        }
    }
}

/// A short piece of code: its line ends stay, what steers is spelled out.
pub(super) fn lines(text: &str) -> String {
    text.lines()
        .map(|line| shown(&line.replace('\t', "    ")).into_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Every line as an element of its own, its pieces coloured.
fn numbered(text: &str, file: usize) -> Markup {
    let mut out = String::with_capacity(text.len() * 3);
    let mut line = 1;
    open(&mut out, file, line);
    for (place, class) in classes(text) {
        let piece = text.get(place).unwrap_or_default();
        for (at, part) in piece.split('\n').enumerate() {
            if at > 0 {
                line += 1;
                out.push_str("</span>\n");
                open(&mut out, file, line);
            }
            push(&mut out, part.trim_end_matches('\r'), class);
        }
    }
    out.push_str("</span>");
    PreEscaped(out)
}

fn open(out: &mut String, file: usize, line: usize) {
    // Writing to a string cannot fail.
    let _ = write!(out, "<span class=\"l\" id=\"f{file}l{line}\">");
}

fn push(out: &mut String, text: &str, class: Class) {
    if text.is_empty() {
        return;
    }
    let escaped = shown(&text.replace('\t', "    ")).render().into_string();
    match name(class).filter(|_| !text.trim().is_empty()) {
        Some(class) => {
            let _ = write!(out, "<i class=\"{class}\">{escaped}</i>");
        }
        None => out.push_str(&escaped),
    }
}

fn name(class: Class) -> Option<&'static str> {
    match class {
        Class::Keyword => Some("k"),
        Class::Text => Some("t"),
        Class::Number => Some("n"),
        Class::Path => Some("p"),
        Class::Comment => Some("c"),
        Class::Plain => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_text_whatever_it_says() {
        let html = numbered("\"</span><script>x</script>\"\u{1b}[0m\n# <b>", 0).into_string();
        assert!(!html.contains("<script") && !html.contains("<b>") && !html.contains('\u{1b}'), "{html}");
        assert!(html.contains("&lt;script&gt;") && html.contains(r"\u{1b}") && html.contains("id=\"f0l2\""), "{html}");
    }
}
