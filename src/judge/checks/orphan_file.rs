use super::{Context, Sink};
use crate::finding::{Confidence, Level};
use crate::judge::sink::Draft;
use crate::measure::Orphan;

/// FA701: a file that nothing reads.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for row in context.facts.files.iter().filter(|row| !row.generated && !row.is_flake) {
        let Some(orphan) = row.orphan else { continue };
        let draft = match orphan {
            Orphan::Proven => {
                let message =
                    format!("nothing reads `{}` ({})", row.path, super::count(row.lines.total as usize, "line"));
                Draft::new(row.head, row.path.clone(), message)
            }
            Orphan::Likely if context.options.flag("likely") => {
                let message = format!("no path was found that leads to `{}`", row.path);
                Draft::new(row.head, row.path.clone(), message).level(Level::Note).confidence(Confidence::Low)
            }
            Orphan::Likely => continue,
        };
        out.push(draft);
    }
}
