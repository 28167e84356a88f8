//! A map from names in one sorted block of memory: what attribute sets and scopes are made of.
//!
//! Sets are small, made once and read often; a tree of nodes costs ten times the memory, and the time to
//! fill it.

use super::super::ir::{FEW, Name, is_same};

/// Entries sorted by name; a name occurs once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names<T> {
    entries: Vec<(Name, T)>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<T> Names<T> {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Entries that are sorted already, each name once.
    pub(super) fn sorted(entries: Vec<(Name, T)>) -> Self {
        debug_assert!(entries.is_sorted_by(|a, b| a.0 < b.0), "sorted entries");
        Self { entries }
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(n, _)| (**n).cmp(name))
    }

    pub(super) fn get(&self, name: &str) -> Option<&T> {
        if self.entries.len() <= FEW {
            return self.entries.iter().find(|(n, _)| is_same(n, name)).map(|(_, value)| value);
        }
        self.place(name).ok().map(|at| &self.entries[at].1)
    }

    pub(super) fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Adds or replaces. Adding in order of name is cheap; collect what comes in any order instead.
    pub(super) fn insert(&mut self, name: Name, value: T) {
        if self.entries.last().is_none_or(|(last, _)| **last < *name) {
            self.entries.push((name, value));
            return;
        }
        match self.place(&name) {
            Ok(at) => self.entries[at].1 = value,
            Err(at) => self.entries.insert(at, (name, value)),
        }
    }

    /// Removes the names for which `keep` is false.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Name) -> bool) {
        self.entries.retain(|(name, _)| keep(name));
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Name> {
        self.entries.iter().map(|(name, _)| name)
    }

    pub(super) fn values(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.entries.iter().map(|(_, value)| value)
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Name, &T)> {
        self.entries.iter().map(|(name, value)| (name, value))
    }

    /// The names of both in order, each once, as `one` (which has them alone or first) and `both` make them.
    pub(super) fn merge(
        &self,
        other: &Self,
        mut one: impl FnMut(&T, bool) -> T,
        mut both: impl FnMut(&T, &T) -> T,
    ) -> Self {
        let mut entries = Vec::with_capacity(self.len() + other.len());
        let (mut left, mut right) = (self.entries.iter().peekable(), other.entries.iter().peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (Some((a, _)), Some((b, _))) if std::ptr::eq(&raw const **a, &raw const **b) => {
                    std::cmp::Ordering::Equal
                }
                (Some((a, _)), Some((b, _))) => a.cmp(b),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (None, None) => break,
            };
            match order {
                std::cmp::Ordering::Less => entries.extend(left.next().map(|(n, v)| (n.clone(), one(v, true)))),
                std::cmp::Ordering::Greater => entries.extend(right.next().map(|(n, v)| (n.clone(), one(v, false)))),
                std::cmp::Ordering::Equal => {
                    if let (Some((name, a)), Some((_, b))) = (left.next(), right.next()) {
                        entries.push((name.clone(), both(a, b)));
                    }
                }
            }
        }
        Self { entries }
    }
}

/// Collected in any order; of equal names the last wins.
impl<T> FromIterator<(Name, T)> for Names<T> {
    fn from_iter<I: IntoIterator<Item = (Name, T)>>(iter: I) -> Self {
        let mut entries: Vec<(Name, T)> = iter.into_iter().collect();
        if !entries.is_sorted_by(|a, b| a.0 < b.0) {
            // Stable, and the last of equal names is kept: turned round, the first is.
            entries.reverse();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            entries.dedup_by(|later, kept| later.0 == kept.0);
        }
        entries.shrink_to_fit();
        Self { entries }
    }
}

impl<T, const N: usize> From<[(Name, T); N]> for Names<T> {
    fn from(entries: [(Name, T); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<'a, T> IntoIterator for &'a Names<T> {
    type Item = (&'a Name, &'a T);
    type IntoIter = std::iter::Map<std::slice::Iter<'a, (Name, T)>, fn(&'a (Name, T)) -> (&'a Name, &'a T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter().map(|(name, value)| (name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Names<usize> {
        text.split_whitespace().enumerate().map(|(i, n)| (Name::from(n), i)).collect()
    }

    fn keys(names: &Names<usize>) -> String {
        names.keys().map(|n| &**n).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn sorted_and_the_last_of_equal_names_wins() {
        let names = of("c a b a");
        assert_eq!((keys(&names).as_str(), names.get("a"), names.get("d")), ("a b c", Some(&3), None));
        let many = of("q w e r t y u i o p");
        assert_eq!((many.get("e"), many.get("p"), many.get("x")), (Some(&2), Some(&9), None));
    }

    #[test]
    fn insert_keeps_the_order_and_replaces() {
        let mut names = Names::new();
        for (index, name) in ["m", "z", "a", "m"].into_iter().enumerate() {
            names.insert(Name::from(name), index);
        }
        assert_eq!((keys(&names).as_str(), names.get("m")), ("a m z", Some(&3)));
    }

    #[test]
    fn merge_gives_every_name_once() {
        let merged = of("a c e").merge(&of("b c d"), |v, _| *v, |a, b| 10 * a + b);
        assert_eq!((keys(&merged).as_str(), merged.get("c")), ("a b c d e", Some(&11)));
    }
}
