//! Fixes that add `follows` to `flake.nix`, in the style of the file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::finding::{Edit, Fix};
use crate::measure::FlakeRow;

/// Said with every such fix.
pub(crate) const THEN_LOCK: &str = "then `nix flake lock`, which drops the nodes that are no longer needed";

/// An override to add: the input path of what is overridden, and the input path that it follows.
pub(crate) type Override = (Vec<String>, Vec<String>);

/// A step of an attribute path, quoted where Nix would not read it as a name.
fn step(name: &str) -> String {
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-'".contains(&b));
    let keyword = ["assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"].contains(&name);
    if first && plain && !keyword { name.to_owned() } else { format!("\"{}\"", quoted(name)) }
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "\\${")
}

/// Whether `flake.nix` says already what an input follows (the lock may not know it yet).
pub(crate) fn is_written(flake: &FlakeRow, path: &[String]) -> bool {
    let Some((input, rest)) = path.split_first() else { return false };
    let row = flake.inputs.iter().find(|row| row.name == *input);
    row.is_some_and(|row| {
        // An override above it, or of it: either way the place is taken.
        (1..=rest.len()).any(|upto| row.overrides.iter().any(|over| over.path == rest[..upto].join("/")))
    })
}

/// A fix that writes the overrides; none where one of them cannot be written.
pub(crate) fn fix(flake: &FlakeRow, overrides: &[Override], safe: bool) -> Option<Fix> {
    let mut texts: BTreeMap<&str, (String, Vec<&Override>)> = BTreeMap::new();
    for one in overrides {
        let (path, target) = one;
        let (input, rest) = path.split_first()?;
        let row = flake.inputs.iter().find(|row| row.name == *input && row.declared && row.follows.is_none())?;
        // What follows something itself may lead back: that would be a circle.
        let taken = is_written(flake, path) || is_written(flake, target);
        if rest.is_empty() || target.is_empty() || taken || path.iter().any(|step| step.contains('/')) {
            return None;
        }
        let insertion = row.insertion.as_ref()?;
        let steps: Vec<String> = rest.iter().map(|name| step(name)).collect();
        let (text, written) = texts.entry(&row.name).or_default();
        let target = quoted(&target.join("/"));
        let _ = write!(text, "{}{}.follows = \"{target}\";", insertion.before, steps.join(".inputs."));
        written.push(one);
    }
    let mut edits = Vec::new();
    for (input, (text, _)) in &texts {
        let row = flake.inputs.iter().find(|row| row.name == *input)?;
        let insertion = row.insertion.as_ref()?;
        edits.push(Edit { span: insertion.at, text: format!("{text}{}", insertion.after) });
    }
    edits.sort();
    let all: usize = texts.values().map(|(_, written)| written.len()).sum();
    let title = match texts.values().flat_map(|(_, written)| written).next() {
        Some((path, target)) if all == 1 => {
            format!("let `{}` follow `{}`, {THEN_LOCK}", path.join("/"), target.join("/"))
        }
        _ => format!("add {all} `follows`, {THEN_LOCK}"),
    };
    (!edits.is_empty()).then_some(Fix { title, safe, edits })
}
