//! Fields and anchors, table by table, in order of name.

use super::{Anchor, Field, Type, Value};
use crate::measure::{Certainty, Reached, Role, Used};

pub(super) static WORKSPACE: &[Field] = &[
    Field {
        name: "code_lines",
        kind: Type::Integer,
        unit: "lines",
        doc: "Lines with code in all Nix files.",
        get: |row| row.workspace.map(|w| Value::from(w.lines.code)),
    },
    Field {
        name: "flakes",
        kind: Type::Integer,
        unit: "flakes",
        doc: "Directories that hold a `flake.nix`.",
        get: |row| row.workspace.map(|w| Value::from(w.flakes)),
    },
    Field {
        name: "lines",
        kind: Type::Integer,
        unit: "lines",
        doc: "Lines of all Nix files.",
        get: |row| row.workspace.map(|w| Value::from(w.lines.total)),
    },
    Field {
        name: "nix_files",
        kind: Type::Integer,
        unit: "files",
        doc: "Nix files that were read.",
        get: |row| row.workspace.map(|w| Value::from(w.nix_files)),
    },
    Field {
        name: "skipped",
        kind: Type::Integer,
        unit: "paths",
        doc: "Paths that could not be analysed and make the audit incomplete.",
        get: |row| row.workspace.map(|w| Value::from(w.skipped.iter().filter(|s| s.counts).count())),
    },
];

pub(super) static WORKSPACE_ANCHORS: &[Anchor] =
    &[Anchor { name: "root", doc: "The head of the root flake.", get: |row| row.flake.map(|flake| flake.head) }];

pub(super) static FLAKE: &[Field] = &[
    Field {
        name: "code_lines",
        kind: Type::Integer,
        unit: "lines",
        doc: "Lines of `flake.nix` with code: neither blank nor comment.",
        get: |row| row.flake.map(|f| Value::from(f.lines.code)),
    },
    Field {
        name: "complete",
        kind: Type::Boolean,
        unit: "",
        doc: "Whether the inventory of outputs has no unknown part.",
        get: |row| row.flake.map(|f| Value::from(f.complete)),
    },
    Field {
        name: "concerns",
        kind: Type::Integer,
        unit: "concerns",
        doc: "Concerns that its outputs belong to.",
        get: |row| row.flake.map(|f| Value::from(f.concerns.len())),
    },
    Field {
        name: "frameworks",
        kind: Type::Texts,
        unit: "",
        doc: "Frameworks that build its outputs.",
        get: |row| row.flake.map(|f| Value::from(f.frameworks.as_slice())),
    },
    Field {
        name: "generated",
        kind: Type::Boolean,
        unit: "",
        doc: "Whether `flake.nix` says that a program writes it.",
        get: |row| row.flake.map(|f| Value::from(f.generated)),
    },
    Field {
        name: "has_lock",
        kind: Type::Boolean,
        unit: "",
        doc: "Whether it has a lock file that could be read.",
        get: |row| row.flake.map(|f| Value::from(f.lock.is_some())),
    },
    Field {
        name: "inputs",
        kind: Type::Integer,
        unit: "inputs",
        doc: "Direct inputs.",
        get: |row| row.flake.map(|f| Value::from(f.inputs.len())),
    },
    Field {
        name: "kinds",
        kind: Type::Texts,
        unit: "",
        doc: "Top-level output names.",
        get: |row| row.flake.map(|f| Value::Texts(f.kinds.iter().map(|kind| kind.name.as_str()).collect())),
    },
    Field {
        name: "lcom4",
        kind: Type::Integer,
        unit: "components",
        doc: "Connected components of outputs and the bindings they reach (LCOM4).",
        get: |row| row.flake.map(|f| Value::from(f.cohesion.lcom4)),
    },
    Field {
        name: "lines",
        kind: Type::Integer,
        unit: "lines",
        doc: "Lines of `flake.nix`.",
        get: |row| row.flake.map(|f| Value::from(f.lines.total)),
    },
    Field {
        name: "lock_nodes",
        kind: Type::Integer,
        unit: "nodes",
        doc: "Nodes of the lock file without the root; 0 without a lock.",
        get: |row| row.flake.map(|f| Value::from(f.lock.as_ref().map_or(0, |lock| lock.nodes))),
    },
    Field {
        name: "outputs",
        kind: Type::Integer,
        unit: "outputs",
        doc: "Outputs, systems taken out.",
        get: |row| row.flake.map(|f| Value::from(f.outputs.len())),
    },
    Field {
        name: "own_code_lines",
        kind: Type::Integer,
        unit: "lines",
        doc: "Lines with code of `flake.nix` and every file of the workspace it imports.",
        get: |row| row.flake.map(|f| Value::from(f.own_lines.code)),
    },
    Field {
        name: "own_files",
        kind: Type::Integer,
        unit: "files",
        doc: "`flake.nix` and the files of the workspace it imports.",
        get: |row| row.flake.map(|f| Value::from(f.own_files)),
    },
    Field {
        name: "own_lines",
        kind: Type::Integer,
        unit: "lines",
        doc: "Lines of `flake.nix` and every file of the workspace it imports.",
        get: |row| row.flake.map(|f| Value::from(f.own_lines.total)),
    },
    Field {
        name: "parsed",
        kind: Type::Boolean,
        unit: "",
        doc: "Whether `flake.nix` parses.",
        get: |row| row.flake.map(|f| Value::from(f.parsed)),
    },
    Field {
        name: "path",
        kind: Type::Text,
        unit: "",
        doc: "Its directory; `.` for the root.",
        get: |row| row.flake.map(|f| Value::from(f.path.as_str())),
    },
    Field {
        name: "role",
        kind: Type::Text,
        unit: "",
        doc: "`root`, `sub`, `template` or `fixture`.",
        get: |row| row.flake.map(|f| Value::from(role(f.role))),
    },
    Field {
        name: "script_lines",
        kind: Type::Integer,
        unit: "lines",
        doc: "Lines of shell inside strings of `flake.nix`.",
        get: |row| row.flake.map(|f| Value::from(f.script_lines)),
    },
    Field {
        name: "script_percent",
        kind: Type::Integer,
        unit: "percent",
        doc: "Share of those in the lines of `flake.nix`.",
        get: |row| row.flake.map(|f| Value::from(f.script_lines.saturating_mul(100) / f.lines.total.max(1))),
    },
    Field {
        name: "unreachable_lines",
        kind: Type::Integer,
        unit: "lines",
        doc: "Lines of bindings that no output reaches.",
        get: |row| row.flake.map(|f| Value::from(f.unreachable.lines)),
    },
    Field {
        name: "unreachable_lines_in_flake",
        kind: Type::Integer,
        unit: "lines",
        doc: "Of those, lines in `flake.nix`.",
        get: |row| row.flake.map(|f| Value::from(f.unreachable.lines_in_flake)),
    },
    Field {
        name: "wiring_lines",
        kind: Type::Integer,
        unit: "lines",
        doc: "Lines of inputs, formals and plumbing in `flake.nix`.",
        get: |row| row.flake.map(|f| Value::from(f.wiring_lines)),
    },
];

pub(super) static FLAKE_ANCHORS: &[Anchor] = &[
    Anchor {
        name: "head",
        doc: "The flake as a whole: `description` or the first code.",
        get: |row| row.flake.map(|flake| flake.head),
    },
    Anchor { name: "inputs", doc: "`inputs`.", get: |row| row.flake.and_then(|flake| flake.inputs_at) },
    Anchor { name: "outputs", doc: "`outputs`.", get: |row| row.flake.and_then(|flake| flake.outputs_at) },
    Anchor {
        name: "script",
        doc: "The first line of the longest script.",
        get: |row| row.flake.and_then(|flake| flake.script_at),
    },
];

pub(super) static FILE: &[Field] = &[
    Field {
        name: "code_lines",
        kind: Type::Integer,
        unit: "lines",
        doc: "Lines with code: neither blank nor comment.",
        get: |row| row.file.map(|f| Value::from(f.lines.code)),
    },
    Field {
        name: "fixture",
        kind: Type::Boolean,
        unit: "",
        doc: "Whether its folder makes it a template, fixture, test or example.",
        get: |row| row.file.map(|f| Value::from(f.fixture)),
    },
    Field {
        name: "generated",
        kind: Type::Boolean,
        unit: "",
        doc: "Whether it says that a program writes it.",
        get: |row| row.file.map(|f| Value::from(f.generated)),
    },
    Field {
        name: "impure_reads",
        kind: Type::Integer,
        unit: "reads",
        doc: "Impure reads (`builtins.currentSystem`, `<nixpkgs>` …).",
        get: |row| row.file.map(|f| Value::from(f.impure.len())),
    },
    Field {
        name: "is_flake",
        kind: Type::Boolean,
        unit: "",
        doc: "Whether it is the `flake.nix` of a flake.",
        get: |row| row.file.map(|f| Value::from(f.is_flake)),
    },
    Field {
        name: "lines",
        kind: Type::Integer,
        unit: "lines",
        doc: "All lines.",
        get: |row| row.file.map(|f| Value::from(f.lines.total)),
    },
    Field {
        name: "parsed",
        kind: Type::Boolean,
        unit: "",
        doc: "Whether it parses.",
        get: |row| row.file.map(|f| Value::from(f.parsed)),
    },
    Field {
        name: "path",
        kind: Type::Text,
        unit: "",
        doc: "Path relative to the workspace root.",
        get: |row| row.file.map(|f| Value::from(f.path.as_str())),
    },
    Field {
        name: "reached",
        kind: Type::Text,
        unit: "",
        doc: "`entry`, `imported`, `discovered`, `orphan` or `unknown`.",
        get: |row| row.file.map(|f| Value::from(reached(f.reached))),
    },
];

pub(super) static FILE_ANCHORS: &[Anchor] =
    &[Anchor { name: "head", doc: "The first code of the file.", get: |row| row.file.map(|file| file.head) }];

pub(super) static INPUT: &[Field] = &[
    Field {
        name: "declared",
        kind: Type::Boolean,
        unit: "",
        doc: "Whether `inputs` declares it; else only the arguments of `outputs` name it.",
        get: |row| row.input.map(|i| Value::from(i.declared)),
    },
    Field {
        name: "flake",
        kind: Type::Boolean,
        unit: "",
        doc: "False where `flake = false`.",
        get: |row| row.input.map(|i| Value::from(i.flake)),
    },
    Field {
        name: "follows",
        kind: Type::Text,
        unit: "",
        doc: "The input it follows as a whole; empty where none.",
        get: |row| row.input.map(|i| Value::from(i.follows.as_deref().unwrap_or(""))),
    },
    Field {
        name: "machine_path",
        kind: Type::Boolean,
        unit: "",
        doc: "Whether it is an absolute path of one machine.",
        get: |row| row.input.map(|i| Value::from(i.machine_path)),
    },
    Field {
        name: "name",
        kind: Type::Text,
        unit: "",
        doc: "Name.",
        get: |row| row.input.map(|i| Value::from(i.name.as_str())),
    },
    Field {
        name: "nodes",
        kind: Type::Integer,
        unit: "nodes",
        doc: "Lock nodes that it brings, itself included.",
        get: |row| row.input.map(|i| Value::from(i.nodes)),
    },
    Field {
        name: "overrides",
        kind: Type::Integer,
        unit: "overrides",
        doc: "Inputs of it that are overridden.",
        get: |row| row.input.map(|i| Value::from(i.overrides.len())),
    },
    Field {
        name: "own_nodes",
        kind: Type::Integer,
        unit: "nodes",
        doc: "Lock nodes that only it brings.",
        get: |row| row.input.map(|i| Value::from(i.own_nodes)),
    },
    Field {
        name: "registry",
        kind: Type::Boolean,
        unit: "",
        doc: "Whether the flake registry decides its source.",
        get: |row| row.input.map(|i| Value::from(i.registry)),
    },
    Field {
        name: "source",
        kind: Type::Text,
        unit: "",
        doc: "`forge:owner/repo` in lower case; empty where there is none.",
        get: |row| row.input.map(|i| Value::from(i.source.as_deref().unwrap_or(""))),
    },
    Field {
        name: "url",
        kind: Type::Text,
        unit: "",
        doc: "URL as declared; empty where there is none.",
        get: |row| row.input.map(|i| Value::from(i.url.as_deref().unwrap_or(""))),
    },
    Field {
        name: "used",
        kind: Type::Text,
        unit: "",
        doc: "`yes`, `no` or `unknown`.",
        get: |row| row.input.map(|i| Value::from(used(i.used))),
    },
];

pub(super) static INPUT_ANCHORS: &[Anchor] = &[
    Anchor {
        name: "name",
        doc: "Its name where it is declared, else the argument of `outputs`.",
        get: |row| row.input.map(|input| input.at),
    },
    Anchor { name: "url", doc: "Its URL.", get: |row| row.input.and_then(|input| input.url_at) },
];

pub(super) static OUTPUT: &[Field] = &[
    Field {
        name: "certainty",
        kind: Type::Text,
        unit: "",
        doc: "`known`, `conditional` or `partial`.",
        get: |row| row.output.map(|o| Value::from(certainty(o.certainty))),
    },
    Field {
        name: "concern",
        kind: Type::Text,
        unit: "",
        doc: "Concern it belongs to.",
        get: |row| row.output.map(|o| Value::from(o.concern.as_str())),
    },
    Field {
        name: "kind",
        kind: Type::Text,
        unit: "",
        doc: "Kind (`packages`).",
        get: |row| row.output.map(|o| Value::from(o.kind.as_str())),
    },
    Field {
        name: "name",
        kind: Type::Text,
        unit: "",
        doc: "Name; may be empty.",
        get: |row| row.output.map(|o| Value::from(o.name.as_str())),
    },
    Field {
        name: "systems",
        kind: Type::Texts,
        unit: "",
        doc: "Systems; empty where the kind has none.",
        get: |row| row.output.map(|o| Value::from(o.systems.as_slice())),
    },
];

pub(super) static OUTPUT_ANCHORS: &[Anchor] =
    &[Anchor { name: "name", doc: "Where its value is written.", get: |row| row.output.and_then(|output| output.at) }];

pub(super) static LOCK: &[Field] = &[
    Field {
        name: "duplicated_sources",
        kind: Type::Integer,
        unit: "sources",
        doc: "Sources with two or more nodes.",
        get: |row| row.lock.map(|l| Value::from(l.duplicates.len())),
    },
    Field {
        name: "nodes",
        kind: Type::Integer,
        unit: "nodes",
        doc: "Nodes without the root.",
        get: |row| row.lock.map(|l| Value::from(l.nodes)),
    },
    Field {
        name: "not_declared",
        kind: Type::Integer,
        unit: "inputs",
        doc: "Locked root inputs that are not declared.",
        get: |row| row.lock.map(|l| Value::from(l.not_declared.len())),
    },
    Field {
        name: "not_locked",
        kind: Type::Integer,
        unit: "inputs",
        doc: "Declared inputs that are not locked.",
        get: |row| row.lock.map(|l| Value::from(l.not_locked.len())),
    },
    Field {
        name: "version",
        kind: Type::Integer,
        unit: "",
        doc: "`version` of the file.",
        get: |row| row.lock.map(|l| Value::from(l.version)),
    },
];

pub(super) static LOCK_ANCHORS: &[Anchor] =
    &[Anchor { name: "inputs", doc: "`inputs` of the flake.", get: |row| row.flake.and_then(|flake| flake.inputs_at) }];

pub(super) static CONCERN: &[Field] = &[
    Field {
        name: "arguments",
        kind: Type::Texts,
        unit: "",
        doc: "Names that its own pieces read and do not define.",
        get: |row| row.concern.map(|c| Value::from(c.arguments.as_slice())),
    },
    Field {
        name: "defined_in_flake",
        kind: Type::Integer,
        unit: "lines",
        doc: "Lines of it that `flake.nix` itself defines.",
        get: |row| row.concern.map(|c| Value::from(c.defined_in_flake)),
    },
    Field {
        name: "exclusive",
        kind: Type::Integer,
        unit: "lines",
        doc: "Lines that only it reaches.",
        get: |row| row.concern.map(|c| Value::from(c.exclusive)),
    },
    Field {
        name: "exclusive_in_flake",
        kind: Type::Integer,
        unit: "lines",
        doc: "Of those, lines in `flake.nix`.",
        get: |row| row.concern.map(|c| Value::from(c.exclusive_in_flake)),
    },
    Field {
        name: "name",
        kind: Type::Text,
        unit: "",
        doc: "Name.",
        get: |row| row.concern.map(|c| Value::from(c.name.as_str())),
    },
    Field {
        name: "outputs",
        kind: Type::Integer,
        unit: "outputs",
        doc: "Outputs of it.",
        get: |row| row.concern.map(|c| Value::from(c.outputs)),
    },
    Field {
        name: "pieces",
        kind: Type::Integer,
        unit: "pieces",
        doc: "Pieces of `flake.nix` that are its own.",
        get: |row| row.concern.map(|c| Value::from(c.pieces.len())),
    },
    Field {
        name: "reached",
        kind: Type::Integer,
        unit: "lines",
        doc: "Lines that its outputs reach, plumbing left out.",
        get: |row| row.concern.map(|c| Value::from(c.reached)),
    },
    Field {
        name: "shared",
        kind: Type::Integer,
        unit: "lines",
        doc: "Lines that another concern reaches too.",
        get: |row| row.concern.map(|c| Value::from(c.shared)),
    },
];

pub(super) static CONCERN_ANCHORS: &[Anchor] = &[Anchor {
    name: "piece",
    doc: "Its largest piece in `flake.nix`, else its first output.",
    get: |row| row.concern.and_then(|concern| concern.at),
}];

fn role(value: Role) -> &'static str {
    match value {
        Role::Root => "root",
        Role::Sub => "sub",
        Role::Template => "template",
        Role::Fixture => "fixture",
    }
}

fn reached(value: Reached) -> &'static str {
    match value {
        Reached::Entry => "entry",
        Reached::Imported => "imported",
        Reached::Discovered => "discovered",
        Reached::Orphan => "orphan",
        Reached::Unknown => "unknown",
    }
}

fn used(value: Used) -> &'static str {
    match value {
        Used::Yes => "yes",
        Used::No => "no",
        Used::Unknown => "unknown",
    }
}

fn certainty(value: Certainty) -> &'static str {
    match value {
        Certainty::Known => "known",
        Certainty::Conditional => "conditional",
        Certainty::Partial => "partial",
    }
}
