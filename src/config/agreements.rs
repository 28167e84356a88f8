//! What a project agreed on, in its configuration: numbers that may only fall, and contracts between parts.

use std::collections::BTreeMap;
use std::ops::Range;

use globset::{Glob, GlobMatcher};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::located::{Document, shorten};
use crate::error::Error;

/// Metrics that a ratchet may hold: those of which less is better.
pub const RATCHETS: [&str; 13] = [
    "largest-file",
    "orphans",
    "unparsed",
    "flake-lines",
    "script-lines",
    "unreachable-lines",
    "unknown-places",
    "concerns-in-flake",
    "coupled-lines",
    "lock-nodes",
    "nixpkgs-nodes",
    "duplicate-sources",
    "coupling",
];

/// Contracts of one configuration.
const MAX_CONTRACTS: usize = 200;
/// Parts that one contract names.
const MAX_PARTS: usize = 200;

/// `[ratchet]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ratchet {
    /// Names of metrics, in the order of the file.
    pub metrics: Vec<String>,
    /// Pairs of concerns whose shared lines may only fall.
    pub coupling: Vec<(String, String)>,
    /// The numbers that the baseline records, by metric and flake.
    pub recorded: BTreeMap<String, BTreeMap<String, u32>>,
}

/// One `[[contract]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// What it is called in a finding.
    pub name: String,
    /// What it demands.
    pub demand: Demand,
    /// Whether only imports count that lead straight from one part to the other.
    pub direct: bool,
    /// Imports that are let pass: from, to.
    pub ignore: Vec<(Part, Part)>,
}

/// What a contract demands. A part is reached when code of it is imported, however far down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// A layer may reach those below it, and none above.
    Layers(Vec<Vec<Part>>),
    /// None of the first may reach one of the second, but the third may.
    Forbidden {
        /// Who may not.
        from: Vec<Part>,
        /// What.
        to: Vec<Part>,
        /// Who may all the same.
        except: Vec<Part>,
    },
    /// None of them may reach another.
    Independent(Vec<Part>),
}

/// A part of a workspace.
#[derive(Clone, Debug)]
pub enum Part {
    /// Files whose path matches.
    Files(GlobMatcher),
    /// What the outputs of a concern reach; `*` means each.
    Concern(String),
    /// An input of a flake.
    Input(String),
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.written() == other.written()
    }
}

impl Eq for Part {}

impl Part {
    /// As it is written in the configuration.
    pub fn written(&self) -> String {
        match self {
            Self::Files(glob) => glob.glob().glob().to_owned(),
            Self::Concern(name) => format!("concern:{name}"),
            Self::Input(name) => format!("input:{name}"),
        }
    }

    fn read(document: &Document<'_>, text: &str, at: Range<usize>) -> Result<Self, Error> {
        let empty = |name: &str| name.trim().is_empty();
        let wrong = |message: &str| Err(document.error(at.clone(), message, None));
        if let Some(name) = text.strip_prefix("concern:") {
            return if empty(name) { wrong("a concern has a name") } else { Ok(Self::Concern(name.trim().to_owned())) };
        }
        if let Some(name) = text.strip_prefix("input:") {
            return if empty(name) { wrong("an input has a name") } else { Ok(Self::Input(name.trim().to_owned())) };
        }
        if empty(text) {
            return wrong("a part is a glob of paths, `concern:NAME` or `input:NAME`");
        }
        let glob = globset::GlobBuilder::new(text.strip_prefix("./").unwrap_or(text)).literal_separator(true).build();
        match glob {
            Ok(glob) => Ok(Self::Files(Glob::compile_matcher(&glob))),
            Err(error) => Err(document.error(at, format!("this is no glob: {}", error.kind()), None)),
        }
    }
}

/// Reads `[ratchet]`.
pub(super) fn ratchet(document: &Document<'_>, value: &Spanned<DeValue<'_>>) -> Result<Ratchet, Error> {
    let table = document.table(value)?;
    document.only(table, "key of `ratchet`", &["metrics", "coupling"])?;
    let mut ratchet = Ratchet::default();
    if let Some(metrics) = table.get("metrics") {
        let known = &RATCHETS[..RATCHETS.len() - 1];
        for (metric, at) in document.texts(metrics)? {
            if !known.contains(&metric.as_str()) {
                return Err(document.unknown(at, "metric", &metric, known));
            }
            ratchet.metrics.push(metric);
        }
    }
    if let Some(coupling) = table.get("coupling") {
        let DeValue::Array(pairs) = coupling.get_ref() else {
            return Err(document.wrong_type(coupling, "a list of pairs of concerns"));
        };
        for pair in pairs {
            match document.texts(pair)?.as_slice() {
                [(a, _), (b, _)] if a != b => {
                    let (a, b) = if a < b { (a, b) } else { (b, a) };
                    ratchet.coupling.push((a.clone(), b.clone()));
                }
                _ => {
                    return Err(document.error(
                        pair.span(),
                        "a pair is two concerns, as in [\"checks\", \"apps\"]",
                        None,
                    ));
                }
            }
        }
    }
    Ok(ratchet)
}

/// Reads every `[[contract]]`.
pub(super) fn contracts(document: &Document<'_>, value: &Spanned<DeValue<'_>>) -> Result<Vec<Contract>, Error> {
    let DeValue::Array(items) = value.get_ref() else {
        return Err(document.wrong_type(value, "a list of tables: write `[[contract]]`"));
    };
    if items.len() > MAX_CONTRACTS {
        return Err(document.error(value.span(), format!("at most {MAX_CONTRACTS} contracts"), None));
    }
    let mut contracts: Vec<Contract> = Vec::new();
    for item in items {
        let reader = Reader { document, table: document.table(item)?, at: item.span() };
        let contract = reader.contract()?;
        if contracts.iter().any(|other| other.name == contract.name) {
            let message = format!("two contracts are called `{}`", shorten(&contract.name));
            return Err(document.error(reader.required("name")?.span(), message, None));
        }
        contracts.push(contract);
    }
    Ok(contracts)
}

struct Reader<'d, 'i> {
    document: &'d Document<'d>,
    table: &'d DeTable<'i>,
    at: Range<usize>,
}

impl<'d, 'i> Reader<'d, 'i> {
    fn required(&self, key: &str) -> Result<&'d Spanned<DeValue<'i>>, Error> {
        let missing = || self.document.error(self.at.clone(), format!("this contract has no `{key}`"), None);
        self.table.get(key).ok_or_else(missing)
    }

    fn contract(&self) -> Result<Contract, Error> {
        let document = self.document;
        let name = document.text(self.required("name")?)?.trim().to_owned();
        if name.is_empty() || name.contains('\n') || name.chars().count() > 120 {
            let message = "a contract's name is one line of at most 120 characters";
            return Err(document.error(self.required("name")?.span(), message, None));
        }
        let kind = self.required("kind")?;
        let (own, demand): (&[&str], _) = match document.text(kind)? {
            "layers" => (&["layers"], self.layers()),
            "forbidden" => (&["from", "to", "except"], self.forbidden()),
            "independent" => (&["parts"], self.independent()),
            other => {
                return Err(document.unknown(kind.span(), "kind", other, &["layers", "forbidden", "independent"]));
            }
        };
        let known: Vec<&str> = ["name", "kind", "direct", "ignore"].iter().chain(own).copied().collect();
        document.only(self.table, "key of this contract", &known)?;
        let direct = self.table.get("direct").map_or(Ok(false), |flag| document.flag(flag))?;
        Ok(Contract { name, demand: demand?, direct, ignore: self.ignore()? })
    }

    fn parts(&self, value: &Spanned<DeValue<'_>>, least: usize) -> Result<Vec<Part>, Error> {
        let texts = self.document.texts(value)?;
        if texts.len() < least || texts.len() > MAX_PARTS {
            let message = format!("from {least} to {MAX_PARTS} parts belong here");
            return Err(self.document.error(value.span(), message, None));
        }
        texts.into_iter().map(|(text, at)| Part::read(self.document, &text, at)).collect()
    }

    fn layers(&self) -> Result<Demand, Error> {
        let value = self.required("layers")?;
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.document.wrong_type(value, "a list of layers, the highest first"));
        };
        if items.len() < 2 || items.len() > MAX_PARTS {
            let message = format!("from 2 to {MAX_PARTS} layers belong here, the highest first");
            return Err(self.document.error(value.span(), message, None));
        }
        let layer = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
            DeValue::Array(_) => self.parts(item, 1),
            _ => Ok(vec![Part::read(self.document, self.document.text(item)?, item.span())?]),
        };
        let layers = items.iter().map(layer).collect::<Result<Vec<_>, Error>>()?;
        let inputs = |layer: &Vec<Part>| layer.iter().any(|part| matches!(part, Part::Input(_)));
        match items.iter().zip(&layers).rev().skip(1).find(|(_, layer)| inputs(layer)) {
            Some((item, _)) => {
                Err(self.document.error(item.span(), "an input reaches nothing: it is the lowest layer", None))
            }
            None => Ok(Demand::Layers(layers)),
        }
    }

    fn forbidden(&self) -> Result<Demand, Error> {
        let from = self.sources("from", 1)?;
        let to = self.parts(self.required("to")?, 1)?;
        let except = if self.table.contains_key("except") { self.sources("except", 0)? } else { Vec::new() };
        Ok(Demand::Forbidden { from, to, except })
    }

    fn independent(&self) -> Result<Demand, Error> {
        Ok(Demand::Independent(self.sources("parts", 2)?))
    }

    /// Parts that can reach others.
    fn sources(&self, key: &str, least: usize) -> Result<Vec<Part>, Error> {
        let value = self.required(key)?;
        let parts = self.parts(value, least)?;
        if parts.iter().any(|part| matches!(part, Part::Input(_))) {
            return Err(self.document.error(value.span(), "an input reaches nothing: name it in `to`", None));
        }
        Ok(parts)
    }

    fn ignore(&self) -> Result<Vec<(Part, Part)>, Error> {
        let Some(value) = self.table.get("ignore") else { return Ok(Vec::new()) };
        let texts = self.document.texts(value)?;
        if texts.len() > MAX_PARTS {
            return Err(self.document.error(value.span(), format!("at most {MAX_PARTS} imports"), None));
        }
        let pair = |(text, at): (String, Range<usize>)| {
            let Some((from, to)) = text.split_once("->") else {
                return Err(self.document.error(at, "an import is written `from.nix -> to.nix`", None));
            };
            let part = |text: &str| Part::read(self.document, text.trim(), at.clone());
            Ok((part(from)?, part(to)?))
        };
        texts.into_iter().map(pair).collect()
    }
}
