//! Proof 2, where `nix` is installed: what every output is before and after, with the user's own inputs.
//!
//! Both are evaluated in one copy of the tree: a flake that takes itself as a source (`src = ./.`) has other
//! derivations as soon as any file changes, and that would say nothing about the split. The new `flake.nix` stands
//! beside the old one there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::split::Split;
use super::tools;
use crate::discover::EntryKind;
use crate::error::Error;

/// Name of the new `flake.nix` in the copy.
const AFTER: &str = "flake-audit-after.nix";

/// Questions to Nix about one flake once the whole cannot be evaluated at once.
const MAX_ASKED: u32 = 100;
/// How deep the parts of outputs are then looked at: kind, system, name.
const MAX_DEPTH: usize = 3;

/// What comparing gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Values that were compared.
    pub compared: usize,
    /// Attribute paths whose values are not the same.
    pub different: Vec<String>,
    /// Attribute paths that Nix could not evaluate before the split either, and what it says.
    pub failing: Vec<(String, String)>,
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
  # What flake-parts shows of itself to who debugs names its modules and where they are.
  debug = all: if all ? debug && all ? allSystems && all ? currentSystem then [ "debug" "allSystems" "currentSystem" ] else [ ];
  outputs = all: removeAttrs all ([ "_type" "inputs" "outputs" "sourceInfo" "self" ] ++ debug all);
  ask = all:
    let
      value = builtins.foldl' (value: name: value.${name}) (outputs all) path;
      kind = kind: value:
        if kind == "legacyPackages" then builtins.mapAttrs (_: builtins.attrNames) value else tried 1 value;
    in
    if names then (if builtins.isAttrs value && value.type or null != "derivation" then builtins.attrNames value else null)
    else if path == [ ] then builtins.mapAttrs kind value
    else if path == [ "legacyPackages" ] then kind "legacyPackages" value
    else if builtins.head path == "legacyPackages" then builtins.attrNames value
    else tried (builtins.length path) value;
"#;

/// Compares every flake whose steps were carried out.
///
/// # Errors
/// When `nix` is not there, or cannot evaluate anything of the flake as it is.
pub fn verify(split: &Split) -> Result<Verified, Error> {
    tools::nix_is_there(&split.tree.root)?;
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
        let mut asking = Asking {
            folder: &split.tree.root,
            file: root.with_file_name("asked.nix"),
            flake: here.display().to_string(),
            left: MAX_ASKED,
        };
        let compared = verified.compared;
        asking.part(&mut Vec::new(), &mut verified)?;
        if verified.compared == compared && verified.different.is_empty() {
            let why = verified.failing.first().map_or("it has no outputs", |(_, why)| why.as_str());
            return Err(Error::Usage(format!(
                "--verify: nothing was written, for nix cannot evaluate any output of {flake} as it is: {why}"
            )));
        }
    }
    Ok(verified)
}

/// What Nix is asked about one flake.
struct Asking<'a> {
    folder: &'a Path,
    file: PathBuf,
    flake: String,
    left: u32,
}

/// What is asked of a part of the outputs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    /// What it is, before and after.
    Both,
    /// What it is, before.
    Before,
    /// Which attributes it has, before and after.
    Names,
}

impl Asking<'_> {
    fn ask(&mut self, path: &[String], question: Question) -> Result<Value, Error> {
        let failed = |error: io::Error| Error::Usage(format!("--verify: {error}"));
        fs::write(&self.file, expression(&self.flake, path, question)).map_err(failed)?;
        self.left = self.left.saturating_sub(1);
        tools::evaluate(self.folder, &self.file)
    }

    /// Compares a part of the outputs. What Nix gives up on is looked at by its parts, so that one output that does not
    /// evaluate on this machine hides no other.
    fn part(&mut self, path: &mut Vec<String>, verified: &mut Verified) -> Result<(), Error> {
        let why = match self.ask(path, Question::Both) {
            Ok(found) => {
                compare(&path.join("."), found.get("before"), found.get("after"), verified);
                return Ok(());
            }
            Err(error @ Error::Usage(_)) => error.to_string(),
            Err(error) => return Err(error),
        };
        if path.len() < MAX_DEPTH
            && self.left > 0
            && let Ok(found) = self.ask(path, Question::Names)
            && let (Some(Value::Array(before)), Some(Value::Array(after))) = (found.get("before"), found.get("after"))
            && before.len() <= self.left as usize
        {
            if before != after {
                verified.different.push(path.join("."));
                return Ok(());
            }
            for name in before.iter().filter_map(Value::as_str) {
                path.push(name.to_owned());
                self.part(path, verified)?;
                path.pop();
            }
            return Ok(());
        }
        // Where it evaluates before, it is the split that breaks it.
        if self.ask(path, Question::Before).is_ok() {
            verified.different.push(path.join("."));
        } else {
            verified.failing.push((path.join("."), why));
        }
        Ok(())
    }
}

fn expression(flake: &str, path: &[String], question: Question) -> String {
    let path = path.iter().map(|name| literal(name)).collect::<Vec<_>>().join(" ");
    let after = if question == Question::Before { "null" } else { "ask after" };
    let names = question == Question::Names;
    format!(
        "let\n  flake = builtins.getFlake {};\n  self = after // flake.sourceInfo // {{\n    \
         inherit (flake) inputs outPath sourceInfo;\n    outputs = after;\n    _type = \"flake\";\n  }};\n  \
         after = (import (flake.outPath + \"/{AFTER}\")).outputs (flake.inputs // {{ inherit self; }});\n  \
         path = [ {path}];\n  names = {names};\n{SHOW}\
         in {{ before = ask flake.outputs; after = {after}; }}\n",
        literal(&format!("path:{flake}"))
    )
}

/// A string of Nix.
fn literal(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "\\${");
    format!("\"{escaped}\"")
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
