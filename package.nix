{
  lib,
  rustPlatform,
  installShellFiles,
  gitMinimal,
  stdenv,
}:

let
  manifest = (lib.importTOML ./Cargo.toml).package;
in
rustPlatform.buildRustPackage {
  pname = manifest.name;
  inherit (manifest) version;

  # What the build reads, and no more: a change of a page rebuilds nothing.
  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./.github
      ./.pre-commit-hooks.yaml
      ./ARCHITECTURE.md
      ./CHANGELOG.md
      ./CONTRIBUTING.md
      ./Cargo.lock
      ./Cargo.toml
      ./README.md
      ./action.yml
      ./clippy.toml
      ./docs
      ./examples
      ./flake-audit.toml
      ./flake.nix
      ./package.nix
      ./rules
      ./src
      ./tests
    ];
  };
  cargoLock.lockFile = ./Cargo.lock;

  nativeBuildInputs = [ installShellFiles ];
  nativeCheckInputs = [ gitMinimal ];

  postInstall = lib.optionalString (stdenv.buildPlatform.canExecute stdenv.hostPlatform) ''
    installShellCompletion --cmd flake-audit \
      --bash <($out/bin/flake-audit completions bash) \
      --fish <($out/bin/flake-audit completions fish) \
      --zsh <($out/bin/flake-audit completions zsh)
    $out/bin/flake-audit man > flake-audit.1
    installManPage flake-audit.1
  '';

  meta = {
    inherit (manifest) description;
    homepage = manifest.repository;
    license = [
      lib.licenses.mit
      lib.licenses.asl20
    ];
    mainProgram = "flake-audit";
    platforms = lib.platforms.unix;
  };
}
