//! The tree of inputs for a person.

use std::io::{self, Write};

use super::super::Options;
use super::super::text::escape;
use super::{date, short, shown, times};
use crate::audit::Audit;
use crate::measure::{FlakeRow, InputRow, LockRow, Used};
use crate::number::counted;

/// Lines of one flake's tree.
const MAX_LINES: usize = 5_000;
/// Deeper chains are cut.
const MAX_DEPTH: usize = 64;

/// One line: what stands left, and what is said about it.
struct Line {
    left: String,
    right: String,
}

/// Writes a tree for each flake.
pub(super) fn render(audit: &Audit, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for (number, flake) in audit.facts.flakes.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        head(audit, flake, out)?;
        let lines = lines(flake);
        let width = lines.iter().map(|line| line.left.chars().count()).max().unwrap_or(0).min(options.width / 2);
        for line in &lines {
            let pad = width.saturating_sub(line.left.chars().count());
            let text = format!("{}{}  {}", line.left, " ".repeat(pad), line.right);
            writeln!(out, "{}", text.trim_end())?;
        }
        duplicates(flake, options, out)?;
        needs(flake, options, out)?;
    }
    if audit.facts.flakes.is_empty() {
        writeln!(out, "no flake here")?;
    }
    Ok(())
}

fn head(audit: &Audit, flake: &FlakeRow, out: &mut dyn Write) -> io::Result<()> {
    let inputs = counted(flake.inputs.len() as u32, "input", "inputs");
    let name = escape(&shown(audit, flake)).into_owned();
    match (&flake.lock, &flake.lock_error) {
        (Some(lock), _) => {
            let surplus: usize = lock.duplicates.iter().map(|row| row.nodes.len() - 1).sum();
            let surplus = match surplus {
                0 => "nothing is locked twice".to_owned(),
                n => format!("{n} more than there are sources"),
            };
            writeln!(out, "{name} · {inputs} · {} · {surplus}", counted(lock.nodes, "lock node", "lock nodes"))
        }
        (None, Some((why, _))) => writeln!(out, "{name} · {inputs} · flake.lock cannot be used: {}", escape(why)),
        (None, None) => writeln!(out, "{name} · {inputs} · no lock file"),
    }
}

fn lines(flake: &FlakeRow) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut inputs: Vec<&InputRow> = flake.inputs.iter().collect();
    // What costs most comes first.
    inputs.sort_by(|a, b| b.own_nodes.cmp(&a.own_nodes).then_with(|| a.name.cmp(&b.name)));
    for (number, input) in inputs.iter().enumerate() {
        let last = number + 1 == inputs.len();
        let left = format!("{}{}", if last { "└─ " } else { "├─ " }, escape(&input.name));
        let mut said = match (&input.follows, locked(flake, input)) {
            (Some(target), _) => vec![format!("→ {}", escape(target))],
            (None, Some((lock, number))) => node(lock, number),
            (None, None) => vec![escape(input.source.as_deref().unwrap_or("?")).into_owned(), "not locked".to_owned()],
        };
        if input.own_nodes > 1 {
            said.push(format!("brings {} nodes", input.own_nodes));
        }
        if input.used == Used::No {
            said.push("nothing reads it".to_owned());
        }
        lines.push(Line { left, right: said.join(" · ") });
        if input.follows.is_none()
            && let Some((lock, number)) = locked(flake, input)
        {
            below(lock, number, if last { "   " } else { "│  " }, &mut vec![number], &mut lines);
        }
    }
    lines
}

/// The lock and the node of a direct input.
fn locked<'a>(flake: &'a FlakeRow, input: &InputRow) -> Option<(&'a LockRow, usize)> {
    let lock = flake.lock.as_ref()?;
    let edge = lock.graph.get(lock.root)?.inputs.iter().find(|edge| edge.name == input.name)?;
    Some((lock, edge.to?))
}

fn node(lock: &LockRow, number: usize) -> Vec<String> {
    let Some(row) = lock.graph.get(number) else { return Vec::new() };
    let mut said = vec![escape(row.source.as_deref().unwrap_or("?")).into_owned()];
    let revision = short(&row.revision);
    if !revision.is_empty() {
        said.push(escape(revision).into_owned());
    }
    said.extend(row.modified.map(date));
    let times = times(lock, row);
    if times > 1 {
        said.push(format!("×{times}"));
    }
    said
}

fn below(lock: &LockRow, number: usize, prefix: &str, above: &mut Vec<usize>, lines: &mut Vec<Line>) {
    let Some(row) = lock.graph.get(number) else { return };
    for (place, edge) in row.inputs.iter().enumerate() {
        if lines.len() >= MAX_LINES {
            return;
        }
        let last = place + 1 == row.inputs.len();
        let left = format!("{prefix}{}{}", if last { "└─ " } else { "├─ " }, escape(&edge.name));
        let right = match (&edge.follows, edge.to) {
            (Some(path), _) if path.is_empty() => "→ nothing: cut off".to_owned(),
            (Some(path), Some(_)) => format!("→ {}", escape(&path.join("/"))),
            (Some(path), None) => format!("→ {}, which leads nowhere", escape(&path.join("/"))),
            (None, Some(to)) => node(lock, to).join(" · "),
            (None, None) => "is not in the lock file".to_owned(),
        };
        lines.push(Line { left, right });
        if let (None, Some(to)) = (&edge.follows, edge.to)
            && !above.contains(&to)
            && above.len() < MAX_DEPTH
        {
            above.push(to);
            below(lock, to, &format!("{prefix}{}", if last { "   " } else { "│  " }), above, lines);
            above.pop();
        }
    }
}

/// How many of the inputs each output needs.
fn needs(flake: &FlakeRow, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<_> = flake.outputs.iter().filter_map(|row| Some((row, row.inputs.as_ref()?))).collect();
    if rows.is_empty() || flake.inputs.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nwhat outputs need, of {}", counted(flake.inputs.len() as u32, "input", "inputs"))?;
    let shown = if options.verbose { usize::MAX } else { 20 };
    for (row, inputs) in rows.iter().take(shown) {
        let name = if row.name.is_empty() { row.kind.clone() } else { format!("{}.{}", row.kind, row.name) };
        let named = if inputs.is_empty() { "none".to_owned() } else { inputs.join(", ") };
        writeln!(out, "  {}  {}: {}", escape(&name), inputs.len(), escape(&named))?;
    }
    let more = rows.len().saturating_sub(shown);
    if more > 0 {
        writeln!(out, "  {} more; --verbose lists them", counted(more as u32, "output", "outputs"))?;
    }
    let unknown = flake.outputs.len() - rows.len();
    if unknown > 0 {
        writeln!(out, "  of {} it cannot be told", counted(unknown as u32, "output", "outputs"))?;
    }
    Ok(())
}

fn duplicates(flake: &FlakeRow, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(lock) = flake.lock.as_ref().filter(|lock| !lock.duplicates.is_empty()) else { return Ok(()) };
    writeln!(out, "\nlocked more than once")?;
    let shown = if options.verbose { usize::MAX } else { 10 };
    for row in lock.duplicates.iter().take(shown) {
        let revisions = counted(row.revisions, "revision", "revisions");
        writeln!(out, "  {} · {} nodes · {revisions}", escape(&row.source), row.nodes.len())?;
        for node in &row.nodes {
            let chain = if node.path.is_empty() {
                "no chain of at most 200 inputs leads to it".to_owned()
            } else {
                node.path.join(" → ")
            };
            writeln!(out, "    {:7}  {}", escape(short(&node.revision)), escape(&chain))?;
        }
    }
    let more = lock.duplicates.len().saturating_sub(shown);
    if more > 0 {
        writeln!(out, "  {} more; --verbose lists them", counted(more as u32, "source", "sources"))?;
    }
    Ok(())
}
