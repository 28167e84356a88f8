//! `split --verify` with inputs, a lock and hosts: the real Nix evaluates the flake before and after.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// What nixpkgs has that the flake reads: real derivations, and hosts made of modules.
const NIXPKGS: &str = r#"{
  outputs = { self }: {
    lib.nixosSystem = { system, modules, specialArgs ? { } }:
      let
        given = specialArgs // { pkgs = self.legacyPackages.${system}; config = result; };
        result = builtins.foldl' (all: one: all // (if builtins.isFunction one then one given else one)) { } modules;
      in
      {
        config = result // {
          system.build.toplevel = derivation {
            name = "host";
            inherit system;
            builder = "/bin/sh";
            args = [ (builtins.toJSON result) ];
          };
        };
      };
    legacyPackages.x86_64-linux = {
      mkShell = attrs: derivation ({ name = "shell"; system = "x86_64-linux"; builder = "/bin/sh"; } // attrs);
      hello = derivation { name = "hello"; system = "x86_64-linux"; builder = "/bin/sh"; };
    };
  };
}
"#;

const TOOL: &str = r#"{
  inputs.nixpkgs.url = "path:@/nixpkgs";
  outputs = { self, nixpkgs }: { packages.x86_64-linux.default = nixpkgs.legacyPackages.x86_64-linux.hello; };
}
"#;

fn flake(folder: &Path) -> String {
    let many = |name: &str| (0..60).map(|n| format!("          {name}{n} = \"{n}\";\n")).collect::<Vec<_>>().concat();
    let (host, plain, shell) = (many("option"), many("other"), many("variable"));
    let text = format!(
        r#"{{
  inputs.nixpkgs.url = "path:@/nixpkgs";
  inputs.tool.url = "path:@/tool";
  inputs.tool.inputs.nixpkgs.follows = "nixpkgs";
  outputs = inputs@{{ self, nixpkgs, tool }}:
    let
      pkgs = nixpkgs.legacyPackages.x86_64-linux;
    in
    {{
      packages.x86_64-linux.default = tool.packages.x86_64-linux.default;
      devShells.x86_64-linux.default = pkgs.mkShell {{
        source = ./.;
{shell}      }};
      nixosConfigurations.one = nixpkgs.lib.nixosSystem {{
        system = "x86_64-linux";
        specialArgs = {{ inherit inputs; }};
        modules = [
          ({{ inputs, pkgs, ... }}: {{
            files = [ ./data.txt inputs.tool.packages.x86_64-linux.default pkgs.hello ];
{host}          }})
          {{
{plain}          }}
        ];
      }};
      lib.twice = n: n + n;
    }};
}}
"#
    );
    text.replace("@/", &format!("{}/", folder.display()))
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> Output {
    let settings = "sandbox = false\nsubstituters =\nexperimental-features = nix-command flakes\nflake-registry =\n";
    let mut command = Command::new(program);
    let output = command.args(arguments).current_dir(folder).env("NIX_CONFIG", settings).output();
    output.unwrap_or_else(|error| panic!("{program}: {error}; see tests/run.sh"))
}

/// A flake with inputs, locked by the Nix that is there.
fn locked(folder: &Path) {
    let (tool, own) = (TOOL.replace("@/", &format!("{}/", folder.display())), flake(folder));
    let inputs = [("nixpkgs/flake.nix", NIXPKGS), ("tool/flake.nix", &*tool)];
    lock(folder, &[&inputs[..], &[("own/flake.nix", &*own), ("own/data.txt", "data\n")]].concat());
}

/// Files of flakes, of which `own` is locked by the Nix that is there.
fn lock(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let own = folder.join("own");
    let output = run("nix", &["flake", "lock", &format!("path:{}", own.display())], &own);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(own.join("flake.lock").exists());
}

#[test]
#[ignore = "needs nix: tests/run.sh"]
fn outputs_with_inputs_a_lock_and_hosts_are_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = fs::canonicalize(folder.path()).expect("a folder");
    locked(&root);
    let own = root.join("own");
    let text = fs::read_to_string(own.join("flake.nix")).expect("the flake");
    let output = run(env!("CARGO_BIN_EXE_flake-audit"), &["split", "--anyway", "--verify", "--write"], &own);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    // The package, the shell and the host.
    assert!(said.contains("nix gives the same for all outputs, compared: 3"), "{said}");
    let after = fs::read_to_string(own.join("flake.nix")).expect("the flake");
    assert!(after.lines().count() * 2 < text.lines().count(), "{after}");
    // An independent look: what the shell and the host are now, without their own source.
    let host = ["eval", "--raw", "--impure", "--no-write-lock-file", "--expr"];
    let asked = |path: &str| format!("(builtins.getFlake \"path:{}\").{path}.drvPath", own.display());
    let mut arguments = host.to_vec();
    let expression = asked("nixosConfigurations.one.config.system.build.toplevel");
    arguments.push(&expression);
    let new = run("nix", &arguments, &own);
    for entry in fs::read_dir(&own).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            fs::remove_dir_all(path).expect("removed");
        }
    }
    fs::write(own.join("flake.nix"), text).expect("written");
    let old = run("nix", &arguments, &own);
    assert!(old.status.success(), "{}", String::from_utf8_lossy(&old.stderr));
    assert_eq!(String::from_utf8_lossy(&new.stdout), String::from_utf8_lossy(&old.stdout));
}

/// A flake of which some outputs cannot be evaluated, and no error of them can be caught.
fn half_broken(folder: &Path, good: &str) {
    let many = (0..60).map(|n| format!("        option{n} = \"{n}\";\n")).collect::<Vec<_>>().concat();
    let text = format!(
        r#"{{
  inputs.nixpkgs.url = "path:{}/nixpkgs";
  outputs = {{ self, nixpkgs }}:
    let
      pkgs = nixpkgs.legacyPackages.x86_64-linux;
    in
    {{
      devShells.x86_64-linux.broken = pkgs.mkShell {{
        inherit (pkgs) missing;
{many}      }};
      checks."x86_64-linux"."a.b" = {{ }}.gone;
{good}    }};
}}
"#,
        folder.display()
    );
    lock(folder, &[("nixpkgs/flake.nix", NIXPKGS), ("own/flake.nix", &text)]);
}

#[test]
#[ignore = "needs nix: tests/run.sh"]
fn what_nix_cannot_evaluate_hides_nothing_else() {
    let good = "      packages.x86_64-linux.default = pkgs.hello;\n      lib.n = 1;\n";
    for (good, succeeds) in [(good, true), ("", false)] {
        let folder = tempfile::tempdir().expect("a folder");
        let root = fs::canonicalize(folder.path()).expect("a folder");
        half_broken(&root, good);
        let own = root.join("own");
        let text = fs::read_to_string(own.join("flake.nix")).expect("the flake");
        let output = run(env!("CARGO_BIN_EXE_flake-audit"), &["split", "--anyway", "--verify", "--write"], &own);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), succeeds, "{said}");
        let after = fs::read_to_string(own.join("flake.nix")).expect("the flake");
        assert_eq!(after != text, succeeds, "{said}");
        if succeeds {
            assert!(said.contains("cannot evaluate devShells.x86_64-linux.broken as it is"), "{said}");
            assert!(said.contains("attribute 'missing' missing"), "{said}");
            assert!(said.contains("cannot evaluate checks.x86_64-linux.a.b as it is"), "{said}");
            assert!(said.contains("the same for all others, compared: 2"), "{said}");
        } else {
            assert!(said.contains("nothing was written, for nix cannot evaluate any output"), "{said}");
        }
    }
}

#[test]
#[ignore = "needs nix: tests/run.sh"]
fn inputs_that_are_not_at_hand_are_said_and_nothing_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = fs::canonicalize(folder.path()).expect("a folder");
    locked(&root);
    fs::remove_dir_all(root.join("nixpkgs")).expect("removed");
    let own = root.join("own");
    let text = fs::read_to_string(own.join("flake.nix")).expect("the flake");
    let gone = text.replace("path:", "path:/gone");
    fs::write(own.join("flake.nix"), &gone).expect("written");
    let output = run(env!("CARGO_BIN_EXE_flake-audit"), &["split", "--anyway", "--verify", "--write"], &own);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("nothing was written, for nix cannot evaluate any output of . as it is: error:"), "{said}");
    assert_eq!(fs::read_to_string(own.join("flake.nix")).expect("the flake"), gone);
}
