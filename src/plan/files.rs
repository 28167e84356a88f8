//! Which unit goes to which file: groups become files, families with much code become folders.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::{Layout, slug};
use super::{Form, NewFile};
use crate::measure::{Builder, FlakeRow, GroupRow, Unit, UnitRow};

/// No created file should have more lines.
pub(super) const MAX_FILE: u32 = 400;
/// Lines that `flake.nix` should not exceed.
pub(super) const TARGET: u32 = 200;
/// Lines that a later tier must take from `flake.nix` for each file that it makes more, where it does not reach the
/// target.
const TIER_LINES: u32 = 12;
/// Lines of one family from which on it is a folder.
const FOLDER: u32 = 250;
/// Lines of a group that is worth a file of its own, and how many of them make a folder.
const LARGE_GROUP: (u32, usize) = (40, 3);
/// Lines that arguments and braces add to a file.
pub(super) const FRAME: u32 = 3;

/// What is worth moving: lines of a binding whose family its code tells, of another one, of an output's value, and of a
/// family.
#[derive(Clone, Copy)]
pub(super) struct Worth {
    pub(super) binding: u32,
    pub(super) helper: u32,
    pub(super) value: u32,
    pub(super) family: u32,
}

/// From what is surely worth it to what only the target asks for.
pub(super) const TIERS: [Worth; 3] = [
    Worth { binding: 6, helper: 15, value: 20, family: 25 },
    Worth { binding: 5, helper: 10, value: 12, family: 12 },
    Worth { binding: 3, helper: 5, value: 6, family: 6 },
];

/// Units of one family that move in one step, with the files that they go to.
#[derive(Default)]
pub(super) struct Batch {
    /// The family's name, `command wrappers`.
    pub(super) family: String,
    pub(super) folder: &'static str,
    /// How deep inside other units these are.
    pub(super) depth: u32,
    /// Unit and the place of its file in `files`.
    pub(super) units: Vec<(u32, usize)>,
    pub(super) files: Vec<NewFile>,
}

/// Chooses what moves, at the first tier that brings `flake.nix` to the target. One that does not is for many small
/// files: it must shorten `flake.nix` by enough to speak for them.
pub(super) fn batches<'a>(flake: &FlakeRow, make: impl Fn() -> Layout<'a>) -> Vec<Batch> {
    let mut best: Option<(u32, Vec<Batch>)> = None;
    for worth in TIERS {
        let chosen = choose(flake, worth);
        let found = assign(flake, &chosen, &mut make());
        let now = left(flake, &found);
        let count = |batches: &[Batch]| batches.iter().map(|batch| batch.files.len() as u32).sum::<u32>();
        let gains = |before: u32, kept: &[Batch]| {
            let more = count(&found).saturating_sub(count(kept)).max(1);
            now <= TARGET || before.saturating_sub(now) >= more * TIER_LINES
        };
        if best.as_ref().is_none_or(|(before, kept)| kept.is_empty() || gains(*before, kept)) {
            best = Some((now, found));
        }
        if now <= TARGET {
            break;
        }
    }
    best.map(|(_, found)| found).unwrap_or_default()
}

/// Lines of a unit once the units in it that move are gone.
fn remaining(units: &[UnitRow], chosen: &BTreeSet<u32>, index: u32) -> u32 {
    let inner = chosen.iter().map(|at| &units[*at as usize]).filter(|unit| unit.outer == Some(index));
    inner.fold(units[index as usize].lines, |lines, unit| (lines + 1).saturating_sub(unit.lines))
}

fn choose(flake: &FlakeRow, worth: Worth) -> BTreeSet<u32> {
    let units = &flake.structure.units;
    let moves = |index: &&u32| {
        let unit = &units[**index as usize];
        let least = match (unit.kind, unit.makes) {
            (Unit::Binding, Builder::Other | Builder::Function) => worth.helper,
            (Unit::Binding, _) => worth.binding,
            _ => worth.value,
        };
        // What is in a unit that fits into a file moves along with it.
        let held = unit.outer.is_some_and(|outer| units[outer as usize].lines <= MAX_FILE);
        unit.lines >= least && !held && !unit.table
    };
    let mut families: BTreeMap<(&str, &str), Vec<u32>> = BTreeMap::new();
    for group in &flake.structure.groups {
        let family = families.entry((group.folder, &group.family)).or_default();
        family.extend(group.units.iter().filter(moves).copied());
    }
    let lines = |members: &[u32]| members.iter().map(|index| units[*index as usize].lines).sum::<u32>();
    let mut chosen = BTreeSet::new();
    for members in families.into_values().filter(|members| lines(members) >= worth.family) {
        chosen.extend(members);
    }
    chosen
}

/// Lines that `flake.nix` has left, estimated: a line for each name that stays.
pub(super) fn left(flake: &FlakeRow, batches: &[Batch]) -> u32 {
    let units = &flake.structure.units;
    let moved: BTreeSet<u32> = batches.iter().flat_map(|batch| batch.units.iter().map(|(unit, _)| *unit)).collect();
    let top = moved.iter().filter(|index| !is_held(units, &moved, **index));
    let gone: u32 = top.clone().map(|index| units[*index as usize].lines).sum();
    let stays = top.count() as u32 + 2 * batches.iter().filter(|batch| batch.files.len() > 1).count() as u32;
    (flake.lines.total + stays).saturating_sub(gone + flake.unreachable.lines_in_flake)
}

/// Whether a unit is inside another that moves.
fn is_held(units: &[UnitRow], moved: &BTreeSet<u32>, index: u32) -> bool {
    let mut at = units[index as usize].outer;
    while let Some(outer) = at {
        if moved.contains(&outer) {
            return true;
        }
        at = units[outer as usize].outer;
    }
    false
}

fn depth(units: &[UnitRow], index: u32) -> u32 {
    let mut depth = 0;
    let mut at = units[index as usize].outer;
    while let Some(outer) = at {
        depth += 1;
        at = units[outer as usize].outer;
    }
    depth
}

/// A group and those of its units that go into one step.
type Members<'a> = (&'a GroupRow, Vec<u32>);

/// Gives each chosen unit its file.
fn assign(flake: &FlakeRow, chosen: &BTreeSet<u32>, layout: &mut Layout) -> Vec<Batch> {
    let units = &flake.structure.units;
    // Inner units come in a step before the units that hold them.
    let mut families: BTreeMap<(&str, &str, u32), Vec<Members>> = BTreeMap::new();
    for group in &flake.structure.groups {
        let mut by_depth: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for unit in group.units.iter().filter(|unit| chosen.contains(unit)) {
            by_depth.entry(depth(units, *unit)).or_default().push(*unit);
        }
        for (depth, members) in by_depth {
            families.entry((group.folder, &group.family, depth)).or_default().push((group, members));
        }
    }
    let mut batches = Vec::new();
    for ((_, family, depth), groups) in families {
        let Some(folder) = groups.first().map(|(group, _)| group.folder) else { continue };
        let mut batch = Batch { family: family.to_owned(), folder, depth, ..Batch::default() };
        let directory = layout.folder(folder);
        let one = groups.iter().map(|(_, members)| members.len()).sum::<usize>() == 1;
        let mut filer = Filer { units, chosen, layout: &mut *layout, batch: &mut batch, directory };
        filer.bindings(&groups);
        filer.values(&groups, one);
        batches.push(batch);
    }
    batches
}

struct Filer<'a, 'f> {
    units: &'a [UnitRow],
    chosen: &'a BTreeSet<u32>,
    layout: &'a mut Layout<'f>,
    batch: &'a mut Batch,
    directory: String,
}

impl Filer<'_, '_> {
    fn lines(&self, members: &[u32]) -> u32 {
        members.iter().map(|index| remaining(self.units, self.chosen, *index)).sum()
    }

    fn file(&mut self, path: String, form: Form, group: &str, members: &[u32]) {
        let place = self.batch.files.len();
        let lines = self.lines(members) + if form == Form::Tie { 0 } else { FRAME };
        let group = group.to_owned();
        self.batch.files.push(NewFile { path, form, group, lines, arguments: None, head: None });
        self.batch.units.extend(members.iter().map(|unit| (*unit, place)));
    }

    /// Bindings of one `let` make one file, or a folder with a file a group and a `default.nix` that ties them.
    fn bindings(&mut self, groups: &[(&GroupRow, Vec<u32>)]) {
        let mut scopes: BTreeMap<u32, Vec<(&str, Vec<u32>)>> = BTreeMap::new();
        for (group, members) in groups {
            let mut by_scope: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
            for unit in members.iter().filter(|unit| self.units[**unit as usize].kind == Unit::Binding) {
                by_scope.entry(self.units[*unit as usize].scope).or_default().push(*unit);
            }
            for (scope, members) in by_scope {
                scopes.entry(scope).or_default().push((&group.name, members));
            }
        }
        for groups in scopes.values() {
            let sizes: Vec<u32> = groups.iter().map(|(_, members)| self.lines(members)).collect();
            let (large, enough) = LARGE_GROUP;
            let total: u32 = sizes.iter().sum();
            let many = sizes.iter().filter(|lines| **lines >= large).count() >= enough;
            if groups.len() > 1 && (total > FOLDER || many) {
                self.in_folder(groups);
            } else if total > MAX_FILE - FRAME {
                let each: Vec<(&str, Vec<u32>)> = groups
                    .iter()
                    .flat_map(|(_, members)| members)
                    .map(|unit| (label(&self.units[*unit as usize].name), vec![*unit]))
                    .collect();
                self.in_folder(&each);
            } else {
                let members: Vec<u32> = groups.iter().flat_map(|(_, members)| members.clone()).collect();
                self.in_one_file(groups, &members);
            }
        }
    }

    fn in_one_file(&mut self, groups: &[(&str, Vec<u32>)], members: &[u32]) {
        let (parent, name) = self.directory.rsplit_once('/').unwrap_or((".", &self.directory));
        let (parent, name) = (parent.to_owned(), name.to_owned());
        let own = match members {
            [one] => slug(&split_words(label(&self.units[*one as usize].name))),
            _ => name.clone(),
        };
        // A folder of that name takes the file in.
        let inside = self.layout.exists(&format!("{}/default.nix", self.directory)) || parent == ".";
        let path = match members {
            [_] => self.layout.fresh(&self.directory.clone(), &own),
            _ if inside => self.layout.fresh(&self.directory.clone(), &slug(&self.batch.family.clone())),
            _ => self.layout.fresh(&parent, &name),
        };
        let form = if members.len() == 1 { Form::Value } else { Form::Set };
        let group = match groups {
            [(name, _)] => (*name).to_owned(),
            _ => self.batch.family.clone(),
        };
        self.file(path, form, &group, members);
    }

    fn in_folder(&mut self, groups: &[(&str, Vec<u32>)]) {
        let directory = self.directory.clone();
        let mut created = 0;
        for (name, members) in groups {
            // A group that is too long for a file is a file a unit.
            let parts: Vec<(String, Vec<u32>)> = if self.lines(members) + FRAME > MAX_FILE && members.len() > 1 {
                let part = |unit: &u32| (split_words(label(&self.units[*unit as usize].name)), vec![*unit]);
                members.iter().map(part).collect()
            } else {
                vec![((*name).to_owned(), members.clone())]
            };
            for (part, members) in parts {
                let stem = slug(&part);
                let stem = if stem.is_empty() || stem == "default" { self.alone() } else { stem };
                let path = self.layout.fresh(&directory, &stem);
                let form = if members.len() == 1 { Form::Value } else { Form::Set };
                self.file(path, form, name, &members);
                created += 1;
            }
        }
        if created > 1
            && let Some(path) = self.layout.tie(&directory)
        {
            let place = self.batch.files.len();
            self.file(path, Form::Tie, "", &[]);
            if let Some(file) = self.batch.files.get_mut(place) {
                file.lines = created + 2 * FRAME;
            }
        }
    }

    /// `default-shell` for the default of `shells`: `default.nix` would be the folder itself.
    fn alone(&self) -> String {
        format!("default-{}", self.batch.folder.strip_suffix('s').unwrap_or(self.batch.folder))
    }

    /// Each value of an output, and each inline module, is a file.
    fn values(&mut self, groups: &[(&GroupRow, Vec<u32>)], alone: bool) {
        for (group, members) in groups {
            for index in members {
                let unit = &self.units[*index as usize];
                if unit.kind == Unit::Binding {
                    continue;
                }
                let name = slug(&split_words(label(&unit.name)));
                let whole = unit.output.as_deref() == Some(label(&unit.name));
                let path = match self.directory.rsplit_once('/') {
                    Some((parent, own)) if whole && alone => {
                        let (parent, own) = (parent.to_owned(), own.to_owned());
                        self.layout.fresh(&parent, &own)
                    }
                    None if whole && alone => {
                        let base = self.layout.base_path();
                        self.layout.fresh(&base, &name)
                    }
                    _ if name.is_empty() || name == "default" => {
                        let stem = self.alone();
                        self.layout.fresh(&self.directory.clone(), &stem)
                    }
                    _ => self.layout.fresh(&self.directory.clone(), &name),
                };
                self.file(path, Form::Value, &group.name, &[*index]);
            }
        }
    }
}

/// The last part of a dotted name.
pub(super) fn label(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// `fullExtras` as `full extras`.
pub(super) fn split_words(name: &str) -> String {
    let mut out = String::new();
    let mut last = ' ';
    for c in name.chars() {
        if c.is_uppercase() && last.is_alphanumeric() && !last.is_uppercase() {
            out.push(' ');
        }
        out.push(c);
        last = c;
    }
    out
}
