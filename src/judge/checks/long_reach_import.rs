use super::{Context, Sink};
use crate::judge::sink::Draft;
use crate::measure::PathFault;

/// FA703: code that is far from where it is used: three directories up, or behind many imports.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for row in context.facts.paths.iter().filter(|row| row.fault == PathFault::Far && row.by_flake) {
        let ups = row.text.split('/').take_while(|part| *part == "..").count();
        let message = format!("`{}` reaches {ups} directories up", row.text);
        out.push(Draft::new(row.at, row.text.clone(), message));
    }
    let max = context.options.integer("max_depth");
    for row in context.facts.files.iter().filter(|row| !row.fixture && !row.generated) {
        if let Some(depth) = row.depth.filter(|depth| i64::from(*depth) > max) {
            let message = format!("`{}` is {depth} imports away from the flake (limit {max})", row.path);
            out.push(Draft::new(row.head, row.path.clone(), message));
        }
    }
}
