//! Results of earlier runs: the same bytes as without them, and never those of another tree.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::{FLAKES, flake, program, run, stderr, tree};

/// A small workspace with everything that a result may hang on.
fn workspace() -> tempfile::TempDir {
    let flake = r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { self, nixpkgs }: let
    unused = 1;
    names = builtins.fromJSON (builtins.readFile ./names.json);
  in {
    packages.x86_64-linux = builtins.listToAttrs (map (name: { inherit name; value = import ./package.nix; }) names);
    lib.missing = import ./missing.nix;
    lib.listed = builtins.attrNames (builtins.readDir ./listed);
  };
}
"#;
    let files: [(&str, &[u8]); 5] = [
        ("flake.nix", flake.as_bytes()),
        ("names.json", b"[ \"a\" ]"),
        ("package.nix", b"{ }: let a = 1; in 2\n"),
        ("orphan.nix", b"{ }\n"),
        ("listed/a.txt", b""),
    ];
    let folder = tree(&files);
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "--all"]);
    folder
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git").args(arguments).current_dir(folder).output().expect("git starts");
    assert!(output.status.success(), "{}", stderr(&output));
}

/// `check` with and without the cache.
fn check(folder: &Path, how: &[&str]) -> Output {
    run(&[&["check"], how].concat(), folder)
}

/// The one record of a folder.
fn record(cache: &Path) -> Option<PathBuf> {
    let records = fs::read_dir(cache).ok()?.flatten().map(|entry| entry.path());
    let mut records = records.filter(|path| path.extension().is_some_and(|e| e == "record"));
    let record = records.next()?;
    assert!(records.next().is_none(), "one command, one record");
    Some(record)
}

#[test]
fn what_is_remembered_is_what_is_found() {
    for name in FLAKES {
        for format in ["text", "json", "sarif", "html", "github", "markdown", "gitlab", "junit", "rdjsonl"] {
            let cache = tempfile::tempdir().expect("a folder");
            let files = tempfile::tempdir().expect("a folder");
            let file = files.path().join("page.html");
            let (file, folder) = (file.to_str().expect("UTF-8"), cache.path().to_str().expect("UTF-8"));
            let plain = check(&flake(name), &["--format", format, "--no-cache", "--output", file]);
            let page = fs::read(file).expect("a page");
            for round in ["first", "second"] {
                fs::remove_file(file).expect("a page");
                let told = check(&flake(name), &["--format", format, "--cache-dir", folder, "--output", file]);
                assert_eq!(told, plain, "{name} as {format}, {round} run");
                assert!(fs::read(file).expect("a page") == page, "page of {name}, {round} run");
            }
            // `large` has young files only where it was checked out just now: both must be right.
            assert!(record(cache.path()).is_some(), "{name} as {format} is remembered");
        }
    }
}

#[test]
fn nothing_is_asked_twice_while_nothing_changes() {
    let folder = workspace();
    let cache = tempfile::tempdir().expect("a folder");
    let how = ["--cache-dir", cache.path().to_str().expect("UTF-8"), "--format", "json"];
    let first = check(folder.path(), &how);
    let path = record(cache.path()).expect("a record");
    assert_eq!(check(folder.path(), &how), first);
    // Other times, the same bytes: a fresh checkout.
    let file = folder.path().join("package.nix");
    let text = fs::read(&file).expect("a file");
    fs::remove_file(&file).expect("a file");
    fs::write(&file, text).expect("a file");
    mark(&path);
    let bytes = || fs::read(&path).expect("a record");
    let old = bytes();
    let marked = check(folder.path(), &how);
    assert_eq!(marked.stdout.last(), Some(&b'#'), "the record of the first run still holds");
    // When the files are old enough their times are noted, in the same record.
    let noted = (0..60).any(|_| {
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(check(folder.path(), &how), marked);
        bytes() != old
    });
    assert!(noted, "they are noted");
    // Some files may have been too young still.
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(check(folder.path(), &how), marked);
    let renewed = bytes();
    assert_eq!(check(folder.path(), &how), marked);
    assert!(bytes() == renewed, "and that is the end of it");
}

/// Makes a record tell something else than was found, to see when it is believed.
fn mark(path: &Path) {
    const MAGIC: usize = b"flake-audit record 1\n".len();
    let mut bytes = fs::read(path).expect("a record");
    *bytes.last_mut().expect("bytes") = b'#';
    let sum = Sha256::digest(&bytes[MAGIC + 32..]);
    bytes[MAGIC..MAGIC + 32].copy_from_slice(&sum);
    fs::write(path, bytes).expect("a record");
}

/// A global ignore file is no part of the tree and decides what is.
#[test]
fn the_users_own_ignore_file_counts() {
    let folder = workspace();
    let home = tempfile::tempdir().expect("a folder");
    let cache = home.path().join("cache");
    let ignore = home.path().join("git/ignore");
    fs::create_dir(home.path().join("git")).expect("a folder");
    fs::write(&ignore, "nothing.nix\n").expect("written");
    std::thread::sleep(Duration::from_millis(2_500));
    let check = |how: &[&str]| {
        let mut command = program();
        command.args(["check", "--format", "json"]).args(how).current_dir(folder.path());
        command.env("XDG_CONFIG_HOME", home.path()).env("HOME", home.path()).output().expect("it runs")
    };
    let how = ["--cache-dir", cache.to_str().expect("UTF-8")];
    let first = check(&how);
    assert_eq!(check(&how), first);
    fs::write(&ignore, "orphan.nix\n").expect("written");
    git(folder.path(), &["rm", "--quiet", "--cached", "orphan.nix"]);
    let now = check(&["--no-cache"]);
    assert_ne!(now, first);
    assert_eq!(check(&how), now);
    fs::write(&ignore, "nothing.nix\n").expect("written");
    assert_eq!(check(&how), check(&["--no-cache"]));
}

/// One thing after another is changed; each time what is told must be what a run without cache tells.
#[test]
fn whatever_changes_is_seen() {
    let folder = workspace();
    let root = folder.path();
    let cache = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("written");
    };
    let same_size_and_time = || {
        let path = root.join("package.nix");
        let time = fs::metadata(&path).and_then(|meta| meta.modified()).expect("a time");
        fs::write(&path, "{ }: let b = 1; in 2\n").expect("written");
        fs::File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_modified(time))
            .expect("a time");
    };
    let own_rule = concat!(
        "+++\ncode = \"XY01\"\nid = \"no-lines\"\ntitle = \"a long file\"\nlevel = \"warning\"\nconfidence = \"high\"\n",
        "default = true\nsince = \"1\"\nfor = \"file\"\nat = \"head\"\nwhen = \"file.lines > 0\"\n",
        "message = \"this file has {file.lines} lines\"\n+++\nSmall files.\n\n```nix bad\n{ }\n^ this file has 1 line\n```\n"
    );
    let changes: [(&str, &dyn Fn()); 17] = [
        ("a file", &|| write("package.nix", "{ }: let c = 1; in 2\n")),
        ("a file of the same size and time", &same_size_and_time),
        ("a file that evaluation reads", &|| write("names.json", "[ \"a\", \"b\" ]")),
        ("a folder that evaluation lists", &|| write("listed/b.txt", "")),
        ("a file that is not tracked", &|| write("missing.nix", "{ }\n")),
        ("git's index", &|| git(root, &["add", "missing.nix"])),
        ("a file that goes", &|| fs::remove_file(root.join("orphan.nix")).expect("a file")),
        ("a file that comes", &|| write("other.nix", "let x = 1; in 2\n")),
        ("a name", &|| fs::rename(root.join("other.nix"), root.join("another.nix")).expect("a file")),
        ("an ignore file", &|| write(".gitignore", "another.nix\n")),
        ("a configuration", &|| write("flake-audit.toml", "ignore = [\"FA710\"]\n")),
        ("another configuration", &|| write("flake-audit.toml", "fail-on = \"note\"\n")),
        ("a rule", &|| write(".flake-audit/rules/no-lines.md", own_rule)),
        ("no rule", &|| fs::remove_file(root.join(".flake-audit/rules/no-lines.md")).expect("a file")),
        ("a lock", &|| write("flake.lock", "{ \"version\": 99 }\n")),
        ("a baseline", &|| {
            run(&["baseline"], root);
        }),
        ("a large file", &|| write("listed/large", &"x".repeat(3 << 20))),
    ];
    let how = ["--cache-dir", cache.path().to_str().expect("UTF-8"), "--format", "json"];
    let mut before = check(root, &["--no-cache", "--format", "json"]);
    assert_eq!(check(root, &how), before);
    let mut differing = 0;
    for (what, change) in changes {
        change();
        let now = check(root, &["--no-cache", "--format", "json"]);
        for round in ["first", "second"] {
            assert_eq!(check(root, &how), now, "{what}, {round} run");
        }
        differing += usize::from(now != before);
        before = now;
    }
    assert!(differing >= 13, "only {differing} of the changes matter to the result");
}

#[test]
fn records_that_are_not_ours_are_not_believed() {
    let folder = workspace();
    let cache = tempfile::tempdir().expect("a folder");
    let how = ["--cache-dir", cache.path().to_str().expect("UTF-8")];
    let first = check(folder.path(), &how);
    let path = record(cache.path()).expect("a record");
    let whole = fs::read(&path).expect("a record");
    let with = |at: usize, byte: u8| {
        let mut changed = whole.clone();
        changed[at] ^= byte;
        changed
    };
    let cut = [0, 1, whole.len() / 2, whole.len() - 1].map(|length| whole[..length].to_vec());
    let flipped = [0, 30, whole.len() / 2, whole.len() - 1].map(|at| with(at, 0x20));
    for bytes in cut.into_iter().chain(flipped).chain([vec![0xff; 100_000], b"{\"version\":1}".to_vec()]) {
        fs::write(&path, &bytes).expect("a record");
        assert_eq!(check(folder.path(), &how), first);
        assert_ne!(fs::read(&path).expect("a record"), bytes, "it is made again");
    }
    // A folder in its place cannot be replaced.
    fs::remove_file(&path).expect("a record");
    fs::create_dir(&path).expect("a folder");
    assert_eq!(check(folder.path(), &how), first);
    let nowhere = folder.path().join("flake.nix/cache");
    assert_eq!(check(folder.path(), &["--cache-dir", nowhere.to_str().expect("UTF-8")]), first);
}

/// A run that ends in the middle, whenever it is, and runs side by side leave a cache that tells the truth.
#[test]
fn killed_runs_and_runs_side_by_side_do_no_harm() {
    let folder = workspace();
    let cache = tempfile::tempdir().expect("a folder");
    let how = ["check", "--cache-dir", cache.path().to_str().expect("UTF-8"), "--format", "sarif"];
    let start = || {
        let mut command = program();
        command.args(how).current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the program starts")
    };
    let text = |round: u32| format!("{{ }}: let {} = 1; in 2\n", "abcdefgh".repeat(1 + (round as usize) % 50));
    for round in 0..200 {
        fs::write(folder.path().join("package.nix"), text(round)).expect("written");
        let mut child = start();
        std::thread::sleep(Duration::from_micros(u64::from(round * 7_919 % 400) * 100));
        // It may be over already.
        let _ = child.kill();
        child.wait().expect("it ends");
        if round % 10 == 0 {
            let plain = check(folder.path(), &["--no-cache", "--format", "sarif"]);
            assert_eq!(run(&how, folder.path()), plain, "round {round}");
        }
    }
    for round in 0..5 {
        fs::write(folder.path().join("package.nix"), text(round)).expect("written");
        let all: Vec<_> = (0..4).map(|_| start()).collect();
        for mut child in all {
            child.wait().expect("it ends");
        }
        let plain = check(folder.path(), &["--no-cache", "--format", "sarif"]);
        assert_eq!(run(&how, folder.path()), plain, "side by side, round {round}");
    }
}
