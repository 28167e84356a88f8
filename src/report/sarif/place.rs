//! Where: URIs, regions and snippets.

use std::fmt::Write as _;

use serde_sarif::sarif::{ArtifactContent, ArtifactLocation, Location, Message, PhysicalLocation, Region};

use crate::audit::Audit;
use crate::source::{SourceFile, Sources, Span};

/// What paths are relative to: the repository.
pub(super) const ROOT: &str = "%SRCROOT%";

/// Lines before and behind a region that its context shows.
const CONTEXT: u32 = 2;
/// Bytes of a snippet; a longer one (a line of data) is left out.
const MAX_SNIPPET: usize = 4096;

/// The code under a span, with its file.
pub(super) fn physical(span: Span, audit: &Audit) -> PhysicalLocation {
    let region = region(span, &audit.sources);
    let context = context(&region, audit.sources.file(span.file));
    let mut physical = PhysicalLocation::builder()
        .artifact_location(artifact(audit.sources.path(span.file), audit))
        .region(region)
        .build();
    physical.context_region = context;
    physical
}

/// A place with what is to be said of it.
pub(super) fn location(span: Span, text: String, audit: &Audit) -> Location {
    let mut location = Location::builder().physical_location(physical(span, audit)).build();
    location.message = Some(Message::builder().text(text).build());
    location
}

/// A file of the workspace by its path in the repository.
pub(super) fn artifact(path: &str, audit: &Audit) -> ArtifactLocation {
    ArtifactLocation::builder()
        .uri(uri(&audit.in_repository(path)))
        .uri_base_id(ROOT.to_owned())
        .build()
}

/// A region with the code that it covers. One without width is widened by a character where the line has one.
fn region(span: Span, sources: &Sources) -> Region {
    let span = widen(span, sources);
    let mut region = plain(span, sources);
    region.snippet = snippet(sources.slice(span));
    region
}

/// A region that is replaced: as it is, also where it has no width.
pub(super) fn plain(span: Span, sources: &Sources) -> Region {
    let (start, end) = (sources.position(span), sources.end_position(span));
    Region::builder()
        .start_line(i64::from(start.line))
        .start_column(i64::from(start.column))
        .end_line(i64::from(end.line))
        .end_column(i64::from(end.column))
        .build()
}

/// The lines around a region, where they are more than the region.
fn context(region: &Region, file: &SourceFile) -> Option<Region> {
    let number = |value: Option<i64>| value.and_then(|value| u32::try_from(value).ok());
    let (first, last) = (number(region.start_line)?, number(region.end_line)?);
    let (from, to) = (first.saturating_sub(CONTEXT).max(1), (last + CONTEXT).min(file.line_count().max(1)));
    let start = file.line_start(from)?;
    let end = file.line_start(to)? + u32::try_from(file.line_text(to).len()).ok()?;
    let end_at = file.position(end);
    let same = (first, last) == (from, to)
        && region.start_column == Some(1)
        && region.end_column == Some(i64::from(end_at.column));
    let text = file.slice(start as usize..end as usize);
    // A region behind the last line's end is not inside its lines.
    if same || to < last || text.is_empty() {
        return None;
    }
    let mut around = Region::builder()
        .start_line(i64::from(from))
        .start_column(1)
        .end_line(i64::from(to))
        .end_column(i64::from(end_at.column))
        .build();
    around.snippet = Some(snippet(text)?);
    Some(around)
}

fn snippet(text: &str) -> Option<ArtifactContent> {
    (text.len() <= MAX_SNIPPET).then(|| ArtifactContent::builder().text(text.to_owned()).build())
}

/// An empty span takes the character after it, or else the one before it, on the same line.
fn widen(span: Span, sources: &Sources) -> Span {
    if span.start < span.end {
        return span;
    }
    let file = sources.file(span.file);
    let at = (span.start as usize).min(file.text().len());
    let (before, after) = (file.text().get(..at).unwrap_or(""), file.text().get(at..).unwrap_or(""));
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
