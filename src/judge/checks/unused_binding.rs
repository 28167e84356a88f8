use super::{Context, Sink};
use crate::judge::sink::Draft;
use crate::measure::UnusedBindingRow;
use crate::number::grouped;

/// Names of a chain that the message says.
const NAMED: usize = 3;
/// Places of a chain that are shown.
const SHOWN: usize = 9;
/// A binding of as many lines says how many.
const LARGE: u32 = 10;

/// FA710: a `let` binding that nothing uses.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for file in super::judged(context, context.options.flag("fixtures")) {
        for row in file.unused.bindings.iter().filter(|row| row.superseded_by.is_none()) {
            let inherited = if row.inherited { "inherited and " } else { "" };
            let mut message = format!("`{}` is {inherited}never used", row.name);
            if !row.chain.is_empty() {
                let names = super::name_list(row.chain.iter().map(|(name, _)| name.as_str()), NAMED);
                message = format!("{message}, and {names} only by it");
            }
            if row.lines >= LARGE {
                message = format!("{message} ({} lines)", grouped(i64::from(row.lines)));
            }
            out.push(draft(row, message));
        }
    }
}

/// A finding about an unused binding, with what goes with it.
pub(super) fn draft(row: &UnusedBindingRow, message: String) -> Draft {
    let mut draft = Draft::new(row.at, row.name.clone(), message);
    for (name, at) in row.chain.iter().take(SHOWN) {
        draft = draft.related(*at, format!("`{name}` is used only by what is not used itself"));
    }
    let more = match row.removed {
        0 => String::new(),
        more => format!(" and {} that only it uses", super::count(more, "name")),
    };
    draft.cutting(format!("remove `{}`{more}", row.name), true, &row.edits)
}
