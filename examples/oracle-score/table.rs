//! The score as a table in Markdown, for people and for `docs/inventory.md`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::score::{Flake, Sum, by_framework, ratio, sum};

const BEGIN: &str = "<!-- score: begin -->";
const END: &str = "<!-- score: end -->";

/// The table.
pub(crate) fn table(flakes: &[Flake]) -> String {
    let all = sum(flakes);
    let mut times: Vec<_> = flakes.iter().map(|flake| flake.time).collect();
    times.sort();
    let mut out = String::new();
    let _ = writeln!(
        out,
        "flake-audit {}, {} flakes, {} of them with every name in the truth.\n",
        env!("CARGO_PKG_VERSION"),
        all.flakes,
        all.whole
    );
    out += "| | |\n|---|---:|\n";
    let micro = (ratio(all.right, all.right + all.missing), ratio(all.right, all.right + all.extra));
    let rows = [
        ("top-level names exactly right, where the truth is whole", share(all.whole_right, all.whole)),
        ("top-level names exactly right, all flakes", share(all.kinds_right, all.flakes)),
        ("recall of names, averaged by flake", percent(all.recall.value())),
        ("precision of names, averaged by flake", percent(all.precision.value())),
        ("recall of names, each counted once", percent(micro.0)),
        ("precision of names, each counted once", percent(micro.1)),
        ("flakes with a difference that is not announced", share(all.silent, all.flakes)),
        ("flakes that are partial", share(all.partial, all.flakes)),
        ("kinds that are partial", share(all.partial_kinds, all.kinds)),
        ("slowest inventory under a second", yes(times.last().is_some_and(|worst| worst.as_millis() < 1000))),
        (
            "median inventory under 5 ms",
            yes(times.get(times.len() / 2).is_some_and(|median| median.as_micros() < 5000)),
        ),
    ];
    for (name, value) in rows {
        let _ = writeln!(out, "| {name} | {value} |");
    }
    out += "\n| outputs are built with | flakes | top level right | recall | precision | not announced | partial | kinds partial |\n";
    out += "|---|---:|---:|---:|---:|---:|---:|---:|\n";
    for (name, sum) in by_framework(flakes) {
        let _ = writeln!(out, "{}", line(&name, &sum));
    }
    out
}

fn line(name: &str, sum: &Sum) -> String {
    format!(
        "| {name} | {} | {} | {} | {} | {} | {} | {} of {} |",
        sum.flakes,
        sum.kinds_right,
        percent(sum.recall.value()),
        percent(sum.precision.value()),
        sum.silent,
        sum.partial,
        sum.partial_kinds,
        sum.kinds
    )
}

fn yes(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

fn share(part: usize, of: usize) -> String {
    format!("{part} of {of} ({})", percent(ratio(part, of)))
}

fn percent(ratio: f64) -> String {
    format!("{:.2} %", ratio * 100.0)
}

/// Puts the table between the marks of a page.
pub(crate) fn refresh(page: &Path, table: &str) -> Result<(), String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", page.display());
    let text = fs::read_to_string(page).map_err(|error| told(&error))?;
    let begin = text.find(BEGIN).ok_or_else(|| told(&format!("no {BEGIN}")))? + BEGIN.len();
    let end = text.find(END).filter(|end| *end >= begin).ok_or_else(|| told(&format!("no {END}")))?;
    let text = format!("{}\n\n{table}\n{}", &text[..begin], &text[end..]);
    fs::write(page, text).map_err(|error| told(&error))
}
