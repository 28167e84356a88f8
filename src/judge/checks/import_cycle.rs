use super::{Context, Sink, file, name_list};
use crate::judge::sink::Draft;

/// Files of a cycle that are named.
const MOST: usize = 5;

/// FA702: files that import each other.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for cycle in &context.facts.cycles {
        let rows: Vec<_> = cycle.iter().filter_map(|id| file(context.facts, *id)).collect();
        let Some((first, rest)) = rows.split_first() else { continue };
        let names = name_list(rows.iter().map(|row| row.path.as_str()), MOST);
        let draft = Draft::new(first.head, first.path.clone(), format!("{names} import each other"));
        out.push(rest.iter().fold(draft, |draft, row| draft.related(row.head, "")));
    }
}
