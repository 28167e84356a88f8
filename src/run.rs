//! The whole way, top to bottom: read this first.

mod advised;
mod fix;
mod ground;
mod map;
mod own;
mod parts;
mod since;
mod split;
mod tools;
mod verify;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::audit::{Audit, RuleInfo};
use crate::config::{Config, MAX_CONFIG_BYTES};
use crate::discover::{self, Tree};
use crate::error::Error;
use crate::finding::Finding;
use crate::judge::{self, Rules};
use crate::plan;
use crate::source::Sources;
use parts::Extent;

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
    /// Make no plans, and measure nothing that only they and pages tell: who asks for this tells findings alone.
    pub findings_alone: bool,
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
        Ok((audit_tree(&rules, Config::default(), &tree, &Texts::new(), request), path))
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
    let audit = audit_tree(&rules, config, &tree, texts, request);
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
fn audit_tree(rules: &Rules, config: Config, tree: &Arc<Tree>, texts: &Texts, request: &Request) -> Audit {
    // A contract speaks of the workspace as a whole. What one repository holds belongs together: its parts may lead to each
    // other in ways that nobody sees (a flake's address, a script).
    let whole = !config.contracts.is_empty() || tree.entries.iter().any(|entry| entry.tracked == Some(true));
    let for_plans = !request.findings_alone || judge::wants_advice(rules, &config);
    let extent = Extent { kept: request.kept.unwrap_or(MAX_KEPT), whole, for_plans, limits: config.limits };
    let (sources, facts) = parts::measure(tree, texts, &extent);
    let advice = advised::advice(rules, &facts, &config);
    let judged = judge::judge(rules, &facts, &advice, &sources, &config);
    let findings = only_named(judged.findings, tree, &sources);
    let plans = if request.findings_alone { Vec::new() } else { plan::plan(&facts, &findings, &config) };
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
