//! What is new: against a revision, against a baseline; and the baseline that is written.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Request, Texts, audit_texts, audit_tree, excluding, in_workers};
use crate::audit::Audit;
use crate::compare::{
    self, BASELINE_FILE, Baseline, Comparison, Gone, Held, MAX_BASELINE_BYTES, Numbers, Stale, State,
};
use crate::discover::{self, Tree};
use crate::edit;
use crate::error::Error;
use crate::finding::{Finding, Level};
use crate::judge;
use crate::source::{Sources, is_below};

/// The rules that say why a file does not parse.
const SYNTAX_ERRORS: [&str; 2] = ["FA001", "FA002"];

/// Compares with the revision that was asked for, and leaves out what is not new where that was asked for.
pub(super) fn tell_new(request: &Request, audit: &mut Audit, tree: &Tree) -> Result<(), Error> {
    if let Some(name) = &request.compare {
        audit.comparison = Some(compare(request, name, audit, tree)?);
    }
    if !request.only_new {
        return Ok(());
    }
    let mut new = vec![true; audit.findings.len()];
    if let Some(comparison) = &audit.comparison {
        for (index, new) in new.iter_mut().enumerate() {
            *new = comparison.brought.binary_search(&index).is_ok();
        }
    }
    let path = baseline_path(request, &tree.root);
    let baseline = read_baseline(&path, request.baseline.is_some())?;
    let mut held = Held::default();
    if let Some(baseline) = &baseline {
        let (known, stale) = baseline.held(&audit.findings, &audit.sources);
        new.iter_mut().zip(known).for_each(|(new, known)| *new &= !known);
        held.baseline = Some(shown(request));
        // A part of the tree, or of the rules, says nothing about the rest.
        let whole = tree.only.is_none() && request.discover.paths.len() < 2 && request.discover.exclude.is_empty();
        let off = |code: &str| audit.rules.iter().any(|rule| rule.code == code && !rule.runs);
        let judged = |entry: &Stale| !off(&entry.code) && !is_unjudged(audit, &entry.path);
        held.stale = stale.into_iter().filter(|entry| whole && judged(entry)).collect();
    }
    if baseline.is_none() && audit.comparison.is_none() {
        return Ok(());
    }
    held.known = new.iter().filter(|new| !**new).count() as u32;
    let known = audit.findings.iter().zip(&new).filter(|(_, new)| !**new).map(|(finding, _)| finding);
    let broken = |file| audit.facts.file(file).is_some_and(|row| !row.parsed);
    held.unread = known
        .filter(|finding| SYNTAX_ERRORS.contains(&finding.code.as_str()))
        .map(|finding| finding.primary.span.file)
        .filter(|file| broken(*file))
        .collect();
    held.unread.sort_unstable();
    held.unread.dedup();
    let mut each = new.into_iter();
    audit.findings.retain(|_| each.next().unwrap_or(true));
    if let Some(comparison) = &mut audit.comparison {
        // Numbers of findings mean those that are left.
        comparison.brought = (0..audit.findings.len()).collect();
    }
    audit.held = Some(held);
    Ok(())
}

/// Audits the tree of a revision by today's configuration and rules, and says what differs.
fn compare(request: &Request, name: &str, audit: &Audit, tree: &Tree) -> Result<Comparison, Error> {
    let revision = discover::revision(&request.discover, name)?;
    let then = Arc::new(discover::at(&excluding(request, &audit.config), &revision.commit)?);
    let rules = super::own::rules(&tree.root)?;
    let before = audit_tree(&rules, audit.config.clone(), &then, &Texts::new(), request);
    let partners = compare::matched(state(&before), state(audit));
    // Code of other repositories is nobody's doing here.
    let foreign = |path: &str| tree.submodules.iter().any(|below| is_below(path, below));
    let graver = |index: usize, partner: usize| audit.findings[index].level > before.findings[partner].level;
    let is_new = |index: &usize| match partners[*index] {
        Some(partner) => graver(*index, partner),
        None => !foreign(audit.sources.path(audit.findings[*index].primary.span.file)),
    };
    let brought: Vec<usize> = (0..audit.findings.len()).filter(is_new).collect();
    let mut stays = vec![false; before.findings.len()];
    partners.iter().flatten().for_each(|partner| stays[*partner] = true);
    let named = |path: &str| tree.only.as_ref().is_none_or(|only| only.iter().any(|known| known == path));
    let gone = before.findings.iter().zip(&stays).filter(|(_, stays)| !**stays);
    let mut gone: Vec<Gone> = gone.map(|(finding, _)| self::gone(finding, &before.sources)).collect();
    gone.retain(|gone| named(&gone.path));
    let all = gone.len();
    gone.retain(|gone| !is_unjudged(audit, &gone.path));
    let unjudged = (all - gone.len()) as u32;
    gone.sort();
    Ok(Comparison {
        metrics: compare::changes(&before.facts, &audit.facts),
        stayed: (audit.findings.len() - brought.len()) as u32,
        revision: revision.name,
        commit: revision.commit,
        merge_base: revision.merge_base,
        brought,
        gone,
        unjudged,
    })
}

/// Whether a file is there and does not parse: most rules have nothing to say about it.
fn is_unjudged(audit: &Audit, path: &str) -> bool {
    audit.facts.files.iter().any(|file| file.path == path && !file.parsed)
}

fn state(audit: &Audit) -> State<'_> {
    State { findings: &audit.findings, sources: &audit.sources }
}

fn gone(finding: &Finding, sources: &Sources) -> Gone {
    Gone {
        path: sources.path(finding.primary.span.file).to_owned(),
        line: sources.position(finding.primary.span).line,
        code: finding.code.clone(),
        rule: finding.rule.clone(),
        level: finding.level,
        message: finding.message.clone(),
        subject: finding.subject.clone(),
    }
}

/// What to do with the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adopt {
    /// Write it for the first time, or anew where `force` says so.
    Write {
        /// Replace the one that is there.
        force: bool,
    },
    /// Take out what it stands for and is no longer there.
    Prune,
    /// Lower the numbers that may only fall to what they are.
    Ratchet {
        /// Raise those that have risen, too.
        force: bool,
    },
}

/// What became of the baseline.
#[derive(Debug)]
pub struct Adopted {
    /// Where it was written.
    pub path: PathBuf,
    /// Findings that it stands for.
    pub findings: u32,
    /// Entries that were taken out or lowered.
    pub pruned: Vec<Stale>,
    /// Numbers that it holds now.
    pub ratchet: Numbers,
    /// Numbers that have risen and were left: metric, flake, recorded, now.
    pub risen: Vec<(String, String, u32, u32)>,
}

/// Writes the baseline: what `check` would fail on today, at `level` or at the configuration's.
///
/// # Errors
/// As [`super::audit`]; when there is a baseline and `adopt` does not say to replace it, or none and it should be
/// mended; and when it cannot be written.
pub fn adopt(request: &Request, level: Option<Level>, adopt: Adopt) -> Result<Adopted, Error> {
    in_workers(request, || {
        let (audit, tree) = audit_texts(request, &Texts::new())?;
        let path = baseline_path(request, &tree.root);
        if let Some(only) = &tree.only {
            let first = only.first().map_or("a file", String::as_str);
            return Err(Error::Usage(format!("a baseline is of a whole tree, and `{first}` was named")));
        }
        let old = read_baseline(&path, false)?;
        let missing = || Error::Usage(format!("there is no {}; `flake-audit baseline` writes it", shown(request)));
        let gate = level.unwrap_or(audit.config.fail_on);
        let mut adopted =
            Adopted { path: path.clone(), findings: 0, pruned: Vec::new(), ratchet: Numbers::new(), risen: Vec::new() };
        let baseline = match (adopt, old) {
            (Adopt::Write { force: false }, Some(_)) => {
                return Err(Error::Usage(format!(
                    "there is a {} already; --prune takes out what is mended, --force adopts everything anew",
                    shown(request)
                )));
            }
            (Adopt::Write { .. }, _) => {
                let fails = |finding: &&Finding| finding.level >= gate && judge::may_be_known(finding);
                let mut new = Baseline::of(audit.findings.iter().filter(fails), &audit.sources);
                new.ratchet = judge::measured(&audit.facts, &audit.config)?;
                new
            }
            (Adopt::Prune, Some(mut old)) => {
                adopted.pruned = old.held(&audit.findings, &audit.sources).1;
                adopted.pruned.retain(|entry| !is_unjudged(&audit, &entry.path));
                old.prune(&adopted.pruned);
                old
            }
            (Adopt::Prune, None) => return Err(missing()),
            (Adopt::Ratchet { force }, old) => {
                let mut old = old.unwrap_or_default();
                let now = judge::measured(&audit.facts, &audit.config)?;
                if now.is_empty() {
                    let why = "there is nothing to hold: name metrics in `flake-audit.toml` first, as in `[ratchet]` and \
                               below it `metrics = [\"flake-lines\", \"orphans\"]`";
                    return Err(Error::Usage(why.to_owned()));
                }
                adopted.risen = lower(&mut old.ratchet, now, force);
                old
            }
        };
        adopted.findings = baseline.len();
        adopted.ratchet = baseline.ratchet.clone();
        edit::put(&path, |out| baseline.write(out))
            .map_err(|error| Error::Output { path: path.clone(), reason: error.to_string() })?;
        Ok(adopted)
    })
}

/// Takes over what fell and what is new; gives what rose. Numbers of metrics and flakes that are gone go.
fn lower(recorded: &mut Numbers, now: Numbers, force: bool) -> Vec<(String, String, u32, u32)> {
    let mut risen = Vec::new();
    let mut lowered = now;
    for (metric, flakes) in &mut lowered {
        for (flake, value) in flakes {
            let old = recorded.get(metric).and_then(|flakes| flakes.get(flake)).copied();
            if let Some(old) = old.filter(|old| *old < *value && !force) {
                risen.push((metric.clone(), flake.clone(), old, *value));
                *value = old;
            }
        }
    }
    *recorded = lowered;
    risen
}

fn baseline_path(request: &Request, root: &Path) -> PathBuf {
    request.baseline.clone().unwrap_or_else(|| root.join(BASELINE_FILE))
}

/// The bytes of the baseline, where there is one.
pub(super) fn baseline_bytes(request: &Request, root: &Path) -> Result<Option<Vec<u8>>, Error> {
    read_small(&baseline_path(request, root), MAX_BASELINE_BYTES, request.baseline.is_some())
}

/// The baseline's path as a person knows it.
fn shown(request: &Request) -> String {
    request
        .baseline
        .as_ref()
        .map_or_else(|| BASELINE_FILE.to_owned(), |path| path.display().to_string())
}

/// Reads a baseline; `None` where there is none and none was asked for by name.
fn read_baseline(path: &Path, named: bool) -> Result<Option<Baseline>, Error> {
    let shown = if named { path.display().to_string() } else { BASELINE_FILE.to_owned() };
    let bytes = read_small(path, MAX_BASELINE_BYTES, named)?;
    bytes.map(|bytes| Baseline::read(&bytes, &shown)).transpose()
}

/// The numbers that the baseline of a root records.
pub(super) fn recorded(request: &Request, root: &Path) -> Result<Numbers, Error> {
    // Whoever is about to write it has none yet.
    let needed = request.only_new && request.baseline.is_some();
    let baseline = read_baseline(&baseline_path(request, root), needed)?;
    Ok(baseline.map(|baseline| baseline.ratchet).unwrap_or_default())
}

/// Reads a file of which at most `max` bytes and one more are of interest; `None` where it is missing and need not be
/// there. What is no regular file is refused: a FIFO would keep us for ever; so is, where it need not be there, a link
/// out of the folder that it is looked for in.
pub(super) fn read_small(path: &Path, max: usize, needed: bool) -> Result<Option<Vec<u8>>, Error> {
    let failed = |reason: String| Error::Input { path: path.to_path_buf(), reason };
    let meta = match fs::metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !needed => return Ok(None),
        Err(error) => return Err(failed(error.to_string())),
    };
    if !meta.is_file() {
        return Err(failed("not a regular file".to_owned()));
    }
    // What nobody named is the tree's own: no link leads out of it.
    let inside = |folder: &Path| Ok::<_, std::io::Error>(path.canonicalize()?.starts_with(folder.canonicalize()?));
    if let Some(folder) = path.parent().filter(|_| !needed)
        && !inside(folder).map_err(|error| failed(error.to_string()))?
    {
        return Err(failed("a link that leads out of the tree".to_owned()));
    }
    let file = fs::File::open(path).map_err(|error| failed(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(max as u64 + 1).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
    Ok(Some(bytes))
}
