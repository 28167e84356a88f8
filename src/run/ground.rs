//! What a run stands on: all that its result depends on, to know whether an earlier result still holds.

use std::sync::Arc;

use super::{Request, Texts, audit_tree, in_workers, own, prepare, since};
use crate::audit::Audit;
use crate::config::Config;
use crate::discover::{Answers, Digested, Questions, Tree, digest};
use crate::error::Error;

/// What a run stands on besides its request: rules, configuration and baseline, the tree that was walked, and what was
/// asked of it.
#[derive(Debug)]
pub struct Ground {
    request: Request,
    fixed: Digested,
    config: Config,
    tree: Arc<Tree>,
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
    fn new(request: &Request, config: &Config, tree: Tree) -> Result<Self, Error> {
        let fixed = fixed(request, config, &tree)?;
        Ok(Self { request: request.clone(), fixed, config: config.clone(), tree: Arc::new(tree) })
    }

    /// Whether a run on an earlier ground would have this one's result.
    pub fn is_as(&self, digest: &Digested, answers: &Answers) -> bool {
        self.fixed == *digest && answers.hold(&self.tree)
    }

    /// What the run stood on, when it is over; nothing where that is not all known or changed meanwhile.
    pub fn seen(&self) -> Option<(Digested, Answers)> {
        let answers = self.tree.questions.as_ref()?.answers()?;
        (fixed(&self.request, &self.config, &self.tree).ok()? == self.fixed).then_some((self.fixed, answers))
    }
}

/// The parts that are read whole whatever the tree is.
fn fixed(request: &Request, config: &Config, tree: &Tree) -> Result<Digested, Error> {
    let parts = (own::files(&tree.root)?, since::baseline_bytes(request, &tree.root)?);
    Ok(digest(format!("{config:?} {parts:?} {:?}", tree.digest()).as_bytes()))
}

/// Audits a workspace, unless `known` has the result of a run on the same ground.
///
/// # Errors
/// As [`audit`](super::audit).
pub fn audit_unless<T: Send>(
    request: &Request,
    known: impl FnOnce(&Ground) -> Option<T> + Send,
) -> Result<Outcome<T>, Error> {
    in_workers(request, || {
        let (rules, config, tree) = prepare(request)?;
        let mut ground = Ground::new(request, &config, tree)?;
        if let Some(result) = known(&ground) {
            return Ok(Outcome::Known(result));
        }
        if let Some(tree) = Arc::get_mut(&mut ground.tree) {
            tree.questions = Some(Arc::new(Questions::default()));
        }
        let mut audit = audit_tree(&rules, config, &ground.tree, &Texts::new(), request.kept);
        since::tell_new(request, &mut audit, &ground.tree)?;
        Ok(Outcome::Audited(Box::new(audit), Box::new(ground)))
    })
}
