//! `flake-audit.toml`: read with spans, so that every mistake is shown at its place.
//!
//! It knows rules only as [`RuleSpec`]: code, id, and options with their default values.

pub mod agreements;
mod limits;
pub(crate) mod located;
mod nix;

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub use limits::Limits;
pub use nix::NixVersion;

use crate::error::Error;
use crate::finding::Level;
use located::{Document, level_named, nearest, shorten};

/// A configuration file that is larger is refused.
pub const MAX_CONFIG_BYTES: usize = 1 << 20;

/// The keys of the configuration file.
pub const KEYS: [&str; 9] =
    ["exclude", "select", "ignore", "fail-on", "nix-version", "limits", "rules", "ratchet", "contract"];

/// The value of a rule's option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionValue {
    /// A number.
    Integer(i64),
    /// `true` or `false`.
    Flag(bool),
    /// A string.
    Text(String),
    /// A list of strings.
    List(Vec<String>),
}

impl OptionValue {
    /// The type in words.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Integer(_) => "an integer",
            Self::Flag(_) => "a boolean",
            Self::Text(_) => "a string",
            Self::List(_) => "a list of strings",
        }
    }
}

/// What the configuration needs to know of a rule.
#[derive(Clone, Debug)]
pub struct RuleSpec {
    /// Code, `FA101`.
    pub code: String,
    /// Id, `oversized-flake`.
    pub id: String,
    /// Options with their default values.
    pub options: BTreeMap<String, OptionValue>,
}

/// What a rule's level is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The rule does not run.
    Off,
    /// Its findings have this level.
    At(Level),
}

/// `[rules.<id or code>]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleConfig {
    /// `level`.
    pub level: Option<Setting>,
    /// The rule's own options that are set.
    pub options: BTreeMap<String, OptionValue>,
}

/// The configuration of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Globs of files that are not audited.
    pub exclude: Vec<String>,
    /// Rules that run, by code, id or family; empty means those that are on by default.
    pub select: Vec<String>,
    /// Rules that do not run; wins over `select`.
    pub ignore: Vec<String>,
    /// The level at which `check` fails.
    pub fail_on: Level,
    /// The version of Nix that the flakes are used with, where it is said.
    pub nix: Option<NixVersion>,
    /// What is not read.
    pub limits: Limits,
    /// Settings of single rules, by code.
    pub rules: BTreeMap<String, RuleConfig>,
    /// Numbers that may only fall.
    pub ratchet: Option<agreements::Ratchet>,
    /// Contracts between parts, in the order of the file.
    pub contracts: Vec<agreements::Contract>,
    /// Plan a division even where the verdict would be to keep a flake whole. The command line's alone.
    pub divide: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            exclude: Vec::new(),
            select: Vec::new(),
            ignore: Vec::new(),
            fail_on: Level::Warning,
            nix: None,
            limits: Limits::default(),
            rules: BTreeMap::new(),
            ratchet: None,
            contracts: Vec::new(),
            divide: false,
        }
    }
}

impl Config {
    /// Reads a configuration file's bytes; `shown` is the path that errors name.
    ///
    /// # Errors
    /// [`Error::Located`] where the file is too large, not UTF-8, not TOML, or says something unknown.
    pub fn from_bytes(bytes: &[u8], shown: &str, specs: &[RuleSpec]) -> Result<Self, Error> {
        if bytes.len() > MAX_CONFIG_BYTES {
            return Err(Error::Located(format!("{}: larger than 1 MiB", shorten(shown))));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::load(text, shown, specs),
            Err(error) => {
                let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let text = String::from_utf8_lossy(good);
                let document = Document { shown, text: &text, offset: 0 };
                Err(document.error(good.len()..good.len(), "the file is not UTF-8 from here on", None))
            }
        }
    }

    /// Reads a configuration text; `shown` is the path that errors name.
    ///
    /// # Errors
    /// [`Error::Located`] where the text is too large, not TOML, or says something unknown.
    pub fn load(text: &str, shown: &str, specs: &[RuleSpec]) -> Result<Self, Error> {
        if text.len() > MAX_CONFIG_BYTES {
            return Err(Error::Located(format!("{}: larger than 1 MiB", shorten(shown))));
        }
        let document = Document { shown, text, offset: 0 };
        let table = DeTable::parse(text).map_err(|error| document.syntax(&error))?;
        let table = table.get_ref();
        document.only(table, "key", &KEYS)?;
        let mut config = Self::default();
        if let Some(value) = table.get("exclude") {
            config.exclude = globs(&document, value)?;
        }
        if let Some(value) = table.get("select") {
            config.select = selectors(&document, value, specs)?;
        }
        if let Some(value) = table.get("ignore") {
            config.ignore = selectors(&document, value, specs)?;
        }
        if let Some(value) = table.get("fail-on") {
            config.fail_on = document.level(value)?;
        }
        if let Some(value) = table.get("nix-version") {
            let text = document.text(value)?;
            let version = NixVersion::parse(text);
            let wrong = || format!("`{}` is no version of Nix: write it like \"2.26\"", shorten(text));
            config.nix = Some(version.ok_or_else(|| document.error(value.span(), wrong(), None))?);
        }
        if let Some(value) = table.get("limits") {
            config.limits = limits::limits(&document, value)?;
        }
        if let Some(value) = table.get("rules") {
            config.rules = rules(&document, document.table(value)?, specs)?;
        }
        if let Some(value) = table.get("ratchet") {
            config.ratchet = Some(agreements::ratchet(&document, value)?);
        }
        if let Some(value) = table.get("contract") {
            config.contracts = agreements::contracts(&document, value)?;
        }
        Ok(config)
    }

    /// Takes over the command line: `select` replaces the file's, `ignore` adds to it.
    ///
    /// # Errors
    /// [`Error::Usage`] where a value names no rule.
    pub fn apply(&mut self, select: &[String], ignore: &[String], specs: &[RuleSpec]) -> Result<(), Error> {
        for selector in select.iter().chain(ignore) {
            if !selects_any(selector, specs) {
                let near = nearest(selector, &names(specs));
                let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                return Err(Error::Usage(format!(
                    "`{}` is no rule, rule code or family{hint}",
                    shorten(&selector.escape_debug().to_string())
                )));
            }
        }
        if !select.is_empty() {
            self.select = select.to_vec();
        }
        self.ignore.extend_from_slice(ignore);
        Ok(())
    }
}

/// The family of a code: all but its last two characters (`FA1` of `FA101`).
pub fn family(code: &str) -> &str {
    code.len().checked_sub(2).and_then(|end| code.get(..end)).unwrap_or(code)
}

/// Whether a selector (code, id or family) means the rule.
pub fn selects(selector: &str, code: &str, id: &str) -> bool {
    selector == code || selector == id || selector == family(code)
}

/// Every name that a selector may be: codes, ids and families.
pub fn names(specs: &[RuleSpec]) -> Vec<&str> {
    let mut names: Vec<&str> =
        specs.iter().flat_map(|spec| [spec.code.as_str(), spec.id.as_str(), family(&spec.code)]).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether a selector means any rule.
pub fn selects_any(selector: &str, specs: &[RuleSpec]) -> bool {
    specs.iter().any(|spec| selects(selector, &spec.code, &spec.id))
}

fn globs(document: &Document<'_>, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, Error> {
    let mut globs = Vec::new();
    for (glob, at) in document.texts(value)? {
        if let Err(error) = globset::Glob::new(&glob) {
            return Err(document.error(at, format!("this is no glob: {}", error.kind()), None));
        }
        globs.push(glob);
    }
    Ok(globs)
}

fn selectors(document: &Document<'_>, value: &Spanned<DeValue<'_>>, specs: &[RuleSpec]) -> Result<Vec<String>, Error> {
    let mut selectors = Vec::new();
    for (selector, at) in document.texts(value)? {
        if !selects_any(&selector, specs) {
            return Err(unknown_rule(document, at, &selector, specs));
        }
        selectors.push(selector);
    }
    Ok(selectors)
}

fn unknown_rule(document: &Document<'_>, at: Range<usize>, name: &str, specs: &[RuleSpec]) -> Error {
    let hint = nearest(name, &names(specs))
        .map_or_else(|| "`flake-audit rules` lists every rule".to_owned(), |near| format!("did you mean `{near}`?"));
    document.error(at, format!("unknown rule `{}`", shorten(name)), Some(&hint))
}

fn rules(
    document: &Document<'_>,
    table: &DeTable<'_>,
    specs: &[RuleSpec],
) -> Result<BTreeMap<String, RuleConfig>, Error> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut rules = BTreeMap::new();
    for (key, value) in entries {
        let name = key.get_ref().as_ref();
        let Some(spec) = specs.iter().find(|spec| spec.code == name || spec.id == name) else {
            return Err(unknown_rule(document, key.span(), name, specs));
        };
        let rule = rule(document, document.table(value)?, spec)?;
        if rules.insert(spec.code.clone(), rule).is_some() {
            let message = format!("`{}` is set twice: as `{}` and as `{}`", spec.id, spec.code, spec.id);
            return Err(document.error(key.span(), message, None));
        }
    }
    Ok(rules)
}

fn rule(document: &Document<'_>, table: &DeTable<'_>, spec: &RuleSpec) -> Result<RuleConfig, Error> {
    let known: Vec<&str> = std::iter::once("level").chain(spec.options.keys().map(String::as_str)).collect();
    document.only(table, &format!("option of `{}`", spec.id), &known)?;
    let mut rule = RuleConfig::default();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        if name == "level" {
            rule.level = Some(setting(document, value)?);
        } else if let Some(default) = spec.options.get(name) {
            let value_given = document.option(value)?;
            if std::mem::discriminant(&value_given) != std::mem::discriminant(default) {
                return Err(document.wrong_type(value, default.type_name()));
            }
            rule.options.insert(name.to_owned(), value_given);
        }
    }
    Ok(rule)
}

fn setting(document: &Document<'_>, value: &Spanned<DeValue<'_>>) -> Result<Setting, Error> {
    let name = document.text(value)?;
    if name == "off" {
        return Ok(Setting::Off);
    }
    level_named(name)
        .map(Setting::At)
        .ok_or_else(|| document.unknown(value.span(), "level", name, &["error", "warning", "note", "off"]))
}
