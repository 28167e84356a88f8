use super::{Context, Sink};
use crate::judge::sink::Draft;
use crate::judge::suppress::Status;

/// FA090: a suppression comment that suppresses nothing, names no rule, or cannot be read.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for directive in &context.suppressions.directives {
        if let Some(why) = directive.malformed {
            out.push(Draft::new(directive.at, "comment", format!("suppression comment is malformed: {why}")));
        }
        for selector in &directive.selectors {
            let name = &selector.text;
            let message = match &selector.status {
                Status::Unknown(None) => format!("`{name}` is no rule, rule code or family"),
                Status::Unknown(Some(near)) => format!("`{name}` is no rule; did you mean `{near}`?"),
                Status::Unused if !names_this_rule(name) => format!("nothing here needs `ignore[{name}]`"),
                Status::Unused | Status::Used | Status::NotJudged => continue,
            };
            out.push(Draft::new(selector.at, name.clone(), message));
        }
    }
}

/// A comment about this rule itself is never unused: whether it is needed depends on what it suppresses.
fn names_this_rule(selector: &str) -> bool {
    crate::config::selects(selector, "FA090", "unused-suppression")
}
