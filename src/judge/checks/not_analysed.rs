use super::{Context, Sink, count};
use crate::judge::sink::Draft;
use crate::measure::SkippedRow;
use crate::source::Span;

/// How many paths one message names.
const NAMED: usize = 3;

/// FA010: something could not be analysed. At the file where its text was read all the same; else one finding at
/// the head of the first flake, or of the first file. With neither, the exit code alone says it.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let facts = context.facts;
    let (placed, elsewhere): (Vec<&SkippedRow>, Vec<&SkippedRow>) = facts
        .workspace
        .skipped
        .iter()
        .filter(|skipped| skipped.counts)
        .partition(|skipped| skipped.file.is_some());
    for skipped in placed {
        let Some(id) = skipped.file else { continue };
        let head = super::file(facts, id).map_or_else(|| Span::new(id, 0..0), |file| file.head);
        out.push(Draft::new(head, skipped.path.clone(), format!("not analysed: {}", skipped.reason)));
    }
    let head = facts.flakes.first().map(|flake| flake.head);
    let Some(head) = head.or_else(|| facts.files.first().map(|file| file.head)) else { return };
    if elsewhere.is_empty() {
        return;
    }
    let named: Vec<String> = elsewhere
        .iter()
        .take(NAMED)
        .map(|skipped| format!("`{}` ({})", skipped.path, skipped.reason))
        .collect();
    let more = elsewhere.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let verb = if elsewhere.len() == 1 { "was" } else { "were" };
    let message = format!("{} {verb} not analysed: {}{more}", count(elsewhere.len(), "path"), named.join(", "));
    out.push(Draft::new(head, "workspace", message));
}
