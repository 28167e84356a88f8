use super::{Context, Sink, sound_flakes};
use crate::config::NixVersion;
use crate::judge::sink::Draft;
use crate::measure::{FlakeRow, Role};
use crate::number::grouped;

const MB: u64 = 1_000_000;

/// FA804: much is taken along before anything is evaluated.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let (files, mb) = (context.options.integer("files"), context.options.integer("mb"));
    // In a repository the tree is the same for each of its flakes.
    let mut told = false;
    for flake in sound_flakes(context.facts).filter(|flake| flake.role <= Role::Sub) {
        let tree = &flake.tree;
        let size = tree.bytes / MB;
        let over = i64::from(tree.files) > files || i64::try_from(size).unwrap_or(i64::MAX) > mb;
        if !over || told && tree.git {
            continue;
        }
        told = true;
        let message = format!("the flake takes {} files, {} MB with it", grouped(tree.files), grouped(clamp(size)));
        let draft = Draft::new(flake.head, flake.path.clone(), message).note(wording(context.nix));
        let draft = named(flake).into_iter().fold(draft, Draft::note);
        out.push(draft);
    }
}

fn clamp(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The directories that make it large and that no Nix code of the flake names.
fn named(flake: &FlakeRow) -> Vec<String> {
    let rows = flake.tree.unneeded.iter().filter(|row| row.bytes >= MB).map(|row| {
        let (size, files) = (grouped(clamp(row.bytes / MB)), grouped(row.files));
        format!("no Nix code of the flake names `{}`: {files} files, {size} MB", row.path)
    });
    rows.collect()
}

/// What the size costs, by the version of Nix.
fn wording(nix: Option<NixVersion>) -> String {
    let lazy = NixVersion::LAZY_COPIES;
    let copies = "Nix copies all of it to the store before it evaluates anything, and again after each change";
    let hashes = "Nix reads all of it to hash it, and copies it where `self` or `./.` enters a derivation";
    match nix {
        Some(version) if version >= lazy => hashes.to_owned(),
        Some(_) => copies.to_owned(),
        None => format!("before {lazy}, {copies}; from {lazy} on, {hashes}"),
    }
}
