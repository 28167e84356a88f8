use super::{Context, Sink};
use crate::finding::Level;
use crate::judge::sink::Draft;
use crate::measure::PathFault;

/// FA704: a path of one machine, read by code that a flake evaluates.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for row in context.facts.paths.iter().filter(|row| row.by_flake) {
        let text = &row.text;
        let draft = match row.fault {
            // Nix refuses the file when it parses it, so that everything in it is lost.
            PathFault::Home => {
                let message = format!("a flake cannot have a path in somebody's home: `{text}`");
                Draft::new(row.at, text.clone(), message).level(Level::Error)
            }
            PathFault::Machine => {
                let message = format!("a flake in pure evaluation cannot read the absolute path `{text}`");
                Draft::new(row.at, text.clone(), message)
            }
            _ => continue,
        };
        out.push(draft);
    }
}
