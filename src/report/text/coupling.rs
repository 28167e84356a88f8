//! The coupling that matters: which concerns share code, and what.

use crate::measure::{CouplingRow, FlakeRow};
use crate::number::{counted, grouped};

use super::ink::{BOLD, DIM};
use super::measure::clip;
use super::page::Page;
use super::table::{Align, Cell, Column, Table};

/// Columns kept for the names of what is shared.
const NAMES: usize = 24;

/// Pairs below both are not worth a line.
const MATTERS_LINES: u32 = 20;
const MATTERS_JACCARD: f64 = 0.1;

/// Prints the pairs that share most.
pub(super) fn print(page: &mut Page, flake: &FlakeRow) {
    let matters = |row: &&CouplingRow| row.lines >= MATTERS_LINES || row.jaccard >= MATTERS_JACCARD;
    let rows: Vec<&CouplingRow> = if page.verbose {
        flake.coupling.iter().collect()
    } else {
        flake.coupling.iter().filter(matters).take(5).collect()
    };
    if !rows.is_empty() {
        table(page, &rows);
        let more = flake.coupling.len() - rows.len();
        if more > 0 {
            page.paragraph(2, DIM, &format!("{} share less", counted(more as u32, "pair", "pairs")));
        }
    }
    if flake.cohesion.lcom4 > 1 && !flake.concerns.is_empty() {
        page.gap();
        let groups = grouped(flake.cohesion.lcom4);
        let q = flake.cohesion.modularity.filter(|_| page.verbose);
        let q = q.map(|q| format!(", modularity Q = {q:.2}")).unwrap_or_default();
        page.paragraph(
            2,
            DIM,
            &format!("the outputs fall into {groups} groups that share no code but wiring (LCOM4 = {groups}{q})"),
        );
    }
}

fn table(page: &mut Page, rows: &[&CouplingRow]) {
    page.gap();
    let mut table = Table::new(
        2,
        vec![
            Column::new("what they share", Align::Left).shrink(18),
            Column::new("bindings", Align::Right).drop(1),
            Column::new("lines", Align::Right),
            Column::new("overlap", Align::Right),
        ],
    );
    for row in rows {
        table.row(vec![
            Cell::new(format!("{} + {}", row.a, row.b)),
            Cell::new(grouped(row.bindings)),
            Cell::styled(BOLD, grouped(row.lines)),
            Cell::new(format!("{:.0} %", row.jaccard * 100.0)),
        ]);
    }
    let reserve = if page.width >= 80 { NAMES } else { 0 };
    table.print(page, reserve, "", |page, i, left| {
        let Some(row) = rows.get(i) else { return };
        page.put(DIM, &clip(&super::escape::escape(&row.names.join(" ")), left));
    });
}
