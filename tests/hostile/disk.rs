//! Trees that are not what they seem: links, pipes, devices, files that change while they are read, and bytes that are
//! no text.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Place, Trial, run, wall, whole};

/// A flake with a finding, so that an audit that was cut short is seen.
const FLAKE: &str = "{\n  outputs = { self }: let unused = 1; in { };\n}\n";

fn make_fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.starts_with(b"0\n")
}

#[test]
fn links_lead_nowhere() {
    let outside = Place::new();
    outside.put("secret.nix", "let secret = 1; in 2\n").put("lock/flake.lock", "{}");
    for place in [Place::new(), Place::among_others()] {
        let root = place.path();
        place.put("flake.nix", FLAKE).put("sub/a.nix", "1\n");
        symlink("loop", root.join("loop")).unwrap();
        symlink(".", root.join("here")).unwrap();
        symlink("..", root.join("sub/up")).unwrap();
        symlink(root, root.join("sub/root")).unwrap();
        symlink("/", root.join("everything")).unwrap();
        symlink(outside.path(), root.join("outside")).unwrap();
        symlink(outside.path().join("secret.nix"), root.join("secret.nix")).unwrap();
        symlink("/dev/zero", root.join("zero.nix")).unwrap();
        symlink("/dev/tty", root.join("tty.nix")).unwrap();
        symlink("/etc/passwd", root.join("flake.lock")).unwrap();
        let mut trial = Trial::default();
        let outcome = run(root, &["check", "."]);
        trial.check("links", &outcome, wall(), &[1]);
        assert!(!outcome.out.contains("secret") && !outcome.out.contains("root:x"), "{}", outcome.out);
        assert_eq!(
            outcome.out.matches("unused").count(),
            run(root, &["check", "flake.nix"]).out.matches("unused").count()
        );
        trial.end();
    }
}

#[test]
fn a_flake_that_imports_what_is_outside_does_not_read_it() {
    let outside = Place::new();
    outside.put("names.nix", "{ stolen = 1; }\n").put("text", "stolen\n");
    let place = Place::new();
    let path = outside.path().display();
    symlink(outside.path(), place.path().join("link")).unwrap();
    place.put(
        "flake.nix",
        format!(
            "{{ outputs = _: {{\n  packages.x86_64-linux = import {path}/names.nix // import ./link/names.nix // import ../{name}/names.nix;\n  checks.x86_64-linux.${{builtins.readFile {path}/text}} = 1;\n  apps.x86_64-linux.${{builtins.readFile ./link/text}} = 1;\n  devShells.x86_64-linux = builtins.readDir {path};\n}}; }}\n",
            name = outside.path().file_name().unwrap().display(),
        ),
    );
    let outcome = run(place.path(), &["report", ".", "--format", "json"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    assert!(!outcome.out.contains("stolen"), "{}", outcome.out);
}

/// The name of an ignore file, and what is put there.
type Trap<'a> = (&'a str, &'a dyn Fn(&Path));

/// What the walk takes patterns from is opened by it before anything is judged.
#[test]
fn ignore_files_are_no_traps() {
    let outside = Place::new();
    outside.put("patterns", "[secret\n");
    let cases: [Trap<'_>; 7] = [
        (".gitignore", &make_fifo),
        (".ignore", &make_fifo),
        (".gitignore", &|path| symlink("/dev/zero", path).unwrap()),
        (".ignore", &|path| symlink(outside.path().join("patterns"), path).unwrap()),
        (".ignore", &|path| fs::write(path, "x\n".repeat(1 << 20)).unwrap()),
        (".git/info/exclude", &make_fifo),
        (".git", &|path| fs::write(path, format!("gitdir: {}", "x".repeat(1 << 20))).unwrap()),
    ];
    for (name, make) in cases {
        for below in ["", "sub/"] {
            let place = Place::new();
            let root = place.path();
            place.put("flake.nix", FLAKE).put("sub/a.nix", "let unused = 1; in 2\n").put("other/b.nix", FLAKE);
            // Ignore files count in a repository.
            for folder in [".git/objects", ".git/info"] {
                fs::create_dir_all(root.join(below).join(folder)).unwrap();
            }
            let path = root.join(below).join(name);
            if name == ".git" {
                fs::remove_dir_all(&path).unwrap();
            }
            make(&path);
            let mut trial = Trial::default();
            let outcome = run(root, &["check", ".", "--verbose"]);
            trial.check(&format!("{below}{name}"), &outcome, wall(), &[1]);
            let told = if below.is_empty() { "no ignore file is honoured" } else { "the directory is not walked" };
            assert!(outcome.out.contains(told) && !outcome.out.contains("secret"), "{below}{name}: {}", outcome.out);
            // What lies elsewhere is judged all the same.
            assert!(outcome.out.contains("other/b.nix:2:"), "{below}{name}: {}", outcome.out);
            trial.end();
        }
    }
    // Git would wait for what nobody writes.
    let place = Place::new();
    place.put("flake.nix", FLAKE).put(".git/HEAD", "ref: refs/heads/main\n").put(".git/config", "");
    fs::create_dir_all(place.path().join(".git/objects")).unwrap();
    fs::create_dir_all(place.path().join(".git/refs")).unwrap();
    make_fifo(&place.path().join(".git/index"));
    let mut trial = Trial::default();
    let outcome = run(place.path(), &["check", ".", "--verbose"]);
    trial.check("an index that is a pipe", &outcome, wall(), &[1]);
    assert!(outcome.out.contains("git does not list this tree"), "{}", outcome.out);
    trial.end();
    // A link that stays in the tree is followed.
    let place = Place::new();
    place
        .put("flake.nix", FLAKE)
        .put("patterns", "ignored.nix\n")
        .put("sub/ignored.nix", "let x = ; in 2\n");
    symlink("../patterns", place.path().join("sub/.ignore")).unwrap();
    let outcome = run(place.path(), &["check", "."]);
    assert!(!outcome.out.contains("not walked") && !outcome.out.contains("FA001"), "{}", outcome.out);
}

#[test]
fn pipes_and_devices_are_told_and_not_opened() {
    for place in [Place::new(), Place::among_others()] {
        let root = place.path();
        make_fifo(&root.join("flake.nix"));
        make_fifo(&root.join("pipe.nix"));
        make_fifo(&root.join("flake.lock"));
        fs::create_dir(root.join("directory.nix")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(root.join("socket.nix")).unwrap();
        let mut trial = Trial::default();
        let outcome = run(root, &["check", "."]);
        trial.check("pipes", &outcome, wall(), &[3]);
        for name in ["flake.nix", "pipe.nix", "flake.lock", "socket.nix"] {
            assert!(outcome.out.contains(name), "{name}: {}", outcome.out);
        }
        trial.end();
        // A configuration that never ends.
        make_fifo(&root.join("flake-audit.toml"));
        let outcome = run(root, &["check", "."]);
        trial_config(&outcome, &[2]);
        let outcome = run(root, &["check", ".", "--config", "/dev/zero"]);
        trial_config(&outcome, &[2]);
    }
}

fn trial_config(outcome: &crate::Outcome, codes: &[i32]) {
    let mut trial = Trial::default();
    trial.check("a configuration that is no file", outcome, wall(), codes);
    trial.end();
}

#[test]
fn what_may_not_be_read_is_told() {
    // No others: what nothing reads is a finding, and findings come before exit code 3.
    let place = Place::new();
    let root = place.path();
    place.put("flake.nix", "{ outputs = _: { }; }\n").put("closed/a.nix", "1\n").put("shut.nix", "1\n");
    fs::set_permissions(root.join("closed"), Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(root.join("shut.nix"), Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(root, Permissions::from_mode(0o755)).unwrap();
    let run_as = |name: &str| {
        // Root may read everything.
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(crate::binary());
            command
        } else {
            Command::new(crate::binary())
        };
        let output = command.args(["check", "."]).current_dir(root).output().expect(name);
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    if is_root() && !nobody_can_run() {
        return;
    }
    let (code, out, err) = run_as("check");
    fs::set_permissions(root.join("closed"), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(code, Some(3), "{out}{err}");
    assert!(out.contains("shut.nix") && out.contains("permission denied"), "{out}");
    assert!(format!("{out}{err}").contains("closed"), "{out}{err}");
}

/// Whether the program lies where another user may run it.
fn nobody_can_run() -> bool {
    let output = Command::new("setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .arg(crate::binary())
        .arg("--version")
        .output();
    output.is_ok_and(|output| output.status.success())
}

#[test]
fn files_that_grow_shrink_and_vanish_do_no_harm() {
    let place = Place::among_others();
    let root = place.path().to_path_buf();
    place.put("flake.nix", FLAKE);
    let stop = AtomicBool::new(false);
    let mut trial = Trial::default();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 0_usize;
            while !stop.load(Ordering::Relaxed) {
                let file = root.join(format!("nix/part-{}.nix", number % 60));
                match number % 4 {
                    0 => drop(fs::remove_file(&file)),
                    1 => drop(fs::write(&file, "[ 1 ]\n".repeat(100_000))),
                    2 => drop(symlink("/dev/zero", &file)),
                    _ => drop(fs::write(&file, "{ a = ")),
                }
                number += 1;
            }
        });
        for _ in 0..if whole() { 20 } else { 5 } {
            let outcome = run(&root, &["check", "."]);
            trial.check("files that change", &outcome, wall(), &[1, 3]);
        }
        stop.store(true, Ordering::Relaxed);
    });
    trial.end();
}

#[test]
fn bytes_that_are_no_text() {
    let mut trial = Trial::default();
    let long = format!("[ {} ]\n", "aaaaaaaaa ".repeat(1_000));
    for (case, bytes, codes) in [
        ("invalid UTF-8", &b"{ a = \"\xff\xfe\"; }\n"[..], &[3][..]),
        ("a character cut off", b"{ a = 1; } # \xe2\x82", &[3]),
        ("UTF-16", b"\xff\xfe{\0 \0}\0", &[3]),
        ("a surrogate", b"{ a = \"\xed\xa0\x80\"; }", &[3]),
        ("NUL", b"{ a = \"\0\"; }\n\0", &[0, 1, 3]),
        ("a byte-order mark", b"\xef\xbb\xbf{ a = 1; }\n", &[0, 1]),
        ("CRLF", b"{\r\n  a = 1;\r\n}\r\n", &[0]),
        ("lone CR", b"{\r  a = 1; # b\r  c = 2;\r}\r", &[0]),
        ("line separators", "# a\u{2028}{ b = 1; }\u{2029}\n{ c = 1; }\n".as_bytes(), &[0, 1]),
        ("right to left", "{ a = \"\u{202e}}; 1 = b {\u{2066}\"; }\n".as_bytes(), &[0, 1]),
        ("escapes", b"let \x1b[31m = 1; in 2\n", &[1, 3]),
        ("a line of 10,000 characters", long.as_bytes(), &[1]),
        ("no line end", b"{ a = 1; }", &[0]),
        ("nothing", b"", &[0, 1]),
        ("a comment alone", b"# a", &[0, 1]),
    ] {
        trial.file(case, "file.nix", bytes, wall(), codes);
    }
    trial.end();
}

#[test]
fn names_that_speak() {
    let place = Place::among_others();
    let root = place.path();
    let names: [&[u8]; 9] = [
        b"a\nb.nix",
        b"\x1b[31mred\x1b]0;title\x07.nix",
        b"::error file=x,line=1::injected.nix",
        b"a\n::error::injected\n.nix",
        b"\xff\xfe.nix",
        "\u{202e}xin.gpj.nix".as_bytes(),
        b"](http:x) <script>`|.nix",
        b"\r\x08\x7f.nix",
        "\u{2028}\u{9b}31m.nix".as_bytes(),
    ];
    for name in names {
        let name = Path::new(std::ffi::OsStr::from_bytes(name)).to_path_buf();
        fs::write(root.join(&name), "let unused = 1; in nothing }\n").unwrap();
        fs::create_dir_all(root.join("sub").join(&name)).unwrap();
        fs::write(root.join("sub").join(&name).join("flake.nix"), FLAKE).unwrap();
    }
    let deep = (0..200).fold(root.to_path_buf(), |path, _| path.join("d"));
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("a.nix"), "let unused = 1; in 2\n").unwrap();
    let mut trial = Trial::default();
    for arguments in [
        &["check", "."][..],
        &["check", ".", "--quiet"],
        &["report", "."],
        &["check", ".", "--diff"],
        &["report", ".", "--verbose"],
    ] {
        let outcome = run(root, arguments);
        trial.check("names that speak", &outcome, wall(), &[0, 1]);
        for (stream, text) in [("stdout", &outcome.out), ("stderr", &outcome.err)] {
            let steering = |c: &char| c.is_control() && *c != '\n' || crate::shown::turns(*c);
            assert_eq!(text.chars().find(steering), None, "{arguments:?} {stream}: {text}");
            assert!(!text.lines().any(|line| line.trim_start().starts_with("::error")), "{arguments:?}: {text}");
        }
    }
    for format in ["json", "sarif"] {
        let outcome = run(root, &["report", ".", "--format", format]);
        trial.check("names that speak, in a file", &outcome, wall(), &[0]);
        assert!(serde_json::from_str::<serde_json::Value>(&outcome.out).is_ok(), "{format}");
        assert!(!outcome.out.contains('\u{1b}') && !outcome.out.lines().any(|line| line.starts_with("::")), "{format}");
    }
    trial.end();
}
