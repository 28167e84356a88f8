//! Markdown for a terminal: headings, paragraphs, lists, code; enough for a rule's page.

use super::ink::{BOLD, CYAN, DIM, GREEN, PLAIN, RED, YELLOW};
use super::page::Page;

/// Prints `text`.
pub(super) fn print(page: &mut Page, text: &str) {
    let mut paragraph = Paragraph::default();
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let marks = trimmed.len() - trimmed.trim_start_matches('`').len();
        if let Some(open) = fence {
            if marks >= open.len() && trimmed.trim_matches('`').trim().is_empty() {
                fence = None;
                page.gap();
            } else {
                code(page, line);
            }
        } else if marks >= 3 {
            paragraph.flush(page);
            page.gap();
            fence = trimmed.get(..marks);
            caption(page, trimmed.trim_start_matches('`').trim());
        } else if trimmed.is_empty() {
            paragraph.flush(page);
            page.gap();
        } else if let Some(title) = heading(trimmed) {
            paragraph.flush(page);
            page.gap();
            page.paragraph(0, BOLD.underline(), &plain(title));
            page.gap();
        } else if let Some(item) = trimmed.strip_prefix("- ").or_else(|| trimmed.strip_prefix("* ")) {
            paragraph.flush(page);
            paragraph.start(item, 2);
        } else {
            paragraph.push(trimmed);
        }
    }
    paragraph.flush(page);
}

/// Text that is gathered until an empty line.
#[derive(Default)]
struct Paragraph {
    text: String,
    indent: usize,
}

impl Paragraph {
    fn start(&mut self, text: &str, indent: usize) {
        text.clone_into(&mut self.text);
        self.indent = indent;
    }

    fn push(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(text);
    }

    fn flush(&mut self, page: &mut Page) {
        if self.text.is_empty() {
            return;
        }
        if self.indent > 0 {
            page.put(DIM, "- ");
        }
        page.flow(PLAIN, &plain(&self.text));
        self.text.clear();
        self.indent = 0;
    }
}

/// The text of a heading.
fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    (text.len() < line.len() && text.starts_with(' ')).then(|| text.trim())
}

/// What stands behind the fence: `nix bad` says that the code is the fault.
fn caption(page: &mut Page, info: &str) {
    let words: Vec<&str> = info.split_whitespace().filter(|word| *word != "nix").collect();
    if !words.is_empty() {
        let style = match words.first() {
            Some(&"bad") => RED,
            Some(&"good") => GREEN,
            _ => CYAN,
        };
        page.line(style, &format!("  {}:", words.join(" ")));
    }
}

fn code(page: &mut Page, line: &str) {
    let text = line.replace('\t', "    ");
    // Carets with the message behind them are what an example is about.
    let marks = text.trim_start().starts_with('#') && text.contains('^');
    page.line(if marks { YELLOW } else { DIM }, &format!("    {text}"));
}

/// Inline marks taken out: `**`, and links as `text (address)`.
fn plain(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let (before, after) = rest.split_at(open);
        shown.push_str(before);
        let link = after.find("](").and_then(|mid| {
            let end = after.get(mid..)?.find(')')? + mid;
            Some((after.get(1..mid)?, after.get(mid + 2..end)?, after.get(end + 1..)?))
        });
        match link {
            Some((label, address, tail)) if !label.contains('[') => {
                for part in [label, " (", address, ")"] {
                    shown.push_str(part);
                }
                rest = tail;
            }
            _ => {
                shown.push('[');
                rest = after.get(1..).unwrap_or("");
            }
        }
    }
    shown.push_str(rest);
    shown.replace("**", "")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn links_keep_their_address() {
        assert_eq!(
            plain("see **the** [manual](https://x.y/z), [a] and [b]"),
            "see the manual (https://x.y/z), [a] and [b]"
        );
    }
}
