//! Where: URIs, regions and snippets.

use std::fmt::Write as _;

use serde_sarif::sarif::{ArtifactContent, ArtifactLocation, PhysicalLocation, Region};

use crate::source::{Sources, Span};

/// The code under a span, with its file.
pub(super) fn physical(span: Span, sources: &Sources) -> PhysicalLocation {
    PhysicalLocation::builder()
        .artifact_location(artifact(sources.path(span.file)))
        .region(region(span, sources))
        .build()
}

/// A file by its path relative to the root.
pub(super) fn artifact(path: &str) -> ArtifactLocation {
    ArtifactLocation::builder().uri(uri(path)).build()
}

/// A region with the code that it covers. One without width is widened by a character where the line has one.
fn region(span: Span, sources: &Sources) -> Region {
    let span = widen(span, sources);
    let (start, end) = (sources.position(span), sources.end_position(span));
    Region::builder()
        .start_line(i64::from(start.line))
        .start_column(i64::from(start.column))
        .end_line(i64::from(end.line))
        .end_column(i64::from(end.column))
        .snippet(ArtifactContent::builder().text(sources.slice(span).to_owned()).build())
        .build()
}

/// An empty span takes the character after it, or else the one before it, on the same line.
fn widen(span: Span, sources: &Sources) -> Span {
    if span.start < span.end {
        return span;
    }
    let file = sources.file(span.file);
    let at = (span.start as usize).min(file.text.len());
    let (before, after) = (file.text.get(..at).unwrap_or(""), file.text.get(at..).unwrap_or(""));
    let visible = |c: &char| *c != '\n' && *c != '\r';
    let (mut start, mut end) = (at, at);
    if let Some(c) = after.chars().next().filter(visible) {
        end += c.len_utf8();
    } else if let Some(c) = before.chars().next_back().filter(visible) {
        start -= c.len_utf8();
    }
    Span::new(span.file, start as u32..end as u32)
}

/// A path as a relative URI reference.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_relative_references() {
        assert_eq!(uri("a b/größe#1?.nix"), "a%20b/gr%C3%B6%C3%9Fe%231%3F.nix");
        assert_eq!(uri("c:/x%.nix"), "c%3A/x%25.nix");
    }
}
