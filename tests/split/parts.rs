//! Outputs of flakes over flake-parts, moved to modules of their own: what Nix makes of them is the same, by a stand-in
//! for flake-parts and, where it can be had, by flake-parts itself with nixpkgs' module system.
#![allow(clippy::needless_raw_string_hashes, reason = "one way of writing for all shapes")]

use std::path::PathBuf;

use flake_audit::edit::split::{Carried, Move, Order, Refusal, Texts, Unit, candidates};
use serde_json::Value;

use super::{after, carry, moved, outermost, page, tree, values_by};

/// Name and `flake.nix`; all take what they are given as a whole.
const SHAPES: &[(&str, &str)] = &[
    (
        "a set",
        r#"{
  outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } {
    systems = [ "x86_64-linux" "aarch64-linux" ];
    perSystem = { pkgs, system, self', ... }: {
      # The first.
      packages.default = pkgs.mk "a" ''
        one
          ${system}
      '';
      packages.other = pkgs.mk "b" "${pkgs.system}"; # behind
      devShells.default = pkgs.mk "shell" (toString self'.packages.default);
      checks = { one = pkgs.mk "c" "1"; two = pkgs.mk "c" "2"; };
    };
    flake = {
      overlays.default = final: prev: { hello = prev.mk "hello" "h"; };
      lib.twice = n: n + n;
      lib.name = "x";
      more = { a = 1; };
    };
  };
}
"#,
    ),
    (
        "a function with let",
        r#"{
  outputs = inputs@{ flake-parts, nixpkgs, self, ... }:
    let
      outer = "outer";
    in
    flake-parts.lib.mkFlake { inherit inputs; } ({ lib, ... }:
      let
        greeting = "hi ${outer}";
      in
      {
        imports = [ ];
        systems = [ "x86_64-linux" ];
        perSystem = { pkgs, lib, ... }:
          let
            tools = [ "git" "jq" ];
          in
          {
            packages = {
              # about it
              default = pkgs.mk "a" (lib.concatStrings tools);
              second = pkgs.mk "b" greeting;
            };
            devShells = {
              default = pkgs.mk "c" (builtins.readFile ./data.txt);
            };
            formatter = pkgs.mk "fmt" "f";
          };
        flake.nixosConfigurations.one = { text = greeting; inherit (inputs.nixpkgs.lib) name; };
        flake.nixosConfigurations.two = { text = outer; at = builtins.attrNames self; };
        flake.lib = { n = nixpkgs.lib.name; l = lib.concatStrings [ "l" ]; };
      });
}
"#,
    ),
    (
        "imports that are there",
        r#"{
  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      imports = [
        { flake.first = 1; }
        ./module.nix # the second
      ];
      systems = [ "x86_64-linux" ];
      perSystem = { pkgs, inputs', config, ... }: {
        imports = [ { packages.inline = "i"; } ];
        packages.default = pkgs.mk "a" "text";
        apps.run = { type = "app"; program = "${config.packages.default}/bin/a"; };
        legacyPackages.x = { y = config.packages.default; };
      };
      flake.overlays = { a = final: prev: { }; b = final: prev: { x = final.y; }; };
    };
}
"#,
    ),
    (
        "shadowing",
        r#"{
  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } ({ lib, inputs, ... }:
      let lib' = lib; in
      let lib = { name = "mine"; }; in
      {
        systems = [ "x86_64-linux" ];
        perSystem = { system, pkgs, ... }:
          let system' = system; in
          let pkgs = { mk = name: text: derivation { inherit name; system = system'; builder = text; }; }; in
          {
            packages.default = pkgs.mk "a" lib.name;
            packages.other = pkgs.mk "b" (lib'.concatStrings [ "p" ]);
            packages.third = (pkgs: pkgs.mk "c" system) pkgs;
          };
        flake.lib.a = lib.name;
        flake.more = { x = inputs.nixpkgs.lib.name; };
      });
}
"#,
    ),
    (
        "with around everything",
        r#"{
  outputs = inputs: with inputs;
    flake-parts.lib.mkFlake { inherit inputs; } ({ lib, ... }: with lib; let outer = concatStrings [ "o" ]; in with { mine = "mine"; }; {
      systems = [ "x86_64-linux" "aarch64-linux" ];
      perSystem = { pkgs, self', ... }: with pkgs; with { own = "own"; }; {
        packages.default = mk "a" (concatStrings [ own mine outer ]);
        packages.other = mk "b" (concatStrings [ system own ]);
        devShells.default = mk "c" "${self'.packages.default}";
        formatter = mk "fmt" mine;
      };
      flake.lib = { n = outer; c = concatStrings [ "x" mine ]; };
      flake.overlays.x = final: prev: { y = mine; };
    });
}
"#,
    ),
    (
        "with and inherit",
        r#"{
  outputs = inputs@{ flake-parts, nixpkgs, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      perSystem = { pkgs, ... }@args: with pkgs; {
        packages.default = mk "a" system;
        packages.other = pkgs.mk "b" (toString (builtins.attrNames { inherit (args) pkgs; }));
      };
      flake = { inherit (nixpkgs) lib; overlays.x = with nixpkgs.lib; final: prev: { inherit name; }; };
    };
}
"#,
    ),
];

/// Beside every `flake.nix`.
const MODULE: (&str, &str) = (
    "module.nix",
    "{ lib, ... }: { flake.second = lib.concatStrings [ \"m\" ]; perSystem.packages.beside = \"b\"; }\n",
);

const SHOW: &str = r#"
  let
    stub = import ./stub.nix;
    inherit (import ./given.nix { inherit (stub) nixpkgs; }) nixpkgs flake-parts;
    show = depth: value:
      if depth > 9 then "deep"
      else if builtins.isFunction value then { takes = builtins.functionArgs value; }
      else if builtins.isList value then map (show (depth + 1)) value
      else if builtins.isPath value then { path = toString value; }
      else if builtins.isAttrs value then
        if value.type or null == "derivation" then { drv = value.drvPath; }
        else builtins.mapAttrs (name: inner:
          let tried = builtins.tryEval inner; in if tried.success then show (depth + 1) tried.value else "fails") value
      else value;
    outputs = file:
      let
        inputs = { inherit nixpkgs flake-parts self; };
        made = (import file).outputs inputs;
        self = made // { inherit inputs; outputs = made; outPath = toString (dirOf file); _type = "flake"; };
      in
      show 0 (builtins.mapAttrs (kind: value:
        if kind == "overlays" then builtins.mapAttrs (name: one: one { y = "y"; } { mk = name: text: text; }) value
        else if kind == "lib" && value ? drv then builtins.attrNames value
        else value) made);
  in
"#;

const STAND_IN: &str = r#"{ nixpkgs }:
let own = nixpkgs // { lib = nixpkgs.lib // { concatStrings = nixpkgs.lib.concat; }; }; in
{ nixpkgs = own; flake-parts = import ./parts.nix { nixpkgs = own; }; }
"#;

fn modules(one: &Order, passing: bool) -> Order {
    Order { modules: one.moves.iter().filter_map(|one| one.to.clone()).collect(), passing, ..one.clone() }
}

fn values_of(flake: &str) -> Vec<Move> {
    candidates("flake.nix", flake).into_iter().filter(|one| one.unit == Unit::Value).collect()
}

/// Each value alone, all together in files of their own, all in one.
fn orders(text: &str) -> Vec<Order> {
    let units = values_of(text);
    let mut orders: Vec<Order> = Vec::new();
    let mut add = |moves: Vec<Move>| orders.push(Order { moves, ..Order::default() });
    for one in &units {
        add(vec![moved(one, "nix/deep/one.nix")]);
    }
    let able: Vec<Move> =
        units.iter().filter(|one| module(text, std::slice::from_ref(one), true).is_ok()).cloned().collect();
    let outer = outermost(&able);
    add(outer.iter().enumerate().map(|(n, one)| moved(one, &format!("nix/each/{n}.nix"))).collect());
    let inner: Vec<Move> = able.iter().filter(|one| !outer.contains(one)).cloned().collect();
    add(outermost(&inner)
        .iter()
        .enumerate()
        .map(|(n, one)| moved(one, &format!("nix/in/{n}.nix")))
        .collect());
    orders.retain(|order| !order.moves.is_empty());
    orders
}

fn module(text: &str, moves: &[Move], passing: bool) -> Result<Carried, Refusal> {
    let moves = moves.iter().enumerate().map(|(n, one)| moved(one, &format!("nix/{n}.nix"))).collect();
    let order = modules(&Order { moves, ..Order::default() }, passing);
    carry(&tree("flake.nix", text), &order)
}

/// All trees that the shapes are taken apart to, each behind the one that it was.
fn trees() -> Vec<(&'static str, Vec<Texts>)> {
    let mut all = Vec::new();
    for (name, text) in SHAPES {
        let mut before = tree("flake.nix", text);
        before.insert(MODULE.0.to_owned(), MODULE.1.into());
        let mut trees = vec![before.clone()];
        let mut refused = Vec::new();
        for order in orders(text) {
            for passing in [false, true] {
                match carry(&before, &modules(&order, passing)) {
                    Ok(carried) => {
                        assert!(carried.created.iter().all(|file| file.module), "{name}");
                        let now = after(&before, &carried);
                        // Once more, now that there are modules in the list.
                        for left in values_of(&now["flake.nix"]) {
                            let again = modules(
                                &Order { moves: vec![moved(&left, "own/again.nix")], ..Order::default() },
                                true,
                            );
                            if let Ok(carried) = carry(&now, &again) {
                                trees.push(after(&now, &carried));
                            }
                        }
                        trees.push(now);
                    }
                    Err(refusal) => refused.push(refusal.to_string()),
                }
            }
        }
        assert!(trees.len() > 1, "{name}: {refused:#?}");
        all.push((*name, trees));
    }
    all
}

fn assert_same(with: &[(&str, &str)]) {
    let mut compared = 0;
    for (name, trees) in trees() {
        let values: Vec<Value> = values_by(SHOW, with, &trees, "flake.nix");
        assert!(values[0].as_object().is_some_and(|outputs| outputs.len() >= 3), "{name}: {}", values[0]);
        let drv = values[0].to_string().matches("/nix/store/").count();
        assert!(drv >= 1, "{name}: {}", values[0]);
        for (texts, value) in trees.iter().zip(&values).skip(1) {
            assert_eq!(value, &values[0], "{name}: {}", page(texts));
        }
        compared += trees.len() - 1;
    }
    assert!(compared > 60, "{compared}");
}

#[test]
#[ignore = "needs nix-instantiate: tests/run.sh"]
fn modules_of_flake_parts_mean_the_same() {
    assert_same(&[("given.nix", STAND_IN), ("parts.nix", include_str!("parts.nix"))]);
}

/// Where `FLAKE_LIBRARIES` holds `hercules-ci+flake-parts` and `nix-community+nixpkgs.lib`.
#[test]
#[ignore = "needs the real libraries: tests/run.sh"]
fn real_flake_parts_makes_the_same_of_them() {
    let Some(folder) = std::env::var_os("FLAKE_LIBRARIES").map(PathBuf::from) else {
        panic!("FLAKE_LIBRARIES says where the libraries are; see tests/run.sh");
    };
    let at = |name: &str| folder.join(name).display().to_string();
    let given = format!(
        r#"{{ nixpkgs }}:
let
  lib = import {lib}/lib;
  own = nixpkgs // {{
    _type = "flake";
    outPath = "/nixpkgs";
    lib = lib // nixpkgs.lib;
    legacyPackages = builtins.mapAttrs (system: pkgs: pkgs // {{ inherit lib; }}) nixpkgs.legacyPackages;
  }};
  parts = (import {parts}/flake.nix).outputs {{ nixpkgs-lib = {{ inherit lib; }}; nixpkgs = own; self = parts; }};
in
{{ nixpkgs = own; flake-parts = parts // {{ outPath = "/parts"; _type = "flake"; }}; }}
"#,
        lib = at("nix-community+nixpkgs.lib"),
        parts = at("hercules-ci+flake-parts"),
    );
    assert_same(&[("given.nix", &given)]);
}

#[test]
fn what_is_no_module_of_its_own_is_refused_with_its_reason() {
    let flake = |body: &str| {
        format!(
            "{{ outputs = inputs@{{ flake-parts, nixpkgs, ... }}: flake-parts.lib.mkFlake {{ inherit inputs; }} ({body}); }}"
        )
    };
    let system = |body: &str| flake(&format!("{{ perSystem = {{ pkgs, ... }}: {body}; }}"));
    for (name, text, unit, why) in [
        ("a let", system("let t = 1; in { packages.a = { b = t; }; }"), "packages.a", "cannot take `t`"),
        ("another input", flake("{ flake.x = { y = nixpkgs.x; }; }"), "flake.x", "cannot take `nixpkgs`"),
        ("a rec set", system("rec { packages.a = { b = 1; }; }"), "packages.a", "`rec` set"),
        (
            "an option that is merged otherwise",
            system("{ treefmt.x = { y = 1; }; }"),
            "treefmt.x",
            "flake-parts' own outputs",
        ),
        ("a part of a value", flake("{ flake = { lib.a = { b = 1; }; lib.c = 2; }; }"), "lib.a", "part of one value"),
        ("a module", flake("{ flake.nixosModules.a = { b = 1; }; }"), "flake.nixosModules", "which file it is from"),
        (
            "a computed list",
            flake("{ imports = f [ ]; flake.x = { y = 1; }; }")
                .replace("f [", "map [")
                .replace("map [ ]", "map (x: x) [ ]"),
            "flake.x",
            "as a list",
        ),
        (
            "a with that cannot go along",
            system("with (pkgs.f 1); { packages.a = { b = c; }; }"),
            "packages.a",
            "cannot take `c`",
        ),
        (
            "no flake-parts",
            "{ outputs = inputs: { packages.a = { b = 1; }; }; }".to_owned(),
            "packages.a",
            "no option of a flake-parts module",
        ),
        (
            "another mkFlake",
            flake("{ flake.x = { y = 1; }; }").replace("flake-parts.lib.mkFlake", "nixpkgs.lib.mkFlake"),
            "flake.x",
            "no option of a flake-parts module",
        ),
    ] {
        let at = text.find(unit).expect("the unit") as u32;
        let unit = values_of(&text).into_iter().find(|one| one.span.start == at).expect("a unit");
        let refusal = module(&text, &[unit], false).expect_err(name);
        assert!(refusal.to_string().contains(why), "{name}: {refusal}");
        assert!(refusal.at.is_some(), "{name}: {refusal}");
    }
}
