//! Variants of one thing become calls of one function, and mean what they meant.
#![allow(clippy::needless_raw_string_hashes, reason = "one way of writing for all shapes")]

use flake_audit::edit::split::{Move, Order, candidates};

use super::{after, carry, page, tree, values};

/// A flake, the bindings that are variants, and the arguments of their function or why there is none.
type Case = (&'static str, &'static str, &'static [&'static str], Result<&'static [&'static str], &'static str>);

const CASES: &[Case] = &[
    (
        "strings, numbers and lists differ",
        r#"{
  outputs = { nixpkgs, ... }: let
    pkgs = nixpkgs.legacyPackages.x86_64-linux;
    shell = name: args: pkgs.mk name (builtins.toJSON args);
  in {
    devShells.x86_64-linux = {
      # The small one.
      small = shell "small" {
        packages = [ "git" "jq" ];
        # What it says.
        hook = ''
          echo small
            and more, at ${pkgs.system}
        '';
        level = 1;
        common = { a = 1; b = [ 2 3 ]; c = "the same"; d = ./data.txt; };
      };
      large = shell "large" {
        packages = [ "git" "jq" "large" ];
        # What it says.
        hook = ''
          echo large
            and more, at ${pkgs.system}
        '';
        level = 2;
        common = { a = 1; b = [ 2 3 ]; c = "the same"; d = ./data.txt; };
      };
    };
  };
}
"#,
        &["small", "large"],
        Ok(&["hook", "level", "packages", "shell", "value"]),
    ),
    (
        "the same difference twice, and names of the function's own",
        r#"{
  outputs = { nixpkgs, ... }: let
    inherit (nixpkgs.lib) drv;
    one = drv "one" { script = let name = "inner"; in "one ${name} ${"one"}" + "x" + toString [ 1 2 3 4 5 6 7 8 ] + "tail"; };
    two = drv "two" { script = let name = "inner"; in "one ${name} ${"two"}" + "x" + toString [ 1 2 3 4 5 6 7 8 ] + "tail"; };
    six = drv "six" { script = let name = "inner"; in "one ${name} ${"six"}" + "x" + toString [ 1 2 3 4 5 6 7 8 ] + "tail"; };
  in { packages.x86_64-linux = { inherit one two six; }; };
}
"#,
        &["one", "two", "six"],
        Ok(&["drv", "value"]),
    ),
    (
        "what differs is one name or another",
        r#"{
  outputs = { nixpkgs, ... }: let
    lib = nixpkgs.lib;
    a = { x = 1; };
    b = { x = 2; };
    f = c: c.x;
  in {
    lib.left = { value = f a; list = [ lib.name lib.name ]; set = { inherit a; deep = { n = 1; m = [ a a ]; }; }; };
    lib.right = { value = f b; list = [ lib.name lib.name ]; set = { inherit a; deep = { n = 1; m = [ a a ]; }; }; };
  };
}
"#,
        &["lib.left", "lib.right"],
        Ok(&["a", "f", "lib", "value"]),
    ),
    (
        "one name that means two things is passed by each",
        r#"{
  outputs = { nixpkgs, ... }: let
    lib = nixpkgs.lib;
  in {
    lib.left = let lib = { name = "inner"; }; in { one = { n = lib.name; l = [ "a" "b" "c" "d" "e" ]; s = { t = "u"; }; }; };
    lib.right.two = { n = lib.name; l = [ "a" "b" "c" "d" "e" ]; s = { t = "u"; }; };
  };
}
"#,
        &["one", "lib.right.two"],
        Ok(&["n"]),
    ),
    (
        "equal copies under a with",
        r#"{
  outputs = { nixpkgs, ... }: with nixpkgs.tools; {
    lib.one = { tools = [ git jq curl wget sed awk grep less more ]; f = x: [ x git ]; };
    lib.two = { tools = [ git jq curl wget sed awk grep less more ]; f = x: [ x git ]; };
  };
}
"#,
        &["lib.one", "lib.two"],
        Ok(&["nixpkgs"]),
    ),
    (
        "what is not read is not forced",
        r#"{
  outputs = { nixpkgs, ... }: let
    f = bad: { v = 1; w = x: y: [ x y 1 2 3 4 5 6 ]; inherit bad; };
  in {
    lib = {
      one = { a = (f (throw "one")).v; rest = { b = 1; c = [ 2 3 4 5 6 7 8 9 ]; }; };
      two = { a = (f (throw "two")).v; rest = { b = 1; c = [ 2 3 4 5 6 7 8 9 ]; }; };
    };
  };
}
"#,
        &["one", "two"],
        Ok(&["a", "f"]),
    ),
    (
        "little is shared",
        r#"{ outputs = i: { lib.one = { a = "abcdefghijabcdefghij"; b = 1; }; lib.two = { a = "klmnopqrstuvklmnop"; b = 1; }; }; }"#,
        &["lib.one", "lib.two"],
        Err("differ in more than they share"),
    ),
    (
        "what differs reads an argument of a function inside",
        r#"{ outputs = i: { lib.one = x: x + 1; lib.two = x: 1 + x; }; }"#,
        &["lib.one", "lib.two"],
        Err("differ in more than they share"),
    ),
    (
        "a comment of the second",
        r#"{
  outputs = i: {
    lib.one = { a = 1; b = [ 1 2 3 4 5 6 7 ]; };
    lib.two = {
      a = 2; # not in the first
      b = [ 1 2 3 4 5 6 7 ];
    };
  };
}
"#,
        &["lib.one", "lib.two"],
        Err("this comment would be lost"),
    ),
];

fn order(text: &str, names: &[&str]) -> Order {
    let units = candidates("flake.nix", text);
    let find = |name: &&str| {
        let begins = |one: &&Move| text[one.span.start as usize..].starts_with(&format!("{name} ="));
        units.iter().find(begins).unwrap_or_else(|| panic!("{name}")).clone()
    };
    let moves = names.iter().map(find).map(|one| Move { to: Some("nix/deep/made.nix".into()), ..one });
    Order { moves: moves.collect(), functions: ["nix/deep/made.nix".to_owned()].into(), ..Order::default() }
}

#[test]
fn variants_are_one_function_or_it_is_said_why_not() {
    for (name, text, units, wanted) in CASES {
        let carried = carry(&tree("flake.nix", text), &order(text, units));
        match (carried, wanted) {
            (Ok(carried), Ok(arguments)) => {
                assert_eq!(carried.created.len(), 1, "{name}");
                assert_eq!(carried.created[0].arguments, *arguments, "{name}: {}", page(&carried.texts));
                let calls = carried.texts["flake.nix"].matches("import ./nix/deep/made.nix").count();
                assert_eq!(calls, units.len(), "{name}: {}", page(&carried.texts));
            }
            (Err(refusal), Err(why)) => {
                assert!(refusal.to_string().contains(why) && refusal.at.is_some(), "{name}: {refusal}");
            }
            (Ok(carried), Err(_)) => panic!("{name}: {}", page(&carried.texts)),
            (Err(refusal), Ok(_)) => panic!("{name}: {refusal}"),
        }
    }
}

#[test]
#[ignore = "needs nix-instantiate: tests/run.sh"]
fn calls_of_one_function_give_what_the_variants_gave() {
    let mut done = 0;
    for (name, text, units, _) in CASES {
        let before = tree("flake.nix", text);
        let Ok(carried) = carry(&before, &order(text, units)) else { continue };
        let trees = [before.clone(), after(&before, &carried)];
        let values = values(&trees, "flake.nix");
        assert_eq!(values[0], values[1], "{name}: {}", page(&trees[1]));
        done += 1;
    }
    assert!(done >= 6, "{done}");
}
