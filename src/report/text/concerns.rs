//! Where the lines are: a row a concern, then what nothing reaches, then the wiring, and what of other files is left.

use crate::measure::FlakeRow;
use crate::number::grouped;

use super::ink::{BOLD, CYAN, DIM, PLAIN, YELLOW};
use super::measure::bar;
use super::page::Page;
use super::table::{Align, Cell, Column, Table};

/// Columns kept for the bar.
const BAR: usize = 12;

/// Wiring in other files than `flake.nix`, and code that something loads without naming it: modules that are found by their
/// directory.
const NOT_TRACED: &str = "not traced further";

/// A row of the table before it is drawn.
struct Row {
    cells: Vec<Cell>,
    solid: u32,
    light: u32,
    style: anstyle::Style,
}

/// Prints the table; nothing where there is nothing to attribute.
pub(super) fn print(page: &mut Page, flake: &FlakeRow) {
    if flake.concerns.is_empty() && flake.unreachable.lines == 0 {
        return;
    }
    let rows = rows(flake);
    page.gap();
    let mut table = Table::new(
        2,
        vec![
            Column::new("where the lines are", Align::Left).shrink(16),
            Column::new("outputs", Align::Right).drop(3),
            Column::new("lines", Align::Right),
            Column::new("only here", Align::Right),
            Column::new("shared", Align::Right).drop(2),
            // With code in other files: how much of it is in flake.nix itself.
            Column::new(if flake.own_files > 1 { "flake.nix" } else { "" }, Align::Right).drop(4),
        ],
    );
    let most = rows.iter().map(|row| row.solid.saturating_add(row.light)).max().unwrap_or(0);
    let mut bars = Vec::new();
    for row in rows {
        table.row(row.cells);
        bars.push((row.solid, row.light, row.style));
    }
    let legend = if bars.iter().any(|(_, light, _)| *light > 0) { "█ only here ░ shared" } else { "" };
    table.print(page, BAR, legend, |page, i, left| {
        let Some((solid, light, style)) = bars.get(i) else { return };
        page.put(*style, &bar(*solid, *light, most, left.min(48)));
    });
}

/// All rows, most lines first; the wiring comes last.
fn rows(flake: &FlakeRow) -> Vec<Row> {
    let mut rows: Vec<(u32, Row)> = Vec::new();
    for concern in &flake.concerns {
        let cells = vec![
            Cell::new(&concern.name),
            Cell::new(grouped(concern.outputs)),
            Cell::styled(BOLD, grouped(concern.reached)),
            Cell::new(some(concern.exclusive)),
            Cell::new(some(concern.shared)),
            own(flake, concern.defined_in_flake),
        ];
        let (solid, light) = (concern.exclusive, concern.shared);
        rows.push((concern.reached, Row { cells, solid, light, style: CYAN }));
    }
    if flake.unreachable.lines > 0 {
        rows.push((
            flake.unreachable.lines,
            plain(flake, "nothing reaches them", flake.unreachable.lines, flake.unreachable.lines_in_flake, YELLOW),
        ));
    }
    rows.sort_by_key(|(lines, _)| std::cmp::Reverse(*lines));
    let mut rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    if flake.parsed && flake.own_wiring_lines > 0 {
        if flake.wiring_lines > 0 {
            rows.push(plain(flake, "inputs and wiring", flake.wiring_lines, flake.wiring_lines, DIM));
        }
        // What a loader finds by its directory is used; by which output, names do not tell.
        let elsewhere = flake.own_wiring_lines - flake.wiring_lines;
        if elsewhere > 0 {
            rows.push(plain(flake, NOT_TRACED, elsewhere, 0, DIM));
        }
    }
    rows
}

/// A row that is no concern.
fn plain(flake: &FlakeRow, name: &str, lines: u32, in_flake: u32, style: anstyle::Style) -> Row {
    let cells = vec![
        Cell::styled(if style == DIM { PLAIN } else { style }, name),
        Cell::styled(DIM, "–"),
        Cell::styled(BOLD, grouped(lines)),
        Cell::styled(DIM, "–"),
        Cell::styled(DIM, "–"),
        own(flake, in_flake),
    ];
    Row { cells, solid: lines, light: 0, style }
}

/// Lines in flake.nix, where other files hold code too.
fn own(flake: &FlakeRow, lines: u32) -> Cell {
    Cell::new(if flake.own_files > 1 { some(lines) } else { String::new() })
}

/// A number, or a dash for none.
fn some(n: u32) -> String {
    if n == 0 { "–".to_owned() } else { grouped(n) }
}
