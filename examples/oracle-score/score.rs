//! Compares inventories with the truth, a flake at a time, and sums up.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use crate::inventory::{Found, NotKnown};
use crate::truth::{Row, is_skipped};

/// How one flake compares.
pub(crate) struct Flake {
    pub(crate) repo: String,
    pub(crate) framework: String,
    /// Whether the truth tells every name.
    pub(crate) whole: bool,
    pub(crate) kinds_right: bool,
    pub(crate) right: usize,
    pub(crate) extra: usize,
    pub(crate) missing: usize,
    /// Each difference, and whether the tool said that it may differ there.
    pub(crate) differences: Vec<(String, bool)>,
    pub(crate) partial: bool,
    pub(crate) kinds: usize,
    pub(crate) partial_kinds: usize,
    pub(crate) unknown: Vec<NotKnown>,
    pub(crate) time: Duration,
    pub(crate) evaluation: Duration,
}

impl Flake {
    pub(crate) fn silent(&self) -> impl Iterator<Item = &str> {
        self.differences.iter().filter(|(_, said)| !said).map(|(text, _)| text.as_str())
    }
}

/// Compares one flake.
pub(crate) fn compare(row: &Row, found: &Found) -> Flake {
    let mut flake = Flake {
        repo: row.repo.clone(),
        framework: row.framework().to_owned(),
        whole: row.status == "complete",
        kinds_right: false,
        right: 0,
        extra: 0,
        missing: 0,
        differences: Vec::new(),
        partial: !found.is_complete(),
        kinds: 0,
        partial_kinds: 0,
        unknown: found.unknown.clone(),
        time: found.time,
        evaluation: found.evaluation,
    };
    top(row, found, &mut flake);
    let kinds: BTreeSet<&str> = row
        .names
        .keys()
        .chain(row.types.keys())
        .chain(found.outputs.iter().map(|(kind, _, _)| kind))
        .map(String::as_str)
        .filter(|kind| row.is_scored(kind))
        .collect();
    for kind in kinds {
        names(row, found, kind, &mut flake);
        systems(row, found, kind, &mut flake);
    }
    flake
}

fn top(row: &Row, found: &Found, flake: &mut Flake) {
    let wanted = row.kinds();
    let given: BTreeSet<&str> = found.kinds.iter().map(String::as_str).filter(|kind| !is_skipped(kind)).collect();
    let missing: Vec<&&str> = wanted.difference(&given).collect();
    let extra: Vec<&&str> = given.difference(&wanted).filter(|_| !row.is_lower_bound()).collect();
    flake.kinds_right = missing.is_empty() && extra.is_empty();
    for kind in &missing {
        flake.differences.push((format!("{kind}: the kind is missing"), found.covers(kind)));
    }
    for kind in &extra {
        flake.differences.push((format!("{kind}: there is no such kind"), found.covers(kind)));
    }
    flake.kinds = wanted.len();
    flake.partial_kinds = wanted.iter().filter(|kind| found.is_partial(kind)).count();
}

fn names(row: &Row, found: &Found, kind: &str, flake: &mut Flake) {
    let Some(wanted) = row.names_of(kind) else { return };
    let system = row.system_used.get(kind).map(String::as_str);
    let given = found.names(kind, system);
    let missing: Vec<&str> = wanted.difference(&given).copied().collect();
    // A list that is a lower bound says nothing of what is too much.
    let extra: Vec<&str> = if row.is_lower_bound() { Vec::new() } else { given.difference(&wanted).copied().collect() };
    flake.right += wanted.intersection(&given).count();
    flake.missing += missing.len();
    flake.extra += extra.len();
    if missing.is_empty() && extra.is_empty() {
        return;
    }
    let path = system.map_or_else(|| kind.to_owned(), |system| format!("{kind}.{system}"));
    let mut text = format!("{path}: {} of {} names", wanted.intersection(&given).count(), wanted.len());
    for (what, names) in [("missing", missing), ("too many", extra)] {
        if !names.is_empty() {
            let more = if names.len() > 6 { format!(" and {} more", names.len() - 6) } else { String::new() };
            let shown: Vec<&str> = names.into_iter().take(6).collect();
            let _ = write!(text, "; {what}: {}{more}", shown.join(" "));
        }
    }
    flake.differences.push((text, found.covers(&path)));
}

/// Systems: where they are all there is they must be the same; elsewhere none may be invented (the tool lists
/// systems with outputs, and a system may hold none).
fn systems(row: &Row, found: &Found, kind: &str, flake: &mut Flake) {
    let Some(wanted) = row.systems.get(kind) else { return };
    let wanted: BTreeSet<&str> = wanted.iter().map(String::as_str).collect();
    let given = found.systems(kind);
    let leaf = row.types.get(kind).is_some_and(|kind| kind == "per-system leaf");
    let missing: Vec<&str> = if leaf { wanted.difference(&given).copied().collect() } else { Vec::new() };
    let extra: Vec<&str> = if row.is_lower_bound() { Vec::new() } else { given.difference(&wanted).copied().collect() };
    if !missing.is_empty() || !extra.is_empty() {
        let text = format!("{kind}: systems missing: {}; too many: {}", missing.join(" "), extra.join(" "));
        flake.differences.push((text, found.covers(kind)));
    }
}

/// What many flakes come to.
#[derive(Default)]
pub(crate) struct Sum {
    pub(crate) flakes: usize,
    pub(crate) whole: usize,
    pub(crate) whole_right: usize,
    pub(crate) kinds_right: usize,
    pub(crate) right: usize,
    pub(crate) extra: usize,
    pub(crate) missing: usize,
    pub(crate) recall: Mean,
    pub(crate) precision: Mean,
    pub(crate) silent: usize,
    pub(crate) partial: usize,
    pub(crate) kinds: usize,
    pub(crate) partial_kinds: usize,
}

#[derive(Default)]
pub(crate) struct Mean {
    sum: f64,
    count: usize,
}

impl Mean {
    fn add(&mut self, part: usize, of: usize) {
        if of > 0 {
            self.sum += ratio(part, of);
            self.count += 1;
        }
    }

    pub(crate) fn value(&self) -> f64 {
        if self.count == 0 { 1.0 } else { self.sum / as_float(self.count) }
    }
}

#[allow(clippy::cast_precision_loss)]
fn as_float(number: usize) -> f64 {
    number as f64
}

pub(crate) fn ratio(part: usize, of: usize) -> f64 {
    if of == 0 { 1.0 } else { as_float(part) / as_float(of) }
}

pub(crate) fn sum<'a>(flakes: impl IntoIterator<Item = &'a Flake>) -> Sum {
    let mut sum = Sum::default();
    for flake in flakes {
        sum.flakes += 1;
        sum.whole += usize::from(flake.whole);
        sum.whole_right += usize::from(flake.whole && flake.kinds_right);
        sum.kinds_right += usize::from(flake.kinds_right);
        sum.right += flake.right;
        sum.extra += flake.extra;
        sum.missing += flake.missing;
        sum.recall.add(flake.right, flake.right + flake.missing);
        sum.precision.add(flake.right, flake.right + flake.extra);
        sum.silent += usize::from(flake.silent().next().is_some());
        sum.partial += usize::from(flake.partial);
        sum.kinds += flake.kinds;
        sum.partial_kinds += flake.partial_kinds;
    }
    sum
}

/// Sums by framework, most flakes first.
pub(crate) fn by_framework(flakes: &[Flake]) -> Vec<(String, Sum)> {
    let mut groups: BTreeMap<&str, Vec<&Flake>> = BTreeMap::new();
    for flake in flakes {
        groups.entry(&flake.framework).or_default().push(flake);
    }
    let mut sums: Vec<_> = groups.into_iter().map(|(name, flakes)| (name.to_owned(), sum(flakes))).collect();
    sums.sort_by(|a, b| b.1.flakes.cmp(&a.1.flakes).then_with(|| a.0.cmp(&b.0)));
    sums
}
