//! What the inputs cost: which of them bring much, and what is locked more than once.

use crate::measure::{DuplicateRow, FlakeRow, InputRow, Used};
use crate::number::{counted, grouped};

use super::escape::escape;
use super::ink::{BOLD, DIM};
use super::measure::clip;
use super::page::Page;
use super::table::{Align, Cell, Column, Table};

/// Inputs that bring fewer nodes of their own are not listed.
const COSTLY: u32 = 3;
const REASON: usize = 24;

/// Prints both tables; nothing where the lock is small and without duplicates.
pub(super) fn print(page: &mut Page, flake: &FlakeRow) {
    costly(page, flake);
    duplicates(page, flake);
    let unused: Vec<&str> = flake
        .inputs
        .iter()
        .filter(|input| input.used == Used::No)
        .map(|input| input.name.as_str())
        .collect();
    if !unused.is_empty() {
        page.gap();
        page.paragraph(2, DIM, &format!("declared, but read by nothing: {}", unused.join(", ")));
    }
}

fn costly(page: &mut Page, flake: &FlakeRow) {
    let mut inputs: Vec<&InputRow> =
        flake.inputs.iter().filter(|input| page.verbose || input.own_nodes >= COSTLY).collect();
    if inputs.is_empty() {
        return;
    }
    inputs.sort_by(|a, b| b.own_nodes.cmp(&a.own_nodes).then_with(|| a.name.cmp(&b.name)));
    let shown = if page.verbose { inputs.len() } else { 5 };
    page.gap();
    let mut table = Table::new(
        2,
        vec![
            Column::new("what the inputs cost", Align::Left).shrink(12),
            Column::new("lock nodes", Align::Right),
            Column::new("only it brings", Align::Right).drop(1),
        ],
    );
    for input in inputs.iter().take(shown) {
        table.row(vec![
            Cell::new(&input.name),
            Cell::styled(BOLD, grouped(input.nodes)),
            Cell::new(grouped(input.own_nodes)),
        ]);
    }
    let reserve = if page.width >= 80 { REASON } else { 0 };
    table.print(page, reserve, "", |page, i, left| {
        let url = inputs.get(i).and_then(|input| input.url.as_deref()).unwrap_or("");
        page.put(DIM, &clip(&escape(url), left));
    });
    more(page, inputs.len().saturating_sub(shown), "input brings", "inputs bring");
}

fn duplicates(page: &mut Page, flake: &FlakeRow) {
    let rows: &[DuplicateRow] = flake.lock.as_ref().map_or(&[], |lock| &lock.duplicates);
    if rows.is_empty() {
        return;
    }
    let shown = if page.verbose { rows.len() } else { 5 };
    page.gap();
    let mut table = Table::new(
        2,
        vec![
            Column::new("locked more than once", Align::Left).shrink(16),
            Column::new("nodes", Align::Right),
            Column::new("revisions", Align::Right),
        ],
    );
    for row in rows.iter().take(shown) {
        table.row(vec![
            Cell::new(&row.source),
            Cell::styled(BOLD, grouped(row.nodes.len() as u32)),
            Cell::new(grouped(row.revisions)),
        ]);
    }
    let reserve = if page.width >= 80 { REASON } else { 0 };
    table.print(page, reserve, "", |page, i, left| {
        let by = rows.get(i).map(|row| row.brought_by.join(", ")).unwrap_or_default();
        if !by.is_empty() {
            page.put(DIM, &clip(&format!("brought by {}", escape(&by)), left));
        }
    });
    if page.verbose {
        nodes(page, rows);
    }
    more(page, rows.len().saturating_sub(shown), "source is", "sources are");
}

/// Every node of a duplicated source, with the way that leads to it.
fn nodes(page: &mut Page, rows: &[DuplicateRow]) {
    for row in rows {
        page.paragraph(4, BOLD, &row.source);
        for node in &row.nodes {
            let revision: String = node.revision.chars().take(12).collect();
            page.paragraph(6, DIM, &format!("{} {revision} by {}", node.node, node.path.join(" → ")));
        }
    }
}

fn more(page: &mut Page, n: usize, one: &str, many: &str) {
    if n > 0 {
        let what = if one.contains("input") { "more nodes" } else { "locked more than once too" };
        page.paragraph(2, DIM, &format!("{} {what}; --verbose lists them", counted(n as u32, one, many)));
    }
}
