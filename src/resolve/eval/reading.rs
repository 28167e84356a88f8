//! Built-in functions that read: real inside the workspace, refused outside it.

use std::rc::Rc;
use std::sync::Arc;

use super::super::ir::ExprId;
use super::fetched;
use super::files::{self, inside};
use super::machine::Machine;
use super::models;
use super::primitives::{Primitive, primitive, settle};
use super::value::{Attrs, Code, Frame, ModuleId, Slot, ThunkId, Value};
use crate::discover::EntryKind;

pub(super) const PRIMITIVES: &[Primitive] = &[
    primitive("import", 1, |m, a| settle(import(m, a[0]))),
    primitive("readFile", 1, |m, a| settle(read_file(m, a[0]))),
    primitive("readDir", 1, |m, a| settle(read_dir(m, a[0]))),
    primitive("readFileType", 1, |m, a| settle(read_file_type(m, a[0]))),
    primitive("pathExists", 1, |m, a| settle(path_exists(m, a[0]))),
    primitive("toPath", 1, |m, a| settle(to_path(m, a[0]))),
    primitive("path", 1, |m, a| {
        let set = m.force(a[0]);
        m.select(&set, "path")
    }),
    primitive("filterSource", 2, |m, a| m.force(a[1])),
    primitive("baseNameOf", 1, |m, a| settle(base_name(m, a[0]))),
    primitive("dirOf", 1, |m, a| settle(dir_of(m, a[0]))),
    primitive("scopedImport", 2, |m, a| settle(scoped_import(m, a))),
    primitive("__model", 1, |m, a| settle(model(m, a[0]))),
    primitive("__writtenIn", 2, written_in),
    primitive("getEnv", 1, |_, _| Value::str("")),
];

/// The workspace-relative path of a path, a string or a flake; unknown outside the workspace.
fn path(m: &mut Machine, thunk: ThunkId) -> Result<String, Value> {
    let text = m.want_str(thunk)?;
    let text = files::normalize(&text);
    if let Some(unknown) = fetched::unknown(m, &text) {
        return Err(unknown);
    }
    inside(&text).map(str::to_owned).ok_or_else(|| m.unknown("a path outside the workspace"))
}

/// `import`: a file, or a directory's `default.nix`; each is evaluated once.
fn import(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    // A flake input that is modelled as a function (`import nixpkgs { … }`).
    match m.force(thunk) {
        Value::Set(attrs) => {
            if let Some(slot) = attrs.map.get("__import").copied() {
                return Ok(m.force(slot.thunk));
            }
        }
        // A part of a model.
        Value::Path(path) => {
            if let Some(part) = models::part(&path) {
                let expr = models::ir(part).root.unwrap_or(ExprId(0));
                return Ok(m.eval(Code { module: ModuleId::Model(part), expr, scope: m.model_globals }));
            }
        }
        _ => {}
    }
    let text = m.want_str(thunk)?;
    if let Some(value) = fetched::import(m, &files::normalize(&text)) {
        return Ok(value);
    }
    let path = path(m, thunk)?;
    let Some(file) = m.world.nix_file(&path) else {
        return Err(match m.world.kind(&path) {
            None if m.world.is_linked(&path, true) => linked(m, &path),
            None => m.failure(format!("`{path}` does not exist")),
            Some(_) => m.unknown(format!("`{path}` cannot be read as Nix")),
        });
    };
    if let Some(value) = m.imported.get(&file).copied() {
        return Ok(m.force(value));
    }
    let module = ModuleId::File(file.0);
    let Some(root) = m.ir(module).root else { return Err(m.unknown(format!("`{path}` cannot be read"))) };
    let scope = m.globals;
    let value = m.delay(Code { module, expr: root, scope });
    m.imported.insert(file, value);
    Ok(m.force(value))
}

/// `scopedImport names path`: like `import`, with more names in scope; evaluated each time.
fn scoped_import(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let names = m.want_set(a[0])?;
    let path = path(m, a[1])?;
    let Some(file) = m.world.nix_file(&path) else {
        return Err(match m.world.kind(&path) {
            None if m.world.is_linked(&path, true) => linked(m, &path),
            None => m.failure(format!("`{path}` does not exist")),
            Some(_) => m.unknown(format!("`{path}` cannot be read as Nix")),
        });
    };
    let module = ModuleId::File(file.0);
    let Some(expr) = m.ir(module).root else { return Err(m.unknown(format!("`{path}` cannot be read"))) };
    let scope = m.scope(Some(m.globals), Frame::Names(names));
    Ok(m.eval(Code { module, expr, scope }))
}

/// For models: the model of another library, by its source.
fn model(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let source = m.want_str(thunk)?;
    let Some(model) = models::find(&source) else { return Err(m.unknown(format!("`{source}` is not modelled"))) };
    let module = ModuleId::Model(model);
    let Some(expr) = m.ir(module).root else { return Err(m.unknown(format!("`{source}` is not modelled"))) };
    let scope = m.model_globals;
    Ok(m.eval(Code { module, expr, scope }))
}

/// For models: a set whose attributes are written in a file, as far as they are written nowhere else.
fn written_in(m: &mut Machine, a: &[ThunkId]) -> Value {
    let set = m.force(a[1]);
    let Value::Set(attrs) = &set else { return set };
    let file = path(m, a[0]).ok().and_then(|path| m.world.nix_file(&path));
    let Some(file) = file else { return set };
    let module = ModuleId::File(file.0);
    let Some(root) = m.ir(module).root else { return set };
    let loc = m.ir(module).expr(root).loc;
    let Some(origin) = m.written_at(module, loc, loc) else { return set };
    let mut attrs = (**attrs).clone();
    for slot in attrs.map.values_mut() {
        slot.origin.get_or_insert(origin);
    }
    Value::Set(Rc::new(attrs))
}

fn read_file(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let path = path(m, thunk)?;
    match m.world.read(&path) {
        Ok(text) if text.len() <= files::MAX_STRING => {
            m.spend(text.len() / 8)?;
            Ok(Value::str(&text))
        }
        Ok(_) => Err(m.unknown(format!("`{path}` is larger than the bound allows"))),
        Err(reason) => Err(m.unknown(format!("`{path}` cannot be read: {reason}"))),
    }
}

fn type_name(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::File => "regular",
        EntryKind::Directory => "directory",
        EntryKind::Symlink => "symlink",
        EntryKind::Other => "unknown",
    }
}

/// Symbolic links are not followed.
fn linked(m: &Machine, path: &str) -> Value {
    m.unknown(format!("`{path}` is behind a symbolic link"))
}

fn read_dir(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let path = path(m, thunk)?;
    if m.world.is_linked(&path, true) {
        return Err(linked(m, &path));
    }
    if m.world.kind(&path) != Some(EntryKind::Directory) {
        return Err(m.failure(format!("`{path}` is not a directory")));
    }
    m.discovered.push(path.clone());
    let mut attrs = Attrs::default();
    for (name, kind) in m.world.children(&path) {
        let slot = m.slot(Value::str(type_name(kind)));
        attrs.map.insert(Arc::from(name), Slot { ..slot });
    }
    Ok(Value::Set(Rc::new(attrs)))
}

fn read_file_type(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let path = path(m, thunk)?;
    if m.world.is_linked(&path, false) {
        return Err(linked(m, &path));
    }
    m.world
        .kind(&path)
        .map(|kind| Value::str(type_name(kind)))
        .ok_or_else(|| m.failure("nothing there"))
}

fn path_exists(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let path = path(m, thunk)?;
    if m.world.is_linked(&path, false) {
        return Err(linked(m, &path));
    }
    Ok(Value::Bool(m.world.kind(&path).is_some()))
}

fn to_path(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let text = m.want_str(thunk)?;
    Ok(Value::Path(Rc::from(files::normalize(&text).as_str())))
}

fn base_name(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let text = m.want_str(thunk)?;
    if let Some(unknown) = fetched::unknown(m, &text) {
        return Err(unknown);
    }
    if files::has_hash_for_name(&text) {
        return Err(m.unknown("a store path"));
    }
    let trimmed = text.strip_suffix('/').unwrap_or(&text);
    Ok(Value::str(trimmed.rsplit('/').next().unwrap_or(trimmed)))
}

fn dir_of(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let is_path = matches!(m.force(thunk), Value::Path(_));
    let text = m.want_str(thunk)?;
    if files::has_hash_for_name(&text) {
        return Err(m.unknown("a store path"));
    }
    let dir = match text.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((dir, _)) => dir,
        None => ".",
    };
    Ok(if is_path { Value::Path(Rc::from(dir)) } else { Value::str(dir) })
}
