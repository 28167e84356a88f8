//! A large tree within little address space, stacks and all: 1.5 GiB for 25,000 files.

use std::fmt::Write as _;
use std::process::Command;

use crate::{Place, binary, full, whole};

#[test]
#[cfg(target_os = "linux")]
fn of_a_large_tree() {
    let place = Place::new();
    // A debug build takes some twenty times as long.
    let files = if whole() { 25_000 } else { 500 };
    for number in 0..files {
        let mut text = format!("{{ pkgs, lib, unused{number} }}:\nlet\n  nothing = {number};\nin\n{{\n");
        for line in 0..30 {
            let _ = writeln!(text, "  option{line}.of.file{number} = lib.mkDefault [ pkgs.package{line} {number} ];");
        }
        place.put(&format!("modules/{}/{number}.nix", number % 200), format!("{text}}}\n"));
    }
    // Generated files are long, and something of them is to be cut out.
    let mut long = String::from("let\n  unused = 1;\nin\n{\n");
    for number in 0..full(60_000) {
        let _ = writeln!(long, "  entry{number} = {{ hash = \"{number}\"; size = {number}; }};");
    }
    place.put("long.nix", format!("{long}}}\n"));
    let hosts: String = (0..200)
        .map(|number| format!("      h{number} = import ./modules/{number}/{number}.nix;\n"))
        .collect();
    place.put(
        "flake.nix",
        format!("{{\n  outputs = {{ self }}: {{\n    nixosModules = {{\n{hosts}    }};\n  }};\n}}\n"),
    );
    let limited = |kib: u64| {
        Command::new("sh")
            .args(["-c", "ulimit -v \"$0\" && exec \"$@\"", &kib.to_string()])
            .arg(binary())
            .args(["check", "--format", "json", "--threads", "2", "."])
            .current_dir(place.path())
            .output()
            .unwrap()
    };
    let run = limited(1536 << 10);
    let (told, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert_eq!(run.status.code(), Some(1), "{err}");
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["workspace"]["nix_files"], files + 2);
    assert_eq!(told["workspace"]["skipped"].as_array().map(Vec::len), Some(0), "{}", told["workspace"]["skipped"]);
    let in_long = |finding: &&serde_json::Value| finding["path"] == "long.nix";
    assert!(told["findings"].as_array().unwrap().iter().find(in_long).is_some(), "nothing is said of the long file");
}
