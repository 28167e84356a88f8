//! The options of a rule in a run: its defaults with the configuration's values over them.

use std::collections::BTreeMap;

use crate::config::OptionValue;

/// Options by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    values: BTreeMap<String, OptionValue>,
}

impl Options {
    /// Defaults, with `set` over them.
    pub(crate) fn new(defaults: &BTreeMap<String, OptionValue>, set: Option<&BTreeMap<String, OptionValue>>) -> Self {
        let mut values = defaults.clone();
        for (name, value) in set.into_iter().flatten() {
            values.insert(name.clone(), value.clone());
        }
        Self { values }
    }

    /// An option.
    pub(crate) fn get(&self, name: &str) -> Option<&OptionValue> {
        self.values.get(name)
    }

    /// Names, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// A number; 0 where the rule has no such option, which the tests rule out.
    pub(crate) fn integer(&self, name: &str) -> i64 {
        match self.values.get(name) {
            Some(OptionValue::Integer(number)) => *number,
            _ => 0,
        }
    }

    /// A flag; false where the rule has no such option.
    pub(crate) fn flag(&self, name: &str) -> bool {
        matches!(self.values.get(name), Some(OptionValue::Flag(true)))
    }

    /// A list; empty where the rule has no such option.
    pub(crate) fn list(&self, name: &str) -> &[String] {
        match self.values.get(name) {
            Some(OptionValue::List(list)) => list,
            _ => &[],
        }
    }
}
