//! Whatever the input, a message and the right exit code; `tests/cmd/` holds the cases whose words matter.

use std::path::Path;

use crate::{json, program, run, stderr, stdout, tree};

fn code(arguments: &[&str], directory: &Path) -> Option<i32> {
    run(arguments, directory).status.code()
}

#[test]
fn what_cannot_run_is_2() {
    let folder = tree(&[("flake.nix", b"{ outputs = _: { }; }"), ("bad.toml", b"fail-on = 3")]);
    for arguments in [
        &["no-such-path"][..],
        &["check", "no-such-path"],
        &["--bogus"],
        &["--threads", "0"],
        &["--format", "pdf"],
        &["--output", "page.pdf"],
        &["--output", "no-such-folder/page.json"],
        &["--config", "no-such.toml"],
        &["--config", "bad.toml"],
        &["--select", "no-such-rule"],
        &["check", "--fail-on", "never"],
        &["explain", "FA999"],
        &["explain"],
        &["--exclude", "a{"],
    ] {
        let output = run(arguments, folder.path());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!stderr(&output).is_empty() && output.stdout.is_empty(), "{arguments:?}: {}", stdout(&output));
    }
}

#[test]
fn a_tree_without_nix_is_told_and_never_green() {
    let folder = tree(&[]);
    assert_eq!(code(&[], folder.path()), Some(0));
    assert_eq!(code(&["check"], folder.path()), Some(3));
    assert_eq!(code(&["plan"], folder.path()), Some(0));
    assert!(stdout(&run(&[], folder.path())).contains("no flake.nix"));
}

#[test]
fn a_directory_named_flake_nix_is_no_flake() {
    let folder = tree(&[("flake.nix/a.txt", b"")]);
    assert_eq!(code(&["check"], folder.path()), Some(3));
    assert_eq!(json(folder.path())["flakes"].as_array().map(Vec::len), Some(0));
    let beside = tree(&[("flake.nix/a.txt", b""), ("good.nix", b"{ }\n")]);
    let output = run(&["check"], beside.path());
    assert_eq!(output.status.code(), Some(3));
    assert!(stdout(&output).contains("flake.nix: a directory, not a file"), "{}", stdout(&output));
}

#[test]
fn what_cannot_be_read_is_never_green() {
    // A file that is not UTF-8 hides from root as well, whom permissions do not stop.
    let folder = tree(&[("bad.nix", b"{ a = \"\xff\"; }\n"), ("good.nix", b"{ }\n")]);
    let output = run(&["check"], folder.path());
    assert_eq!(output.status.code(), Some(3), "what could not be read fails no gate and is never green");
    assert_eq!(code(&["check", "--fail-on", "note"], folder.path()), Some(3));
    assert!(stdout(&output).contains("bad.nix: not UTF-8"), "{}", stdout(&output));
    assert_eq!(json(folder.path())["workspace"]["skipped"][0]["path"], "bad.nix");
}

#[test]
fn the_only_file_unreadable_is_never_green() {
    let folder = tree(&[("flake.nix", b"\xff")]);
    assert_ne!(code(&["check", "--fail-on", "error"], folder.path()), Some(0));
}

#[cfg(unix)]
#[test]
fn escapes_in_names_reach_no_terminal() {
    let folder =
        tree(&[("a\x1b[31m\r\n.nix", b"{ x = ; }\n"), ("flake.nix", b"{ outputs = _: { \"\x1b[2J\" = 1; }; }\n")]);
    for format in ["text", "sarif", "json"] {
        for extra in ["--quiet", "--verbose"] {
            let output = run(&["--format", format, extra], folder.path());
            assert_eq!(output.status.code(), Some(0), "{format}");
            assert!(!output.stdout.contains(&0x1b) && !output.stdout.contains(&b'\r'), "{format}: {}", stdout(&output));
        }
    }
    assert!(stdout(&run(&[], folder.path())).contains(r"\u{1b}[31m"));
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf_8_are_read_and_shown() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tree(&[]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.nix");
    if std::fs::write(folder.path().join(name), "{ x = ; }\n").is_err() {
        return; // A file system that has no such names.
    }
    let report = json(folder.path());
    assert_eq!(report["findings"][0]["path"], "caf\u{fffd}.nix");
    assert_eq!(report["workspace"]["nix_files"], 1);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = program()
        .args(["--format", "json"])
        .current_dir(crate::flake("large"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(stderr(&output), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_broken_lock_is_a_finding_at_its_place() {
    for lock in ["", "{", "[]", "3", "{\"version\": 99}", "{\"nodes\": {}, \"root\": \"root\", \"version\": 7}"] {
        let folder = tree(&[("flake.nix", b"{ outputs = _: { }; }\n"), ("flake.lock", lock.as_bytes())]);
        let report = json(folder.path());
        assert_eq!(report["findings"][0]["code"], "FA011", "{lock}");
        assert_eq!(report["findings"][0]["path"], "flake.lock", "{lock}");
        assert!(report["flakes"][0]["lock"].is_null() && report["flakes"][0]["lock_error"].is_string(), "{lock}");
        assert_eq!(code(&["check"], folder.path()), Some(1), "{lock}");
    }
}

#[test]
fn a_configuration_moves_the_gate() {
    let flake = b"{ inputs.nixpkgs.url = \"nixpkgs\"; outputs = { nixpkgs, ... }: { }; }\n";
    let folder = tree(&[("flake.nix", flake), ("flake-audit.toml", b"fail-on = \"error\"\n")]);
    assert_eq!(code(&["check", "--fail-on", "warning"], folder.path()), Some(1), "the command line wins");
    assert_eq!(code(&["check"], folder.path()), Some(0), "the configuration counts");
}

#[test]
fn limits_of_the_configuration_are_asked_and_told() {
    let long = format!("{{ a = {}1; }}\n", "1 + ".repeat(60));
    let deep = format!("{{ a = {}1{}; }}\n", "[ ".repeat(30), " ]".repeat(30));
    let path = format!("{{ a = ./{}.nix; }}\n", "x".repeat(300));
    let data = format!("{{ a = \"{}\"; }}\n", "x".repeat(1 << 20));
    let files: [(&str, &[u8]); 5] = [
        ("flake.nix", b"{ outputs = _: { }; }\n"),
        ("long.nix", long.as_bytes()),
        ("deep.nix", deep.as_bytes()),
        ("run.nix", path.as_bytes()),
        ("data.nix", data.as_bytes()),
    ];
    let folder = tree(&files);
    assert_eq!(code(&["check"], folder.path()), Some(0));
    let limits = "[limits]\nfile-mib = 1\nnesting = 20\nchain = 50\npath-run = 255\n";
    std::fs::write(folder.path().join("flake-audit.toml"), limits).expect("written");
    let output = run(&["check", "--fail-on", "error"], folder.path());
    let found = stdout(&output);
    assert_eq!(output.status.code(), Some(3), "{found}");
    for told in [
        "long.nix: a chain of operators or arguments longer than 50",
        "deep.nix: brackets nested deeper than 20",
        "run.nix: a path or a run of operators of more than 255 bytes",
        "data.nix: larger than 1 MiB",
    ] {
        assert!(found.contains(told), "{told}: {found}");
    }
    std::fs::write(folder.path().join("flake-audit.toml"), "[limits]\nnesting = 513\n").expect("written");
    let output = run(&["check"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("`nesting` is between 1 and 512"), "{}", stderr(&output));
}
