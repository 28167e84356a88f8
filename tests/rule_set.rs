//! The rules as a set: one list, everything else compared with it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use flake_audit::config::Config;
use flake_audit::judge::{Rule, Rules};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rules() -> Rules {
    Rules::built_in().expect("the built-in rules are good")
}

fn files_below(folder: &Path, extension: &str) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_below(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.insert(path);
        }
    }
    found
}

#[test]
fn the_list_is_the_folder() {
    let mut on_disk = files_below(&root().join("rules"), "md");
    on_disk.remove(&root().join("rules/README.md"));
    let listed: BTreeSet<PathBuf> = rules().iter().map(|rule| root().join(&rule.path)).collect();
    assert_eq!(listed, on_disk);
}

#[test]
fn checks_are_the_files() {
    let mut files: BTreeSet<String> = files_below(&root().join("src/judge/checks"), "rs")
        .iter()
        .map(|path| path.file_stem().expect("a name").to_string_lossy().replace('_', "-"))
        .collect();
    files.remove("mod");
    let named: BTreeSet<String> = rules().iter().filter_map(Rule::check).map(str::to_owned).collect();
    assert_eq!(named, files);
    for rule in &rules() {
        assert!(rule.check().is_none_or(|check| check == rule.id), "{}: the check has another name", rule.id);
    }
}

#[test]
fn pages_are_complete() {
    for rule in &rules() {
        let id = &rule.id;
        assert!(rule.page.contains("\n## Why\n"), "{id}: `## Why`");
        assert!(rule.page.contains("\n## What to do\n"), "{id}: `## What to do`");
        assert!(!rule.summary.is_empty() && !rule.summary.starts_with('#'), "{id}: a first paragraph");
        assert!(rule.examples.iter().any(|example| example.good), "{id}: a good example");
        let bad = rule.examples.iter().any(|example| !example.good);
        assert_eq!(bad, rule.unproven.is_none(), "{id}: a bad example, or why there is none");
        for example in &rule.examples {
            let expects = example.files.iter().any(|file| !file.expected.is_empty());
            assert_eq!(expects, !example.good, "{}:{}: carets in bad examples only", rule.path, example.line);
        }
        assert!(!rule.since.is_empty() && !rule.tags.is_empty(), "{id}");
        let lines = rule.page.lines().filter(|line| !line.contains(['^', '{', '|']) && !line.contains("locked"));
        assert!(lines.clone().all(|line| line.chars().count() <= 130), "{id}: long lines");
    }
}

#[test]
fn messages_read_alike() {
    for rule in &rules() {
        let shown = rule.examples.iter().flat_map(|example| &example.files).flat_map(|file| &file.expected);
        let messages = shown.map(|expected| expected.message.clone()).chain(rule.message_shapes());
        for message in messages.chain([rule.title.clone()]) {
            let first = message.chars().next().expect("not empty");
            let code_of_flake = message.starts_with("FA");
            assert!(!first.is_uppercase() || code_of_flake, "{}: a capital: {message}", rule.id);
            assert!(!message.ends_with('.') && !message.contains('\n'), "{}: a full stop: {message}", rule.id);
        }
    }
}

#[test]
fn every_option_is_used() {
    for rule in &rules() {
        let read = rule.options_read();
        let check = rule.check().map(|name| root().join(format!("src/judge/checks/{}.rs", name.replace('-', "_"))));
        let code = check.map(|path| fs::read_to_string(path).expect("a check")).unwrap_or_default();
        for option in rule.options.keys() {
            let used = read.contains(&option.as_str()) || code.contains(&format!("(\"{option}\")"));
            assert!(used, "{}: nothing reads `{option}`", rule.id);
        }
        for part in code.split("options.").skip(1) {
            let Some(name) = part.split('"').nth(1).filter(|_| !part.starts_with("get")) else { continue };
            assert!(rule.options.contains_key(name), "{}: `{name}` is no option", rule.id);
        }
    }
}

#[test]
fn the_front_page_lists_the_rules() {
    let path = root().join("README.md");
    let page = fs::read_to_string(&path).expect("README.md");
    let (start, end) = ("<!-- rules -->\n", "<!-- /rules -->");
    let (before, rest) = page.split_once(start).expect("README.md has `<!-- rules -->`");
    let (_, after) = rest.split_once(end).expect("README.md has `<!-- /rules -->`");
    let wanted = format!("{before}{start}{}{end}{after}", rules().markdown_table());
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, wanted).expect("written");
    } else {
        assert_eq!(page, wanted, "run `BLESS=1 cargo test --test rule_set`");
    }
}

fn config_error(text: &str) -> String {
    match Config::load(text, "flake-audit.toml", &rules().specs()) {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn mistakes_in_the_configuration_are_shown_at_their_place() {
    for (text, place, part) in [
        ("exlude = []", ":1:1", "did you mean `exclude`?"),
        ("exclude = [\"a{\"]", ":1:12", "this is no glob"),
        ("exclude = 3", ":1:11", "expected a list of strings, found an integer"),
        ("select = ['FA10l']", ":1:11", "did you mean `FA101`?"),
        ("select = [1]", ":1:11", "expected a string"),
        ("fail-on = 'warn'", ":1:11", "unknown level `warn`"),
        ("\n[rules.oversize-flake]", ":2:8", "did you mean `oversized-flake`?"),
        ("[rules.FA101]\nmx = 3", ":2:1", "did you mean `max`?"),
        ("[rules.FA101]\nmax = 'a'", ":2:7", "expected an integer, found a string"),
        ("[rules.FA101]\nmax = -1", ":2:7", "expected an integer from 0"),
        ("[rules.FA101]\nlevel = 'none'", ":2:9", "unknown level `none`"),
        ("[rules.FA101]\n[rules.oversized-flake]", ":2:8", "is set twice"),
        ("rules = 3", ":1:9", "expected a table"),
        ("a = ", ":1:", "error"),
    ] {
        let error = config_error(text);
        assert!(error.contains(&format!("flake-audit.toml{place}")), "{text}: {error}");
        assert!(error.contains(part), "{text}: {error}");
    }
}

#[test]
fn configuration_of_any_bytes_is_refused_without_a_panic() {
    let specs = rules().specs();
    let good =
        "exclude = ['a/**']\nselect = ['FA1', 'wide-with']\nfail-on = 'note'\n[rules.FA101]\nmax = 3\nlevel = 'off'\n";
    assert_eq!(config_error(good), "accepted");
    for cut in 0..good.len() {
        for byte in [0, 0x1b, b'[', b'{', b'"', 0xff, 0xc3] {
            let mut bytes = good.as_bytes().to_vec();
            bytes[cut] = byte;
            if let Err(error) = Config::from_bytes(&bytes, "c\u{1b}.toml", &specs) {
                assert!(!error.to_string().contains('\u{1b}'), "{error:?}");
            }
        }
    }
    assert!(Config::from_bytes(&vec![b' '; 2 << 20], "c.toml", &specs).is_err());
    let deep = format!("a = {}", "[".repeat(100_000));
    assert!(Config::load(&deep, "c.toml", &specs).is_err());
}

#[test]
fn the_command_line_wins_and_is_checked() {
    let specs = rules().specs();
    let mut config = Config { select: vec!["FA1".to_owned()], ..Config::default() };
    config.apply(&["FA5".to_owned()], &["FA501".to_owned()], &specs).expect("good");
    assert_eq!((config.select, config.ignore), (vec!["FA5".to_owned()], vec!["FA501".to_owned()]));
    let error = Config::default().apply(&[], &["wide-wiht".to_owned()], &specs).expect_err("unknown");
    assert!(error.to_string().contains("did you mean `wide-with`?"), "{error}");
}
