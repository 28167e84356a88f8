//! More small flakes: what is rare, and what is written oddly. As in `shapes.rs`.
#![allow(clippy::needless_raw_string_hashes, reason = "one way of writing for all shapes")]

/// Name and `flake.nix`.
pub(super) const ODD: &[(&str, &str)] = &[
    (
        "outputs that are updated",
        r#"{
  outputs = { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      one = lib.drv "one" { script = "1"; };
    in
    {
      packages.x86_64-linux.one = one;
    }
    // (let two = lib.drv "two" { script = "${one}"; }; in {
      packages.x86_64-linux = { inherit one two; };
    })
    // lib.genAttrs [ "checks" "apps" ] (kind: { x86_64-linux.a = lib.drv kind { script = "${one}"; }; });
}
"#,
    ),
    (
        "let that ends in an update",
        r#"{
  outputs = inputs@{ nixpkgs, ... }: let
    lib = nixpkgs.lib;
    base = { a = lib.drv "a" { }; };
  in { packages.x86_64-linux = base; } // {
    lib = { inherit base; names = builtins.attrNames inputs; };
  };
}
"#,
    ),
    (
        "let in let",
        r#"{
  outputs = { nixpkgs, ... }: let
    a = let
      b = let c = "deep"; in { inherit c; d = c + b'; };
      b' = "prime";
    in { inherit b; e = let f = b.d; in [ f f ]; };
  in let
    g = a.b.c;
  in let h = g + "!"; in {
    lib = { inherit a g h; };
    packages.x86_64-linux.h = nixpkgs.lib.drv "h" { script = h; };
  };
}
"#,
    ),
    (
        "a name shadowed twice",
        r#"{
  outputs = { nixpkgs, ... }: let
    lib = nixpkgs.lib;
    outer = lib.name;
    helper = x: lib.id (x + lib.name);
  in {
    lib = let lib = { name = "inner"; id = x: "<${x}>"; }; in {
      a = helper (lib.id lib.name);
      b = { lib ? { name = "default"; } }: [ lib.name outer ];
      c = lib.name;
    };
    packages.x86_64-linux.x = (lib: lib.drv "x" { script = outer; }) lib;
  };
}
"#,
    ),
    (
        "with in with in rec",
        r#"{
  outputs = { nixpkgs, ... }: with nixpkgs; rec {
    lib = with nixpkgs.more; rec {
      one = git;
      two = with { jq = "inner jq"; }; [ jq one tools.curl ];
      name = "mine";
      three = with nixpkgs.lib; [ name (concat [ name git ]) ];
    };
    packages.x86_64-linux.t = with lib; with nixpkgs.lib; drv "t" { script = name + builtins.toString two; };
  };
}
"#,
    ),
    (
        "a with whose set is computed",
        r#"{
  outputs = { nixpkgs, ... }: let
    pick = n: nixpkgs.${n};
  in {
    lib.a = with (pick "tools"); [ git jq ];
    lib.b = with (if true then nixpkgs.more else nixpkgs.tools); { g = git; };
    lib.c = with { x = 1; }; with { inherit x; y = 2; }; { s = x + y; };
  };
}
"#,
    ),
    (
        "a with over shadowed built-ins",
        r#"{
  outputs = { nixpkgs, ... }: with { map = f: l: "mine"; toString = x: "never"; foo = 3; }; {
    lib.a = map (x: x) [ 1 ];
    lib.b = toString foo;
    lib.c = { map = 5; d = map; };
  };
}
"#,
    ),
    (
        "inherit from many places",
        r#"{
  outputs = { nixpkgs, ... }: let
    inherit (nixpkgs) lib;
    inherit (lib) drv concat;
    inherit ({ p = 1; q = p'; }) p q;
    p' = p + 1;
    set = { inherit (nixpkgs.tools) git jq; inherit p q; r = q; };
  in {
    lib = { inherit (set) p q r; inherit (let z = 9; in { inherit z; }) z; };
    packages.x86_64-linux = { inherit (set) git jq; x = drv "x" { script = concat [ "a" (toString q) ]; }; };
  };
}
"#,
    ),
    (
        "at patterns on both sides",
        r#"{
  outputs = { nixpkgs, ... }@all: let
    f = { a, b ? a + 1, ... }@args: { inherit a b; names = builtins.attrNames args; };
    g = args@{ x ? args.y or 0, y ? 4 }: [ x y (args ? x) ];
  in {
    lib = { one = f { a = 1; c = 2; }; two = f { a = 1; b = 5; }; three = g { }; four = g { y = 2; }; n = builtins.attrNames all; };
  };
}
"#,
    ),
    (
        "defaults that read each other",
        r#"{
  outputs = { nixpkgs, ... }: let
    base = 10;
    f = { a ? b * 2, b ? c + base, c ? 1, ... }: { inherit a b c; };
    h = { base ? 5, d ? base }: d;
  in { lib = { x = f { }; y = f { c = 2; }; z = f { b = 0; }; w = [ (h { }) base ]; }; };
}
"#,
    ),
    (
        "odd indentation",
        r#"{
  outputs = { nixpkgs, ... }: let
      a = ''
   three
     five
 one
      '';
    b = ''first
      second
        third'';
    c = ''

        after blanks
      	tab

      end ''${x} ''' ''\n ${"i"}
      '';
  d = "a
    b
   c";
        e = ''
    ${builtins.concatStringsSep "\n" [
       ''
         inner
       ''
      "two"
    ]}
        '';
    f = '' '';
    g = ''
    '';
  in { lib = { inherit a b c d e f g; h = ''
  x
''; }; };
}
"#,
    ),
    (
        "tabs",
        "{\n\toutputs = { nixpkgs, ... }: let\n\t\ta = ''\n\t\t\ttext\n\t\t\t  more\n\t\t'';\n\t\tb = {\n\t\t\tc = [\n\t\t\t\t1\n\t\t\t\t2\n\t\t\t];\n\t\t\td = ''\n        spaces\n\t\t\t'';\n\t\t};\n\tin {\n\t\tlib = { inherit a b; e = ''\n\t\t\tx\n\t\t''; };\n\t};\n}\n",
    ),
    (
        "windows line ends and strings",
        "{\r\n  outputs = { nixpkgs, ... }: let\r\n    a = \"x\r\n  y\";\r\n    # about b\r\n    b = { c = ''\r\n      one\r\n        two\r\n    ''; };\r\n    f = x:\r\n      x + a;\r\n  in {\r\n    lib = { inherit a b; d = f \"z\"; };\r\n    lib2.e = ''\r\n\r\n      q\r\n    '';\r\n  };\r\n}\r\n",
    ),
    (
        "no line end at the end",
        "{ outputs = { nixpkgs, ... }: let a = { x = 1; }; b = [ a a ]; in { lib = { inherit a b; }; }; }",
    ),
    (
        "comments in odd places",
        r#"# first
{ /* d */ description = "x"; # e
  outputs /* o */ = /* p */ { /* q */ nixpkgs, # r
    ... }: /* s */ let # t
    # about a
    a /* u */ = # v
      /* w */ { x /* y */ = 1; /* z */ } # aa
      ; # ab
    /* ac */ b = /* ad */ [ /* ae */ a # af
      /* ag */ ] /* ah */;
    /** doc
      of c
    */
    c = x: # ai
      # aj
      x;
  in /* ak */ { # al
    lib /* am */ . /* an */ a = a; # ao
    lib.b = b; /* ap */ lib.c = c 1; # aq
    # ar
  } # as
  ; # at
  # au
}
"#,
    ),
    (
        "or chains",
        r#"{
  outputs = { nixpkgs, ... }@inputs: let
    a = inputs.missing or nixpkgs.more.git or "none";
    b = nixpkgs.none.deep or (nixpkgs.nothing or { c = 1; }).c or 2;
    d = { or = 1; }.or;
    f = x: x.y or x.z or 0;
    n = inputs.x.y.z or ./sub;
  in { lib = { inherit a b d n; e = [ (f { }) (f { z = 3; }) (f { y = 1; }) ]; g = inputs ? missing.deep || nixpkgs ? lib; }; };
}
"#,
    ),
    (
        "bindings in many definitions",
        r#"{
  outputs = { nixpkgs, ... }: let
    a.b = 1;
    x = a.b;
    a.c = { d = x; };
    a.e.f = "f";
    a.e.g = a.e.f;
    s = { t.u = 1; v = 2; t.w = 3; t.z.q = 4; };
  in {
    lib.one = a;
    packages.x86_64-linux.p = nixpkgs.lib.drv "p" { script = a.e.g; };
    lib.two = s;
    packages.x86_64-linux.q = nixpkgs.lib.drv "q" { };
    packages.aarch64-linux = { r = nixpkgs.lib.drv "r" { system = "aarch64-linux"; }; };
    lib.three.x = 1;
    lib.three.y = { z = 2; };
  };
}
"#,
    ),
    (
        "a rec set in many definitions",
        r#"{
  outputs = { nixpkgs, ... }: let
    r = rec { a.b = 1; c = a.b + a.d; a.d = 2; e = rec { f = c; g = a.b; }; };
  in { lib = rec { inherit r; h.i = r.c; j = h.i; h.k = j; }; };
}
"#,
    ),
    (
        "computed attributes",
        r#"{
  outputs = { nixpkgs, ... }: let
    n = "name";
    s = { ${n} = 1; "${n}-2" = { a = 2; }; b.${n}.c = 3; "quoted name" = { d = n; }; ${null} = 5; };
    t = rec { x = 1; "${n}" = x; y.z = x; };
    get = k: s.${k};
  in {
    lib = { inherit s t; g = get n; h = s."${n}-2".a; };
    packages.${"x86_64-linux"}.a = nixpkgs.lib.drv "a" { script = n; };
    lib2."with.dot".b = { c = n; };
  };
}
"#,
    ),
    (
        "paths of all kinds",
        r#"{
  outputs = { self, nixpkgs }: let
    here = ./.;
    file = ./sub/text.txt;
    dir = ./sub;
    up = ./sub/..;
    deep = ./sub + "/text.txt";
    name = "text";
    made = ./sub/${name}.txt;
    read = builtins.readFile ./sub/text.txt;
    list = builtins.attrNames (builtins.readDir ./sub);
    imported = import ./sub;
    called = import ./sub/double.nix 4;
    there = builtins.pathExists ./data.txt && !(builtins.pathExists ./none.txt);
  in {
    lib = {
      inherit file dir up deep made read list called there;
      imp = imported.value;
      base = baseNameOf ./sub/text.txt;
      str = toString ./data.txt;
      eq = here == ./.;
      each = map (f: ./sub + "/${f}") [ "default.nix" "double.nix" ];
      src = { path = ./sub; inherit (import ./sub) here; };
    };
  };
}
"#,
    ),
    (
        "attribute sets as functions",
        r#"{
  outputs = { nixpkgs, ... }: let
    f = { __functor = self: x: x + self.y; y = 3; };
    s = { __toString = self: "str ${self.n}"; n = "n"; };
    p = { outPath = "out"; };
  in { lib = { a = f 2; b = "${s}"; c = "${p}/x"; d = (f // { y = 10; }) 1; }; };
}
"#,
    ),
    (
        "fixed points",
        r#"{
  outputs = { nixpkgs, ... }: let
    fix = f: let x = f x; in x;
    set = fix (self: { a = 1; b = self.a + 1; c = self: self; d = self.b; });
    extends = o: f: self: let super = f self; in super // o self super;
    over = fix (extends (self: super: { a = super.a + 10; e = self.d; }) (self: { a = 1; d = self.a; }));
  in { lib = { inherit (set) a b d; inherit over; }; };
}
"#,
    ),
    (
        "what must not be forced",
        r#"{
  outputs = { nixpkgs, ... }: let
    bad = throw "never";
    worse = abort "never";
    s = { a = 1; b = bad; c = { d = worse; e = 2; }; };
    f = { x, y ? bad }: x;
    g = a: b: a;
    l = [ 1 bad 3 ];
    w = with { z = bad; q = 4; }; { inherit q; r = z; };
    h = inh.k;
    inh = { inherit (worseSet) v; k = 7; };
    worseSet = throw "no set";
  in {
    lib = { a = s.a; e = s.c.e; f = f { x = 1; }; g = g 1 bad; l = [ (builtins.length l) (builtins.elemAt l 2) ]; q = w.q; inherit h; t = builtins.tryEval bad; };
  };
}
"#,
    ),
    (
        "asserts and conditions",
        r#"{
  outputs = { nixpkgs, ... }: let
    f = x: assert x > 0; assert x < 10; x;
    g = x: if x then { a = 1; } else if !x then { b = 2; } else throw "c";
    a = assert true -> false || true; "ok";
    t = builtins.tryEval (f 11);
  in { lib = { b = f 3; c = g true; d = g false; inherit a t; }; };
}
"#,
    ),
];
