//! The files of a flake: who imports whom, with orphans and cycles.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::code::Code;
use super::{Subject, shown};
use crate::measure::{FileRow, Reached};
use crate::number::{counted, grouped};
use crate::report::graph;
use crate::source::FileId;

pub(super) fn section(subject: &Subject, code: &Code) -> Markup {
    let name = format!("files{}", subject.number);
    let link = |file| code.anchor(file, 1).map(|anchor| format!("#{anchor}"));
    let drawn = graph::files(subject.audit, subject.flake, &link);
    html! {
        section id=(name) aria-labelledby={ (name) "-title" } {
            h2 id={ (name) "-title" } { "Files" }
            @if drawn.nodes.len() > 1 { (picture(subject, &drawn, code)) }
            @if drawn.edges.is_empty() {
                p { (shown(subject.path())) " imports no other file by a path that is written out." }
            }
            @if subject.number == 0 { (orphans(subject, code)) (cycles(subject)) }
        }
    }
}

fn row<'a>(subject: &Subject<'a>, file: FileId) -> Option<(usize, &'a FileRow)> {
    let files = &subject.audit.facts.files;
    files.binary_search_by_key(&file, |row| row.file).ok().map(|at| (at, &files[at]))
}

fn picture(subject: &Subject, drawn: &graph::Graph, code: &Code) -> Markup {
    let reached = reached(subject, &subject.audit.facts.routes.pairs()).len();
    let leads = |at: usize| drawn.edges.iter().any(|edge| edge.to == at);
    let alone = drawn.nodes.iter().enumerate().filter(|(at, node)| node.class == "dead" && !leads(*at)).count();
    let left_out = (reached + alone).saturating_sub(drawn.nodes.len());
    html! {
        figure {
            div.scroll tabindex="0" role="region" aria-label="Picture of the imports" { (graph::figure(drawn, "imports")) }
            figcaption {
                "An import leads to the right."
                @if drawn.nodes.iter().any(|node| node.class == "dead") { " " (hatched(subject)) }
                @if drawn.edges.iter().any(|edge| edge.class == "cycle") { " Red: they import each other." }
                @if left_out > 0 { " " (counted(left_out as u32, "file further away is", "files further away are")) " not drawn." }
            }
        }
        (table(subject, code))
    }
}

/// Files that the flake's file leads to, by path, itself first.
fn reached(subject: &Subject, imports: &[(FileId, FileId)]) -> Vec<FileId> {
    let mut seen = BTreeSet::from([subject.flake.file]);
    let mut found = vec![subject.flake.file];
    let mut at = 0;
    while let Some(file) = found.get(at).copied() {
        at += 1;
        let start = imports.partition_point(|(from, _)| *from < file);
        let ours = imports[start..].iter().take_while(|(from, _)| *from == file);
        found.extend(ours.map(|(_, to)| *to).filter(|to| seen.insert(*to)));
    }
    found[1..].sort_by_key(|file| subject.audit.sources.path(*file));
    found
}

fn table(subject: &Subject, code: &Code) -> Markup {
    let imports = subject.audit.facts.routes.pairs();
    let mut by: BTreeMap<FileId, Vec<&str>> = BTreeMap::new();
    for (from, to) in &imports {
        by.entry(*to).or_default().push(subject.audit.sources.path(*from));
    }
    html! {
        details {
            summary { "The files as a table" }
            div.scroll tabindex="0" role="region" aria-label="The files as a table" {
                table {
                    thead { tr { th scope="col" { "file" } th scope="col" { "lines" } th scope="col" { "imported by" } } }
                    tbody {
                        @for file in reached(subject, &imports) {
                            tr {
                                th scope="row" { (super::file(subject.audit, code, file)) }
                                @match row(subject, file) {
                                    Some((at, row)) => td.number data-json={ "/files/" (at) "/lines/total" } { (grouped(row.lines.total)) },
                                    None => td.number {},
                                }
                                td { (shown(&by.get(&file).map_or_else(String::new, |paths| paths.join(", ")))) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn orphans(subject: &Subject, code: &Code) -> Markup {
    let orphans: Vec<&FileRow> = subject
        .audit
        .facts
        .files
        .iter()
        .filter(|row| row.reached == Reached::Orphan && !row.fixture)
        .collect();
    html! {
        @if !orphans.is_empty() {
            details {
                summary { (unread(subject, orphans.len() as u32)) }
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

/// What is known of files to which no path leads. What could not be followed may read them all the same.
fn unread(subject: &Subject, files: u32) -> String {
    if subject.flake.complete {
        return counted(files, "file that nothing seems to read", "files that nothing seems to read");
    }
    let files = counted(files, "file", "files");
    format!("{files} to which no path in the code leads; what could not be followed may still read them")
}

fn hatched(subject: &Subject) -> &'static str {
    if subject.flake.complete {
        "Hatched: nothing seems to read it."
    } else {
        "Hatched: no path in the code leads to it."
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
