//! The files of a flake: who imports whom, in columns by depth, with orphans and cycles.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use maud::{Markup, html};

use super::code::Code;
use super::{Subject, shown};
use crate::measure::{FileRow, Reached};
use crate::number::{counted, grouped};
use crate::source::FileId;

/// Files that are drawn one by one.
const FILES: usize = 90;
const COLUMN: f64 = 250.0;
const BOX: f64 = 190.0;
const ROW: f64 = 24.0;
const LETTERS: usize = 27;

/// The import graph from a flake's file on.
struct Drawing {
    /// Files by column.
    columns: Vec<Vec<FileId>>,
    edges: Vec<(FileId, FileId)>,
    /// Files beyond those drawn.
    more: usize,
}

pub(super) fn section(subject: &Subject, code: &Code) -> Markup {
    let name = format!("files{}", subject.number);
    let drawing = drawing(subject);
    html! {
        section id=(name) aria-labelledby={ (name) "-title" } {
            h2 id={ (name) "-title" } { "Files" }
            @if drawing.columns.len() > 1 {
                (picture(subject, &drawing, code))
                (table(subject, &drawing))
            } @else {
                p { (shown(subject.path())) " imports no other file by a path that is written out." }
            }
            @if subject.number == 0 { (orphans(subject, code)) (cycles(subject)) }
        }
    }
}

fn drawing(subject: &Subject) -> Drawing {
    let mut next: BTreeMap<FileId, Vec<FileId>> = BTreeMap::new();
    for (from, to) in &subject.audit.facts.imports {
        next.entry(*from).or_default().push(*to);
    }
    let mut depth = BTreeMap::from([(subject.flake.file, 0_usize)]);
    let mut queue = VecDeque::from([subject.flake.file]);
    while let Some(file) = queue.pop_front() {
        let below = depth[&file] + 1;
        for to in next.get(&file).into_iter().flatten() {
            if !depth.contains_key(to) {
                depth.insert(*to, below);
                queue.push_back(*to);
            }
        }
    }
    let more = depth.len().saturating_sub(FILES);
    let mut order: Vec<(usize, FileId)> = depth.into_iter().map(|(file, depth)| (depth, file)).collect();
    order.sort_unstable();
    order.truncate(FILES);
    let drawn: BTreeSet<FileId> = order.iter().map(|(_, file)| *file).collect();
    let mut columns: Vec<Vec<FileId>> = Vec::new();
    for (depth, file) in order {
        columns.resize(columns.len().max(depth + 1), Vec::new());
        columns[depth].push(file);
    }
    let pairs = subject.audit.facts.imports.iter().copied();
    let edges = pairs.filter(|(from, to)| drawn.contains(from) && drawn.contains(to)).collect();
    Drawing { columns, edges, more }
}

fn picture(subject: &Subject, drawing: &Drawing, code: &Code) -> Markup {
    let tallest = drawing.columns.iter().map(Vec::len).max().unwrap_or(1);
    let height = tallest as f64 * ROW + 8.0;
    let width = drawing.columns.len() as f64 * COLUMN - (COLUMN - BOX);
    let mut place = BTreeMap::new();
    for (column, files) in drawing.columns.iter().enumerate() {
        for (row, file) in files.iter().enumerate() {
            let y = (row as f64 + 0.5) * (height / files.len() as f64);
            place.insert(*file, (column as f64 * COLUMN, y));
        }
    }
    html! {
        figure {
            div.scroll tabindex="0" {
                svg.files viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height) role="img"
                    aria-label="Which file imports which; the table below says the same" {
                    @for (from, to) in &drawing.edges {
                        @let ((ax, ay), (bx, by)) = (place[from], place[to]);
                        @let (ax, bend) = (ax + BOX, if bx > ax { 40.0 } else { 70.0 });
                        path.edge.back[bx <= ax] d={
                            "M" (ax) " " (format!("{ay:.1}")) " C" (ax + bend) " " (format!("{ay:.1}")) " " (bx - bend) " "
                            (format!("{by:.1}")) " " (bx) " " (format!("{by:.1}"))
                        } {}
                    }
                    @for (file, (x, y)) in &place { (node(subject, *file, *x, *y, code)) }
                }
            }
            figcaption {
                "Left: flake.nix. A column further right is one import further away."
                @if drawing.more > 0 { " " (counted(drawing.more as u32, "file further away is", "files further away are")) " not drawn." }
            }
        }
    }
}

fn node(subject: &Subject, file: FileId, x: f64, y: f64, code: &Code) -> Markup {
    let path = shown(subject.audit.sources.path(file));
    let length = path.chars().count();
    let mut label: String = path.chars().skip(length.saturating_sub(LETTERS)).collect();
    if length > LETTERS {
        label.insert(0, '…');
    }
    let body = html! {
        rect.node x=(x) y=(format!("{:.1}", y - 9.0)) width=(BOX) height="18" rx="3" { title { (path) } }
        text.label x=(x + 6.0) y=(format!("{:.1}", y + 4.0)) { (label) }
    };
    html! {
        @match code.anchor(file, 1) {
            Some(anchor) => a href={ "#" (anchor) } { (body) },
            None => (body),
        }
    }
}

fn row<'a>(subject: &Subject<'a>, file: FileId) -> Option<&'a FileRow> {
    let files = &subject.audit.facts.files;
    files.binary_search_by_key(&file, |row| row.file).ok().map(|at| &files[at])
}

fn table(subject: &Subject, drawing: &Drawing) -> Markup {
    html! {
        details {
            summary { "The files as a table" }
            div.scroll tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "file" } th scope="col" { "lines" } th scope="col" { "imports away" }
                        th scope="col" { "imported by" }
                    } }
                    tbody {
                        @for (depth, files) in drawing.columns.iter().enumerate() {
                            @for file in files {
                                @let by: Vec<&str> = drawing.edges.iter().filter(|(_, to)| to == file)
                                    .map(|(from, _)| subject.audit.sources.path(*from)).collect();
                                tr {
                                    th scope="row" { (shown(subject.audit.sources.path(*file))) }
                                    td.number { (row(subject, *file).map_or_else(String::new, |row| grouped(row.lines.total))) }
                                    td.number { (depth) }
                                    td { (shown(&by.join(", "))) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn orphans(subject: &Subject, code: &Code) -> Markup {
    let orphans: Vec<&FileRow> =
        subject.audit.facts.files.iter().filter(|row| row.reached == Reached::Orphan && !row.fixture).collect();
    html! {
        @if !orphans.is_empty() {
            details {
                summary { (counted(orphans.len() as u32, "file that nothing seems to read", "files that nothing seems to read")) }
                ul {
                    @for row in orphans {
                        li {
                            (super::place(subject.audit, code, row.head)) " " span.weight {
                                (counted(row.lines.total, "line", "lines")) ", "
                                (match row.orphan { Some(crate::measure::Orphan::Proven) => "proven", _ => "likely" })
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cycles(subject: &Subject) -> Markup {
    let cycles = &subject.audit.facts.cycles;
    html! {
        @if !cycles.is_empty() {
            h3 { "Files that import each other" }
            ul {
                @for cycle in cycles {
                    li { (shown(&cycle.iter().map(|file| subject.audit.sources.path(*file)).collect::<Vec<_>>().join(" ↔ "))) }
                }
            }
        }
    }
}
