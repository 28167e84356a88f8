//! Groups inside a concern: by the words that names share, by what the code makes, by what reads what.

use std::collections::{BTreeMap, BTreeSet};

use super::community::{self, Edges};
use super::facts::{Evidence, GroupRow, Unit, UnitRow};
use crate::resolve::evidence::Builder;

/// Lines below which a unit does not make a group by itself, when its family has many units.
const SMALL: u32 = 15;
/// Groups of one family from which on the binding graph is asked.
const MANY: usize = 8;
/// Modularity from which on communities are taken for groups (Newman 2004 speaks of 0.3 as the sign of structure).
const STRUCTURE: f64 = 0.3;

/// Words that name nothing by themselves.
const PARTICLES: &[&str] = &["and", "by", "default", "for", "from", "in", "make", "mk", "of", "on", "to", "with"];

/// A family: the folder it goes to, and how it is called where names say nothing.
type Family = (&'static str, &'static str);

/// Groups of all units that are no part of another.
pub(super) fn groups(units: &[UnitRow]) -> Vec<GroupRow> {
    let mut families: BTreeMap<Family, Vec<u32>> = BTreeMap::new();
    for (index, unit) in units.iter().enumerate() {
        families.entry(family(unit)).or_default().push(index as u32);
    }
    let mut rows = Vec::new();
    for (family, members) in families {
        rows.extend(split(units, family, &members));
    }
    rows.sort_by(|a, b| (a.folder, &a.family, &a.name).cmp(&(b.folder, &b.family, &b.name)));
    rows
}

/// The family that a unit belongs to: an output by its concern, a binding by what it makes, else by who reaches it.
fn family(unit: &UnitRow) -> Family {
    if unit.kind == Unit::Module {
        return ("modules", "modules");
    }
    if unit.kind == Unit::Binding {
        match unit.makes {
            Builder::Commands => return ("commands", "commands"),
            Builder::PackageList => return ("packages", "package lists"),
            Builder::Ros => return ("ros", "ROS packages"),
            Builder::Overlay => return ("overlays", "overlays"),
            Builder::Image => return ("images", "images"),
            Builder::Shell => return ("shells", "dev shells"),
            Builder::Module => return ("modules", "modules"),
            Builder::Package if unit.concerns.len() > 1 => return ("packages", "packages"),
            _ => {}
        }
    }
    match unit.concerns.as_slice() {
        [one] => of_concern(one),
        _ if unit.output.is_some() => of_concern(unit.concerns.first().map_or("", String::as_str)),
        _ => ("lib", "helpers"),
    }
}

fn of_concern(concern: &str) -> Family {
    match concern {
        "packages" => ("packages", "packages"),
        "dev shells" => ("shells", "dev shells"),
        "overlays" => ("overlays", "overlays"),
        "NixOS modules" => ("modules", "NixOS modules"),
        "hosts" => ("hosts", "hosts"),
        "home" => ("home", "homes"),
        "darwin" => ("darwin", "darwin"),
        "images and containers" => ("images", "images"),
        "checks" => ("checks", "checks"),
        "apps" => ("apps", "apps"),
        "library" => ("lib", "library"),
        "templates" => ("templates", "templates"),
        "formatter" => ("formatter", "formatter"),
        "deployment" => ("deploy", "deployment"),
        _ => ("outputs", "other outputs"),
    }
}

/// Words of a name: `aiCommandWrappers` is `ai`, `command`, `wrappers`; digits stay with the letters before them.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in name.chars() {
        let starts = !last.is_alphanumeric() || c.is_uppercase() && !last.is_uppercase();
        if c.is_alphanumeric() {
            if starts || words.is_empty() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        last = c;
    }
    words
}

/// A unit's own name, without the path to it.
fn label(unit: &UnitRow) -> &str {
    unit.name.rsplit('.').next().unwrap_or(&unit.name)
}

/// A group that is being made: name, what it was found by, members.
type Draft = (String, Evidence, Vec<u32>);

fn split(units: &[UnitRow], (folder, title): Family, members: &[u32]) -> Vec<GroupRow> {
    let of = |index: &u32| &units[*index as usize];
    let named: Vec<Vec<String>> = members.iter().map(|index| words(label(of(index)))).collect();
    let common = common(members.iter().map(of).zip(&named).filter(|(unit, _)| unit.output.is_none()).map(|(_, w)| w));
    let generic: BTreeSet<String> = words(title).into_iter().flat_map(|word| [singular(&word), word]).collect();
    let drafts = by_names(units, members, &named, &common, &generic);
    let drafts = if drafts.len() > MANY { by_reach(units, drafts) } else { drafts };
    let drafts = if drafts.len() > MANY { small_ones(units, drafts, title) } else { drafts };
    // The family has the words that its names share, in their order.
    let shared = named.iter().find(|own| common.iter().all(|word| own.contains(word)));
    // Only where they say what the code makes: `command wrappers`, but not `make`.
    let tells = members.iter().all(|index| of(index).output.is_none())
        && common.iter().any(|word| generic.contains(word))
        && !common.is_subset(&generic);
    let own_words = shared.filter(|_| tells).map(|own| {
        let kept: Vec<&str> = own.iter().filter(|word| common.contains(*word)).map(String::as_str).collect();
        kept.join(" ")
    });
    let family = own_words.unwrap_or_else(|| title.to_owned());
    drafts
        .into_iter()
        .map(|(name, by, units_of)| GroupRow {
            family: family.clone(),
            folder,
            name,
            by,
            lines: units_of.iter().map(|index| of(index).lines).sum(),
            units: units_of,
        })
        .collect()
}

fn singular(word: &str) -> String {
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

/// Words that at least three of five names have, and at least two.
fn common<'a>(named: impl Iterator<Item = &'a Vec<String>>) -> BTreeSet<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = 0;
    for own in named {
        all += 1;
        for word in own.iter().collect::<BTreeSet<_>>() {
            *counts.entry(word).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .filter(|(_, count)| *count >= 2 && *count * 5 >= all * 3)
        .map(|(word, _)| word.to_owned())
        .collect()
}

/// Units whose names begin with the same word, after the words that all share.
fn by_names(
    units: &[UnitRow],
    members: &[u32],
    named: &[Vec<String>],
    common: &BTreeSet<String>,
    generic: &BTreeSet<String>,
) -> Vec<Draft> {
    let rest: Vec<Vec<&str>> = named
        .iter()
        .map(|own| own.iter().filter(|w| !common.contains(*w) && !generic.contains(*w)).map(String::as_str).collect())
        .collect();
    let mut firsts: BTreeMap<&str, usize> = BTreeMap::new();
    for first in rest.iter().filter_map(|own| own.first()) {
        *firsts.entry(first).or_default() += 1;
    }
    let mut drafts: BTreeMap<String, Draft> = BTreeMap::new();
    for ((index, own), whole) in members.iter().zip(&rest).zip(named) {
        let unit = &units[*index as usize];
        let kin = own.first().filter(|first| firsts.get(*first).is_some_and(|count| *count > 1) && first.len() > 1);
        let (name, by) = match kin {
            Some(first) => ((*first).to_owned(), Evidence::Names),
            None if unit.output.is_some() && unit.kind != Unit::Module => (whole.join("-"), Evidence::Output),
            // `nixosConfigWith` among `nixosConfig…`: `with` says nothing.
            None if own.iter().all(|word| PARTICLES.contains(word)) => (whole.join("-"), Evidence::Builder),
            None if common.is_empty() => (own.join("-"), Evidence::Builder),
            None => (own.join("-"), Evidence::Names),
        };
        drafts.entry(name.clone()).or_insert_with(|| (name, by, Vec::new())).2.push(*index);
    }
    drafts.into_values().collect()
}

/// Bindings that are still alone, by the communities of what reads what.
fn by_reach(units: &[UnitRow], drafts: Vec<Draft>) -> Vec<Draft> {
    let (alone, mut kept): (Vec<Draft>, Vec<Draft>) =
        drafts.into_iter().partition(|(_, by, members)| members.len() == 1 && *by != Evidence::Output);
    let members: Vec<u32> = alone.iter().flat_map(|(_, _, members)| members.clone()).collect();
    let place: BTreeMap<u32, u32> = members.iter().zip(0..).map(|(unit, place)| (*unit, place)).collect();
    let mut edges = Edges::new();
    let mut join = |a: u32, b: u32, weight: f64| {
        if let (Some(a), Some(b)) = (place.get(&a), place.get(&b))
            && a != b
        {
            *edges.entry((*a.min(b), *a.max(b))).or_default() += weight;
        }
    };
    for (index, unit) in units.iter().enumerate() {
        for (nth, read) in unit.reads.iter().enumerate() {
            join(index as u32, *read, 1.0);
            // Who is read together belongs together, the less the longer the list.
            for other in unit.reads.iter().skip(nth + 1).take(20) {
                join(*read, *other, 1.0 / f64::from(unit.reads.len() as u32));
            }
        }
    }
    let of = community::communities(members.len(), &edges);
    if community::modularity(&edges, &of).is_none_or(|q| q < STRUCTURE) {
        kept.extend(alone);
        return kept;
    }
    let mut found: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (unit, community) in members.iter().zip(&of) {
        found.entry(*community).or_default().push(*unit);
    }
    for (_, members) in found {
        let readers = |unit: &u32| units[*unit as usize].call_sites;
        let hub = members.iter().max_by_key(|unit| (readers(unit), std::cmp::Reverse(**unit)));
        let name = hub.map(|unit| words(label(&units[*unit as usize])).join("-")).unwrap_or_default();
        let by = if members.len() > 1 { Evidence::Reach } else { Evidence::Builder };
        kept.push((name, by, members));
    }
    kept
}

/// What is left of small units is one group.
fn small_ones(units: &[UnitRow], drafts: Vec<Draft>, title: &str) -> Vec<Draft> {
    let lines = |members: &[u32]| members.iter().map(|unit| units[*unit as usize].lines).sum::<u32>();
    let (small, mut kept): (Vec<Draft>, Vec<Draft>) =
        drafts.into_iter().partition(|(_, by, members)| *by != Evidence::Output && lines(members) < SMALL);
    if small.len() > 1 {
        let mut members: Vec<u32> = small.into_iter().flat_map(|(_, _, members)| members).collect();
        members.sort_unstable();
        kept.push((words(title).join("-"), Evidence::Builder, members));
    } else {
        kept.extend(small);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn unit(name: &str, makes: Builder, lines: u32) -> UnitRow {
        UnitRow {
            name: name.to_owned(),
            kind: Unit::Binding,
            makes,
            span: Span::new(FileId(0), 0..1),
            first_line: 1,
            last_line: lines,
            lines,
            scope: 1,
            concerns: vec!["dev shells".to_owned()],
            output: None,
            within_with: false,
            table: false,
            outer: None,
            reads: Vec::new(),
            call_sites: 0,
            arguments: Vec::new(),
        }
    }

    #[test]
    fn words_of_a_name() {
        assert_eq!(words("ros2CommandWrappers"), ["ros2", "command", "wrappers"]);
        assert_eq!(words("make-package_set.HTTPServer"), ["make", "package", "set", "httpserver"]);
    }

    #[test]
    fn names_say_the_family_and_the_group() {
        let names = ["aiCommandWrappers", "ros2CommandWrappers", "ros2SimCommandWrappers", "infraCommandWrappers"];
        let units: Vec<UnitRow> = names.iter().map(|name| unit(name, Builder::Commands, 50)).collect();
        let rows = groups(&units);
        let found: Vec<(&str, &str, usize)> =
            rows.iter().map(|row| (row.family.as_str(), row.name.as_str(), row.units.len())).collect();
        let family = "command wrappers";
        assert_eq!(found, [(family, "ai", 1), (family, "infra", 1), (family, "ros2", 2)]);
    }

    #[test]
    fn what_the_code_makes_tells_families_apart() {
        let units = [unit("base", Builder::PackageList, 20), unit("tools", Builder::Commands, 20)];
        let folders: Vec<&str> = groups(&units).iter().map(|row| row.folder).collect();
        assert_eq!(folders, ["commands", "packages"]);
    }

    #[test]
    fn many_small_helpers_are_grouped_by_what_reads_what() {
        let mut units: Vec<UnitRow> = ["axe", "bow", "cup", "dot", "elm", "fox", "gum", "hat", "ink", "jar"]
            .map(|n| unit(n, Builder::Other, 20))
            .into();
        for one in &mut units {
            one.concerns.clear();
        }
        for (from, to) in [(1, 0), (2, 0), (3, 0), (4, 0), (2, 1), (6, 5), (7, 5), (8, 5), (9, 5), (9, 8)] {
            units[from].reads.push(to);
            units[to as usize].call_sites += 1;
        }
        let rows = groups(&units);
        let found: Vec<(&str, Evidence, &[u32])> =
            rows.iter().map(|row| (row.name.as_str(), row.by, row.units.as_slice())).collect();
        assert_eq!(found, [("axe", Evidence::Reach, &[0, 1, 2, 3, 4][..]), ("fox", Evidence::Reach, &[5, 6, 7, 8, 9])]);
    }
}
