use super::{Context, Sink, file};
use crate::finding::{Confidence, Level};
use crate::judge::sink::Draft;
use crate::measure::{PathFault, Reached, Role};

/// FA004: a path that evaluation reads and a flake cannot see.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let facts = context.facts;
    for flake in facts.flakes.iter().filter(|flake| flake.role <= Role::Sub) {
        let Some(row) = file(facts, flake.file).filter(|row| row.tracked == Some(false)) else { continue };
        let message = format!("git does not track `{}`, so Nix finds no flake here", row.path);
        out.push(Draft::new(row.head, row.path.clone(), message).note(add(&row.path)));
    }
    for row in &facts.paths {
        let from = file(facts, row.at.file);
        if from.is_none_or(|from| from.fixture || from.reached == Reached::Orphan) {
            continue;
        }
        let message = match row.fault {
            PathFault::Nothing => format!("`{}` does not exist", row.text),
            PathFault::NoDefault => format!("`{}` is a directory without `default.nix`", row.text),
            PathFault::Untracked => format!("git does not track `{}`, so the flake does not see it", row.target),
            PathFault::Outside => format!("`{}` leaves the repository, which a flake cannot", row.text),
            PathFault::Far | PathFault::Machine | PathFault::Home | PathFault::Itself => continue,
        };
        let mut draft = Draft::new(row.at, row.text.clone(), message);
        if row.fault == PathFault::Untracked {
            draft = draft.note(add(&row.target));
        }
        if !row.by_flake {
            // Nobody but a person who runs it by hand meets it.
            draft = draft.level(Level::Note).confidence(Confidence::Medium);
        }
        out.push(draft);
    }
    let unseen = |row: &&crate::measure::FileRow| {
        row.tracked == Some(false) && row.reached == Reached::Discovered && !row.fixture && !row.is_flake
    };
    for row in facts.files.iter().filter(unseen) {
        let message = format!("git does not track `{}`, so what lists its directory leaves it out", row.path);
        out.push(Draft::new(row.head, row.path.clone(), message).level(Level::Warning).note(add(&row.path)));
    }
}

fn add(path: &str) -> String {
    format!("`git add -N {path}` makes it part of the flake without staging its text")
}
