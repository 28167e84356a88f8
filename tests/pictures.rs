//! What browsers and graph tools say of the page and the pictures: Chromium with axe-core, Mermaid, Graphviz.
//!
//! `cargo test` alone leaves these out; `tests/run.sh` installs the programs and runs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const FLAKES: [&str; 6] = ["broken", "large", "monorepo", "parts", "plain", "utils"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// `PAGE_TOOLS`, or where `tests/run.sh` puts what npm brings.
fn tools() -> PathBuf {
    let tools = std::env::var_os("PAGE_TOOLS").map_or_else(|| root().join("target/page-tools"), PathBuf::from);
    assert!(tools.join("node_modules/axe-core").is_dir(), "no axe-core in {}; see tests/run.sh", tools.display());
    tools
}

fn audit(arguments: &[&str], tree: &Path, to: &Path) {
    let program = std::env::var_os("FLAKE_AUDIT_BINARY");
    let program = program.map_or_else(|| env!("CARGO_BIN_EXE_flake-audit").into(), PathBuf::from);
    let output = Command::new(program).args(arguments).arg(tree).output();
    let output = output.expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::write(to, output.stdout).expect("written");
}

/// A tree that tries to leave its quotes in every language.
fn hostile(folder: &Path) -> PathBuf {
    let tree = folder.join("hostile");
    fs::create_dir_all(tree.join("<img src=x onerror=alert(1)>")).expect("a folder");
    fs::write(tree.join("<img src=x onerror=alert(1)>/a\"b`c.nix"), "{ }").expect("written");
    let code = concat!(
        "{\n  description = \"</title><script>alert(1)</script>\";\n",
        "  inputs.\"</svg><script>alert(2)</script>\".url = \"github:a/b\";\n  # </style><script>alert(3)</script>\n",
        "  outputs = { self, ... }: {\n    packages.x86_64-linux.\"\\\" onload=\\\"alert(4)\" = \"</script>\u{1b}[31m\";\n",
        "    lib.\"]; n1[x] %% #quot; \u{202e}\u{2066}evil\" = import (./. + \"/<img src=x onerror=alert(1)>/a\\\"b`c.nix\");\n  };\n}\n"
    );
    fs::write(tree.join("flake.nix"), code).expect("written");
    tree
}

fn trees(folder: &Path) -> Vec<PathBuf> {
    FLAKES.iter().map(|name| root().join("tests/flakes").join(name)).chain([hostile(folder)]).collect()
}

fn node(script: &str, files: &[PathBuf]) -> String {
    let mut node = Command::new("node");
    node.arg(root().join("tests").join(script)).arg(tools()).args(files);
    let output = node.output().unwrap_or_else(|error| panic!("node: {error}; see tests/run.sh"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
#[ignore = "needs Chromium and axe-core: tests/run.sh"]
fn a_browser_finds_nothing_wrong_with_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pages = Vec::new();
    for tree in trees(folder.path()) {
        let page = folder.path().join(tree.file_name().expect("a name")).with_extension("html");
        audit(&["--format", "html"], &tree, &page);
        pages.push(page);
    }
    assert_eq!(node("pictures.js", &pages), "");
}

#[test]
#[ignore = "needs Mermaid and Graphviz: tests/run.sh"]
fn pictures_parse_with_the_tools_they_are_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut mermaid = Vec::new();
    for tree in trees(folder.path()) {
        for kind in ["concerns", "inputs", "files"] {
            let named = |end: &str| {
                folder
                    .path()
                    .join(format!("{}-{kind}", tree.file_name().expect("a name").display()))
                    .with_extension(end)
            };
            audit(&["graph", kind, "--format", "mermaid"], &tree, &named("mermaid"));
            mermaid.push(named("mermaid"));
            audit(&["graph", kind, "--format", "dot"], &tree, &named("dot"));
            let dot = Command::new("dot").arg("-Tcanon").arg(named("dot")).output();
            let dot = dot.unwrap_or_else(|error| panic!("dot: {error}; see tests/run.sh"));
            let said = String::from_utf8_lossy(&dot.stderr);
            assert!(dot.status.success() && said.is_empty(), "{}: {said}", named("dot").display());
        }
    }
    node("mermaid.js", &mermaid);
}
