//! The flake and the package of our own, with a nixpkgs that holds no more than they read.

use std::process::Command;

use super::{done, flake_audit, root};

const OUTPUTS: &str = r#"
  let
    genAttrs = names: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) names);
    lib = {
      inherit genAttrs;
      importTOML = path: fromTOML (builtins.readFile path);
      fileset = { toSource = { root, fileset }: assert builtins.all builtins.pathExists fileset; root; unions = paths: paths; };
      optionalString = condition: text: if condition then text else "";
      licenses = { mit = "MIT"; asl20 = "Apache-2.0"; };
      platforms.unix = [ ];
      getExe = package: "${package.pname}/bin/${package.meta.mainProgram}";
    };
    pkgsFor = system: rec {
      inherit lib;
      stdenv = rec { hostPlatform.system = system; buildPlatform.canExecute = _: true; };
      rustPlatform.buildRustPackage = arguments: arguments;
      installShellFiles = null; gitMinimal = null; actionlint = null; clippy = null; rustfmt = null; zizmor = null;
      nixfmt-tree = "nixfmt-tree";
      mkShell = arguments: arguments;
      runCommand = name: _: _: name;
      callPackage = path: extra:
        let f = import path; in
        f (builtins.intersectAttrs (builtins.functionArgs f) ({ inherit lib rustPlatform installShellFiles gitMinimal stdenv; } // extra));
    };
    nixpkgs = { inherit lib; legacyPackages = genAttrs [ "aarch64-darwin" "aarch64-linux" "x86_64-linux" ] pkgsFor; };
    flake = import ./flake.nix;
    self = flake.outputs { inherit self nixpkgs; } // { outPath = "/self"; };
    package = self.packages.x86_64-linux.default;
    app = self.apps.aarch64-darwin.default;
  in
  {
    kinds = builtins.attrNames (flake.outputs { inherit self nixpkgs; });
    inputs = builtins.attrNames flake.inputs;
    systems = builtins.attrNames self.packages;
    checks = builtins.attrNames self.checks.x86_64-linux;
    name = "${package.pname} ${package.version} ${package.meta.description}";
    locked = builtins.pathExists package.cargoLock.lockFile;
    installs = package.postInstall != "";
    program = app.program;
    overlay = (self.overlays.default (pkgsFor "x86_64-linux") null).flake-audit.pname;
    shell = builtins.length self.devShells.x86_64-linux.default.packages;
  }
"#;

#[test]
#[ignore = "needs nix-instantiate: tests/run.sh"]
fn nix_evaluates_our_own_flake() {
    let mut nix = Command::new("nix-instantiate");
    let nix = nix.current_dir(root()).args(["--eval", "--strict", "--json", "--expr", OUTPUTS]);
    let output = nix.output().unwrap_or_else(|error| panic!("nix-instantiate: {error}; see tests/run.sh"));
    // What Nix warns of (a machine without `nixbld`) is no part of the answer.
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let expected = serde_json::json!({
        "kinds": ["apps", "checks", "devShells", "formatter", "overlays", "packages"],
        "inputs": ["nixpkgs"],
        "systems": ["aarch64-darwin", "aarch64-linux", "x86_64-linux"],
        "checks": ["own-tree", "package"],
        "name": format!("flake-audit {} {}", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION")),
        "locked": true,
        "installs": true,
        "program": "flake-audit/bin/flake-audit",
        "overlay": "flake-audit",
        "shell": 4,
    });
    assert_eq!(found, expected);
}

#[test]
fn our_own_tree_is_clean() {
    let said = done(Command::new(flake_audit()).args(["check", "--fail-on", "note"]), &root());
    assert!(said.contains("flake-audit check: passed"), "{said}");
}
