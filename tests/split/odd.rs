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
    (
        "operators",
        r#"{
  outputs = { nixpkgs, ... }: let
    a = 1 + 2 * 3 - -4 / 2;
    b = [ 1 ] ++ [ 2 ] ++ [ ];
    c = { x = 1; } // { y = 2; } // { x = 3; };
    d = !(a == 9) && a != 1 || a <= 2 -> true;
    e = -(a);
    f = /nothing + "/c";
    g = 1.5 * 2;
    h = "a" < "b";
  in { lib = { inherit a b c d e g h; i = c ? x && !(c ? z.y); j = builtins.typeOf f; }; };
}
"#,
    ),
    (
        "curried functions",
        r#"{
  outputs = { nixpkgs, ... }: let
    f = a: b: { c, d ? b }: e: [ a b c d e ];
    g = f 1;
    h = g 2 { c = 3; };
    compose = f: g: x: f (g x);
    k = compose (x: x + 1) (x: x * 2);
    flip = f: a: b: f b a;
  in { lib = { a = h 4; b = k 5; c = flip (a: b: a - b) 1 10; d = (x: y: x) 1 2; }; };
}
"#,
    ),
    (
        "arguments of one name in functions",
        r#"{
  outputs = { nixpkgs, ... }: let
    pkgs = nixpkgs.legacyPackages.x86_64-linux;
    make = { pkgs, name }: pkgs.mk name "${name}";
    each = f: map (system: f nixpkgs.legacyPackages.${system}) [ "x86_64-linux" "aarch64-linux" ];
  in {
    packages.x86_64-linux.a = make { inherit pkgs; name = "a"; };
    lib.b = each (pkgs: [ pkgs.system (pkgs.mk "b" "b").drvPath (make { inherit pkgs; name = "c"; }).drvPath ]);
    lib.c = (pkgs: name: make { inherit pkgs name; }) pkgs "d";
  };
}
"#,
    ),
    (
        "each system with a let of its own",
        r#"{
  outputs = { self, nixpkgs, flake-utils }:
    flake-utils.lib.eachSystem [ "x86_64-linux" "aarch64-linux" ] (system:
      let
        pkgs = nixpkgs.legacyPackages.${system};
        script = name: text: pkgs.mk name ''
          #!/bin/sh
          ${text}
          echo ''${HOME}
        '';
        tools = { hello = script "hello" "echo hi"; bye = script "bye" "echo bye ${tools.hello}"; };
      in
      {
        packages = tools // { default = tools.hello; };
        checks = {
          a = script "check-a" ''
            test -n "${tools.bye}"
          '';
          b = script "check-b" "true";
        };
        devShells.default = pkgs.mk "shell" (builtins.concatStringsSep " " (builtins.attrValues tools));
      }) // { overlays.default = final: prev: { hello = self.packages.${prev.system}.hello; }; };
}
"#,
    ),
    (
        "overlays that name each other",
        r#"{
  outputs = { self, nixpkgs }: let
    lib = nixpkgs.lib;
    pkgs = lib.extend (lib.extend nixpkgs.tools self.overlays.default) self.overlays.more;
  in {
    overlays = {
      default = final: prev: { hello = lib.drv "hello" { script = "${prev.git}"; }; };
      more = final: prev: let git = "inner"; in { bye = lib.drv "bye" { script = "${prev.hello} ${git}"; }; };
    };
    packages.x86_64-linux = { inherit (pkgs) hello bye; };
  };
}
"#,
    ),
    (
        "modules that import modules",
        r#"{
  outputs = { nixpkgs, ... }: let
    common = { lib, config, ... }: { config.a = lib.name; };
    host = name: extra: nixpkgs.lib.evalModules {
      modules = [
        common
        ({ config, ... }: {
          config.host = name;
          config.motd = ''
            Welcome to ${name}
              indented
          '';
        })
        { config.plain = ./data.txt; }
      ] ++ extra;
    };
  in {
    nixosConfigurations = {
      one = (host "one" [ ]).config;
      two = (host "two" [ { config.extra = 2; } ]).config;
    };
    nixosModules = { inherit common; default = { lib, ... }: { config.d = lib.id 1; }; };
  };
}
"#,
    ),
    (
        "names with marks",
        r#"{
  outputs = { nixpkgs, ... }: let
    a' = 1;
    a'' = a' + 1;
    _b = a'';
    c-d = _b;
    e_f = c-d - 1;
    import' = x: x;
    builtins' = builtins // { g = 1; };
  in { lib = { inherit a' a'' _b c-d e_f; h = import' 3; i = builtins'.g; "j k" = c-d; }; };
}
"#,
    ),
    (
        "import and builtins of its own",
        r#"{
  outputs = { nixpkgs, ... }: let
    import = path: "imported ${baseNameOf (toString path)}";
    a = import ./sub;
    b = { builtins = { length = x: "own"; }; };
    c = let inherit (b) builtins; in { d = builtins.length [ ]; e = { f = builtins; }; };
  in { lib = { inherit a; g = c.d; h = import ./data.txt; i = { j = [ a ]; }; }; };
}
"#,
    ),
    (
        "true and null of its own",
        r#"{
  outputs = { nixpkgs, ... }: let
    true = "yes";
    f = null: { inherit null; };
    a = { inherit true; b = false; };
  in { lib = { inherit a; c = f 1; d = let false = 0; in [ false a.b ]; }; };
}
"#,
    ),
    (
        "lists of sets and calls",
        r#"{
  outputs = { nixpkgs, ... }: let
    l = [
      # the first
      { a = 1; }
      ({ b, ... }: b)
      (let c = 2; in { inherit c; })
      [ { d = 3; } ]
      # the last
    ];
    m = map (x: if builtins.isFunction x then x { b = 9; } else x) l;
  in { lib = { inherit m; n = builtins.length l; }; };
}
"#,
    ),
    (
        "strings in strings",
        r#"{
  outputs = { nixpkgs, ... }: let
    n = "x";
    a = "a ${"b ${"c ${n}"}"} \${n} $n $${n} \"q\" \n\t";
    b = ''
      ${n} ''${n} $n $${n} ''\${n} '''
        ${''
          inner ${n}
            more
        ''}
      ${"a" + ''
        b
      ''}
    '';
    ${"c"} = 1;
  in { lib = { inherit a b; d = "${n}${n}"; "${n}" = { e = "${a}"; }; }; };
}
"#,
    ),
    (
        "search paths and addresses",
        r#"{
  outputs = { nixpkgs, ... }: let
    u = https://example.org/a;
    t = x:x;
    p = builtins.tryEval (toString <nothing-like-this>);
  in { lib = { inherit u; a = { b = u; c = builtins.typeOf t; }; }; };
}
"#,
    ),
    (
        "outputs behind parentheses",
        r#"{
  outputs = (({ nixpkgs, ... }: ((let a = { b = 1; }; in ({ lib = (a); c = ({ d = (a.b); }); })))));
}
"#,
    ),
    (
        "outputs with one argument",
        r#"{
  outputs = inputs: with inputs; let
    a = nixpkgs.lib.name;
    b = { c = a; inherit (nixpkgs) tools; };
  in { lib = { inherit a; d = b.c; e = { names = builtins.attrNames b.tools; }; }; };
}
"#,
    ),
    (
        "a set that reads itself through self",
        r#"{
  outputs = { self, nixpkgs }: {
    lib = { a = 1; b = self.lib.a + 1; f = x: self.lib.a + x; };
    packages = nixpkgs.lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (system: {
      default = self.packages.${system}.a;
      a = nixpkgs.lib.drv "a" { inherit system; script = toString (self.lib.f 1); };
    });
    checks.x86_64-linux = self.packages.x86_64-linux // { extra = nixpkgs.lib.drv "e" { script = "${self.packages.x86_64-linux.a}"; }; };
  };
}
"#,
    ),
    (
        "variants of one thing",
        r#"{
  outputs = { nixpkgs, ... }: let
    pkgs = nixpkgs.legacyPackages.x86_64-linux;
    shell = name: args: pkgs.mk name (builtins.toJSON args);
  in {
    devShells.x86_64-linux = {
      # The small one.
      small = shell "small" {
        packages = [ "git" "jq" ];
        hook = ''
          echo small
            and more
        '';
        level = 1;
      };
      # The large one.
      large = shell "large" {
        packages = [ "git" "jq" ];
        hook = ''
          echo large
            and more
        '';
        level = 2;
      };
    };
  };
}
"#,
    ),
    (
        "deep rec with inherit",
        r#"{
  outputs = { nixpkgs, ... }: let
    x = "outer";
    r = rec {
      inherit x;
      y = rec { inherit (z) w; z = { w = x; }; x = "inner"; };
      v = { inherit x; inherit (y) w; };
      u = rec { x = "own"; t = [ x v.x ]; };
    };
  in { lib = { inherit r; s = r.y.w; }; };
}
"#,
    ),
    (
        "let of old with a body",
        r#"{
  outputs = { nixpkgs, ... }: let {
    a = 1;
    b = { c = a; d = e; };
    e = "e";
    body = { lib = { inherit a b; f = let { g = b.c; body = g + 1; }; }; };
  };
}
"#,
    ),
    (
        "a chain of lets in attributes",
        r#"{
  outputs = { nixpkgs, ... }: {
    lib = let a = 1; in { b = let c = a + 1; in { d = let a = c * 2; in [ a c ]; e = c; }; f = a; };
    packages.x86_64-linux = let
      mk = n: nixpkgs.lib.drv n { script = n; };
    in rec {
      one = mk "one";
      two = let mk = n: nixpkgs.lib.drv "other-${n}" { script = "${one}"; }; in mk "two";
      three = mk "three";
    };
  };
}
"#,
    ),
];
