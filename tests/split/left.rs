//! What a step leaves behind: nothing that only the code of the step read, and all that nobody read before.
#![allow(clippy::needless_raw_string_hashes, reason = "one way of writing for all texts")]

use flake_audit::edit::split::{Move, Order, Unit, candidates};

use super::{carry, moved, tree};

/// Carries one unit of a text out, deleted or moved, and gives the new `flake.nix`.
fn left(text: &str, begins: &str, to: Option<&str>, modules: bool) -> String {
    let units = candidates("flake.nix", text);
    let starts = |one: &&Move| text[one.span.start as usize..].starts_with(begins);
    let unit = units.iter().find(starts).unwrap_or_else(|| panic!("{begins}: {units:?}"));
    let one = to.map_or_else(|| unit.clone(), |to| moved(unit, to));
    let modules = to.filter(|_| modules).map(str::to_owned).into_iter().collect();
    let carried = carry(&tree("flake.nix", text), &Order { moves: vec![one], modules, ..Order::default() });
    let carried = carried.unwrap_or_else(|refusal| panic!("{begins}: {refusal}"));
    carried.texts["flake.nix"].to_string()
}

const DEAD: &str = r#"{
  outputs = { nixpkgs, ... }: let
    # What only dead code reads.
    inherit (nixpkgs.lib) optionals id;
    # Nobody ever read it.
    unread = 1;
    words = [ "one" ];
    # About the dead.
    dead = optionals true (with nixpkgs; words);
    _kept = words;
  in {
    lib.x = id 1;
  };
}
"#;

#[test]
fn what_only_deleted_code_read_goes_with_it() {
    let text = left(DEAD, "dead =", None, false);
    assert_eq!(
        text,
        r#"{
  outputs = { nixpkgs, ... }: let
    # What only dead code reads.
    inherit (nixpkgs.lib) id;
    # Nobody ever read it.
    unread = 1;
    words = [ "one" ];
    _kept = words;
  in {
    lib.x = id 1;
  };
}
"#
    );
}

#[test]
fn a_chain_goes_to_its_end_and_the_let_with_it() {
    let text = r#"{
  outputs = i: let
    a = 1;
    b = a + 1;
    c = { inherit b; };
    d = c.b;
  in { lib = { }; };
}
"#;
    assert_eq!(left(text, "d =", None, false), "{\n  outputs = i: { lib = { }; };\n}\n");
}

#[test]
fn a_with_that_only_moved_code_needed_goes_and_one_that_was_useless_stays() {
    let text = r#"{
  outputs = { nixpkgs, ... }: let
    tools = with nixpkgs; let names = [ a b c d e f g h ]; in { inherit names; n = 1; };
    idle = with nixpkgs; 1;
  in { lib = { inherit tools idle; }; };
}
"#;
    let text = left(text, "names =", Some("nix/names.nix"), false);
    assert!(text.contains("tools = let names = import ./nix/names.nix { inherit nixpkgs; }"), "{text}");
    assert!(text.contains("idle = with nixpkgs; 1;"), "{text}");
}

#[test]
fn arguments_that_flake_parts_gives_go_with_the_last_that_reads_them() {
    let text = |more: &str| {
        format!(
            r#"{{
  outputs = inputs: inputs.flake-parts.lib.mkFlake {{ inherit inputs; }} {{
    systems = [ "x86_64-linux" ];
    perSystem = {{ pkgs, config, lib{more} }}: {{
      packages.default = pkgs.mk "a" "b";
      devShells.default = pkgs.mk "c" (toString config.packages.default);
    }};
  }};
}}
"#
        )
    };
    let after = left(&text(", ..."), "devShells.default =", Some("nix/shell.nix"), true);
    // `lib` was never read, and is the owner's.
    assert!(after.contains("perSystem = { pkgs, lib, ... }:"), "{after}");
    let after = left(&text(""), "devShells.default =", Some("nix/shell.nix"), true);
    assert!(after.contains("perSystem = { pkgs, config, lib }:"), "{after}");
}

#[test]
fn what_a_file_gives_and_nothing_reads_any_more_is_not_named() {
    let text = r#"{
  outputs = i: let
    a = [ 1 ];
    b = a ++ [ 2 ];
    unread = a;
  in { lib = b; };
}
"#;
    let units = candidates("flake.nix", text);
    let moves = units.iter().filter(|one| one.unit == Unit::Binding).map(|one| moved(one, "nix/all.nix")).collect();
    let carried = carry(&tree("flake.nix", text), &Order { moves, ..Order::default() }).expect("carried out");
    let flake = &carried.texts["flake.nix"];
    assert!(flake.contains("inherit (import ./nix/all.nix) b unread;"), "{flake}");
}
