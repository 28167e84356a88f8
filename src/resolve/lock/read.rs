//! From JSON with places to nodes.

use std::collections::{BTreeMap, BTreeSet};

use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{InputRef, Lock, LockError, LockNode, LockNote, LockedRef, follows};
use crate::source::{FileId, Span};

/// Largest lock file, in bytes.
const MAX_BYTES: usize = 10 * 1024 * 1024;
/// Most nodes of a lock file.
const MAX_NODES: usize = 100_000;
/// Most direct inputs.
const MAX_DIRECT: usize = 1_000;

/// Types of sources that Nix and its relatives know (Nix manual, `builtins.fetchTree`; `indirect`, `hg` and `file` too).
const SCHEMES: [&str; 9] = ["github", "gitlab", "sourcehut", "git", "hg", "tarball", "file", "path", "indirect"];

struct Reader {
    file: FileId,
}

/// Reads a lock file.
///
/// # Errors
/// When it is no JSON, of an unknown version, without a root, or too large. What is wrong with
/// single inputs is in [`Lock::notes`].
pub fn parse_lock(text: &str, file: FileId) -> Result<Lock, LockError> {
    let reader = Reader { file };
    let start = text.chars().next().map_or(0, char::len_utf8);
    let fail = |message: &str| reader.error(message, Range { start: 0, end: start });
    if text.len() > MAX_BYTES {
        return Err(fail("larger than 10 MiB"));
    }
    if text.trim_ascii().is_empty() {
        return Err(fail("it is empty"));
    }
    // Nix's reader passes over a byte order mark; a control character within a string it refuses, other than ours.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let skipped = text.len() - body.len();
    if let Some(at) = control_character(body) {
        let range = Range { start: at + skipped, end: at + skipped + 1 };
        return Err(reader.error("not JSON: a control character within a string", range));
    }
    // Blanks in its place keep what follows where it is.
    let blank = (skipped > 0).then(|| format!("{:skipped$}{body}", ""));
    let text = blank.as_deref().unwrap_or(text);
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &strict).map_err(|error| LockError {
        message: format!("not JSON: {}", error.kind().to_string().to_lowercase()),
        span: Some(reader.span(clamp(error.range(), text))),
    })?;
    let Some(Value::Object(top)) = parsed.value else { return Err(fail("not a JSON object")) };
    reader.lock(&top)
}

/// A control character that stands within a string as it is (RFC 8259, section 7).
fn control_character(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            0..=0x1f if quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// A range inside the text and on character boundaries.
fn clamp(range: Range, text: &str) -> Range {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(range.start);
    Range { start, end: floor(range.end).max(start) }
}

impl Reader {
    fn span(&self, range: Range) -> Span {
        Span::new(self.file, range.start as u32..range.end as u32)
    }

    /// The text of a name or string, without its quotes.
    fn inner(&self, range: Range) -> Span {
        let start = range.start + 1;
        self.span(Range { start, end: range.end.saturating_sub(1).max(start) })
    }

    fn error(&self, message: impl Into<String>, range: Range) -> LockError {
        LockError { message: message.into(), span: Some(self.span(range)) }
    }

    fn lock(&self, top: &Object<'_>) -> Result<Lock, LockError> {
        let whole = Range { start: top.range.start, end: top.range.start + 1 };
        self.once(top)?;
        let Some(version) = top.get("version") else { return Err(self.error("no `version`", whole)) };
        let number = match &version.value {
            Value::NumberLit(number) => number.value.parse::<u32>().ok(),
            _ => None,
        };
        let supported = number.filter(|number| (5..=7).contains(number));
        let Some(number) = supported else {
            let message = match &version.value {
                Value::NumberLit(number) => format!("version {} is not supported", number.value),
                _ => "`version` is not a number".to_owned(),
            };
            return Err(self.error(message, version.value.range()));
        };
        let Some(list) = top.get("nodes") else { return Err(self.error("no `nodes`", whole)) };
        let Value::Object(list) = &list.value else {
            return Err(self.error("`nodes` is not an object", list.value.range()));
        };
        if list.properties.len() > MAX_NODES {
            return Err(self.error(format!("more than {MAX_NODES} nodes"), whole));
        }
        let Some(root) = top.get("root") else { return Err(self.error("no `root`", whole)) };
        let Value::StringLit(root) = &root.value else {
            return Err(self.error("`root` is not a string", root.value.range()));
        };
        let root = root.value.as_ref().to_owned();
        let mut nodes = list.properties.iter().map(|node| self.node(node)).collect::<Result<Vec<_>, _>>()?;
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some(pair) = nodes.windows(2).find(|pair| pair[0].name == pair[1].name) {
            return Err(LockError {
                message: format!("node `{}` is there twice", pair[1].name),
                span: Some(pair[1].at),
            });
        }
        let Ok(root_number) = nodes.binary_search_by(|node| node.name.cmp(&root)) else {
            let range = top.get("root").map_or(whole, |prop| prop.value.range());
            return Err(self.error(format!("no node `{root}`, which is the root"), range));
        };
        if nodes[root_number].inputs.len() > MAX_DIRECT {
            return Err(self.error(format!("more than {MAX_DIRECT} direct inputs"), whole));
        }
        let (targets, mut faults) = follows::resolve(&nodes, root_number);
        faults.extend(unlocked(&nodes, root_number));
        faults.extend(follows::circles(&nodes, root_number));
        Ok(Lock { file: self.file, version: number, root, nodes, notes: faults, root_number, targets })
    }

    /// Refuses an object that has a name twice: readers differ in which of the two they take.
    fn once(&self, object: &Object<'_>) -> Result<(), LockError> {
        let mut names = BTreeSet::new();
        match object.properties.iter().find(|prop| !names.insert(prop.name.as_str())) {
            Some(prop) => Err(self.error(format!("`{}` is there twice", prop.name.as_str()), prop.name.range())),
            None => Ok(()),
        }
    }

    /// Whether what is asked for or locked can be a source to Nix (`jsonToAttrs`, `Input::fromAttrs`).
    fn source(&self, field: &str, name: &str, inner: &Object<'_>, whole: Range) -> Result<(), LockError> {
        self.once(inner)?;
        let unfit = |value: &Value<'_>| matches!(value, Value::Object(_) | Value::Array(_) | Value::NullKeyword(_));
        if let Some(prop) = inner.properties.iter().find(|prop| unfit(&prop.value)) {
            let message = format!("`{field}.{}` of node `{name}` is no text or number", prop.name.as_str());
            return Err(self.error(message, prop.value.range()));
        }
        if let Some(prop) = inner.get("lastModified").filter(|prop| prop.value.as_number_lit().is_none()) {
            let message = format!("`{field}.lastModified` of node `{name}` is not a number");
            return Err(self.error(message, prop.value.range()));
        }
        let at = |prop: Option<&ObjectProp<'_>>| prop.map_or(whole, |prop| prop.value.range());
        let kind = inner.get_string("type").map(|kind| kind.value.to_string());
        let is_locked = field == "locked";
        let fault = match kind.as_deref() {
            None => Some((format!("`{field}` of node `{name}` has no `type`"), whole)),
            Some(kind) if is_locked && !SCHEMES.contains(&kind) => {
                let message = format!("`{field}.type` of node `{name}` is `{kind}`, which Nix does not know");
                Some((message, at(inner.get("type"))))
            }
            Some("github" | "gitlab" | "sourcehut") => ["owner", "repo", "rev"][..if is_locked { 3 } else { 2 }]
                .iter()
                .find(|part| inner.get(part).is_none())
                .map(|part| (format!("`{field}` of node `{name}` has no `{part}`"), whole)),
            Some(_) => None,
        };
        let revision = inner.get("rev").filter(|_| is_locked);
        let fault = fault.or_else(|| {
            let prop =
                revision.filter(|prop| prop.value.as_string_lit().is_some_and(|rev| !is_revision(&rev.value)))?;
            Some((format!("`{field}.rev` of node `{name}` is no revision"), prop.value.range()))
        });
        fault.map_or(Ok(()), |(message, range)| Err(self.error(message, range)))
    }

    /// Whether the fields of a node are what Nix takes them for.
    fn types(&self, name: &str, fields: &Object<'_>) -> Result<(), LockError> {
        self.once(fields)?;
        for field in ["inputs", "locked", "original"] {
            let Some(prop) = fields.get(field) else { continue };
            let Value::Object(inner) = &prop.value else {
                let message = format!("`{field}` of node `{name}` is not an object");
                return Err(self.error(message, prop.value.range()));
            };
            let texts = ["type", "id", "owner", "repo", "host", "url", "path", "rev", "ref", "dir", "narHash"];
            for text in texts.into_iter().filter(|_| field != "inputs") {
                if let Some(prop) = inner.get(text).filter(|prop| prop.value.as_string_lit().is_none()) {
                    let message = format!("`{field}.{text}` of node `{name}` is not a string");
                    return Err(self.error(message, prop.value.range()));
                }
            }
            match field {
                "inputs" => self.once(inner)?,
                _ => self.source(field, name, inner, prop.name.range())?,
            }
        }
        if let Some(prop) = fields.get("parent") {
            let is_path = |path: &[Value<'_>]| path.iter().all(|step| step.as_string_lit().is_some());
            if !prop.value.as_array().is_some_and(|path| is_path(&path.elements)) {
                return Err(self.error(format!("`parent` of node `{name}` is not a list of names"), prop.value.range()));
            }
        }
        if let Some(prop) = fields.get("flake").filter(|prop| prop.value.as_boolean_lit().is_none()) {
            return Err(self.error(format!("`flake` of node `{name}` is neither true nor false"), prop.value.range()));
        }
        Ok(())
    }

    fn node(&self, prop: &ObjectProp<'_>) -> Result<LockNode, LockError> {
        let name = prop.name.as_str().to_owned();
        let Value::Object(fields) = &prop.value else {
            return Err(self.error(format!("node `{name}` is not an object"), prop.name.range()));
        };
        self.types(&name, fields)?;
        let (mut inputs, mut inputs_at) = (BTreeMap::new(), BTreeMap::new());
        for input in fields.get_object("inputs").map_or(&[][..], |object| &object.properties) {
            let key = input.name.as_str().to_owned();
            let target = match &input.value {
                Value::StringLit(node) => InputRef::Node(node.value.to_string()),
                Value::Array(path) => {
                    if let Some(other) = path.elements.iter().find(|step| step.as_string_lit().is_none()) {
                        return Err(self.error(format!("a step of `{key}` is not a string"), other.range()));
                    }
                    InputRef::Follows(strings(&path.elements))
                }
                other => return Err(self.error(format!("input `{key}` is neither a node nor a path"), other.range())),
            };
            inputs_at.insert(key.clone(), self.inner(input.name.range()));
            inputs.insert(key, target);
        }
        let locked = fields.get_object("locked");
        let place = locked.and_then(|l| l.get_string("path").or_else(|| l.get_string("url")));
        let mut locked_ref = locked.map(reference);
        // Version 5 kept the hash beside `locked`.
        if let (Some(locked), Some(info)) = (&mut locked_ref, fields.get_object("info")) {
            locked.nar_hash = locked.nar_hash.take().or_else(|| text(info, "narHash"));
            locked.last_modified = locked.last_modified.or_else(|| integer(info, "lastModified"));
        }
        Ok(LockNode {
            at: self.inner(prop.name.range()),
            inputs,
            inputs_at,
            place_at: place.map(|string| self.inner(string.range)),
            locked: locked_ref,
            original: fields.get_object("original").map(reference),
            parent: fields.get_array("parent").map(|path| strings(&path.elements)),
            flake: fields.get_boolean("flake").is_none_or(|flag| flag.value),
            name,
        })
    }
}

/// Nodes that inputs lead to and that do not say what is locked: Nix refuses them.
fn unlocked(nodes: &[LockNode], root: usize) -> Vec<LockNote> {
    let mut reached = BTreeSet::from([root]);
    let mut queue = vec![root];
    while let Some(at) = queue.pop() {
        for input in nodes[at].inputs.values() {
            let InputRef::Node(name) = input else { continue };
            let Ok(to) = nodes.binary_search_by(|node| node.name.cmp(name)) else { continue };
            if reached.insert(to) {
                queue.push(to);
            }
        }
    }
    let without = |at: &usize| *at != root && nodes[*at].locked.is_none();
    let told = |at: usize| LockNote { message: format!("node `{}` has no `locked`", nodes[at].name), at: nodes[at].at };
    reached.into_iter().filter(without).map(told).collect()
}

fn strings(values: &[Value<'_>]) -> Vec<String> {
    values.iter().filter_map(Value::as_string_lit).map(|string| string.value.to_string()).collect()
}

/// Whether a text can be the name of a commit. Its length is left to Nix.
fn is_revision(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn text(object: &Object<'_>, key: &str) -> Option<String> {
    object.get_string(key).map(|string| string.value.to_string())
}

fn integer(object: &Object<'_>, key: &str) -> Option<i64> {
    object.get_number(key).and_then(|number| number.value.parse().ok())
}

fn reference(object: &Object<'_>) -> LockedRef {
    LockedRef {
        kind: text(object, "type").unwrap_or_default(),
        id: text(object, "id"),
        owner: text(object, "owner"),
        repo: text(object, "repo"),
        host: text(object, "host"),
        url: text(object, "url"),
        path: text(object, "path"),
        rev: text(object, "rev"),
        reference: text(object, "ref"),
        dir: text(object, "dir"),
        nar_hash: text(object, "narHash"),
        last_modified: integer(object, "lastModified"),
    }
}
