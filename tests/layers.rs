//! The rooms of ARCHITECTURE.md: who may name whom. A room that is not in the table fails too.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A room and the rooms that it may name.
const ROOMS: [(&str, &[&str]); 20] = [
    ("main", &["cli"]),
    ("cli", &["audit", "cache", "discover", "edit", "error", "finding", "nix", "report", "run"]),
    (
        "run",
        &[
            "audit", "compare", "config", "discover", "edit", "error", "finding", "judge", "measure", "parse", "plan",
            "resolve", "source",
        ],
    ),
    ("report", &["audit", "compare", "error", "finding", "measure", "number", "parse", "plan", "source"]),
    ("edit", &["error", "finding", "parse", "resolve", "source"]),
    ("audit", &["compare", "config", "finding", "measure", "plan", "source"]),
    ("compare", &["config", "error", "finding", "measure", "source"]),
    ("plan", &["config", "finding", "measure", "number", "source"]),
    ("judge", &["config", "error", "finding", "measure", "number", "source"]),
    ("measure", &["discover", "parse", "resolve", "source"]),
    ("resolve", &["discover", "parse", "source"]),
    ("parse", &["source"]),
    ("discover", &["error"]),
    ("config", &["error", "finding"]),
    ("finding", &["source"]),
    ("source", &[]),
    ("number", &[]),
    ("cache", &[]),
    ("nix", &["error"]),
    ("error", &[]),
];

/// A name of the library or of a crate, and the only places that may say it.
const PLACES: [(&str, &[&str]); 12] = [
    ("cel", &["src/judge/condition.rs"]),
    ("rnix", &["src/parse/", "src/resolve/"]),
    ("rowan", &["src/parse/", "src/resolve/"]),
    ("codespan_reporting", &["src/report/", "src/config/"]),
    ("serde_sarif", &["src/report/sarif/"]),
    ("clap", &["src/cli/", "src/report/mod.rs", "src/report/inputs/mod.rs", "src/report/graph/mod.rs"]),
    ("indicatif", &["src/cli/"]),
    ("ignore", &["src/discover/", "src/cli/", "src/config.rs", "src/run.rs"]),
    (
        "fs",
        &[
            "src/discover/",
            "src/run.rs",
            "src/run/",
            "src/edit/replace.rs",
            "src/edit/journal.rs",
            "src/nix.rs",
            "src/cache.rs",
        ],
    ),
    ("env", &["src/main.rs", "src/nix.rs", "src/cache.rs"]),
    // Nothing is executed but `git`, and `nix` for those who ask for it; nothing is asked over a network.
    ("Command", &["src/cli/", "src/discover/git.rs", "src/run/tools.rs", "src/nix.rs"]),
    ("net", &[]),
];

const MACROS: [&str; 6] = ["print", "println", "eprint", "eprintln", "dbg", "todo"];

/// No file is longer.
const MAX_LINES: usize = 600;

/// Names and signs of Rust code. Comments and the insides of strings are left out.
fn tokens(code: &str) -> Vec<String> {
    let chars: Vec<char> = code.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let start = i;
        match at(i) {
            '/' if at(i + 1) == '/' => {
                while i < chars.len() && at(i) != '\n' {
                    i += 1;
                }
            }
            '/' if at(i + 1) == '*' => i = behind_comment(&chars, i),
            '"' => i = behind_string(&chars, i),
            // 'a', '\n' and '{' are characters; 'a without a quote behind it is a lifetime.
            '\'' if at(i + 1) == '\\' => {
                i += 3;
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
            }
            '\'' if at(i + 2) == '\'' => i += 3,
            c if c.is_alphabetic() || c == '_' => {
                while at(i).is_alphanumeric() || at(i) == '_' {
                    i += 1;
                }
                let word: String = chars[start..i].iter().collect();
                let hashes = chars[i..].iter().take_while(|c| **c == '#').count();
                if matches!(word.as_str(), "r" | "br") && at(i + hashes) == '"' {
                    i = behind_raw(&chars, i + hashes + 1, hashes);
                } else {
                    found.push(word);
                }
            }
            ':' if at(i + 1) == ':' => {
                found.push("::".to_owned());
                i += 2;
            }
            c => {
                if !c.is_whitespace() {
                    found.push(c.to_string());
                }
                i += 1;
            }
        }
    }
    found
}

fn behind_comment(chars: &[char], mut i: usize) -> usize {
    let mut depth = 0;
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) if depth == 1 => return i + 2,
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
    }
    i
}

fn behind_string(chars: &[char], start: usize) -> usize {
    let mut i = start + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

fn behind_raw(chars: &[char], mut i: usize, hashes: usize) -> usize {
    while i < chars.len() {
        if chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes {
            return i + 1 + hashes;
        }
        i += 1;
    }
    i
}

/// The code without `#[cfg(test)] mod …` at its end: tests may build what they like.
fn without_tests(mut tokens: Vec<String>) -> Vec<String> {
    let mark = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let tests = tokens.windows(mark.len()).position(|window| window.iter().eq(mark));
    tokens.truncate(tests.unwrap_or(tokens.len()));
    tokens
}

/// Rooms that a file's code names: `crate::a`, `crate::{a, b::c}`, `flake_audit::a`, and `super::` that climbs out.
fn named(path: &str, tokens: &[String]) -> BTreeSet<String> {
    let folders = path.trim_start_matches("src/").split('/').count();
    let depth = if path.ends_with("/mod.rs") { folders - 1 } else { folders };
    let mut found = BTreeSet::new();
    let mut i = 0;
    while i < tokens.len() {
        let top = matches!(tokens[i].as_str(), "crate" | "flake_audit");
        let mut climbed = 0;
        let mut next = i;
        while tokens.get(next).is_some_and(|t| t == "super") && tokens.get(next + 1).is_some_and(|t| t == "::") {
            climbed += 1;
            next += 2;
        }
        if top && tokens.get(i + 1).is_some_and(|t| t == "::") {
            found.extend(heads(&tokens[i + 2..]));
            i += 2;
        } else if climbed > 0 {
            if climbed >= depth {
                found.extend(heads(&tokens[next..]));
            }
            i = next;
        } else {
            i += 1;
        }
    }
    found
}

/// The first names of a path or of a group of paths in braces.
fn heads(tokens: &[String]) -> Vec<String> {
    if tokens.first().is_none_or(|t| t != "{") {
        return tokens.first().cloned().into_iter().collect();
    }
    let (mut depth, mut found) = (0, Vec::new());
    for (i, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "{" => depth += 1,
            "}" if depth == 1 => break,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 1 && matches!(token.as_str(), "{" | ",") {
            found.extend(tokens.get(i + 1).filter(|next| *next != "}").cloned());
        }
    }
    found
}

fn room(path: &str) -> &str {
    let rest = path.trim_start_matches("src/");
    rest.split('/').next().unwrap_or(rest).trim_end_matches(".rs")
}

/// What a file does against the tables.
fn violations(path: &str, code: &str) -> Vec<String> {
    let own = room(path);
    let file = path.rsplit('/').next().unwrap_or(path);
    if own == "lib" || file == "tests.rs" || file.ends_with("_tests.rs") {
        return Vec::new();
    }
    let Some((_, may)) = ROOMS.iter().find(|(name, _)| *name == own) else {
        return vec![format!("{path}: room `{own}` is not in the table")];
    };
    let tokens = without_tests(tokens(code));
    let rooms: BTreeSet<&str> = ROOMS.iter().map(|(name, _)| *name).collect();
    let mut found: Vec<String> = named(path, &tokens)
        .into_iter()
        .filter(|name| rooms.contains(name.as_str()) && name != own && !may.contains(&name.as_str()))
        .map(|name| format!("{path}: {own} names {name}"))
        .collect();
    for (i, token) in tokens.iter().enumerate() {
        let sign = |offset: usize, wanted: &str| tokens.get(i + offset).is_some_and(|next| next == wanted);
        let after = |wanted: &str| i > 0 && tokens[i - 1] == wanted;
        if MACROS.contains(&token.as_str()) && sign(1, "!") {
            found.push(format!("{path}: `{token}!`"));
        }
        // A path that begins with the name, or a part of a path of `std`.
        let is_path = sign(1, "::") && !after(".") || after("::") && i > 1 && tokens[i - 2] == "std" || after("use");
        let place = PLACES.iter().find(|(name, _)| name == token).filter(|_| is_path);
        if place.is_some_and(|(_, places)| !places.iter().any(|place| path.starts_with(place))) {
            found.push(format!("{path}: names `{token}`"));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn code(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    rust_files(&root().join(folder), &mut files);
    files.sort();
    let shown = |path: &Path| path.strip_prefix(root()).expect("below the root").display().to_string();
    files.iter().map(|path| (shown(path), fs::read_to_string(path).expect("code"))).collect()
}

#[test]
fn rooms_name_only_what_they_may() {
    let files = code("src");
    assert!(files.len() > 60);
    let found: Vec<String> = files.iter().flat_map(|(path, code)| violations(path, code)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_table_is_the_folder() {
    let on_disk: BTreeSet<String> = code("src").iter().map(|(path, _)| room(path).to_owned()).collect();
    let mut listed: BTreeSet<String> = ROOMS.iter().map(|(name, _)| (*name).to_owned()).collect();
    listed.insert("lib".to_owned());
    assert_eq!(listed, on_disk);
}

#[test]
fn the_table_has_no_way_back() {
    // A room may only name rooms that come after it, so there is no cycle; `run` hands `Audit` to the reports.
    for (place, (room, may)) in ROOMS.iter().enumerate() {
        for name in *may {
            let to = ROOMS.iter().position(|(other, _)| other == name).expect("a room");
            assert!(to > place || (*room, *name) == ("report", "run"), "{room} names {name}");
        }
    }
}

#[test]
fn the_page_says_the_same() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    for (own, may) in ROOMS.iter().filter(|(own, _)| *own != "run") {
        let starts = [format!("| `src/{own}.rs`"), format!("| `src/{own}/`")];
        let row = page.lines().find(|line| starts.iter().any(|start| line.starts_with(start)));
        let cell = row.and_then(|row| row.split('|').nth(3)).unwrap_or_else(|| panic!("no row for {own}"));
        let said: BTreeSet<&str> = cell.split('`').skip(1).step_by(2).filter(|name| *name != "Audit").collect();
        assert_eq!(said, may.iter().copied().collect(), "{own}");
    }
}

#[test]
fn no_file_is_long() {
    let files = ["src", "tests"].map(code).concat();
    let long: Vec<_> =
        files.iter().filter(|(_, code)| code.lines().count() > MAX_LINES).map(|(path, _)| path).collect();
    assert!(long.is_empty(), "over {MAX_LINES} lines: {long:?}");
}

#[test]
fn violations_are_seen() {
    for (path, code, wanted) in [
        ("src/report/text.rs", "use crate::resolve::Project;", "report names resolve"),
        ("src/report/text.rs", "use crate::{finding::Level, judge};", "report names judge"),
        ("src/plan/mod.rs", "fn a() { crate::parse::parse(b) }", "plan names parse"),
        ("src/plan/steps.rs", "use super::super::resolve::ir::Ir;", "plan names resolve"),
        ("src/plan/mod.rs", "use super::report::Format;", "plan names report"),
        ("src/discover.rs", "use crate::{error::{Error, A}, source};", "discover names source"),
        ("src/main.rs", "fn main() { flake_audit::run::audit(r); }", "main names run"),
        ("src/attic/mod.rs", "", "room `attic` is not in the table"),
        ("src/edit/mod.rs", "use crate::judge::Rules;", "edit names judge"),
        ("src/judge/mod.rs", "use cel::Program;", "names `cel`"),
        ("src/measure/mod.rs", "fn f(n: rnix::SyntaxNode) {}", "names `rnix`"),
        ("src/judge/mod.rs", "fn f() { println!(\"a\"); }", "`println!`"),
        ("src/resolve/mod.rs", "fn f() { std::fs::read(p); }", "names `fs`"),
        ("src/resolve/mod.rs", "use std::net::TcpStream;", "names `net`"),
        ("src/run.rs", "use std::process::Command; fn f() { Command::new(n); }", "names `Command`"),
        ("src/parse/mod.rs", "const C: char = '\"'; use crate::run;", "parse names run"),
        ("src/parse/mod.rs", "fn f<'a>(a: &'a str) -> char { '\\'' } use crate::run;", "parse names run"),
    ] {
        let found = violations(path, code);
        assert!(found.iter().any(|line| line.ends_with(wanted)), "{path}: {code}: {found:?}");
    }
}

#[test]
fn nothing_is_seen_where_nothing_is() {
    for (path, code) in [
        ("src/report/text.rs", "// crate::resolve\n/* crate::judge /* a */ crate::cli */ fn a() {}"),
        (
            "src/report/text.rs",
            "const A: &str = \"crate::resolve println!()\"; const B: &str = r#\"crate::\" judge\"#;",
        ),
        ("src/report/text.rs", "use crate::audit::RuleInfo; use crate::audit::Audit;"),
        ("src/report/text/mod.rs", "use super::RuleInfo; use super::super::report::Format;"),
        ("src/plan/mod.rs", "#[cfg(test)] mod tests { use crate::resolve; }"),
        ("src/judge/tests.rs", "use crate::resolve;"),
        ("src/judge/mod.rs", "fn f(config: &Config) { config.ignore.len(); a.env(); }"),
    ] {
        assert_eq!(violations(path, code), Vec::<String>::new(), "{code}");
    }
}
