//! What README.md shows is what the program says. `BLESS=1 cargo test --test program` writes it anew.

use crate::{flake, root, told};

const START: &str = "<!-- run -->\n";
const END: &str = "<!-- /run -->";

#[test]
fn the_run_that_is_shown_is_real() {
    let path = root().join("README.md");
    let page = std::fs::read_to_string(&path).expect("README.md");
    let (before, rest) = page.split_once(START).expect("README.md has `<!-- run -->`");
    let (_, after) = rest.split_once(END).expect("README.md has `<!-- /run -->`");
    let run = told(&[], &flake("large"));
    let wanted = format!("{before}{START}```text\n$ flake-audit tests/flakes/large\n{run}```\n{END}{after}");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, wanted).expect("written");
    } else {
        assert!(page == wanted, "run `BLESS=1 cargo test --test program readme` and look at the difference");
    }
}
