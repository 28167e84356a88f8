use super::{Context, Sink, count, name_list};
use crate::judge::sink::Draft;
use crate::measure::CopiesRow;

/// Places that are shown beside the first.
const MAX_SHOWN: usize = 5;

/// FA401: code that is written more than once.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let min = context.options.integer("lines");
    for row in context.facts.clones.copies.iter().filter(|row| i64::from(row.lines) >= min) {
        let Some(((first, name), others)) = row.places.split_first() else { continue };
        let path = context.sources.path(first.file);
        let subject = name.clone().unwrap_or_else(|| path.to_owned());
        let mut draft = Draft::new(*first, subject, message(row, path));
        for (at, name) in others.iter().take(MAX_SHOWN) {
            let text = name.as_ref().map_or_else(|| "again here".to_owned(), |name| format!("again as `{name}`"));
            draft = draft.related(*at, text);
        }
        if others.len() > MAX_SHOWN {
            draft = draft.note(format!("{} are not shown", count(others.len() - MAX_SHOWN, "further place")));
        }
        out.push(draft.note(helper(row)));
    }
}

fn message(row: &CopiesRow, path: &str) -> String {
    let lines = count(row.lines as usize, "line");
    let but = match row.parameters.len() {
        0 => String::new(),
        _ => format!(", but for {}", name_list(row.parameters.iter().map(String::as_str), 5)),
    };
    match (row.whole, &row.places[0].1, row.places.len()) {
        (true, _, 2) => format!("`{path}` and another file are the same code ({lines}){but}"),
        (true, _, all) => format!("`{path}` and {} others are the same code ({lines}){but}", all - 1),
        (false, Some(name), all) => format!("the value of `{name}` is written {all} times ({lines} each){but}"),
        (false, None, all) => format!("this code is written {all} times ({lines} each){but}"),
    }
}

fn helper(row: &CopiesRow) -> String {
    let names: Vec<&str> = row.parameters.iter().map(String::as_str).collect();
    let one_file = row.places.iter().all(|(at, _)| at.file == row.places[0].0.file);
    match (names.as_slice(), one_file) {
        ([], true) => "bind it once with `let`, and name it".to_owned(),
        ([], false) => "keep it in one file, and import that".to_owned(),
        ([one], true) => format!("a function `{one}: …` bound once can make them all"),
        ([one], false) => format!("a function `{one}: …` in a file of its own can make them all"),
        (names, true) => format!("a function `{{ {} }}: …` bound once can make them all", names.join(", ")),
        (names, false) => format!("a function `{{ {} }}: …` in a file of its own can make them all", names.join(", ")),
    }
}
