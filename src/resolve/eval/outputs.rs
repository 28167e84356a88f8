//! Reads the inventory off the evaluated outputs: kinds, names, systems, and what stays unknown.

use std::collections::BTreeMap;

use super::super::ir::Name;
use super::flake::STATE_OF_GIT;
use super::hosts::HostModule;
use super::losses::Loss;
use super::machine::{Machine, OUT_OF_STEPS};
use super::value::{Attrs, Origin, Slot, Value};
use crate::source::{FileId, Span};

/// Names listed per kind and system; a flake with more is said to be partial there.
const MAX_NAMES: usize = 5_000;
/// Names that a model may add to a set that is known in part (checks, a formatter) before they are taken for a
/// library that is passed on.
const MAX_MODEL_NAMES: usize = 20;

/// What a flake offers.
#[derive(Debug, Default)]
pub(in crate::resolve) struct Inventory {
    /// Top-level names in order.
    pub(in crate::resolve) kinds: Vec<KindItem>,
    /// Outputs in order of kind and name.
    pub(in crate::resolve) items: Vec<Item>,
    /// Where names may be missing or too many.
    pub(in crate::resolve) unknown: Vec<UnknownItem>,
    /// Frameworks that were called.
    pub(in crate::resolve) frameworks: Vec<String>,
    /// Directories that were listed.
    pub(in crate::resolve) listed: Vec<String>,
    /// What a `//` at the top drops.
    pub(in crate::resolve) losses: Vec<Loss>,
    /// Nix files that were evaluated, besides `flake.nix`.
    pub(in crate::resolve) evaluated: Vec<FileId>,
}

/// A top-level name.
#[derive(Debug)]
pub(in crate::resolve) struct KindItem {
    pub(in crate::resolve) name: String,
    pub(in crate::resolve) per_system: bool,
    pub(in crate::resolve) origin: Option<Origin>,
    /// Where the kind's own name is written.
    pub(in crate::resolve) named: Option<Origin>,
}

/// An output.
#[derive(Debug)]
pub(in crate::resolve) struct Item {
    pub(in crate::resolve) kind: String,
    pub(in crate::resolve) name: String,
    pub(in crate::resolve) systems: Vec<String>,
    /// The attribute as it is offered: where its reach starts.
    pub(in crate::resolve) offered: Option<Origin>,
    /// The attribute whose value is written out.
    pub(in crate::resolve) written: Option<Origin>,
    pub(in crate::resolve) value: Option<Span>,
    pub(in crate::resolve) conditional: bool,
    /// Modules that a configuration is made from.
    pub(in crate::resolve) modules: Vec<HostModule>,
    /// Its value is written out as a set of attributes that is no derivation.
    pub(in crate::resolve) bare: bool,
}

/// A part of the inventory that is not known.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::resolve) struct UnknownItem {
    pub(in crate::resolve) path: String,
    pub(in crate::resolve) reason: String,
    pub(in crate::resolve) at: Option<Span>,
    /// All of nixpkgs, or all of its library, is passed on here, or the flake itself with what Nix adds: the flake's
    /// own names are known, those others are not listed.
    pub(in crate::resolve) opaque: bool,
}

/// Kinds whose second level is systems (Nix manual, `nix flake check`), and whether names follow.
pub(super) fn by_system(kind: &str) -> Option<bool> {
    match kind {
        "packages" | "devShells" | "checks" | "apps" | "legacyPackages" | "bundlers" => Some(true),
        "formatter" | "devShell" | "defaultPackage" | "defaultApp" | "defaultBundler" => Some(false),
        _ => None,
    }
}

/// Kinds that are one value.
fn is_single(kind: &str) -> bool {
    matches!(kind, "overlay" | "nixosModule" | "defaultTemplate" | "homeManagerModule" | "flakeModule" | "darwinModule")
}

/// Whether a name is a system as Nix writes it.
pub(super) fn is_system(name: &str) -> bool {
    let Some((cpu, kernel)) = name.split_once('-') else { return false };
    let kernels = [
        "linux", "darwin", "freebsd", "openbsd", "netbsd", "windows", "none", "wasi", "solaris", "genode", "redox",
        "cygwin", "ghcjs", "mmixware",
    ];
    kernels.contains(&kernel)
        && cpu.len() > 2
        && [
            "x86_64",
            "aarch64",
            "i686",
            "arm",
            "riscv",
            "powerpc",
            "mips",
            "s390",
            "loongarch",
            "m68k",
            "wasm",
            "avr",
            "microblaze",
            "i586",
            "javascript",
            "mmix",
            "msp430",
            "or1k",
            "sparc",
            "vc4",
        ]
        .iter()
        .any(|known| cpu.starts_with(known))
}

struct Reader<'m, 'a> {
    machine: &'m mut Machine<'a>,
    inventory: Inventory,
    items: BTreeMap<(String, String), Item>,
    /// The attribute of each item, for its place: places are looked for when all names are known, because following
    /// a value to where it is written may take steps that names need.
    slots: BTreeMap<(String, String), Slot>,
    kind_slots: Vec<Slot>,
}

/// Reads the inventory of an evaluated outputs set.
pub(super) fn read(machine: &mut Machine, value: &Value) -> Inventory {
    let mut reader = Reader {
        machine,
        inventory: Inventory::default(),
        items: BTreeMap::new(),
        slots: BTreeMap::new(),
        kind_slots: Vec::new(),
    };
    reader.top(value);
    reader.places();
    let Reader { machine, mut inventory, items, .. } = reader;
    inventory.items = items.into_values().collect();
    fold_systems(&mut inventory);
    inventory.unknown.sort();
    inventory.unknown.dedup();
    inventory.frameworks.clone_from(&machine.frameworks);
    inventory.frameworks.sort();
    inventory.listed.clone_from(&machine.discovered);
    inventory.listed.sort();
    inventory.listed.dedup();
    inventory.losses = machine.losses(value);
    inventory.evaluated = machine.imported.keys().copied().collect();
    inventory
}

/// The same reason at the same place below every system of a kind is one unknown: the kind's.
fn fold_systems(inventory: &mut Inventory) {
    let mut groups: BTreeMap<(String, String, Option<Span>), Vec<usize>> = BTreeMap::new();
    for (index, unknown) in inventory.unknown.iter().enumerate() {
        if let Some((kind, system)) = unknown.path.split_once('.')
            && is_system(system)
        {
            groups.entry((kind.to_owned(), unknown.reason.clone(), unknown.at)).or_default().push(index);
        }
    }
    for ((kind, ..), indices) in groups.iter().filter(|(_, indices)| indices.len() > 1) {
        for index in indices {
            inventory.unknown[*index].path.clone_from(kind);
        }
    }
}

impl Reader<'_, '_> {
    fn unknown(&mut self, path: &str, why: &super::value::Why, slot: Option<Slot>) {
        let at = why.at.or_else(|| slot.and_then(|s| self.machine.origin(s.origin)).map(|o| o.at));
        self.inventory.unknown.push(UnknownItem {
            path: path.to_owned(),
            reason: why.reason.clone(),
            at,
            opaque: false,
        });
    }

    /// What a set may hold besides its known names.
    fn open(&mut self, path: &str, attrs: &Attrs, slot: Option<Slot>) {
        let Some(why) = &attrs.open else { return };
        self.unknown(path, why, slot);
        if self.is_foreign(attrs)
            && let Some(unknown) = self.inventory.unknown.last_mut()
        {
            unknown.opaque = true;
        }
    }

    /// Whether a library or package set of another project is passed on whole: most of its names are its model's.
    fn is_foreign(&mut self, attrs: &Attrs) -> bool {
        attrs.open.as_ref().is_some_and(|why| why.library)
            && attrs.map.values().filter(|slot| self.is_models(**slot)).take(MAX_MODEL_NAMES + 1).count()
                > MAX_MODEL_NAMES
    }

    /// Whether a value is a model's own, be it handed on by an option of a module system.
    fn is_models(&mut self, slot: Slot) -> bool {
        self.machine.is_model(slot.thunk)
            || slot.origin.is_none() && {
                let written = self.machine.written(slot);
                written.origin.is_none() && self.machine.is_model(written.thunk)
            }
    }

    /// Whether a set is a derivation or a configuration for sure: one thing, not a set of names.
    fn is_one_thing(&mut self, attrs: &Attrs) -> bool {
        [("type", "derivation"), ("_type", "configuration")].into_iter().any(|(name, kind)| {
            let slot = attrs.map.get(name).copied().filter(|slot| !slot.conditional);
            slot.is_some_and(|slot| matches!(self.machine.force(slot.thunk), Value::Str(text) if &*text == kind))
        })
    }

    /// What is said of something that is there only under a condition, with what the condition is unknown for.
    fn conditional(&self, what: &str, slot: Slot) -> String {
        match self.machine.condition(slot) {
            Some(why) if !why.fails => format!("{what} ({})", why.reason),
            _ => what.to_owned(),
        }
    }

    /// Something that is there only under a condition that is not known.
    fn condition(&mut self, path: &str, slot: Slot) {
        if slot.conditional {
            let reason = self.conditional("whether it is there depends on a condition that is not known", slot);
            let at = self.machine.origin(slot.origin).map(|o| o.at);
            self.inventory.unknown.push(UnknownItem { path: path.to_owned(), reason, at, opaque: false });
        }
    }

    fn top(&mut self, value: &Value) {
        let attrs = match value {
            Value::Set(attrs) => attrs.clone(),
            Value::Unknown(why) => return self.unknown("", why, None),
            other => {
                let reason = format!("`outputs` gives a {}, not a set", other.type_name().unwrap_or("value"));
                self.inventory.unknown.push(UnknownItem { path: String::new(), reason, at: None, opaque: false });
                return;
            }
        };
        if let Some(why) = &attrs.open {
            self.unknown("", why, None);
        }
        self.bound("");
        for (index, (kind, slot)) in attrs.map.iter().enumerate() {
            self.machine.next_part(attrs.map.len() - index);
            self.kind(kind, *slot);
            self.bound(kind);
        }
    }

    /// Says where a bound of the evaluation was hit.
    fn bound(&mut self, path: &str) {
        if self.machine.exhausted() {
            let reason = OUT_OF_STEPS.to_owned();
            self.inventory.unknown.push(UnknownItem { path: path.to_owned(), reason, at: None, opaque: false });
        }
    }

    fn kind(&mut self, kind: &str, slot: Slot) {
        let value = self.machine.force(slot.thunk);
        if let Value::Unknown(why) = &value
            && why.fails
            && slot.conditional
        {
            return;
        }
        self.condition(kind, slot);
        let mut per_system = by_system(kind).is_some();
        // A module or template that is a plain set is listed by its names, as `nix eval` lists it.
        if is_single(kind) && !matches!(value, Value::Set(_)) {
            self.item(kind, "", None, slot);
        } else {
            match &value {
                Value::Set(attrs) if self.is_one_thing(attrs) => self.item(kind, "", None, slot),
                Value::Set(attrs) => {
                    let attrs = attrs.clone();
                    self.open(kind, &attrs, Some(slot));
                    per_system = self.is_per_system(kind, &attrs);
                    match (per_system, by_system(kind)) {
                        (true, Some(false)) => self.leaves(kind, &attrs),
                        (true, _) => self.systems(kind, &attrs),
                        (false, _) => self.names(kind, None, kind, &attrs),
                    }
                }
                Value::Unknown(why) => {
                    self.unknown(kind, why, Some(slot));
                }
                _ => self.item(kind, "", None, slot),
            }
        }
        self.inventory.kinds.push(KindItem { name: kind.to_owned(), per_system, origin: None, named: None });
        self.kind_slots.push(slot);
    }

    /// Where kinds and items are written, and what modules hosts are made of. What is not found within the bound has
    /// the place where it is offered.
    fn places(&mut self) {
        let parts = self.kind_slots.len();
        let mut by_kind: BTreeMap<String, Vec<(String, Slot)>> = BTreeMap::new();
        for ((kind, name), slot) in std::mem::take(&mut self.slots) {
            by_kind.entry(kind).or_default().push((name, slot));
        }
        for (index, slot) in std::mem::take(&mut self.kind_slots).into_iter().enumerate() {
            self.machine.next_part(parts - index);
            let value = self.machine.force(slot.thunk);
            let kind = self.inventory.kinds[index].name.clone();
            let below = below_system(&value);
            let origin = self.machine.written(slot).origin.or(slot.origin);
            let origin = origin.or_else(|| self.machine.written(below?).origin);
            let named = self.machine.named(slot, &kind).origin.or(slot.origin);
            let named = named.or_else(|| self.machine.named(below?, &kind).origin);
            self.inventory.kinds[index].origin = self.machine.origin(origin);
            self.inventory.kinds[index].named = self.machine.origin(named);
            for kind in [kind.as_str(), "deploy.nodes"].into_iter().take(1 + usize::from(kind == "deploy")) {
                for (name, slot) in by_kind.remove(kind).unwrap_or_default() {
                    self.place(kind, name, slot);
                }
            }
        }
    }

    fn place(&mut self, kind: &str, name: String, slot: Slot) {
        let written = self.machine.written(slot);
        let modules = match kind {
            _ if kind.ends_with("Configurations") => self.machine.host_modules(slot.thunk),
            _ if kind.ends_with("Modules") || kind == "overlays" => {
                self.machine.host_module(slot.thunk).filter(|m| m.file.is_some()).into_iter().collect()
            }
            _ => Vec::new(),
        };
        let bare = self.machine.is_bare_set(written);
        let Some(item) = self.items.get_mut(&(kind.to_owned(), name)) else { return };
        item.bare = bare;
        item.offered = self.machine.origin(slot.origin.or(written.origin));
        item.written = self.machine.origin(written.origin.or(slot.origin));
        item.value = self.machine.code_span(written.thunk);
        item.modules = modules;
    }

    /// Whether the second level of a kind is systems: by convention, or because all its names are. Hosts may be
    /// named like a system, so a host kind must hold sets of names below.
    fn is_per_system(&mut self, kind: &str, attrs: &Attrs) -> bool {
        if attrs.map.is_empty() {
            return by_system(kind).is_some();
        }
        if !attrs.map.keys().all(|name| is_system(name)) {
            return by_system(kind).is_some() && attrs.map.keys().any(|name| is_system(name));
        }
        let hosts = kind.ends_with("Configurations");
        let names = |value: Value| matches!(value, Value::Set(attrs) if !attrs.map.contains_key("config"));
        !hosts || attrs.map.values().all(|slot| names(self.machine.force(slot.thunk)))
    }

    /// `formatter.x86_64-linux`: the systems are all there is.
    fn leaves(&mut self, kind: &str, attrs: &Attrs) {
        for (system, slot) in &attrs.map {
            self.item(kind, "", Some(system), *slot);
        }
    }

    fn systems(&mut self, kind: &str, attrs: &Attrs) {
        for (system, slot) in &attrs.map {
            let path = format!("{kind}.{system}");
            self.condition(&path, *slot);
            match self.machine.force(slot.thunk) {
                Value::Set(names) if self.is_one_thing(&names) => {
                    let (name, system) = if is_system(system) { ("", Some(&**system)) } else { (&**system, None) };
                    self.item(kind, name, system, *slot);
                }
                Value::Set(names) => self.names(kind, Some(system), &path, &names),
                Value::Unknown(why) => self.unknown(&path, &why, Some(*slot)),
                // Neither a set of names nor unknown: `checks.foo = ./foo.nix` beside systems.
                _ if !is_system(system) => self.item(kind, system, None, *slot),
                _ => {}
            }
        }
    }

    /// The names below a path; `__import` and `__files` are how models speak of a source's files.
    fn names(&mut self, kind: &str, system: Option<&str>, path: &str, attrs: &Attrs) {
        if system.is_some() {
            self.open(path, attrs, None);
        }
        let (rest, revisions) = self.without_revisions(path, attrs);
        let attrs = &rest;
        // A library that is passed on whole and known in part: its names would be the model's.
        let foreign = self.is_foreign(attrs);
        let first = attrs
            .map
            .iter()
            .find(|(name, slot)| slot.conditional && !revisions.contains(name) && !(foreign && self.is_models(**slot)));
        if let Some((_, first)) = first {
            let reason = self.conditional("some names depend on a condition that is not known", *first);
            let at = self.machine.origin(first.origin).map(|o| o.at);
            self.inventory.unknown.push(UnknownItem { path: path.to_owned(), reason, at, opaque: false });
        }
        for (count, (name, slot)) in attrs.map.iter().enumerate() {
            if foreign && self.is_models(*slot) || matches!(&**name, "__import" | "__files") {
                continue;
            }
            if count == MAX_NAMES {
                let reason = format!("more than {MAX_NAMES} names");
                self.inventory.unknown.push(UnknownItem { path: path.to_owned(), reason, at: None, opaque: false });
                break;
            }
            self.item(kind, name, system, *slot);
            if kind == "deploy" && &**name == "nodes" {
                self.nodes(*slot);
            }
        }
    }

    /// A flake that offers itself whole: what Nix adds of the revision is there or not as git has it, and is no output.
    /// The revision of a clean tree is kept.
    fn without_revisions(&mut self, path: &str, attrs: &Attrs) -> (Attrs, Vec<Name>) {
        let mut rest = attrs.clone();
        let mut revisions = Vec::new();
        for (name, slot) in attrs.map.iter().filter(|(_, slot)| slot.conditional) {
            if matches!(self.machine.force(slot.thunk), Value::Unknown(why) if why.reason == STATE_OF_GIT) {
                revisions.push(name.clone());
            }
        }
        if !revisions.is_empty() {
            rest.map.retain(|name| !revisions.contains(name) || matches!(&**name, "rev" | "shortRev"));
            let reason = STATE_OF_GIT.to_owned();
            self.inventory.unknown.push(UnknownItem { path: path.to_owned(), reason, at: None, opaque: true });
        }
        (rest, revisions)
    }

    /// The hosts of deploy-rs: `deploy.nodes.<host>`.
    fn nodes(&mut self, slot: Slot) {
        let kind = "deploy.nodes";
        match self.machine.force(slot.thunk) {
            Value::Set(attrs) => {
                self.open(kind, &attrs, Some(slot));
                self.names(kind, None, kind, &attrs);
            }
            Value::Unknown(why) => self.unknown(kind, &why, Some(slot)),
            _ => {}
        }
    }

    fn item(&mut self, kind: &str, name: &str, system: Option<&str>, slot: Slot) {
        let key = (kind.to_owned(), name.to_owned());
        if let (Some(item), Some(system)) = (self.items.get_mut(&key), system) {
            item.systems.push(system.to_owned());
            item.conditional &= slot.conditional;
            return;
        }
        let item = Item {
            kind: key.0.clone(),
            name: key.1.clone(),
            systems: system.map(str::to_owned).into_iter().collect(),
            offered: None,
            written: None,
            value: None,
            conditional: slot.conditional,
            modules: Vec::new(),
            bare: false,
        };
        self.slots.insert(key.clone(), slot);
        self.items.insert(key, item);
    }
}

/// A kind of one system, where a helper puts it together from what a function gives for each system.
fn below_system(value: &Value) -> Option<Slot> {
    let Value::Set(attrs) = value else { return None };
    attrs.map.iter().find(|(name, _)| is_system(name)).map(|(_, first)| *first)
}
