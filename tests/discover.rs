//! The walk: what is in the tree, what is audited, what is refused.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its files should stop")]

use std::fs;
use std::path::{Path, PathBuf};

use flake_audit::discover::{EntryKind, Request, Tree, discover};
use flake_audit::error::Error;

fn put(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn tree(files: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in files {
        put(dir.path(), file, "{ }\n");
    }
    dir
}

fn walk(paths: &[PathBuf]) -> Tree {
    discover(&Request { paths: paths.to_vec(), ..Request::default() }).unwrap()
}

fn audited(tree: &Tree) -> Vec<&str> {
    let files = tree.entries.iter().filter(|e| e.audited && e.kind == EntryKind::File);
    files.map(|e| e.path.as_str()).collect()
}

fn all(tree: &Tree) -> Vec<&str> {
    tree.entries.iter().map(|e| e.path.as_str()).collect()
}

#[test]
fn everything_is_an_entry_and_hidden_files_are_not_audited() {
    let dir = tree(&["flake.nix", ".config/x.nix", "nix/a.nix", ".git/config", "readme"]);
    let found = walk(&[dir.path().to_path_buf()]);
    assert_eq!(all(&found), [".config", ".config/x.nix", "flake.nix", "nix", "nix/a.nix", "readme"]);
    assert_eq!(audited(&found), ["flake.nix", "nix/a.nix", "readme"]);
    assert_eq!(found.only, None);
    let names: Vec<_> = found.children("nix").map(|(name, _)| name).collect();
    assert_eq!(names, ["a.nix"]);
    let names: Vec<_> = found.children(".").map(|(name, _)| name).collect();
    assert_eq!(names, [".config", "flake.nix", "nix", "readme"]);
    let request = Request { paths: vec![dir.path().into()], hidden: true, ..Request::default() };
    assert!(audited(&discover(&request).unwrap()).contains(&".config/x.nix"));
}

#[test]
fn a_hidden_directory_that_is_named_is_audited() {
    let dir = tree(&[".config/x.nix", ".config/.y.nix"]);
    assert_eq!(audited(&walk(&[dir.path().join(".config")])), ["x.nix"]);
}

#[test]
fn a_gitignore_holds_in_a_repository_alone() {
    let dir = tree(&["a.nix", "out/b.nix", "sub/c.nix", "sub/keep/d.nix", "e.nix"]);
    put(dir.path(), ".gitignore", "out/\n");
    put(dir.path(), "sub/.gitignore", "/c.nix\n");
    put(dir.path(), ".ignore", "e.nix\n");
    // An exported tree: its files are there because they were tracked.
    let exported = walk(&[dir.path().to_path_buf()]);
    assert_eq!(audited(&exported), ["a.nix", "out/b.nix", "sub/c.nix", "sub/keep/d.nix"]);
    std::fs::create_dir_all(dir.path().join(".git/objects")).unwrap();
    let found = walk(&[dir.path().to_path_buf()]);
    assert_eq!(audited(&found), ["a.nix", "sub/keep/d.nix"]);
    let below = walk(&[dir.path().join("sub")]);
    assert_eq!(audited(&below), ["keep/d.nix"]);
    let request = Request { paths: vec![dir.path().into()], no_ignore: true, ..Request::default() };
    assert_eq!(audited(&discover(&request).unwrap()).len(), 5);
}

#[test]
fn what_is_named_is_audited_although_ignored() {
    let dir = tree(&["a.nix", "out/b.nix", "out/c.nix", ".git/HEAD"]);
    put(dir.path(), ".gitignore", "out/\n");
    let found = walk(&[dir.path().join("out/b.nix")]);
    assert_eq!(found.root, dir.path().canonicalize().unwrap());
    assert_eq!(found.only.as_deref(), Some(&["out/b.nix".to_owned()][..]));
    assert_eq!(audited(&found), ["a.nix", "out/b.nix"]);
    assert!(found.find("out").is_some());
    let found = walk(&[dir.path().join("out"), dir.path().join("a.nix")]);
    assert_eq!(audited(&found), ["a.nix", "out/b.nix", "out/c.nix"]);
    assert_eq!(found.only.map(|only| only.len()), Some(3));
}

#[test]
fn several_directories_meet_in_the_deepest_common_one() {
    let dir = tree(&["x/a/1.nix", "x/b/2.nix", "x/c/3.nix", "y/4.nix", ".git/HEAD"]);
    let found = walk(&[dir.path().join("x/a"), dir.path().join("x/b")]);
    assert_eq!(found.root, dir.path().canonicalize().unwrap().join("x"));
    assert_eq!(audited(&found), ["a/1.nix", "b/2.nix"]);
    assert!(found.find("c/3.nix").is_some(), "in a work tree, neighbours can be imported");
    let one = walk(&[dir.path().join("x")]);
    assert_eq!(audited(&one), ["a/1.nix", "b/2.nix", "c/3.nix"]);
}

#[test]
fn outside_git_only_what_was_named_is_walked() {
    let dir = tree(&["x/a/1.nix", "x/b/2.nix", "x/c/3.nix"]);
    let found = walk(&[dir.path().join("x/a"), dir.path().join("x/b/2.nix")]);
    assert_eq!(all(&found), ["a", "a/1.nix", "b", "b/2.nix"]);
    assert_eq!(found.only.map(|only| only.len()), Some(2));
}

#[test]
fn exclude_globs_mean_what_gitignore_means() {
    let dir = tree(&["a.nix", "t/x/a.nix", "t/y.nix", "u/t/z.nix"]);
    let with = |glob: &str| {
        let request = Request { paths: vec![dir.path().into()], exclude: vec![glob.into()], ..Request::default() };
        discover(&request).map(|found| audited(&found).join(" "))
    };
    assert_eq!(with("a.nix").unwrap(), "t/y.nix u/t/z.nix");
    assert_eq!(with("t").unwrap(), "a.nix");
    assert_eq!(with("/t/").unwrap(), "a.nix u/t/z.nix");
    assert_eq!(with("./t/**").unwrap(), "a.nix u/t/z.nix");
    assert_eq!(with("t/*.nix").unwrap(), "a.nix t/x/a.nix u/t/z.nix");
    assert!(matches!(with("a[").unwrap_err(), Error::Usage(text) if text.contains("a[")));
}

#[test]
fn exclude_holds_for_named_files_and_is_said() {
    let dir = tree(&["a.nix", ".git/HEAD"]);
    let request =
        Request { paths: vec![dir.path().join("a.nix")], exclude: vec!["a.nix".into()], ..Request::default() };
    let found = discover(&request).unwrap();
    assert_eq!(found.only.as_deref(), Some(&[][..]));
    assert_eq!(found.skipped[0].path, "a.nix");
    assert!(!found.skipped[0].counts);
}

#[test]
fn a_path_that_does_not_exist_is_an_input_error() {
    let error = discover(&Request { paths: vec!["/no/such/tree".into()], ..Request::default() }).unwrap_err();
    assert_eq!(error.to_string(), "cannot read /no/such/tree: no such file or directory");
}

#[cfg(unix)]
#[test]
fn links_are_entries_and_never_followed() {
    let dir = tree(&["a/x.nix", ".git/HEAD"]);
    std::os::unix::fs::symlink("..", dir.path().join("a/loop")).unwrap();
    std::os::unix::fs::symlink("x.nix", dir.path().join("a/link.nix")).unwrap();
    let found = walk(&[dir.path().to_path_buf()]);
    assert_eq!(all(&found), ["a", "a/link.nix", "a/loop", "a/x.nix"]);
    assert!(found.skipped.is_empty());
    assert_eq!(found.find("a/link.nix").map(|e| e.kind), Some(EntryKind::Symlink));
    assert!(found.read("a/link.nix").unwrap_err().contains("symbolic link"));
    let named = walk(&[dir.path().join("a/link.nix")]);
    assert!(named.skipped[0].counts && named.skipped[0].path == "a/link.nix");
    let through = walk(&[dir.path().join("a/loop/a")]);
    assert_eq!(through.root, dir.path().canonicalize().unwrap().join("a"));
}

#[cfg(unix)]
#[test]
fn odd_entries_do_no_harm() {
    use std::os::unix::ffi::OsStrExt;
    let dir = tree(&["flake.nix/inner.nix"]);
    let fifo = dir.path().join("pipe.nix");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let odd = std::ffi::OsStr::from_bytes(b"b\xff.nix");
    fs::write(dir.path().join(odd), "1").unwrap();
    let found = walk(&[dir.path().to_path_buf()]);
    assert_eq!(found.find("pipe.nix").map(|e| e.kind), Some(EntryKind::Other));
    assert_eq!(found.find("flake.nix").map(|e| e.kind), Some(EntryKind::Directory));
    assert!(found.read("flake.nix").unwrap_err().contains("directory"));
    assert!(found.read("pipe.nix").unwrap_err().contains("FIFO"));
    assert_eq!(found.read("b\u{fffd}.nix").as_deref(), Ok("1"));
    let error = discover(&Request { paths: vec![fifo], ..Request::default() }).unwrap_err();
    assert!(error.to_string().contains("FIFO"));
}

#[test]
fn reading_is_bounded_and_keeps_bytes() {
    let dir = tree(&["a.nix"]);
    fs::write(dir.path().join("bom.nix"), "\u{feff}{ }\0\r\n").unwrap();
    fs::write(dir.path().join("latin.nix"), b"ab\xe4").unwrap();
    fs::File::create(dir.path().join("big.nix")).unwrap().set_len(21 * 1024 * 1024).unwrap();
    let found = walk(&[dir.path().to_path_buf()]);
    assert_eq!(found.read("bom.nix").as_deref(), Ok("\u{feff}{ }\0\r\n"));
    assert_eq!(found.read("latin.nix").unwrap_err(), "not UTF-8 (byte 2)");
    assert_eq!(found.read("big.nix").unwrap_err(), "larger than 20 MiB");
    assert_eq!(found.read("../x").unwrap_err(), "not in the tree");
}

#[cfg(unix)]
#[test]
fn an_unreadable_directory_is_skipped_and_counts() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tree(&["a.nix", "shut/b.nix", "z/c.nix"]);
    let shut = dir.path().join("shut");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
    let readable = fs::read_dir(&shut).is_ok();
    let found = walk(&[dir.path().to_path_buf()]);
    let alone = discover(&Request { paths: vec![shut.clone()], ..Request::default() });
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
    if readable {
        return; // run by a user whom permissions do not bind
    }
    assert_eq!(audited(&found), ["a.nix", "z/c.nix"]);
    assert_eq!(found.skipped.len(), 1);
    let skipped = &found.skipped[0];
    assert_eq!((skipped.path.as_str(), skipped.reason.as_str(), skipped.counts), ("shut", "permission denied", true));
    assert!(matches!(alone, Err(Error::Input { .. })));
}
