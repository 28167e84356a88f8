use super::{Context, Sink};
use crate::judge::sink::Draft;
use crate::source::Span;

/// FA010: a file whose text was read could not be analysed. What could not be read at all has no place to point
/// at: the page, the notifications of SARIF and exit code 3 say it.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let facts = context.facts;
    for skipped in facts.workspace.skipped.iter().filter(|skipped| skipped.counts) {
        let Some(id) = skipped.file else { continue };
        let head = super::file(facts, id).map_or_else(|| Span::new(id, 0..0), |file| file.head);
        out.push(Draft::new(head, skipped.path.clone(), format!("not analysed: {}", skipped.reason)));
    }
}
