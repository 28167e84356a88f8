use super::{Context, Sink};
use crate::finding::Level;
use crate::judge::contracts::{Broken, Workspace};
use crate::judge::sink::Draft;

/// Breaches of one contract that are told.
const MOST: usize = 100;

/// FA095: code leads where a contract of the configuration forbids it, or a contract speaks of nothing.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    if context.config.contracts.is_empty() {
        return;
    }
    let workspace = Workspace::new(context.facts, context.sources);
    for contract in &context.config.contracts {
        for part in workspace.empty_parts(contract) {
            let Some(first) = context.facts.flakes.first().map(|flake| flake.head) else { break };
            let message = format!("contract `{}` speaks of `{part}`, and there is nothing of that name", contract.name);
            out.push(Draft::new(first, format!("{}: {part}", contract.name), message).level(Level::Warning));
        }
        for broken in workspace.breaches(contract).into_iter().take(MOST) {
            out.push(draft(&workspace, &contract.name, &broken));
        }
    }
}

/// The last step of the way is underlined; the steps before it are further places.
fn draft(workspace: &Workspace<'_>, contract: &str, broken: &Broken) -> Draft {
    let Broken { from, to, at, chain } = broken;
    let way = if chain.is_empty() { String::new() } else { " on a way of several imports".to_owned() };
    let message = format!("`{from}` must not reach `{to}`{way} (contract `{contract}`)");
    let draft = Draft::new(*at, format!("{contract}: {from} -> {to}"), message);
    let draft = chain
        .iter()
        .fold(draft, |draft, step| draft.related(step.at, format!("leads to `{}`", workspace.path(step.to))));
    if chain.is_empty() {
        return draft;
    }
    let mut files = vec![workspace.path(chain[0].from)];
    files.extend(chain.iter().map(|step| workspace.path(step.to)));
    draft.note(format!("the way is {} → {to}", files.join(" → ")))
}
