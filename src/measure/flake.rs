//! The row of one flake.

use std::collections::BTreeSet;

use super::cohesion;
use super::concern::{Context, Line};
use super::facts::{
    Certainty, ConcernRouteRow, DroppedRow, FlakeRow, KindRow, ModuleRow, NonLiteralRow, OutputRow, Role, StructureRow,
    UnknownRow, UnsupportedRow,
};
use super::file::is_generated;
use super::inputs;
use super::reach::{self, Reach};
use super::routes::{self, Known};
use super::{cost, needs, structure, tiles};
use crate::parse::Parsed;
use crate::resolve::ir::{Loc, Name};
use crate::resolve::{self, Flake, Project, concerns};
use crate::source::{Lines, PerFile, Sources, Span, is_nix};

/// Measures one flake.
pub(super) fn row(
    project: &Project,
    sources: &Sources,
    parsed: &PerFile<Parsed>,
    known: &Known,
    flake: &Flake,
    for_plans: bool,
) -> (FlakeRow, Vec<ConcernRouteRow>) {
    let reach = reach::reach(project, sources, flake);
    let context = Context { project, sources, flake, reach: &reach };
    let own = &parsed[flake.file];
    let is_parsed = own.problem.is_none() && own.refused.is_none();
    let nix = reach.files.iter().filter(|f| is_nix(sources.path(**f)));
    let own_lines = nix.clone().fold(Lines::default(), |sum, f| sum.plus(parsed[*f].lines));
    let (script_lines, script_at) = scripts(project, sources, flake);
    let top = &flake.top;
    let (inputs, lock) = inputs::rows(project, flake);
    let mut unknown: Vec<UnknownRow> = flake
        .unknown
        .iter()
        .map(|u| UnknownRow { path: u.path.clone(), reason: u.reason.clone(), at: u.at, opaque: u.opaque })
        .collect();
    if !is_parsed {
        let reason = "flake.nix does not parse".to_owned();
        unknown.insert(
            0,
            UnknownRow { path: String::new(), reason, at: top.outputs_at.map(|at| at.span(flake.file)), opaque: false },
        );
    }
    // A binding can only be called unreachable where every name of the file can be read.
    let unreachable = if is_parsed { context.unreachable() } else { super::facts::UnreachableRow::default() };
    let tally = context.tally();
    let wiring = |in_flake| tally.get(&(in_flake, Line::Wiring)).copied().unwrap_or(0);
    let structure = if is_parsed { structure::structure(&context, for_plans) } else { StructureRow::default() };
    let routes = routes::concerns(project, flake, &reach, known);
    let row = FlakeRow {
        path: flake.dir.clone(),
        file: flake.file,
        role: role(flake.role),
        parsed: is_parsed,
        generated: is_generated(sources.path(flake.file), &parsed[flake.file].remarks),
        frameworks: flake.frameworks.clone(),
        complete: unknown.iter().all(|unknown| unknown.opaque),
        lines: own.lines,
        own_lines,
        own_files: nix.count() as u32,
        script_lines,
        script_at,
        wiring_lines: wiring(true),
        own_wiring_lines: wiring(true) + wiring(false),
        non_literal: top
            .non_literal
            .iter()
            .map(|(what, found, at)| NonLiteralRow {
                what: what.clone(),
                found: found.clone(),
                at: first_line(sources, at.span(flake.file)),
            })
            .collect(),
        unsupported: unsupported(sources, flake),
        inputs,
        kinds: kinds(project, flake),
        outputs: outputs(flake, &reach, needs::needs(project, flake, &reach)),
        dropped: flake.dropped.iter().map(dropped).collect(),
        concerns: context.concerns(&tally),
        coupling: context.coupling(&tally),
        cohesion: cohesion::cohesion(project, &reach),
        structure,
        bindings: context.bindings(),
        unreachable,
        tiles: if for_plans { tiles::rows(&context) } else { Vec::new() },
        unknown,
        lock,
        lock_error: flake.lock_error.clone(),
        tree: super::facts::TreeRow::default(),
        below: super::facts::TreeRow::default(),
        cost: cost::row_of(project, sources, flake, &reach),
        head: top.head.map_or(Span::new(flake.file, 0..0), |at| at.span(flake.file)),
        insecure: top.insecure.iter().map(|(url, at)| (url.clone(), at.span(flake.file))).collect(),
        inputs_at: top.inputs_at.map(|at| at.span(flake.file)),
        outputs_at: top.outputs_at.map(|at| at.span(flake.file)),
    };
    (row, routes)
}

/// The part of a span that is on its first line.
pub(super) fn first_line(sources: &Sources, span: Span) -> Span {
    let text = sources.slice(span);
    let length = text.find('\n').map_or(text.len(), |end| text[..end].trim_end().len());
    Span { end: span.start + length as u32, ..span }
}

fn role(role: resolve::Role) -> Role {
    match role {
        resolve::Role::Root => Role::Root,
        resolve::Role::Sub => Role::Sub,
        resolve::Role::Template => Role::Template,
        resolve::Role::Fixture => Role::Fixture,
    }
}

/// Lines of shell in `flake.nix` (the quotes' own lines left out), and the longest script's first line.
fn scripts(project: &Project, sources: &Sources, flake: &Flake) -> (u32, Option<Span>) {
    let mut lines = BTreeSet::new();
    let mut longest: Option<(u32, Span)> = None;
    for at in &project.graph(flake.file).scripts {
        let span = at.span(flake.file);
        let (first, last) = sources.lines(span);
        lines.extend(first + 1..last);
        if last > first && longest.is_none_or(|(length, _)| last - first > length) {
            longest = Some((last - first, first_line(sources, span)));
        }
    }
    (lines.len() as u32, longest.map(|(_, span)| span))
}

/// Outputs of a kind; outputs are in order of kind.
fn count(flake: &Flake, kind: &str) -> u32 {
    let start = flake.outputs.partition_point(|o| o.kind.as_str() < kind);
    let end = flake.outputs.partition_point(|o| o.kind.as_str() <= kind);
    (end - start) as u32
}

/// What Nix does not know at the top level, and `outputs` where it is missing.
fn unsupported(sources: &Sources, flake: &Flake) -> Vec<UnsupportedRow> {
    let top = &flake.top;
    let at = |at: Loc| first_line(sources, at.span(flake.file));
    let row = |(name, place): &(Name, Loc)| UnsupportedRow { name: name.to_string(), missing: false, at: at(*place) };
    let mut rows: Vec<UnsupportedRow> = top.unsupported.iter().map(row).collect();
    if top.is_set && top.outputs.is_none() && !top.has_outputs {
        let head = top.head.unwrap_or_default();
        rows.push(UnsupportedRow { name: "outputs".to_owned(), missing: true, at: at(head) });
    }
    rows
}

fn dropped(row: &resolve::Dropped) -> DroppedRow {
    DroppedRow { kind: row.kind.clone(), lost: row.lost.clone(), at: row.at, left: row.left }
}

fn kinds(project: &Project, flake: &Flake) -> Vec<KindRow> {
    flake
        .kinds
        .iter()
        .map(|kind| KindRow {
            name: kind.name.clone(),
            outputs: count(flake, &kind.name),
            known: concerns::is_known_kind(&kind.name),
            per_system: kind.per_system,
            deprecation_alias: kind.origin.is_some_and(|o| {
                let graph = project.graph(o.at.file);
                graph.starting_at(o.at.start).is_some_and(|n| graph.nodes[n as usize].warns)
            }),
            at: kind.named.or(kind.origin).map(|o| o.at),
        })
        .collect()
}

fn outputs(flake: &Flake, reach: &Reach, needs: Vec<Option<Vec<String>>>) -> Vec<OutputRow> {
    // An inventory that is open at a path says so of every output below it.
    let partial = |kind: &str| {
        flake
            .unknown
            .iter()
            .any(|u| u.path.is_empty() || u.path == kind || u.path.starts_with(&format!("{kind}.")))
    };
    flake
        .outputs
        .iter()
        .zip(&reach.concern_of)
        .zip(needs)
        .map(|((output, concern), inputs)| OutputRow {
            inputs,
            kind: output.kind.clone(),
            name: output.name.clone(),
            systems: output.systems.clone(),
            concern: (*concern).to_owned(),
            at: output.written.map(|o| o.at),
            value: output.value,
            certainty: match (output.conditional, partial(&output.kind)) {
                (true, _) => Certainty::Conditional,
                (false, true) => Certainty::Partial,
                (false, false) => Certainty::Known,
            },
            bare: output.bare,
            modules: output.modules.iter().map(|module| ModuleRow { at: module.at, file: module.file }).collect(),
        })
        .collect()
}
