//! What a run stands on: all that its result depends on, to know whether an earlier result still holds.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Request, Texts, audit_tree, excluding, in_workers, own, settle, since};
use crate::audit::Audit;
use crate::config::Config;
use crate::discover::{self, Answers, Digested, Held, Questions, Tree, Walked, digest};
use crate::error::Error;

/// What a run stands on besides its request: rules, configuration and baseline, the tree that is walked, and what is asked
/// of it.
#[derive(Debug)]
pub struct Ground {
    request: Request,
    /// What is walked, without what is excluded.
    walk: discover::Request,
    root: PathBuf,
    fixed: Digested,
    config: Config,
    /// The tree, once it was walked.
    tree: Option<Arc<Tree>>,
}

/// What an earlier run stood on.
#[derive(Debug, Serialize, Deserialize)]
pub struct Stood {
    fixed: Digested,
    tree: Digested,
    /// Whether the tree is the same can be told by this without a walk.
    walked: Option<Walked>,
    answers: Answers,
}

/// Whether a ground is as it was.
#[derive(Debug)]
pub enum Still {
    /// Something that matters is another.
    No,
    /// It is as it was.
    Yes,
    /// It is as it was, and this tells it in less time: files have other times than they had.
    Renewed(Box<Stood>),
}

/// How an audit ended that may have been made before.
#[derive(Debug)]
pub enum Outcome<T> {
    /// Its result was known.
    Known(T),
    /// It was made; the ground says what it depended on.
    Audited(Box<Audit>, Box<Ground>),
}

impl Ground {
    fn new(request: &Request, root: PathBuf, config: &Config) -> Result<Self, Error> {
        let fixed = fixed(request, config, &root)?;
        let walk = excluding(request, config);
        Ok(Self { request: request.clone(), walk, root, fixed, config: config.clone(), tree: None })
    }

    /// The tree, walked once.
    fn tree(&mut self) -> Result<&mut Arc<Tree>, Error> {
        let tree = match self.tree.take() {
            Some(tree) => tree,
            None => Arc::new(discover::discover(&self.walk)?),
        };
        Ok(self.tree.insert(tree))
    }

    /// Whether a run on an earlier ground would have this one's result.
    pub fn is_still(&mut self, stood: Stood) -> Still {
        if self.fixed != stood.fixed {
            return Still::No;
        }
        let unwalked = stood.walked.as_ref().is_some_and(|walked| walked.holds(&self.walk));
        let walked = if unwalked {
            None
        } else {
            match self.tree() {
                Ok(tree) if tree.digest() == stood.tree => tree.walked(),
                _ => return Still::No,
            }
        };
        let (answers, renewed) = match stood.answers.hold(&self.root) {
            Held::No => return Still::No,
            Held::Yes => (stood.answers, false),
            Held::Renewed(answers) => (answers, true),
        };
        if !renewed && walked.is_none() {
            return Still::Yes;
        }
        let walked = walked.or(stood.walked);
        Still::Renewed(Box::new(Stood { walked, answers, ..stood }))
    }

    /// What the run stood on, when it is over; nothing where that is not all known or changed meanwhile.
    pub fn seen(&self) -> Option<Stood> {
        let tree = self.tree.as_ref()?;
        let answers = tree.questions.as_ref()?.answers()?;
        let fixed = fixed(&self.request, &self.config, &self.root).ok()?;
        (fixed == self.fixed).then(|| Stood { fixed, tree: tree.digest(), walked: tree.walked(), answers })
    }
}

/// The parts that are read whole whatever the tree is.
fn fixed(request: &Request, config: &Config, root: &Path) -> Result<Digested, Error> {
    let parts = (own::files(root)?, since::baseline_bytes(request, root)?);
    Ok(digest(format!("{config:?} {parts:?}").as_bytes()))
}

/// Audits a workspace, unless `known` has the result of a run on the same ground.
///
/// # Errors
/// As [`audit`](super::audit).
pub fn audit_unless<T: Send>(
    request: &Request,
    known: impl FnOnce(&mut Ground) -> Option<T> + Send,
) -> Result<Outcome<T>, Error> {
    in_workers(request, || {
        let (root, rules, config) = settle(request)?;
        let mut ground = Ground::new(request, root, &config)?;
        if let Some(result) = known(&mut ground) {
            return Ok(Outcome::Known(result));
        }
        let tree = ground.tree()?;
        if let Some(tree) = Arc::get_mut(tree) {
            tree.questions = Some(Arc::new(Questions::default()));
        }
        let tree = Arc::clone(tree);
        let mut audit = audit_tree(&rules, config, &tree, &Texts::new(), request);
        since::tell_new(request, &mut audit, &tree)?;
        Ok(Outcome::Audited(Box::new(audit), Box::new(ground)))
    })
}
