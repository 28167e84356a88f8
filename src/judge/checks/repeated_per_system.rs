use super::{Context, Sink, count, name_list};
use crate::judge::sink::Draft;

/// Systems whose names a message holds.
const MAX_NAMES: usize = 5;

/// FA402: a value that is written once for each system.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let min = context.options.integer("lines");
    for row in &context.facts.clones.systems {
        let Some(((_, first), others)) = row.systems.split_first() else { continue };
        if row.systems.len() < 3 && i64::from(row.lines) < min {
            continue;
        }
        let systems = name_list(row.systems.iter().map(|(name, _)| name.as_str()), MAX_NAMES);
        let lines = count(row.lines as usize, "line");
        let message = match &row.name {
            Some(name) => format!("`{name}` says the same for {systems} ({lines})"),
            None => format!("the same is said for {systems} ({lines})"),
        };
        let mut draft = Draft::new(*first, row.name.clone().unwrap_or_default(), message);
        for (name, at) in others.iter().take(MAX_NAMES) {
            draft = draft.related(*at, format!("and for `{name}`"));
        }
        let quoted: Vec<String> = row.systems.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let name = row.name.as_deref().unwrap_or("…");
        let rest = if row.others == 0 { "" } else { " // { … }" };
        out.push(
            draft.note(format!("`{name} = lib.genAttrs [ {} ] (system: …){rest};` says it once", quoted.join(" "))),
        );
    }
}
