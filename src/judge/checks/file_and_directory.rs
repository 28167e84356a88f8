use super::{Context, Sink};
use crate::judge::sink::Draft;
use crate::measure::{FileRow, Reached};

/// FA404: `foo.nix` beside `foo/default.nix`, one or both of which nothing reads.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let files = &context.facts.files;
    let find = |path: &str| files.binary_search_by(|row| row.path.as_str().cmp(path)).ok().map(|at| &files[at]);
    let read = |row: &FileRow| matches!(row.reached, Reached::Entry | Reached::Imported | Reached::Discovered);
    for file in files {
        let Some(stem) = file.path.strip_suffix(".nix") else { continue };
        let Some(directory) = find(&format!("{stem}/default.nix")) else { continue };
        let (dead, alive) = match (file.orphan.is_some(), directory.orphan.is_some()) {
            (true, false) if read(directory) => (file, directory),
            (false, true) if read(file) => (directory, file),
            (true, true) => {
                let message = format!("`{}` and `{}` both exist, and nothing reads either", file.path, directory.path);
                out.push(Draft::new(file.head, file.path.clone(), message).related(directory.head, "the other one"));
                continue;
            }
            _ => continue,
        };
        let message = format!("`{}` and `{}` both exist, and only the latter is read", dead.path, alive.path);
        out.push(Draft::new(dead.head, dead.path.clone(), message).related(alive.head, "this one is read"));
    }
}
