//! JSON: the contract filled from an audit.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::generate::SchemaSettings;

use super::contract as c;
use crate::audit::Audit;
use crate::finding::Finding;
use crate::finding::fingerprints;
use crate::measure::{FileRow, FlakeRow, InputRow, LockRow};
use crate::source::{Sources, Span};

/// Writes the report.
pub(super) fn render(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &report(audit)).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// The JSON Schema (draft 2020-12) of the report.
pub fn schema() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<c::Report>().to_value()
}

fn report(audit: &Audit) -> c::Report {
    let workspace = &audit.facts.workspace;
    let skipped = workspace.skipped.iter();
    c::Report {
        schema: 1,
        tool: c::Tool { name: "flake-audit".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        root: workspace.root.clone(),
        workspace: c::Workspace {
            nix_files: workspace.nix_files,
            lines: workspace.lines,
            skipped: skipped
                .map(|row| c::Skipped { path: row.path.clone(), reason: row.reason.clone(), counts: row.counts })
                .collect(),
        },
        flakes: audit.facts.flakes.iter().map(|row| flake(row, &audit.sources)).collect(),
        files: audit.facts.files.iter().map(file).collect(),
        findings: findings(audit),
        suppressed: audit.suppressed,
        plan: audit.plans.clone(),
    }
}

fn flake(row: &FlakeRow, sources: &Sources) -> c::Flake {
    c::Flake {
        path: row.path.clone(),
        role: row.role,
        parsed: row.parsed,
        frameworks: row.frameworks.clone(),
        complete: row.complete,
        lines: row.lines,
        own_lines: row.own_lines,
        own_files: row.own_files,
        wiring_lines: row.wiring_lines,
        own_wiring_lines: row.own_wiring_lines,
        inputs: row.inputs.iter().map(|input| self::input(input, sources)).collect(),
        kinds: row.kinds.iter().map(|kind| kind.name.clone()).collect(),
        outputs: outputs(row, sources),
        unknown: unknown(row, sources),
        concerns: row.concerns.iter().map(concern).collect(),
        unreachable: unreachable(row, sources),
        coupling: row.coupling.iter().map(coupling).collect(),
        cohesion: c::Cohesion { lcom4: row.cohesion.lcom4, modularity: row.cohesion.modularity },
        units: units(row, sources),
        groups: groups(row),
        hubs: row.structure.hubs.clone(),
        needs: row.structure.needs.clone(),
        self_edges: row.structure.self_edges.clone(),
        file_modularity: row.structure.modularity,
        lock: row.lock.as_ref().map(lock),
        lock_error: row.lock_error.as_ref().map(|(why, _)| why.clone()),
    }
}

fn input(row: &InputRow, sources: &Sources) -> c::Input {
    let mut follows: BTreeMap<String, String> =
        row.overrides.iter().filter_map(|over| Some((over.path.clone(), over.follows.clone()?))).collect();
    if let Some(own) = &row.follows {
        follows.insert(String::new(), own.clone());
    }
    c::Input {
        name: row.name.clone(),
        url: row.url.clone(),
        follows,
        flake: row.flake,
        line: sources.position(row.at).line,
        used: row.used,
        nodes: row.nodes,
        own_nodes: row.own_nodes,
    }
}

fn outputs(flake: &FlakeRow, sources: &Sources) -> Vec<c::Output> {
    let output = |row: &crate::measure::OutputRow| c::Output {
        kind: row.kind.clone(),
        name: row.name.clone(),
        systems: row.systems.clone(),
        concern: row.concern.clone(),
        path: row.at.map(|at| sources.path(at.file).to_owned()),
        line: row.at.map(|at| sources.position(at).line),
        certainty: row.certainty,
        modules: row.modules.iter().map(|module| self::module(module, sources)).collect(),
    };
    flake.outputs.iter().map(output).collect()
}

fn module(module: &crate::measure::ModuleRow, sources: &Sources) -> c::Module {
    let inline = module.file.is_none();
    let (first, last) = sources.lines(module.at);
    c::Module {
        path: sources.path(module.file.unwrap_or(module.at.file)).to_owned(),
        line: if inline { first } else { 1 },
        end_line: inline.then_some(last),
        inline,
    }
}

fn unknown(flake: &FlakeRow, sources: &Sources) -> Vec<c::Unknown> {
    let unknown = |row: &crate::measure::UnknownRow| c::Unknown {
        path: row.path.clone(),
        reason: row.reason.clone(),
        file: row.at.map(|at| sources.path(at.file).to_owned()),
        line: row.at.map(|at| sources.position(at).line),
        opaque: row.opaque,
    };
    flake.unknown.iter().map(unknown).collect()
}

fn concern(row: &crate::measure::ConcernRow) -> c::Concern {
    let lines = c::ConcernLines { reached: row.reached, exclusive: row.exclusive, shared: row.shared };
    c::Concern { name: row.name.clone(), outputs: row.outputs, lines }
}

fn unreachable(flake: &FlakeRow, sources: &Sources) -> c::Unreachable {
    let binding = |piece: &crate::measure::PieceRow| c::Binding {
        name: piece.name.clone(),
        path: sources.path(piece.span.file).to_owned(),
        line: piece.first_line,
        end_line: piece.last_line,
    };
    let bindings = flake.unreachable.bindings.iter().map(binding).collect();
    c::Unreachable { lines: flake.unreachable.lines, bindings }
}

fn coupling(row: &crate::measure::CouplingRow) -> c::Coupling {
    c::Coupling {
        a: row.a.clone(),
        b: row.b.clone(),
        bindings: row.bindings,
        lines: row.lines,
        jaccard: row.jaccard,
        names: row.names.clone(),
    }
}

fn units(row: &FlakeRow, sources: &Sources) -> Vec<c::UnitOf> {
    let name = |index: &u32| row.structure.units.get(*index as usize).map(|unit| unit.name.clone());
    let unit = |unit: &crate::measure::UnitRow| c::UnitOf {
        name: unit.name.clone(),
        unit: unit.kind,
        makes: unit.makes,
        path: sources.path(unit.span.file).to_owned(),
        line: unit.first_line,
        end_line: unit.last_line,
        concerns: unit.concerns.clone(),
        reads: unit.reads.iter().filter_map(name).collect(),
        call_sites: unit.call_sites,
        arguments: unit.arguments.clone(),
    };
    row.structure.units.iter().map(unit).collect()
}

fn groups(row: &FlakeRow) -> Vec<c::Group> {
    let name = |index: &u32| row.structure.units.get(*index as usize).map(|unit| unit.name.clone());
    let group = |group: &crate::measure::GroupRow| c::Group {
        family: group.family.clone(),
        name: group.name.clone(),
        by: group.by,
        lines: group.lines,
        units: group.units.iter().filter_map(name).collect(),
    };
    row.structure.groups.iter().map(group).collect()
}

fn lock(row: &LockRow) -> c::Lock {
    let duplicate = |row: &crate::measure::DuplicateRow| c::Duplicate {
        source: row.source.clone(),
        nodes: row.nodes.iter().map(|node| node.node.clone()).collect(),
        revisions: row.revisions,
        brought_by: row.brought_by.clone(),
    };
    c::Lock { nodes: row.nodes, duplicates: row.duplicates.iter().map(duplicate).collect() }
}

fn file(row: &FileRow) -> c::File {
    c::File { path: row.path.clone(), lines: row.lines, parsed: row.parsed, reached: row.reached, orphan: row.orphan }
}

fn findings(audit: &Audit) -> Vec<c::Finding> {
    let prints = fingerprints(&audit.findings, &audit.sources);
    audit.findings.iter().zip(prints).map(|(row, print)| finding(row, print, &audit.sources)).collect()
}

fn finding(row: &Finding, fingerprint: String, sources: &Sources) -> c::Finding {
    let (path, start, end) = place(row.primary.span, sources);
    c::Finding {
        code: row.code.clone(),
        rule: row.rule.clone(),
        level: row.level,
        confidence: row.confidence,
        message: row.message.clone(),
        path,
        start,
        end,
        subject: row.subject.clone(),
        fingerprint,
        label: row.primary.text.clone(),
        notes: row.notes.clone(),
        related: row.related.iter().map(|label| related(label, sources)).collect(),
        fix: row.fix.as_ref().map(|fix| self::fix(fix, sources)),
    }
}

fn related(label: &crate::finding::Label, sources: &Sources) -> c::Related {
    let (path, start, end) = place(label.span, sources);
    c::Related { text: label.text.clone(), path, start, end }
}

fn fix(fix: &crate::finding::Fix, sources: &Sources) -> c::Fix {
    let edit = |edit: &crate::finding::Edit| {
        let (path, start, end) = place(edit.span, sources);
        c::Edit { path, start, end, text: edit.text.clone() }
    };
    c::Fix { title: fix.title.clone(), safe: fix.safe, edits: fix.edits.iter().map(edit).collect() }
}

/// Path, start and end of a span.
fn place(span: Span, sources: &Sources) -> (String, c::Position, c::Position) {
    let (start, end) = (sources.position(span), sources.end_position(span));
    (
        sources.path(span.file).to_owned(),
        c::Position { line: start.line, column: start.column },
        c::Position { line: end.line, column: end.column },
    )
}
