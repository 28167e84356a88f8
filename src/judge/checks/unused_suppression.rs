use super::{Context, Sink};
use crate::finding::{Edit, Fix};
use crate::judge::sink::Draft;
use crate::judge::suppress::{Directive, Selector, Status};
use crate::source::Span;

/// FA090: a suppression comment that suppresses nothing, names no rule, or cannot be read.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for directive in &context.suppressions.directives {
        if let Some(why) = directive.malformed {
            out.push(Draft::new(directive.at, "comment", format!("suppression comment is malformed: {why}")));
        }
        let idle = |selector: &Selector| selector.status == Status::Unused && !names_this_rule(&selector.text);
        let whole = directive.malformed.is_none() && directive.selectors.iter().all(idle);
        for (index, selector) in directive.selectors.iter().enumerate() {
            let name = &selector.text;
            let message = match &selector.status {
                Status::Unknown(None) => format!("`{name}` is no rule, rule code or family"),
                Status::Unknown(Some(near)) => format!("`{name}` is no rule; did you mean `{near}`?"),
                Status::Unused if !names_this_rule(name) => format!("nothing here needs `ignore[{name}]`"),
                Status::Unused | Status::Used | Status::NotJudged => continue,
            };
            let fix = idle(selector).then(|| remove(context, directive, index, whole));
            out.push(Draft::new(selector.at, name.clone(), message).fix(fix));
        }
    }
}

/// Removes a selector, or the comment when none of its selectors is needed.
fn remove(context: &Context<'_>, directive: &Directive, index: usize, whole: bool) -> Fix {
    let selectors = &directive.selectors;
    let (title, span) = if whole {
        let cut = context.sources.file(directive.at.file).cut(directive.at.start..directive.at.end);
        ("remove the comment".to_owned(), Span::new(directive.at.file, cut))
    } else {
        let own = selectors[index].at;
        let span = match (index.checked_sub(1), selectors.get(index + 1)) {
            (Some(before), _) => Span { start: selectors[before].at.end, ..own },
            (None, Some(next)) => Span { end: next.at.start, ..own },
            (None, None) => own,
        };
        (format!("remove `{}` from the comment", selectors[index].text), span)
    };
    Fix { title, safe: true, edits: vec![Edit { span, text: String::new() }] }
}

/// A comment about this rule itself is never unused: whether it is needed depends on what it suppresses.
fn names_this_rule(selector: &str) -> bool {
    crate::config::selects(selector, "FA090", "unused-suppression")
}
