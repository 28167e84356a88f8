//! What Nix takes of a directory, beside what its archive really holds (`nix-store --dump DIR | wc -c`).

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

use std::fs;
use std::path::Path;
use std::process::Command;

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A flake that only looks like a repository, with an executable file, a link, an empty directory and an ignored file.
#[cfg(unix)]
#[test]
fn path_takes_everything_in_the_directory() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    write(&root.join(".git/HEAD"), "ref: refs/heads/main\n");
    write(&root.join("flake.nix"), "{ outputs = _: { }; }\n");
    write(&root.join("sub/run"), "#!/bin/sh\n");
    write(&root.join("sub/flake.nix"), "{ outputs = _: { }; }\n");
    write(&root.join(".gitignore"), "log\n");
    write(&root.join("log"), "x");
    fs::create_dir(root.join("empty")).unwrap();
    fs::set_permissions(root.join("sub/run"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("../flake.nix", root.join("sub/link")).unwrap();

    let done = Command::new(env!("CARGO_BIN_EXE_flake-audit"))
        .args(["inputs", "--format", "json"])
        .arg(root)
        .output();
    let said: serde_json::Value = serde_json::from_slice(&done.unwrap().stdout).unwrap();
    let row = |path: &str| said["flakes"].as_array().unwrap().iter().find(|row| row["path"] == path).unwrap().clone();
    let (whole, sub) = (&row(".")["directory"], &row("sub")["directory"]);
    assert_eq!((whole["files"].as_u64(), whole["nar_bytes"].as_u64()), (Some(7), Some(2064)));
    assert_eq!((sub["files"].as_u64(), sub["nar_bytes"].as_u64()), (Some(3), Some(744)));
}
