use super::{Context, Sink, count, length, name_list};
use crate::judge::sink::Draft;

/// Hosts and attributes whose names a message holds.
const MAX_NAMES: usize = 5;

/// FA205: hosts that are written out one by one and are much alike.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let (hosts, lines) = (context.options.integer("hosts"), context.options.integer("lines"));
    for row in &context.facts.clones.hosts {
        let Some(((_, first), others)) = row.hosts.split_first() else { continue };
        if length(&row.hosts) < hosts || i64::from(row.lines) < lines.saturating_mul(length(&row.hosts)) {
            continue;
        }
        let names = name_list(row.hosts.iter().map(|(name, _)| name.as_str()), MAX_NAMES);
        let but = if row.differs.is_empty() {
            String::new()
        } else {
            format!(", but for {}", name_list(row.differs.iter().map(String::as_str), MAX_NAMES))
        };
        let lines = count(row.lines as usize, "line");
        let message = format!("{names} of `{}` are written out alike ({lines}){but}", row.kind);
        let mut draft = Draft::new(*first, row.kind.clone(), message);
        for (name, at) in others.iter().take(MAX_NAMES) {
            draft = draft.related(*at, format!("`{name}` too"));
        }
        let formals = match row.differs.as_slice() {
            [] => "name: ".to_owned(),
            names => format!("{{ {} }}: ", names.join(", ")),
        };
        let helper =
            format!("`mkHost = {formals}{} {{ … }};` and `mapAttrs` over a table of them say it once", row.maker);
        out.push(draft.note(helper));
    }
}
