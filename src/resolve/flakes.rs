//! The flakes of a workspace: inputs, lock and inventory of each.

use super::eval::{self, HostModule, InputSource, Inventory, Locked, Loss, Origin, World};
use super::inputs::{self, Top};
use super::ir::ExprId;
use super::lock::{self, Lock};
use super::source_id;
use super::stored::Stored;
use crate::discover::EntryKind;
use crate::source::{FileId, Sources, Span};

/// What a flake is within its workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The flake of the workspace root.
    Root,
    /// A flake in a folder of its own.
    Sub,
    /// In a folder of templates, or offered as one.
    Template,
    /// In a folder of tests, fixtures or examples.
    Fixture,
}

/// A flake.
#[derive(Debug)]
pub struct Flake {
    /// Its directory; `.` for the root.
    pub dir: String,
    /// Its `flake.nix`.
    pub file: FileId,
    /// What it is within the workspace.
    pub role: Role,
    /// Its top level.
    pub top: Top,
    /// Frameworks that build its outputs.
    pub frameworks: Vec<String>,
    /// Its lock file, where it can be used.
    pub lock: Option<Lock>,
    /// Why the lock file cannot be used.
    pub lock_error: Option<(String, Option<Span>)>,
    /// Top-level output names.
    pub kinds: Vec<Kind>,
    /// Outputs in order of kind and name.
    pub outputs: Vec<Output>,
    /// Where the inventory may differ.
    pub unknown: Vec<Unknown>,
    /// What a `//` at the top drops.
    pub dropped: Vec<Dropped>,
    /// Directories that its evaluation lists.
    pub listed: Vec<String>,
    /// Nix files that its evaluation reads, besides its own.
    pub evaluated: Vec<FileId>,
}

/// A top-level output name.
#[derive(Debug)]
pub struct Kind {
    /// Name.
    pub name: String,
    /// Whether the second level is systems.
    pub per_system: bool,
    /// Where its value is written.
    pub origin: Option<Origin>,
    /// Where its own name is written, which may pass on a value that has another.
    pub named: Option<Origin>,
}

/// An output.
#[derive(Debug)]
pub struct Output {
    /// Kind.
    pub kind: String,
    /// Name, empty where there is none.
    pub name: String,
    /// Systems in order.
    pub systems: Vec<String>,
    /// The attribute as it is offered.
    pub offered: Option<Origin>,
    /// The attribute whose value is written out.
    pub written: Option<Origin>,
    /// The value's code.
    pub value: Option<Span>,
    /// There only under a condition that cannot be decided.
    pub conditional: bool,
    /// Modules that a configuration is made from; of a module or an overlay that is a file of its own, that file.
    pub modules: Vec<HostModule>,
    /// Its value is written out as a set of attributes that is no derivation.
    pub bare: bool,
}

/// Outputs of a kind that a `//` at the top drops, because both of its sides have the kind.
#[derive(Debug)]
pub struct Dropped {
    /// The kind.
    pub kind: String,
    /// What of the left side is not there in the end.
    pub lost: Vec<String>,
    /// Where the right side writes the kind.
    pub at: Span,
    /// Where the left side writes it.
    pub left: Option<Span>,
}

/// A part of the inventory that is not known.
#[derive(Debug)]
pub struct Unknown {
    /// Attribute path.
    pub path: String,
    /// Why.
    pub reason: String,
    /// The code that could not be followed.
    pub at: Option<Span>,
    /// Another project's names that are passed on whole, and left out on purpose.
    pub opaque: bool,
}

/// Every audited `flake.nix`. Below the root, one that is a function is a module of that name, not a flake.
pub(super) fn files(sources: &Sources, stored: &Stored) -> Vec<FileId> {
    let is_flake = |(id, file): &(FileId, &crate::source::SourceFile)| {
        let function = stored.outline(*id).is_function;
        file.path == "flake.nix" || file.path.ends_with("/flake.nix") && !function
    };
    sources.iter().filter(is_flake).map(|(id, _)| id).collect()
}

/// The role that a directory's name gives a flake, or a file in it.
pub(crate) fn role(dir: &str) -> Role {
    if dir == "." {
        return Role::Root;
    }
    let mut role = Role::Sub;
    for part in dir.split('/') {
        if matches!(part, "templates" | "template") {
            return Role::Template;
        }
        if is_trial(part) {
            role = Role::Fixture;
        }
    }
    role
}

/// Whether a directory's name says that its code is there to be tried: `tests`, `vm-tests`, `test_data`.
fn is_trial(name: &str) -> bool {
    const TRIALS: &[&str] =
        &["test", "tests", "testing", "fixtures", "fixture", "testdata", "examples", "example", "demo"];
    const OF_TESTS: &[&str] = &["data", "cases", "files", "suite", "assets", "resources"];
    match name.rsplit_once(['-', '_']) {
        None => TRIALS.contains(&name),
        Some((_, last)) if TRIALS.contains(&last) => true,
        Some((first, last)) => matches!(first, "test" | "tests") && OF_TESTS.contains(&last),
    }
}

/// Reads one flake.
pub(super) fn resolve(world: &World, file: FileId) -> Flake {
    let path = world.sources.path(file);
    let dir = path.rsplit_once('/').map_or(".", |(d, _)| d).to_owned();
    let top = inputs::read(world.modules.ir(file));
    let (lock, lock_error) = read_lock(world, &dir);
    let sources = input_sources(&top, lock.as_ref(), &dir);
    let inventory = match top.outputs {
        Some(outputs) => eval::inventory(world, file, outputs, &sources),
        None => Inventory::default(),
    };
    let mut flake = Flake {
        role: role(&dir),
        dir,
        file,
        top,
        frameworks: inventory.frameworks,
        lock,
        lock_error,
        kinds: Vec::new(),
        outputs: Vec::new(),
        unknown: Vec::new(),
        dropped: inventory.losses.into_iter().map(dropped).collect(),
        listed: inventory.listed,
        evaluated: inventory.evaluated,
    };
    flake.kinds = inventory
        .kinds
        .into_iter()
        .map(|k| Kind { name: k.name, per_system: k.per_system, origin: k.origin, named: k.named })
        .collect();
    flake.unknown = inventory
        .unknown
        .into_iter()
        .map(|u| {
            let at = u.at.or_else(|| place_of(&flake, &u.path, &u.reason));
            Unknown { path: u.path, reason: u.reason, at, opaque: u.opaque }
        })
        .chain(refused(&flake.top, file))
        .collect();
    flake.outputs = inventory
        .items
        .into_iter()
        .map(|i| Output {
            kind: i.kind,
            name: i.name,
            systems: i.systems,
            offered: i.offered,
            written: i.written,
            value: i.value,
            conditional: i.conditional,
            modules: i.modules,
            bare: i.bare,
        })
        .collect();
    flake
}

/// What is not known of a `flake.nix` that Nix refuses, because it is not a set that is written out: everything.
fn refused(top: &inputs::Top, file: FileId) -> Option<Unknown> {
    let (_, what, at) = top.non_literal.iter().find(|(name, ..)| name == "flake.nix")?;
    let reason = format!("`flake.nix` is {what}, not a set that is written out");
    Some(Unknown { path: String::new(), reason, at: Some(at.span(file)), opaque: false })
}

/// The place of something unknown that no code of the workspace made: where its kind is written, where the input that it
/// comes from is named, or else `outputs`.
fn place_of(flake: &Flake, path: &str, reason: &str) -> Option<Span> {
    let kind = path.split('.').next().and_then(|name| flake.kinds.iter().find(|kind| kind.name == name));
    let written = kind.and_then(|kind| kind.origin.as_ref()).map(|origin| origin.at);
    let input = || flake.top.inputs.iter().find(|input| reason.contains(&format!("`{}`", input.name)));
    let named = || input().map(|input| input.at).or(flake.top.outputs_at);
    written.or_else(|| named().map(|at| at.span(flake.file)))
}

fn dropped(loss: Loss) -> Dropped {
    Dropped { kind: loss.kind, lost: loss.lost, at: loss.at, left: loss.left }
}

/// What the evaluator must know of the inputs.
fn input_sources(top: &Top, lock: Option<&Lock>, dir: &str) -> Vec<InputSource> {
    let inputs = top.inputs.iter().map(|input| InputSource {
        name: input.name.clone(),
        source: source_of(top, input, lock, 0),
        overrides: input.overrides.iter().map(|o| (o.path.clone(), direct(o.follows.as_deref()))).collect(),
        modified: modified(lock, &input.name),
        place: place(top, input, dir),
        flake: input.flake,
        locked: lock.map(|lock| locked_inputs(lock, &input.name)).unwrap_or_default(),
    });
    inputs.collect()
}

/// What a locked input's own inputs are.
fn locked_inputs(lock: &Lock, input: &str) -> Vec<(String, Locked)> {
    let root = lock.targets(lock.root_number());
    let targets = root.and_then(|root| lock.targets(*root.get(input)?)).into_iter().flatten();
    let locked = targets.map(|(name, number)| {
        let direct = root.and_then(|root| root.iter().find(|(_, of)| *of == number)).map(|(name, _)| name.clone());
        let own = || {
            let node = &lock.nodes[*number];
            InputSource {
                name: name.clone(),
                source: node.source(),
                overrides: Vec::new(),
                modified: age_of(node),
                place: None,
                flake: node.flake,
                locked: Vec::new(),
            }
        };
        (name.clone(), direct.map_or_else(|| Locked::Own(own()), Locked::Direct))
    });
    locked.collect()
}

/// The directory of the workspace that a relative path leads to.
fn place(top: &Top, input: &inputs::Input, dir: &str) -> Option<String> {
    let followed = input.follows.as_deref().and_then(|to| top.input(to));
    let url = source_id::parse_url(followed.unwrap_or(input).url.as_deref()?);
    let source = url.source.filter(|_| url.relative)?;
    let path = source.strip_prefix("path:").or_else(|| source.strip_prefix("file:"))?;
    let path = path.split('?').next()?;
    let place = eval::join(if dir == "." { "" } else { dir }, path)?;
    eval::join(&place, url.dir.as_deref().unwrap_or_default())
}

/// What is written of the flake in a directory of the workspace (empty for the root): its file, outputs and inputs.
pub(super) fn parts(world: &World, dir: &str) -> Option<(FileId, ExprId, Vec<InputSource>)> {
    let path = if dir.is_empty() { "flake.nix".to_owned() } else { format!("{dir}/flake.nix") };
    let file = world.find(&path)?;
    let top = inputs::read(world.modules.ir(file));
    let dir = if dir.is_empty() { "." } else { dir };
    let (lock, _) = read_lock(world, dir);
    Some((file, top.outputs?, input_sources(&top, lock.as_ref(), dir)))
}

/// When the code of a locked input was changed last. A release of nixpkgs is as old as its branch: new things do not
/// come there.
fn age(node: &lock::LockNode) -> Option<i64> {
    let modified = node.locked.as_ref()?.last_modified?;
    let named = node.original.as_ref().and_then(|o| o.reference.as_deref().or(o.url.as_deref())).unwrap_or_default();
    let branched = [(".05", 4 * 30 + 20), (".11", 10 * 30 + 25)].into_iter().find_map(|(month, days)| {
        let (before, _) = named.split_once(month)?;
        let year: i64 = before.get(before.len().checked_sub(2)?..)?.parse().ok()?;
        Some((year + 30) * 31_557_600 + days * 86_400)
    });
    Some(branched.map_or(modified, |branched| modified.min(branched)))
}

/// The direct input that an override follows, where it follows one.
fn direct(follows: Option<&str>) -> Option<String> {
    follows.filter(|target| !target.is_empty() && !target.contains('/')).map(str::to_owned)
}

/// How old the code of a locked input is.
fn modified(lock: Option<&Lock>, input: &str) -> Option<i64> {
    age_of(lock?.resolve(&[input])?)
}

/// How old the code of a node is.
fn age_of(node: &lock::LockNode) -> Option<i64> {
    if node.source().is_some_and(|source| source_id::is_nixpkgs(&source)) {
        return age(node);
    }
    node.locked.as_ref()?.last_modified
}

fn read_lock(world: &World, dir: &str) -> (Option<Lock>, Option<(String, Option<Span>)>) {
    let path = if dir == "." { "flake.lock".to_owned() } else { format!("{dir}/flake.lock") };
    let Some(file) = world.find(&path) else {
        let there = world.tree.find(&path).is_some_and(|entry| entry.audited && entry.kind == EntryKind::File);
        let why = "it could not be read, or is larger than 20 MiB".to_owned();
        return (None, there.then_some((why, None)));
    };
    match lock::parse_lock(world.sources.file(file).text(), file) {
        Ok(lock) => (Some(lock), None),
        Err(error) => (None, Some((error.message, error.span))),
    }
}

/// The source of an input: its URL, else what the lock says of it, else the registry's meaning of its name.
pub(crate) fn source_of(top: &Top, input: &inputs::Input, lock: Option<&Lock>, depth: u32) -> Option<String> {
    if let Some(follows) = &input.follows {
        // `inputs.x.follows = "y"`; a path into another input is found in the lock.
        let target = top.input(follows);
        if let (Some(target), true) = (target, depth < 8) {
            return source_of(top, target, lock, depth + 1);
        }
    }
    // A path of a machine, which its registry had for the name, says less than the name.
    let locked = || {
        let node = lock.and_then(|lock| lock.resolve(&[input.name.as_str()]));
        node.and_then(lock::LockNode::source).filter(|source| !source.starts_with("path:/"))
    };
    match &input.url {
        Some(url) => {
            let url = source_id::parse_url(url);
            if url.registry { locked().or_else(|| url.source.as_deref().map(registry)) } else { url.source }
        }
        None => locked().or_else(|| Some(registry(&format!("flake:{}", input.name)))),
    }
}

/// What the global registry says of a name, for those names that models exist for.
fn registry(source: &str) -> String {
    let found = match source {
        "flake:nixpkgs" => "github:nixos/nixpkgs",
        "flake:flake-utils" => "github:numtide/flake-utils",
        "flake:flake-parts" => "github:hercules-ci/flake-parts",
        "flake:systems" => "github:nix-systems/default",
        other => other,
    };
    found.to_owned()
}

/// A flake that another one offers as a template is one, whatever its folder's name.
pub(super) fn mark_templates(flakes: &mut [Flake]) {
    let mut offered: Vec<String> = Vec::new();
    for flake in flakes.iter() {
        for output in flake.outputs.iter().filter(|o| o.kind == "templates") {
            offered.push(if flake.dir == "." { output.name.clone() } else { format!("{}/{}", flake.dir, output.name) });
        }
    }
    for flake in flakes.iter_mut().filter(|f| f.role == Role::Sub) {
        if offered.contains(&flake.dir) {
            flake.role = Role::Template;
        }
    }
}
