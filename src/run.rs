//! The whole way, top to bottom: read this first.

mod advised;
mod fix;
mod ground;
mod own;
mod since;
mod split;
mod tools;
mod verify;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::audit::{Audit, RuleInfo};
use crate::config::{Config, MAX_CONFIG_BYTES};
use crate::discover::{self, EntryKind, Skipped, Tree};
use crate::error::Error;
use crate::finding::Finding;
use crate::judge::{self, Rules};
use crate::measure;
use crate::parse::{self, Parsed};
use crate::plan;
use crate::resolve::{self, Lowered};
use crate::source::{Reader, SourceFile, Sources, is_nix};

pub use fix::{Fixed, fix};
pub use ground::{Ground, Outcome, Still, Stood, audit_unless};
pub use own::{Tested, test_rules};
pub use since::{Adopt, Adopted, adopt};
pub use split::{Apply, Choice, Done, Split, Style, apply, is_unfinished, recover, split};
pub use verify::{Verified, verify};

/// Texts that stand for those on disk, by path relative to the workspace root.
type Texts = BTreeMap<String, Arc<str>>;

/// Name of the configuration file in the workspace root.
pub const CONFIG_FILE: &str = "flake-audit.toml";
/// Stack of a worker, in bytes: virtual memory, used only as deep as code nests. The evaluator's and the
/// lowering's bounds on nesting are made for it.
const STACK: usize = 128 << 20;
/// Bytes of text up to which everything that reading gave is kept: some 7 times as much memory. Of what is more, most is
/// never asked for again.
const MAX_KEPT: usize = 4 << 20;

/// What to audit and how.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// What to walk.
    pub discover: discover::Request,
    /// Configuration file; by default [`CONFIG_FILE`] in the root.
    pub config: Option<PathBuf>,
    /// Rules to run, by code, id or family, in place of the configuration's.
    pub select: Vec<String>,
    /// Rules to leave out, besides the configuration's.
    pub ignore: Vec<String>,
    /// Threads; by default one a core.
    pub threads: Option<usize>,
    /// The revision to compare with; see [`discover::revision`].
    pub compare: Option<String>,
    /// Leave out findings that the revision or the baseline has too.
    pub only_new: bool,
    /// Plan a division even where the verdict would be to keep a flake whole.
    pub divide: bool,
    /// Baseline; by default the one in the root, where there is one.
    pub baseline: Option<PathBuf>,
    /// Bytes of text up to which everything that reading gave is kept, for tests; nothing of the result depends on it.
    #[doc(hidden)]
    pub kept: Option<usize>,
}

/// Audits a workspace: discover → parse → resolve → measure → judge → plan. Reports come after.
///
/// # Errors
/// When input, configuration or a rule file cannot be used; findings are never errors.
pub fn audit(request: &Request) -> Result<Audit, Error> {
    in_workers(request, || {
        let (mut audit, tree) = audit_texts(request, &Texts::new())?;
        since::tell_new(request, &mut audit, &tree)?;
        Ok(audit)
    })
}

/// Audits a workspace for which a configuration is to be written, by the rules as they are without one; gives the
/// path of that configuration too.
///
/// # Errors
/// As [`audit`], and when there is one already that is not to be replaced.
pub fn audit_for_init(request: &Request, force: bool) -> Result<(Audit, PathBuf), Error> {
    let path = request.config.clone().unwrap_or(discover::root(&request.discover)?.join(CONFIG_FILE));
    if !force && std::fs::symlink_metadata(&path).is_ok() {
        return Err(Error::Usage(format!("{} is there already; --force replaces it", path.display())));
    }
    in_workers(request, || {
        let rules = own::rules(&discover::root(&request.discover)?)?;
        let tree = Arc::new(discover::discover(&request.discover)?);
        Ok((audit_tree(&rules, Config::default(), &tree, &Texts::new(), request.kept), path))
    })
}

/// Runs something on threads that have the stack it needs.
fn in_workers<T: Send>(request: &Request, work: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(request.threads.unwrap_or(0))
        .stack_size(STACK)
        .build()
        .map_err(|error| Error::Usage(format!("cannot start threads: {error}")))?
        .install(work)
}

/// Audits a workspace as it would be with `texts` in it; gives the tree that was walked too.
fn audit_texts(request: &Request, texts: &Texts) -> Result<(Audit, Arc<Tree>), Error> {
    let (rules, config, mut tree) = prepare(request)?;
    for path in texts.keys() {
        tree.add(path);
    }
    let tree = Arc::new(tree);
    let audit = audit_tree(&rules, config, &tree, texts, request.kept);
    Ok((audit, tree))
}

/// All that an audit begins with.
fn prepare(request: &Request) -> Result<(Rules, Config, Tree), Error> {
    let (_, rules, config) = settle(request)?;
    let tree = discover::discover(&excluding(request, &config))?;
    Ok((rules, config, tree))
}

/// All that is known before the walk: the root, the rules and the configuration.
fn settle(request: &Request) -> Result<(PathBuf, Rules, Config), Error> {
    let root = discover::root(&request.discover)?;
    let rules = own::rules(&root)?;
    let config = configure(&root, request, &rules)?;
    Ok((root, rules, config))
}

/// The audit of a tree.
fn audit_tree(rules: &Rules, config: Config, tree: &Arc<Tree>, texts: &Texts, kept: Option<usize>) -> Audit {
    let (sources, parsed, lowered, skipped) = read(tree, texts, kept.unwrap_or(MAX_KEPT));
    let project = resolve::resolve(tree, &sources, lowered);
    let facts = measure::measure(tree, &sources, &parsed, &skipped, &project);
    let advice = advised::advice(rules, &facts, &config);
    let judged = judge::judge(rules, &facts, &advice, &sources, &config);
    let findings = only_named(judged.findings, tree, &sources);
    let plans = plan::plan(&facts, &findings, &config);
    let rules = describe(rules, &config);
    let (prefix, only) = (tree.prefix.clone(), tree.only.clone());
    let (suppressed, comparison, held) = (judged.suppressed, None, None);
    Audit { prefix, only, sources, facts, findings, suppressed, plans, config, rules, comparison, held }
}

/// The rules with their levels in force, for a configuration in the current directory or `request.config`.
///
/// # Errors
/// When the configuration or a rule file cannot be used.
pub fn rules(request: &Request) -> Result<Vec<RuleInfo>, Error> {
    let root = Path::new(".");
    let rules = own::rules(root)?;
    let config = configure(root, request, &rules)?;
    Ok(describe(&rules, &config))
}

/// What to walk, without what the command line and the configuration leave out.
fn excluding(request: &Request, config: &Config) -> discover::Request {
    let exclude = request.discover.exclude.iter().chain(&config.exclude).cloned().collect();
    discover::Request { exclude, ..request.discover.clone() }
}

/// Reads the configuration of a root and puts the command line over it.
fn configure(root: &Path, request: &Request, rules: &Rules) -> Result<Config, Error> {
    let specs = rules.specs();
    let path = request.config.clone().unwrap_or_else(|| root.join(CONFIG_FILE));
    let shown = request.config.as_ref().map_or_else(|| CONFIG_FILE.to_owned(), |p| p.display().to_string());
    let mut config = match since::read_small(&path, MAX_CONFIG_BYTES, request.config.is_some())? {
        Some(bytes) => Config::from_bytes(&bytes, &shown, &specs)?,
        None => Config::default(),
    };
    if let Some(ratchet) = &mut config.ratchet {
        ratchet.recorded = since::recorded(request, root)?;
    }
    config.divide = request.divide;
    config.apply(&request.select, &request.ignore, &specs)?;
    Ok(config)
}

fn describe(rules: &Rules, config: &Config) -> Vec<RuleInfo> {
    rules
        .iter()
        .map(|rule| RuleInfo {
            code: rule.code.clone(),
            id: rule.id.clone(),
            title: rule.title.clone(),
            level: rule.level_set(config).unwrap_or(rule.level),
            confidence: rule.confidence,
            summary: rule.summary.clone(),
            help_markdown: rule.page.clone(),
            family: rule.folder().to_owned(),
            tags: rule.tags.clone(),
            default_on: rule.default_on,
            runs: rule.runs(config),
        })
        .collect()
}

/// When single files were named, findings are limited to them; the whole workspace was judged all the same.
fn only_named(mut findings: Vec<Finding>, tree: &Tree, sources: &Sources) -> Vec<Finding> {
    if let Some(only) = &tree.only {
        findings.retain(|f| only.iter().any(|path| path == sources.path(f.primary.span.file)));
    }
    findings
}

/// A file that was read: its text and what parsing and lowering made of it.
struct Read {
    file: SourceFile,
    parsed: Parsed,
    lowered: Lowered,
}

/// Reads, parses and lowers every audited file, each once and in parallel; all three in order of path. Of a large
/// workspace the texts and what they were lowered to are not all kept.
fn read(tree: &Arc<Tree>, texts: &Texts, most: usize) -> (Sources, Vec<Parsed>, Vec<Lowered>, Vec<Skipped>) {
    let wanted: Vec<_> = tree.entries.iter().filter(|e| e.audited && e.kind == EntryKind::File).collect();
    let mut skipped: Vec<Skipped> = tree.entries.iter().filter_map(not_a_file).collect();
    let again = Arc::clone(tree);
    let reader = Reader::new(move |path| again.read(path).ok());
    let kept = AtomicUsize::new(0);
    let results: Vec<Result<Read, Skipped>> = wanted
        .into_par_iter()
        .filter(|entry| is_read(&entry.path))
        .map(|entry| match texts.get(&entry.path).map_or_else(|| tree.read_entry(entry), |text| Ok(text.to_string())) {
            Ok(text) => {
                let keep = kept.fetch_add(text.len(), Ordering::Relaxed) < most
                    || entry.os.is_some()
                    || texts.contains_key(&entry.path);
                let mut one = read_one(entry.path.clone(), text, keep);
                if !keep {
                    one.file.forget(&reader);
                }
                Ok(one)
            }
            Err(reason) => Err(Skipped { path: entry.path.clone(), reason, counts: true }),
        })
        .collect();
    let mut read = Vec::new();
    for result in results {
        match result {
            Ok(one) => read.push(one),
            Err(one) => skipped.push(one),
        }
    }
    let (mut files, mut parsed, mut lowered) = (Vec::new(), Vec::new(), Vec::new());
    for one in read {
        files.push(one.file);
        parsed.push(one.parsed);
        lowered.push(one.lowered);
    }
    (Sources::new(files), parsed, lowered, skipped)
}

fn read_one(path: String, text: String, keep: bool) -> Read {
    let file = SourceFile::new(path, Arc::from(text));
    let mut parsed = if is_nix(&file.path) { parse::parse(file.text()) } else { Parsed::default() };
    let mut lowered = resolve::lower(std::mem::take(&mut parsed.code), file.text(), keep);
    lowered.trim();
    Read { file, parsed, lowered }
}

/// Something that has a Nix file's name and is none: a directory `flake.nix`, a FIFO.
fn not_a_file(entry: &discover::Entry) -> Option<Skipped> {
    let name = entry.path.rsplit('/').next().unwrap_or(&entry.path);
    let reason = match entry.kind {
        EntryKind::Directory if name == "flake.nix" => "a directory, not a file",
        EntryKind::Symlink if name == "flake.nix" => "a symbolic link, which is not followed",
        EntryKind::Other if is_read(&entry.path) => "a FIFO, socket or device, not a file",
        _ => return None,
    };
    entry.audited.then(|| Skipped { path: entry.path.clone(), reason: reason.to_owned(), counts: true })
}

fn is_read(path: &str) -> bool {
    is_nix(path) || path.rsplit('/').next() == Some("flake.lock")
}
