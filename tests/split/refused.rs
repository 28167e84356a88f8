//! Code that is not moved, and why.
#![allow(clippy::needless_raw_string_hashes, reason = "one way of writing for all shapes")]

/// What must be refused, and the words that say why.
pub(super) const REFUSED: &[(&str, &str, &str)] = &[
    ("position", "{ outputs = i: let a = { p = __curPos; }; in { lib = a; }; }", "__curPos"),
    (
        "attribute position",
        "{ outputs = i: let a = builtins.unsafeGetAttrPos \"x\" { x = 1; }; in { lib = a; }; }",
        "unsafeGetAttrPos",
    ),
    ("scoped import", "{ outputs = i: let a = builtins.scopedImport { } ./x.nix; in { lib = a; }; }", "scopedImport"),
    (
        "undefined elsewhere",
        "{ outputs = i: let a = { b = 1; }; in { lib = a; x = gone; }; }",
        "flake.nix:1: `gone` is not defined here",
    ),
    ("undefined", "{ outputs = i: let a = { b = missing; }; in { lib = a; }; }", "not defined"),
    ("inputs", "{ inputs.nixpkgs = { url = \"a\"; }; outputs = i: { }; }", "written out"),
    ("two withs", "{ outputs = i: with (i.f i); { lib = with i.b; [ c ]; }; }", "has no name"),
];
