//! `[limits]`: what is read of a tree, where less is wanted than the program can take.

use toml::Spanned;
use toml::de::DeValue;

use super::OptionValue;
use super::located::Document;
use crate::error::Error;

/// What is not read. Each may be lower than the default, which is what the program's stack and memory are made for, and
/// not higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest file, in MiB.
    pub file_mib: u32,
    /// Deepest nesting of brackets.
    pub nesting: u32,
    /// Longest chain of operators, arguments or `or` defaults along one path through the nesting.
    pub chain: u32,
    /// Longest run of characters that a path may be made of, in bytes; unless it is set, only the work that runs make is
    /// bounded.
    pub path_run: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_mib: 20, nesting: 512, chain: 4_000, path_run: u32::MAX }
    }
}

/// Reads `[limits]`.
pub(super) fn limits(document: &Document<'_>, value: &Spanned<DeValue<'_>>) -> Result<Limits, Error> {
    let table = document.table(value)?;
    let mut limits = Limits::default();
    let most = limits;
    let mut fields = [
        ("file-mib", &mut limits.file_mib, most.file_mib),
        ("nesting", &mut limits.nesting, most.nesting),
        ("chain", &mut limits.chain, most.chain),
        ("path-run", &mut limits.path_run, 4_096),
    ];
    document.only(table, "limit", &fields.each_ref().map(|(name, ..)| *name))?;
    for (name, field, most) in &mut fields {
        let Some(value) = table.get(*name) else { continue };
        let OptionValue::Integer(given) = document.option(value)? else {
            return Err(document.wrong_type(value, "an integer"));
        };
        match u32::try_from(given).ok().filter(|given| (1..=*most).contains(given)) {
            Some(given) => **field = given,
            None => return Err(document.error(value.span(), format!("`{name}` is between 1 and {most}"), None)),
        }
    }
    Ok(limits)
}
