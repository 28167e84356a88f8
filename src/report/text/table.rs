//! Tables that fit: columns shrink, then disappear, before a line grows too long.

use anstyle::Style;

use super::escape::escape;
use super::ink::{DIM, PLAIN};
use super::measure::{clip, clip_start, width};
use super::page::Page;

/// Where a column's text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
    /// Left, and cut at its start where it is too long.
    Path,
}

/// A column.
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) align: Align,
    /// Columns it may shrink to; `None` keeps it whole.
    pub(super) shrink: Option<usize>,
    /// Columns with the highest number are left out first where there is no room; 0 stays.
    pub(super) drop: u8,
}

impl Column {
    pub(super) const fn new(title: &'static str, align: Align) -> Self {
        Self { title, align, shrink: None, drop: 0 }
    }

    pub(super) const fn shrink(mut self, to: usize) -> Self {
        self.shrink = Some(to);
        self
    }

    pub(super) const fn drop(mut self, order: u8) -> Self {
        self.drop = order;
        self
    }
}

/// A cell.
pub(super) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    pub(super) fn new(text: impl AsRef<str>) -> Self {
        Self::styled(PLAIN, text)
    }

    pub(super) fn styled(style: Style, text: impl AsRef<str>) -> Self {
        Self { text: escape(text.as_ref()).into_owned(), style }
    }
}

/// Rows under columns.
pub(super) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    indent: usize,
}

const GAP: usize = 2;

impl Table {
    pub(super) fn new(indent: usize, columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new(), indent }
    }

    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// Width of each column; 0 where it is left out.
    fn layout(&self, room: usize) -> Vec<usize> {
        let widest = |i: usize| self.rows.iter().filter_map(|row| row.get(i)).map(|c| width(&c.text)).max();
        let mut widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(i, column)| widest(i).unwrap_or(0).max(width(column.title)))
            .collect();
        let used = |widths: &[usize]| {
            self.indent + widths.iter().filter(|w| **w > 0).map(|w| w + GAP).sum::<usize>().saturating_sub(GAP)
        };
        loop {
            let over = used(&widths).saturating_sub(room);
            if over == 0 {
                return widths;
            }
            let slack = |i: usize, w: usize| self.columns[i].shrink.map_or(0, |to| w.saturating_sub(to));
            let total: usize = widths.iter().enumerate().map(|(i, w)| slack(i, *w)).sum();
            if total >= over {
                shrink(&mut widths, over, slack);
                return widths;
            }
            let last = (0..widths.len())
                .filter(|i| widths[*i] > 0 && self.columns[*i].drop > 0)
                .max_by_key(|i| self.columns[*i].drop);
            let Some(last) = last else {
                shrink(&mut widths, total, slack);
                return widths;
            };
            widths[last] = 0;
        }
    }

    /// Prints it. `tail` is called at the end of each row with its number and the columns that are left; its
    /// own title stands above where it fits.
    pub(super) fn print(
        &self,
        page: &mut Page,
        reserve: usize,
        title: &str,
        mut tail: impl FnMut(&mut Page, usize, usize),
    ) {
        let widths = self.layout(page.width.saturating_sub(reserve));
        if self.columns.iter().any(|column| !column.title.is_empty()) {
            page.pad_to(self.indent);
            let titles = self.columns.iter().map(|c| Cell::styled(DIM, c.title)).collect::<Vec<_>>();
            let end = self.cells(page, &widths, &titles);
            if !title.is_empty() && end + GAP + width(title) <= page.width {
                page.pad_to(end + GAP);
                page.put(DIM, title);
            }
            page.end();
        }
        for (i, row) in self.rows.iter().enumerate() {
            page.pad_to(self.indent);
            let end = self.cells(page, &widths, row);
            let left = page.width.saturating_sub(end + GAP);
            if left > 0 && reserve > 0 {
                page.pad_to(end + GAP);
                tail(page, i, left);
            }
            page.end();
        }
    }

    /// Prints it with nothing at the end of the rows.
    pub(super) fn print_plain(&self, page: &mut Page) {
        self.print(page, 0, "", |_, _, _| {});
    }

    fn cells(&self, page: &mut Page, widths: &[usize], cells: &[Cell]) -> usize {
        let mut at = self.indent;
        for ((cell, column), room) in cells.iter().zip(&self.columns).zip(widths) {
            if *room == 0 {
                continue;
            }
            let text = match column.align {
                Align::Path => clip_start(&cell.text, *room),
                Align::Left | Align::Right => clip(&cell.text, *room),
            };
            let lead = if column.align == Align::Right { room.saturating_sub(width(&text)) } else { 0 };
            page.pad_to(at + lead);
            page.put(cell.style, &text);
            at += room + GAP;
        }
        at.saturating_sub(GAP)
    }
}

/// Takes `over` columns from the widest columns that can give.
fn shrink(widths: &mut [usize], over: usize, slack: impl Fn(usize, usize) -> usize) {
    for _ in 0..over {
        let widest = (0..widths.len()).filter(|i| slack(*i, widths[*i]) > 0).max_by_key(|i| slack(*i, widths[*i]));
        let Some(widest) = widest else { return };
        widths[widest] -= 1;
    }
}
