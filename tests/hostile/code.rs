//! Nix code that is deep or long without an end.

use crate::{Trial, full, wall};

/// Code that is over the limits of `parse`: an audit without it, which says so.
const LEFT_OUT: &[i32] = &[3];
/// Code that is no Nix.
const WRONG: &[i32] = &[1, 3];
/// Long, but within the limits.
const READ: &[i32] = &[0, 1];

fn deep(open: &str, middle: &str, close: &str) -> String {
    let depth = full(100_000);
    format!("{}{middle}{}\n", open.repeat(depth), close.repeat(depth))
}

#[test]
fn brackets_without_end() {
    let mut trial = Trial::default();
    for (case, text) in [
        ("lists", deep("[", "", "]")),
        ("lists apart", deep("[\n", "", "]\n")),
        ("lists never closed", deep("[", "", "")),
        ("sets", deep("{a=", "1", ";}")),
        ("sets never closed", deep("{a=", "", "")),
        ("recursive sets", deep("rec { a = ", "1", "; }")),
        ("parentheses", deep("(", "1", ")")),
        ("parentheses never closed", deep("(", "", "")),
        ("strings in strings", deep("\"${", "\"\"", "}\"")),
        ("strings never closed", deep("\"${", "", "")),
        ("indented strings", deep("''${", "''''", "}''")),
        ("quoted names", deep("{ \"${", "\"\"", "}\" = 1; }")),
        ("interpolated names", deep("{ ${", "null", "} = 1; }")),
        ("defaults in patterns", deep("{ a ? ", "1", " }: a")),
        ("brackets of two kinds", deep("[(", "1", ")]")),
        ("brackets that do not match", deep("[(", "", "])")),
        ("closing ones alone", deep("", "", "]")),
        ("selected sets", deep("{ a = ", "1", "; }.a")),
    ] {
        let codes =
            if case.contains("never") || case.contains("match") || case.contains("alone") { WRONG } else { LEFT_OUT };
        trial.file(case, "deep.nix", text.as_bytes(), wall(), codes);
    }
    trial.end();
}

#[test]
fn words_without_end() {
    let mut trial = Trial::default();
    for (case, text) in [
        ("lambdas", deep("a: ", "1", "")),
        ("lambdas with patterns", deep("{ a }: ", "1", "")),
        ("lambdas with names for patterns", deep("a@{ b, ... }: ", "1", "")),
        ("let", deep("let a = 1; in ", "1", "")),
        ("let of nothing", deep("let in ", "1", "")),
        ("let in let", deep("let a = ", "1", "; in a")),
        ("let without in", deep("let { body = ", "1", "; }")),
        ("if then", deep("if a then b else ", "1", "")),
        ("if if", deep("if ", "a", " then b else c")),
        ("if then if", deep("if a then ", "1", " else b")),
        ("with", deep("with a; ", "1", "")),
        ("with with", deep("with ", "a", "; a")),
        ("assert", deep("assert a; ", "1", "")),
        ("assert assert", deep("assert ", "a", "; a")),
        ("let never ended", deep("let a = ", "", "")),
        ("if never ended", deep("if ", "", "")),
    ] {
        let codes = if case.contains("never") { WRONG } else { LEFT_OUT };
        trial.file(case, "deep.nix", text.as_bytes(), wall(), codes);
    }
    trial.end();
}

#[test]
fn chains_without_end() {
    let mut trial = Trial::default();
    for sign in ["//", "++", "+", "->", "-", "*", "/", "&&", "||", "|>", "<|", "==", "<"] {
        let text = deep(&format!("a {sign} "), "a", "");
        // Comparisons do not chain: that is an error of syntax.
        trial.file(&format!("a {sign} a"), "long.nix", text.as_bytes(), wall(), &[1, 3]);
    }
    for (case, text) in [
        ("application", deep("a ", "a", "")),
        ("application to sets", deep("a {} ", "a", "")),
        ("functions applied from the left", deep("(a: a) ", "1", "")),
        ("selection", deep("a.", "a", "")),
        ("selection of names with dashes", deep("a-b.", "a", "")),
        ("selection with blanks", deep("a . ", "a", "")),
        ("selection of strings", deep("a.\"b\".", "c", "")),
        ("attribute path", format!("{{ {} = 1; }}", deep("a.", "a", "").trim())),
        ("attribute path with blanks", format!("{{ {} = 1; }}", deep("a . ", "a", "").trim())),
        ("attribute path of strings", format!("{{ {} = 1; }}", deep("\"a\".", "a", "").trim())),
        ("or", deep("a.a or ", "a", "")),
        ("minus", deep("- ", "1", "")),
        ("minus without blanks", deep("-", "1", "")),
        ("not", deep("! ", "a", "")),
        ("not without blanks", deep("!", "a", "")),
        ("question", deep("a ? a.", "a", "")),
        ("path", deep("./a", "/a", "")),
        ("path of dots", format!("./{}", deep(".", "a", ""))),
        ("path with interpolations", format!(".{}", deep("/${a}", "/a", ""))),
        ("path in angle brackets", format!("<{}>", deep("a/", "a", "").trim())),
        ("path never closed", format!("<{}", deep("a/", "a", ""))),
        ("many angle brackets", deep("<a", "a", "")),
        ("digits", deep("1", "1", "")),
        ("dots", deep(".", "", "")),
        ("pluses", deep("+", "", "")),
        ("dollars", deep("$", "", "")),
        ("quotes", deep("\"\" ", "", "")),
        ("ticks", deep("''", "", "")),
        ("tildes", deep("~/a ", "", "")),
        ("address", format!("http://{}", deep("a.b/", "a", ""))),
        ("comment starts", deep("/*", "", "")),
        ("at signs", deep("a@", "a", "")),
        ("colons", deep(":", "a", "")),
        ("inherits", format!("{{ {} }}", deep("inherit (a) b; ", "", "").trim())),
    ] {
        trial.file(case, "long.nix", text.as_bytes(), wall(), &[0, 1, 3]);
    }
    trial.end();
}

#[test]
fn size_without_end() {
    let mut trial = Trial::default();
    let list = format!("[ {}]\n", "a ".repeat(full(1_000_000)));
    trial.file("a million elements", "list.nix", list.replace('a', "1").as_bytes(), wall(), READ);
    trial.file("a million undefined names", "list.nix", list.as_bytes(), wall(), READ);
    let part = "  hello = pkgs.callPackage ./hello.nix { inherit (pkgs) lib stdenv; }; # a package\n";
    let large = format!("{{ pkgs }}:\n{{\n{}}}\n", part.repeat(50_000_000 / part.len()));
    trial.file("50 MB", "large.nix", large.as_bytes(), wall(), LEFT_OUT);
    let large = format!("{{ pkgs }}:\n{{\n{}}}\n", part.repeat(full(19_000_000) / part.len()));
    trial.file("19 MB of one name", "large.nix", large.as_bytes(), wall(), &[1, 3]);
    trial.end();
}

#[test]
fn suppressions_without_end() {
    let mut trial = Trial::default();
    let lines = full(100_000);
    for (case, line) in [
        ("needless", "# flake-audit: ignore[FA201] because\n"),
        ("needed", "({ unused, ... }: 1) # flake-audit: ignore[unused-formal]\n"),
        ("needed by the same", "(unused: 1)\n"),
        ("of nothing", "# flake-audit: ignore[]\n"),
        ("of no rule", "# flake-audit: ignore[FA999]\n"),
        ("of many rules", "# flake-audit: ignore[FA201, FA202, FA203, nothing, FA204, unused-binding]\n"),
        ("of the file", "# flake-audit: ignore-file[unused-binding]\n"),
        ("of the file, and findings", "(let a = 1; in 2) # flake-audit: ignore-file[unused-binding]\n"),
        ("without a list", "# flake-audit: \n"),
        ("in blocks", "/* flake-audit: ignore[FA201]"),
        ("in closed blocks", "/* flake-audit: ignore[FA201] */ "),
    ] {
        let text = format!("[\n{}\n]\n", line.repeat(lines));
        trial.file(&format!("suppressions {case}"), "list.nix", text.as_bytes(), wall(), &[0, 1]);
    }
    let text = format!("# flake-audit: ignore[{}]\n1\n", "FA201,".repeat(lines));
    trial.file("one suppression of many", "list.nix", text.as_bytes(), wall(), &[0, 1]);
    trial.end();
}
