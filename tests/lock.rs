//! Lock files: follows, duplicates, costs, and locks that are wrong.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

use std::fmt::Write as _;

use flake_audit::resolve::lock::{Lock, cost, duplicates, parse_lock};
use flake_audit::resolve::source_id::{is_nixpkgs, parse_url};
use flake_audit::source::FileId;

fn lock(nodes: &str) -> Lock {
    parse_lock(&format!(r#"{{"nodes":{{{nodes}}},"root":"root","version":7}}"#), FileId(0)).unwrap()
}

fn github(name: &str, repo: &str, rev: &str, inputs: &str) -> String {
    let (owner, repo) = repo.split_once('/').unwrap();
    format!(
        r#""{name}":{{"inputs":{{{inputs}}},"locked":{{"type":"github","owner":"{owner}","repo":"{repo}","rev":"{rev}"}},"original":{{"type":"github","owner":"{owner}","repo":"{repo}"}}}}"#
    )
}

fn join(nodes: &[String]) -> String {
    nodes.join(",")
}

fn fails(text: &str) -> String {
    parse_lock(text, FileId(0)).unwrap_err().message
}

#[test]
fn duplicates_count_revisions_and_name_who_brings_them() {
    let lock = lock(&join(&[
        r#""root":{"inputs":{"a":"a","b":"b","nixpkgs":"nixpkgs_2"}}"#.into(),
        github("a", "x/a", "1", r#""nixpkgs":"nixpkgs""#),
        github("b", "x/b", "1", r#""nixpkgs":["nixpkgs"]"#),
        github("nixpkgs", "nixos/nixpkgs", "1", ""),
        github("nixpkgs_2", "NixOS/nixpkgs", "2", ""),
    ]));
    let found = duplicates(&lock);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].source.as_str(), found[0].revisions), ("github:nixos/nixpkgs", 2));
    assert_eq!(found[0].brought_by, ["a"]);
    let paths: Vec<String> = found[0].nodes.iter().map(|node| node.path.join("/")).collect();
    assert_eq!(paths, ["a/nixpkgs", "nixpkgs"]);
    assert_eq!(lock.node_count(), 4);
    let costs: Vec<_> = cost(&lock).into_iter().map(|cost| (cost.input, cost.reached, cost.own)).collect();
    assert_eq!(costs, [("a".into(), 2, 2), ("b".into(), 2, 1), ("nixpkgs".into(), 1, 1)]);
}

#[test]
fn the_same_revision_twice_is_a_duplicate_and_a_follow_is_not() {
    let twice = lock(&join(&[
        r#""root":{"inputs":{"a":"a","n":"n"}}"#.into(),
        github("a", "x/a", "1", r#""n":"n_2""#),
        github("n", "x/n", "1", ""),
        github("n_2", "x/n", "1", ""),
    ]));
    assert_eq!(duplicates(&twice)[0].revisions, 1);
    let followed = lock(&join(&[
        r#""root":{"inputs":{"a":"a","n":["a","n"]}}"#.into(),
        github("a", "x/a", "1", r#""n":"n""#),
        github("n", "x/n", "1", ""),
    ]));
    assert!(duplicates(&followed).is_empty());
    assert_eq!(followed.resolve(&["n"]).map(|node| node.name.as_str()), Some("n"));
}

#[test]
fn follows_are_input_paths_through_further_follows() {
    let lock = lock(&join(&[
        r#""root":{"inputs":{"a":"a_1","b":"b","n":"n"}}"#.into(),
        github("a_1", "x/a", "1", r#""n":["n"],"cut":[]"#),
        github("b", "x/b", "1", r#""n":["a","n"],"gone":["a","zzz"]"#),
        github("n", "x/n", "1", ""),
    ]));
    assert_eq!(lock.resolve(&["b", "n"]).map(|node| node.name.as_str()), Some("n"));
    assert!(lock.resolve(&["a", "cut"]).is_none());
    assert!(lock.has_input(&["a", "cut"]));
    assert!(!lock.has_input(&["a", "other"]) && !lock.has_input(&["zzz", "n"]));
    assert_eq!(lock.notes.len(), 1);
    assert!(lock.notes[0].message.contains("`zzz`"), "{:?}", lock.notes);
}

#[test]
fn cycles_and_dangling_names_are_notes() {
    let cycle = lock(r#""root":{"inputs":{"a":["b"],"b":["a"],"c":["c","d"],"d":"nowhere"}}"#);
    assert!(cycle.resolve(&["a"]).is_none());
    assert!(cycle.notes.iter().any(|note| note.message.contains("circle")));
    assert!(cycle.notes.iter().any(|note| note.message.contains("`nowhere`")));
    let real = lock(&join(&[
        r#""root":{"inputs":{"a":"a"}}"#.into(),
        github("a", "x/a", "1", r#""b":"b""#),
        github("b", "x/b", "1", r#""a":"a""#),
    ]));
    assert_eq!(cost(&real)[0].own, 2);
}

#[test]
fn locks_that_cannot_be_used_are_errors_with_a_place() {
    assert_eq!(fails(r#"{"nodes":{},"root":"root","version":7}"#), "no node `root`, which is the root");
    assert_eq!(fails(r#"{"nodes":{},"version":4}"#), "version 4 is not supported");
    assert_eq!(fails(r#"{"version":7}"#), "no `nodes`");
    assert_eq!(fails("[]"), "not a JSON object");
    assert_eq!(fails(""), "it is empty");
    assert_eq!(fails(r#"{"version":7,"nodes":[]}"#), "`nodes` is not an object");
    assert_eq!(fails(r#"{"version":7,"nodes":{"root":{}}}"#), "no `root`");
    assert_eq!(fails(r#"{"version":7,"nodes":{"root":{}},"root":3}"#), "`root` is not a string");
    for broken in ["[]", "", "3", r#"{"version":7}"#, r#"{"version":7,"nodes":[]}"#] {
        assert!(parse_lock(broken, FileId(0)).expect_err(broken).span.is_some(), "{broken} has no place");
    }
    let unlocked = r#"{"version":7,"nodes":{"root":{"inputs":{"a":"a"}},"a":{},"b":{}},"root":"root"}"#;
    let notes = parse_lock(unlocked, FileId(0)).expect("a lock").notes;
    assert_eq!(notes.iter().map(|note| note.message.as_str()).collect::<Vec<_>>(), ["node `a` has no `locked`"]);
    for text in [r#"{"nodes": {"#, "{ /* c */ }", r#"{"version": 7,}"#, "{'version': 7}", "<<<<<<< HEAD", "é"] {
        assert!(fails(text).starts_with("not JSON: "), "{text}");
    }
    let error = parse_lock(r#"{"nodes":{},"version":4}"#, FileId(0)).unwrap_err();
    assert_eq!(error.span.map(flake_audit::source::Span::range), Some(22..23));
    assert!(fails(&"[".repeat(100_000)).starts_with("not JSON"));
    assert!(fails(&"{\"a\":".repeat(100_000)).starts_with("not JSON"));
}

#[test]
fn versions_5_and_6_are_read() {
    let text = r#"{"nodes":{"n":{"info":{"narHash":"h","lastModified":3},"locked":{"type":"github","owner":"O","repo":"R","rev":"1"}},"root":{"inputs":{"n":"n"}}},"root":"root","version":5}"#;
    let lock = parse_lock(text, FileId(0)).unwrap();
    let locked = lock.node("n").unwrap().locked.clone().unwrap();
    assert_eq!((locked.nar_hash.as_deref(), locked.last_modified), (Some("h"), Some(3)));
    assert!(parse_lock(&text.replace(":5}", ":6}"), FileId(0)).is_ok());
    assert_eq!(&text[lock.node("n").unwrap().at.range()], "n");
}

#[test]
fn a_chain_of_100_000_nodes_is_survived() {
    let mut nodes = String::from(r#""root":{"inputs":{"x":"n0","y":["x"]}}"#);
    for number in 0..99_000 {
        write!(nodes, r#","n{number}":{{"inputs":{{"i":"n{}"}}}}"#, number + 1).unwrap();
    }
    nodes.push_str(r#","n99000":{}"#);
    let lock = lock(&nodes);
    assert_eq!(cost(&lock)[0].reached, 99_001);
    let mut follows = String::from(r#""n":{},"root":{"inputs":{"x0":"n""#);
    for number in 1..900 {
        write!(follows, r#","x{number}":["x{}"]"#, number - 1).unwrap();
    }
    follows.push_str("}}");
    assert!(self::lock(&follows).resolve(&["x899"]).is_some());
}

#[test]
fn a_source_has_one_name() {
    let source = |url: &str| parse_url(url).source.unwrap_or_default();
    for url in [
        "github:NixOS/nixpkgs",
        "github:nixos/nixpkgs/nixos-25.05",
        "git+https://github.com/NixOS/nixpkgs.git?ref=master",
        "git+ssh://git@github.com/NixOS/nixpkgs",
        "https://github.com/NixOS/nixpkgs/archive/master.tar.gz",
    ] {
        assert_eq!(source(url), "github:nixos/nixpkgs", "{url}");
    }
    assert_eq!(source("github:NixOS/nixpkgs?dir=lib"), "github:nixos/nixpkgs?dir=lib");
    assert_eq!(source("https://flakehub.com/f/NixOS/nixpkgs/0.1.*.tar.gz"), "flakehub:nixos/nixpkgs");
    assert_eq!(source("https://api.flakehub.com/f/pinned/NixOS/nixpkgs/0.1/x/source.tar.gz"), "flakehub:nixos/nixpkgs");
    assert_eq!(source("https://channels.nixos.org/nixos-25.05/nixexprs.tar.xz"), "channels.nixos.org");
    assert_eq!(source("https://releases.nixos.org/nixos/25.05/x/nixexprs.tar.xz"), "channels.nixos.org");
    assert_eq!(source("sourcehut:~U/R"), "sourcehut:~u/r");
    assert_eq!(source("gitlab:a%2Fb/c"), "gitlab:a/b/c");
    assert_eq!(source("github:a/b?host=ghe.example"), "github@ghe.example:a/b");
    assert_eq!(source("git+https://example.org/r.git?ref=x&rev=y"), "https://example.org/r");
    for url in [
        "github:nixos/nixpkgs",
        "nixpkgs",
        "https://flakehub.com/f/NixOS/nixpkgs/*.tar.gz",
        "https://nixos.org/channels/nixos-unstable/nixexprs.tar.xz",
    ] {
        assert!(is_nixpkgs(&source(url)), "{url}");
    }
    assert!(!is_nixpkgs("github:nixos/nixpkgs?dir=lib") && !is_nixpkgs("github:nix-community/nixpkgs.lib"));
}

#[test]
fn flake_urls_by_kind() {
    let kind = |url: &str| {
        let url = parse_url(url);
        (url.kind, url.registry, url.machine_path, url.relative, url.insecure)
    };
    assert_eq!(kind("nixpkgs"), ("indirect".into(), true, false, false, false));
    assert_eq!(kind("flake:nixpkgs/nixos-25.05"), ("indirect".into(), true, false, false, false));
    assert_eq!(kind("self"), ("self".into(), false, false, false, false));
    assert_eq!(kind("path:./x"), ("path".into(), false, false, true, false));
    assert_eq!(kind("./x"), ("path".into(), false, false, true, false));
    assert_eq!(kind("/nix/store/x"), ("path".into(), false, true, false, false));
    assert_eq!(kind("path:/home/u/x"), ("path".into(), false, true, false, false));
    assert_eq!(kind("git+file:///home/u/x"), ("git".into(), false, true, false, false));
    assert_eq!(kind("git+ssh://git@h/x"), ("git".into(), false, false, false, false));
    assert_eq!(kind("git+http://h/x"), ("git".into(), false, false, false, true));
    assert_eq!(kind("http://h/x.tar.gz"), ("tarball".into(), false, false, false, true));
    assert_eq!(kind("https://h/x"), ("file".into(), false, false, false, false));
    assert_eq!(kind("tarball+https://h/x"), ("tarball".into(), false, false, false, false));
    let url = parse_url("nixpkgs/nixos-25.05/0123456789012345678901234567890123456789?dir=a");
    assert_eq!((url.reference.as_deref(), url.dir.as_deref()), (Some("nixos-25.05"), Some("a")));
    assert!(url.rev.is_some());
    assert_eq!(parse_url("").source, None);
    assert_eq!(parse_url("§").source, None);
}

/// The lock that the wrong ones differ from.
fn sound() -> String {
    format!(
        r#"{{"nodes":{{{},"root":{{"inputs":{{"a":"a"}}}}}},"root":"root","version":7}}"#,
        github("a", "x/a", "1", "")
    )
}

#[test]
fn wrong_types_are_told_at_their_place() {
    assert!(parse_lock(&sound(), FileId(0)).is_ok());
    for (from, to, wanted) in [
        (r#""inputs":{"a":"a"}"#, r#""inputs":["a"]"#, "`inputs` of node `root` is not an object"),
        (r#""inputs":{"a":"a"}"#, r#""inputs":{"a":["b",3]}"#, "a step of `a` is not a string"),
        (r#""inputs":{"a":"a"}"#, r#""inputs":{"a":null}"#, "input `a` is neither a node nor a path"),
        (r#""rev":"1""#, r#""rev":1"#, "`locked.rev` of node `a` is not a string"),
        (r#""root":{"inputs""#, r#""root":{"flake":"no","inputs""#, "`flake` of node `root` is neither true nor false"),
        (r#""version":7"#, r#""version":99"#, "version 99 is not supported"),
        (r#""version":7"#, r#""version":"7""#, "`version` is not a number"),
        (r#""root":"root""#, r#""root":"top""#, "no node `top`, which is the root"),
    ] {
        let text = sound().replacen(from, to, 1);
        assert_ne!(text, sound(), "{from}");
        let error = parse_lock(&text, FileId(0)).unwrap_err();
        assert_eq!(error.message, wanted);
        assert!(error.span.is_some(), "{wanted}: no place");
    }
}

#[test]
fn a_lock_cut_short_anywhere_is_told_and_not_more() {
    let text = sound();
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        assert!(parse_lock(&text[..end], FileId(0)).is_err(), "{end}");
    }
}

#[test]
fn a_lock_of_50_mb_is_refused() {
    let text = format!("{}{}", sound(), " ".repeat(50_000_000));
    assert_eq!(fails(&text), "larger than 10 MiB");
}

#[test]
fn each_node_has_its_shortest_chain() {
    let lock = lock(&join(&[
        r#""root":{"inputs":{"a":"a","b":"b"}}"#.into(),
        github("a", "x/a", "1", r#""c":"c""#),
        github("b", "x/b", "1", r#""a":"a_2","c":["a","c"]"#),
        github("a_2", "x/a", "2", ""),
        github("c", "x/c", "1", r#""b":["b"]"#),
    ]));
    let chains = flake_audit::resolve::lock::chains(&lock);
    let named: Vec<String> = lock
        .nodes
        .iter()
        .zip(chains)
        .map(|(node, path)| format!("{}={}", node.name, path.join("/")))
        .collect();
    assert_eq!(named, ["a=a", "a_2=b/a", "b=b", "c=a/c", "root="]);
}

#[test]
fn nodes_that_lock_each_other_are_a_circle() {
    let circle = |inputs: &str| {
        let nodes = [
            r#""root":{"inputs":{"a":"a"}}"#.to_owned(),
            github("a", "x/a", "1", r#""b":"b""#),
            github("b", "x/b", "1", inputs),
        ];
        lock(&join(&nodes)).notes.into_iter().map(|note| note.message).collect::<Vec<_>>()
    };
    assert_eq!(circle(r#""a":"a""#), ["input `a` of node `b` leads back to node `a` in a circle"]);
    assert_eq!(circle(r#""b":"b""#), ["input `b` of node `b` leads back to node `b` in a circle"]);
    assert_eq!(circle(r#""r":"root""#), ["input `r` of node `b` leads back to node `root` in a circle"]);
    assert_eq!(circle(r#""a":["a"]"#), [""; 0]);
}

#[test]
fn what_nix_would_not_take_for_a_lock_is_told() {
    let text = sound();
    assert!(parse_lock(&text, FileId(0)).is_ok());
    // Nix's reader passes over a byte order mark.
    assert!(parse_lock(&format!("\u{feff}{text}"), FileId(0)).is_ok());
    let with = |from: &str, to: &str| {
        assert!(text.contains(from), "{from} in {text}");
        fails(&text.replacen(from, to, 1))
    };
    assert_eq!(
        with("\"type\":\"github\"", "\"type\":\"zzz\""),
        "`locked.type` of node `a` is `zzz`, which Nix does not know"
    );
    assert_eq!(with("\"type\":\"github\",", ""), "`locked` of node `a` has no `type`");
    assert_eq!(
        with("\"type\":\"github\"", "\"type\":\"git\u{0}hub\""),
        "not JSON: a control character within a string"
    );
    assert_eq!(with("\"type\":\"github\"", "\"type\":\"github\",\"type\":\"git\""), "`type` is there twice");
    assert_eq!(with("\"version\":7", "\"version\":7,\"version\":6"), "`version` is there twice");
}
