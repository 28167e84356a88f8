//! What a person reads at the terminal, case by case: `tests/cmd/NAME.toml` runs in `tests/cmd/NAME.in/`.
//!
//! `TRYCMD=overwrite cargo test --test cli` writes the output down anew: read the difference.

#[test]
fn cases() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}
