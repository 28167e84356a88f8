use super::{Context, Sink, file};
use crate::judge::sink::Draft;
use crate::measure::{PathFault, PathRow};
use crate::number::grouped;

/// Further places of a file that are shown.
const OTHERS: usize = 9;

/// FA703: code that is far from where it is used: three directories up, or behind many imports.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let far = context.facts.paths.iter().filter(|row| row.fault == PathFault::Far && row.by_flake);
    let far: Vec<&PathRow> = far.collect();
    // A file that lives far from what it needs does so with every path.
    for rows in far.chunk_by(|a, b| a.at.file == b.at.file) {
        let Some((first, rest)) = rows.split_first() else { continue };
        let ups = first.text.split('/').take_while(|part| *part == "..").count();
        let more = match rest.len() as u32 {
            0 => String::new(),
            1 => ", and so does another path of this file".to_owned(),
            more => format!(", and so do {} other paths of this file", grouped(more)),
        };
        let message = format!("`{}` reaches {ups} directories up{more}", first.text);
        let subject = file(context.facts, first.at.file).map_or_else(String::new, |file| file.path.clone());
        let draft = Draft::new(first.at, subject, message);
        out.push(rest.iter().take(OTHERS).fold(draft, |draft, row| draft.related(row.at, "and this one")));
    }
    let max = context.options.integer("max_depth");
    for row in context.facts.files.iter().filter(|row| !row.fixture && !row.generated) {
        if let Some(depth) = row.depth.filter(|depth| i64::from(*depth) > max) {
            let message = format!("`{}` is {depth} imports away from the flake (limit {max})", row.path);
            out.push(Draft::new(row.head, row.path.clone(), message));
        }
    }
}
