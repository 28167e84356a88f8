//! Proof 2, where `nix` is installed: what every output is before and after, with the user's own inputs.
//!
//! Both are evaluated in one copy of the tree: a flake that takes itself as a source (`src = ./.`) has other
//! derivations as soon as any file changes, and that would say nothing about the split. The new `flake.nix` stands
//! beside the old one there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

use super::split::Split;
use super::tools;
use crate::discover::EntryKind;
use crate::error::Error;

/// Name of the new `flake.nix` in the copy.
const AFTER: &str = "flake-audit-after.nix";

/// What comparing gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Values that were compared.
    pub compared: usize,
    /// Attribute paths whose values are not the same.
    pub different: Vec<String>,
}

/// Derivations by their `drvPath`, hosts by what is built of them, all else as data.
const SHOW: &str = r#"
  show = depth: value:
    if builtins.isFunction value then { "<function>" = builtins.functionArgs value; }
    else if builtins.isPath value then toString value
    else if builtins.isList value then map (item: tried (depth + 1) item) value
    else if builtins.isAttrs value then
      if value.type or null == "derivation" then value.drvPath
      else if value ? config.system.build.toplevel then tried depth value.config.system.build.toplevel
      else if value ? activationPackage then tried depth value.activationPackage
      else if value ? outPath then "${value}"
      else if depth > 5 then builtins.attrNames value
      else builtins.mapAttrs (name: inner: tried (depth + 1) inner) value
    else value;
  tried = depth: value:
    let result = builtins.tryEval (let shown = show depth value; in builtins.deepSeq shown shown); in
    if result.success then result.value else "<fails>";
  outputs = all: builtins.mapAttrs
    (kind: value: if kind == "legacyPackages" then builtins.mapAttrs (_: builtins.attrNames) value else tried 1 value)
    (removeAttrs all [ "_type" "inputs" "outputs" "sourceInfo" "self" ]);
"#;

/// Compares every flake whose steps were carried out.
///
/// # Errors
/// When `nix` is not there, or cannot evaluate the flake as it is.
pub fn verify(split: &Split) -> Result<Verified, Error> {
    let mut verified = Verified::default();
    let flakes: BTreeSet<&str> = split.done.iter().map(|done| done.flake.as_str()).collect();
    for flake in flakes {
        let own = if flake == "." { "flake.nix".to_owned() } else { format!("{flake}/flake.nix") };
        let failed = |error: io::Error| Error::Usage(format!("--verify: {error}"));
        let folder = tempfile::tempdir().map_err(failed)?;
        // The system's folder for such things may be behind a link, which a path flake may not be.
        let root = fs::canonicalize(folder.path()).map_err(failed)?.join("tree");
        copy(split, &root, &own).map_err(failed)?;
        let here = if flake == "." { root.clone() } else { root.join(flake) };
        let asked = root.with_file_name("asked.nix");
        fs::write(&asked, expression(&here.display().to_string())).map_err(failed)?;
        let found = tools::evaluate(&split.tree.root, &asked)?;
        compare("", found.get("before"), found.get("after"), &mut verified);
    }
    Ok(verified)
}

fn expression(flake: &str) -> String {
    format!(
        "let\n  flake = builtins.getFlake \"path:{flake}\";\n  self = after // flake.sourceInfo // {{\n    \
         inherit (flake) inputs outPath sourceInfo;\n    outputs = after;\n    _type = \"flake\";\n  }};\n  \
         after = (import (flake.outPath + \"/{AFTER}\")).outputs (flake.inputs // {{ inherit self; }});\n{SHOW}\
         in {{ before = outputs flake.outputs; after = outputs after; }}\n"
    )
}

/// The tree with all new files, the new `flake.nix` beside the old one.
fn copy(split: &Split, root: &Path, own: &str) -> io::Result<()> {
    fs::create_dir_all(root)?;
    for entry in &split.tree.entries {
        let to = root.join(&entry.path);
        match entry.kind {
            EntryKind::Directory => fs::create_dir_all(to)?,
            EntryKind::File if entry.tracked != Some(false) => fs::copy(split.tree.os_path(entry), to).map(drop)?,
            #[cfg(unix)]
            EntryKind::Symlink => std::os::unix::fs::symlink(fs::read_link(split.tree.os_path(entry))?, to)?,
            _ => {}
        }
    }
    let mut written: BTreeMap<&str, &str> = BTreeMap::new();
    for (path, text) in &split.texts {
        written.insert(path, text);
    }
    for (path, text) in written {
        let beside = path.rsplit_once('/').map_or_else(|| AFTER.to_owned(), |(folder, _)| format!("{folder}/{AFTER}"));
        let to = root.join(if path == own { &beside } else { path });
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(to, text)?;
    }
    Ok(())
}

fn compare(path: &str, before: Option<&Value>, after: Option<&Value>, verified: &mut Verified) {
    if let (Some(Value::Object(old)), Some(Value::Object(new))) = (before, after) {
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            compare(&inner, old.get(name), new.get(name), verified);
        }
        return;
    }
    verified.compared += 1;
    if before != after {
        verified.different.push(path.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Verified, compare};

    #[test]
    fn what_differs_is_named() {
        let mut verified = Verified::default();
        let before = json!({ "packages": { "x": { "a": "1", "b": [ 1 ] } }, "lib": { } });
        let after = json!({ "packages": { "x": { "a": "2", "b": [ 1 ] } }, "lib": { "new": null } });
        compare("", Some(&before), Some(&after), &mut verified);
        assert_eq!(verified.different, ["lib.new", "packages.x.a"]);
        assert_eq!(verified.compared, 3);
    }
}
