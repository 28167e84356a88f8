use super::{Context, Sink};
use crate::judge::sink::Draft;
use crate::number::grouped;

/// FA305: a `with` whose body is too long to see where its names come from. One inside it adds nothing to that.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let (max, max_nested) = (context.options.integer("max"), context.options.integer("max_nested"));
    for file in &context.facts.files {
        if !file.parsed || file.generated || file.fixture {
            continue;
        }
        let mut told = 0;
        for with in &file.withs {
            let line = context.sources.lines(with.at).0;
            if with.nested && line <= told {
                continue;
            }
            let (name, lines) = (&with.namespace, i64::from(with.body_lines));
            let message = if with.lists_names {
                continue;
            } else if with.outputs_root {
                format!("`with {name};` covers every output of the flake")
            } else if lines > max {
                format!("`with {name};` covers {} lines (limit {})", grouped(lines), grouped(max))
            } else if with.nested && lines > max_nested {
                let (lines, limit) = (grouped(lines), grouped(max_nested));
                format!("`with {name};` inside another `with` covers {lines} lines (limit {limit})")
            } else {
                continue;
            };
            out.push(Draft::new(with.at, name.clone(), message));
            told = told.max(line + with.body_lines);
        }
    }
}
