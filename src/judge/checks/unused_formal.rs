use super::{Context, Sink};
use crate::judge::sink::Draft;

/// Names that a message says.
const NAMED: usize = 5;

/// FA711: names of a set pattern, and the name of the whole set, that the function never reads.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for file in super::judged(context, context.options.flag("fixtures")) {
        for row in &file.unused.formals {
            let Some((first, at)) = row.names.first() else { continue };
            let names: Vec<&str> = row.names.iter().map(|(name, _)| name.as_str()).collect();
            let shown = super::name_list(names.iter().copied(), NAMED);
            let message = match names.len() {
                1 => format!("argument {shown} is never used"),
                _ => format!("arguments {shown} are never used"),
            };
            let mut draft = Draft::new(*at, first.clone(), message);
            for (name, at) in row.names.iter().skip(1) {
                draft = draft.related(*at, format!("`{name}` is not used either"));
            }
            if row.of_outputs {
                draft = draft
                    .note("Nix passes every input; if nothing else needs this one, its declaration can go as well");
            } else if !row.ellipsis {
                draft = draft.note("without `...` whoever calls this function must stop passing it as well");
            }
            // Nix refuses an `outputs` without `...` that does not list an input.
            let cuts = if row.of_outputs && !row.ellipsis { &[][..] } else { &row.edits };
            // Who calls the value of a file is out of sight, and may ask which arguments it takes.
            let safe = row.ellipsis && !row.of_file && !row.of_outputs;
            out.push(draft.cutting(format!("remove {shown} from the arguments"), safe, cuts));
        }
        for row in &file.unused.whole {
            let draft = Draft::new(row.at, row.name.clone(), format!("`{}` is never used", row.name));
            out.push(draft.cutting(format!("remove `@ {}`", row.name), true, &row.edits));
        }
    }
}
