//! Small flakes, each with something that moving code gets wrong easily. `nixpkgs` is the stub of `stub.nix`;
//! derivations are real ones. Beside each `flake.nix` lie the files of [`BESIDE`].
#![allow(clippy::needless_raw_string_hashes, reason = "one way of writing for all shapes")]

/// Files beside every shape.
pub(super) const BESIDE: &[(&str, &str)] = &[
    ("data.txt", "data\n"),
    ("sub/default.nix", "{ value = 7; here = ./.; }\n"),
    ("sub/double.nix", "n: n * 2\n"),
    ("sub/text.txt", "text\n"),
    ("own/readme.txt", "no flake reads this folder\n"),
];

/// Name and `flake.nix`.
pub(super) const SHAPES: &[(&str, &str)] = &[
    (
        "plain value",
        r#"{
  outputs = { self, nixpkgs }: {
    packages.x86_64-linux.default = nixpkgs.lib.drv "a" { script = "echo ${nixpkgs.lib.name}"; };
    # The second one.
    packages.x86_64-linux.other = nixpkgs.lib.drv "b" { script = "echo b"; };
  };
}
"#,
    ),
    (
        "a function without free names",
        r#"{
  outputs = { self, nixpkgs }: let
    make = kind: name: { inherit kind; drv = nixpkgs.lib.drv name { script = kind; }; };
    pair = left: right: { inherit left right; };
    one = pair (make "a" "one") (pair 1 2);
    two = builtins.mapAttrs (n: v: pair n v) { a = 1; };
  in {
    lib = { inherit pair one two; third = pair 1; drv = one.left.drv; };
  };
}
"#,
    ),
    (
        "let chain",
        r#"{
  outputs = { nixpkgs, ... }: let
    lib = nixpkgs.lib;
    # one
    one = lib.drv "one" { script = "1"; };

    # two reads one
    two = lib.drv "two" { script = "${one}"; };
    three = lib.drv "three" { script = "${one} ${two}"; }; # behind three
  in {
    packages.x86_64-linux = { inherit one two three; };
  };
}
"#,
    ),
    (
        "mutual recursion",
        r#"{
  outputs = { nixpkgs, ... }:
    let
      even = n: if n == 0 then true else odd (n - 1);
      odd = n: if n == 0 then false else even (n - 1);
      drv = nixpkgs.lib.drv "e" { script = if even 10 then "even" else "odd"; };
    in
    { packages.x86_64-linux.default = drv; lib = { a = even 7; b = odd 7; }; };
}
"#,
    ),
    (
        "self reference",
        r#"{
  outputs = { nixpkgs, ... }: let
    fact = n: if n < 2 then 1 else n * fact (n - 1);
  in { lib.f = fact 6; };
}
"#,
    ),
    (
        "rec set",
        r#"{
  outputs = { nixpkgs, ... }: rec {
    lib = rec { a = 1; b = a + 1; c = { inherit a b; d = b + lib.a; }; };
    packages.x86_64-linux.default = nixpkgs.lib.drv "r" { script = toString lib.c.d; };
  };
}
"#,
    ),
    (
        "self",
        r#"{
  outputs = { self, nixpkgs }: {
    packages.x86_64-linux.a = nixpkgs.lib.drv "a" { script = "a"; };
    packages.x86_64-linux.b = nixpkgs.lib.drv "b" { script = "${self.packages.x86_64-linux.a}"; };
    devShells.x86_64-linux.default = nixpkgs.lib.drv "s" { script = toString (builtins.attrValues self.packages.x86_64-linux); };
  };
}
"#,
    ),
    (
        "with around",
        r#"{
  outputs = { nixpkgs, ... }: with nixpkgs.lib; {
    packages.x86_64-linux.a = drv "a" { script = concat [ "x" name ]; };
    packages.x86_64-linux.b = drv "b" { script = name; };
  };
}
"#,
    ),
    (
        "with inside",
        r#"{
  outputs = { nixpkgs, ... }: let
    tools = with nixpkgs.tools; [ git jq curl ];
  in { packages.x86_64-linux.a = nixpkgs.lib.drv "a" { script = toString tools; }; };
}
"#,
    ),
    (
        "nested with",
        r#"{
  outputs = { nixpkgs, ... }: with nixpkgs.lib; with nixpkgs.tools; {
    packages.x86_64-linux.a = drv "a" { script = toString [ git jq name ]; };
    packages.x86_64-linux.b = with nixpkgs.more; drv "b" { script = toString [ git jq name ]; };
  };
}
"#,
    ),
    (
        "with against let",
        r#"{
  outputs = { nixpkgs, ... }: let git = "lexical"; in with nixpkgs.tools; {
    lib.a = git;
    lib.b = [ git jq ];
    lib.c = let jq = "inner"; in [ git jq ];
  };
}
"#,
    ),
    (
        "with of many names",
        r#"{
  outputs = { nixpkgs, ... }: with nixpkgs.tools; let
    all = [ git jq curl wget sed awk grep less more ];
    few = [ git ];
  in { lib = { inherit all few; }; };
}
"#,
    ),
    (
        "with of a call",
        r#"{
  outputs = { nixpkgs, ... }: with (nixpkgs.lib.id nixpkgs.tools); {
    lib.a = [ git jq ];
    lib.b = [ curl ];
  };
}
"#,
    ),
    (
        "global shadowed",
        r#"{
  outputs = { nixpkgs, ... }: let
    map = f: xs: "shadowed";
    toString = x: "no";
    a = map (x: x) [ 1 ];
    b = builtins.map (x: x + 1) [ 1 ];
    c = toString 1;
  in { lib = { inherit a b c; }; };
}
"#,
    ),
    (
        "import shadowed",
        r#"{
  outputs = { nixpkgs, ... }: let
    import = x: "shadowed";
    a = { v = import ./sub; w = 1; };
  in { lib = { inherit a; b = { x = 1; }; }; };
}
"#,
    ),
    (
        "shadowing on the way",
        r#"{
  outputs = { nixpkgs, ... }: let
    x = 1;
    outer = x + 1;
  in {
    lib = let x = 10; y = outer + x; in { a = y; b = { x }: x + outer; c = (x: x * outer) 3; d = { inherit x y; }; };
  };
}
"#,
    ),
    (
        "paths",
        r#"{
  outputs = { nixpkgs, ... }: let
    text = builtins.readFile ./data.txt;
    sub = import ./sub;
    double = import ./sub/double.nix;
  in {
    lib = { inherit text; v = sub.value; d = double 4; e = import ./sub/double.nix (import ./sub).value; };
    packages.x86_64-linux.a = nixpkgs.lib.drv "a" { script = "${./data.txt} ${./sub}"; };
  };
}
"#,
    ),
    (
        "computed paths",
        r#"{
  outputs = { nixpkgs, ... }: let name = "text"; in {
    lib.a = builtins.readFile (./sub + "/text.txt");
    lib.b = builtins.readFile ./sub/${name}.txt;
    lib.c = builtins.readFile ./${"data"}.txt;
    lib.d = builtins.readFile (./. + "/sub/${name}.txt");
    lib.e = builtins.attrNames (builtins.readDir ./sub);
    lib.f = baseNameOf (toString ./sub/..) == baseNameOf (toString ./.);
  };
}
"#,
    ),
    (
        "indented strings",
        r#"{
  outputs = { nixpkgs, ... }: {
    lib.a = ''
      one
        two ${toString 2}
      three
    '';
    lib.b = { text = ''
        deep
          er

        ${"x"} end
      ''; n = 1; };
    lib.c = ''first line
      then this
        and this'';
    lib.d = nixpkgs.lib.id ''
	tab
	  more
    '';
    lib.e = ''
      escape ''${x} '''quote''' ''\n
      	tab behind spaces
    '';
    lib.f = ''

      blank before


      blank within
    '';
    lib.g = ''
   less
 least
     more
    '';
  };
}
"#,
    ),
    (
        "strings over lines",
        r#"{
  outputs = { nixpkgs, ... }: {
    lib.a = { text = "one
      two
    three"; };
    lib.b = nixpkgs.lib.concat [ "a
b" ''
        c ${nixpkgs.lib.concat [
          "d
            e"
        ]}
        f
      '' ];
  };
}
"#,
    ),
    (
        "comments",
        r##"{
  outputs = { nixpkgs, ... }: let
    /* A block
       over lines. */
    a = 1; # behind a

    # Section

    # above b
    # two lines
    b = {
      # inside
      c = a; /* inline */ d = "# no comment"; # behind d
    };
  in { lib = { inherit a b; /* odd */ e = /* before */ { f = 2; } /* behind */; }; };
}
"##,
    ),
    (
        "inherit",
        r#"{
  outputs = { nixpkgs, ... }@inputs: let
    inherit (nixpkgs) lib tools;
    inherit (lib) drv;
    src = { a = 1; b = 2; };
    inherit (src) a b;
    set = { inherit a b; inherit (tools) git; c = drv "c" { script = toString (a + b); }; };
  in { lib = { inherit set; }; packages.x86_64-linux = { inherit (set) c; }; };
}
"#,
    ),
    (
        "defaults and at",
        r#"{
  outputs = inputs@{ self, nixpkgs, ... }: let
    f = { a, b ? a + 1, ... }@args: a + b + (args.c or 0);
    g = args@{ x ? 1, y ? x }: builtins.attrNames args ++ [ x y ];
  in { lib = { v = f { a = 1; c = 5; }; w = g { y = 3; }; n = builtins.attrNames (builtins.functionArgs f); i = inputs ? nixpkgs; }; };
}
"#,
    ),
    (
        "dotted let",
        r#"{
  outputs = { nixpkgs, ... }: let
    cfg.a = 1;
    cfg.b.c = cfg.a + 1;
    other = cfg;
    cfg.b.d = 4;
  in { lib = { inherit cfg other; }; };
}
"#,
    ),
    (
        "merged attributes",
        r#"{
  outputs = { nixpkgs, ... }: {
    lib.a = { x = 1; };
    lib.b.c = 2;
    lib.b.d = { e = 3; };
    lib.b.d.f = 4;
    packages.x86_64-linux = { };
    packages.aarch64-linux.a = nixpkgs.lib.drv "a" { script = "a"; };
  };
}
"#,
    ),
    (
        "dynamic names",
        r#"{
  outputs = { nixpkgs, ... }: let system = "x86_64-linux"; in {
    packages.${system} = { default = nixpkgs.lib.drv "a" { inherit system; script = "x"; }; "quoted name" = nixpkgs.lib.drv "q" { script = "q"; }; };
    devShells.${system}.default = nixpkgs.lib.drv "s" { script = "s"; };
    lib."two words".x = { y = 1; };
  };
}
"#,
    ),
    (
        "every system",
        r#"{
  outputs = { self, nixpkgs, ... }: let
    systems = [ "x86_64-linux" "aarch64-darwin" ];
    forAll = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
  in {
    packages = forAll (pkgs: let
      tool = pkgs.mk "tool" ''
        echo ${pkgs.system}
      '';
    in { inherit tool; default = tool; });
    devShells = forAll (pkgs: {
      default = pkgs.mk "shell" ''
        export A=${self.packages.${pkgs.system}.tool}
      '';
      ci = pkgs.mk "ci" "ci";
    });
  };
}
"#,
    ),
    (
        "each system",
        r#"{
  outputs = { self, nixpkgs, flake-utils }: flake-utils.lib.eachSystem [ "x86_64-linux" "aarch64-linux" ] (system:
    let
      pkgs = nixpkgs.legacyPackages.${system};
      scripts = {
        build = pkgs.mk "build" "b";
        test = pkgs.mk "test" "t";
      };
      all = builtins.attrValues scripts;
    in
    {
      packages = scripts // { default = scripts.build; };
      devShells.default = pkgs.mk "shell" (toString all);
    }
  ) // { lib.top = 1; };
}
"#,
    ),
    (
        "overlays",
        r#"{
  outputs = { self, nixpkgs, ... }: {
    overlays.default = final: prev: {
      hello = prev.mk "hello" "${final.system}";
      twice = final.mk "twice" "${final.hello}";
    };
    overlays.more = final: prev: { more = final.twice or null; };
    packages.x86_64-linux = let
      pkgs = nixpkgs.lib.extend (nixpkgs.lib.extend nixpkgs.legacyPackages.x86_64-linux self.overlays.default) self.overlays.more;
    in { inherit (pkgs) hello twice; };
  };
}
"#,
    ),
    (
        "modules",
        r#"{
  outputs = { self, nixpkgs, ... }: let
    user = "me";
  in {
    nixosModules.base = { config, lib, ... }: { config.name = lib.concat [ "host-" user ]; };
    nixosConfigurations.host = nixpkgs.lib.evalModules {
      modules = [
        self.nixosModules.base
        ({ config, ... }: {
          config.text = ''
            ${config.name}
              ${user}
          '';
        })
        { config.n = 1; }
      ];
    };
  };
}
"#,
    ),
    (
        "lazy",
        r#"{
  outputs = { nixpkgs, ... }: let
    boom = throw "never";
    pair = { good = 1; bad = boom; };
    list = [ 1 boom ];
    fine = builtins.length list;
  in { lib = { a = pair.good; b = fine; c = (x: 1) boom; d = if true then 2 else boom; }; };
}
"#,
    ),
    (
        "assert and if",
        r#"{
  outputs = { nixpkgs, ... }: let
    a = assert 1 == 1; { v = 1; };
    b = if a.v == 1 then { w = a.v; } else throw "no";
    c = !(b ? x) && b ? w || false -> true;
    d = -(b.w) + 3 * 2 - 4 / 2;
  in { lib = { inherit a b c d; e = [ (1 + 1) (a // b) ] ++ [ 3 ]; }; };
}
"#,
    ),
    (
        "or default",
        r#"{
  outputs = { nixpkgs, ... }: let
    set = { a.b = 1; };
    x = set.a.b or 5;
    y = set.a.c or { z = set.a.d or "none"; };
    key = "a";
    w = set.${key}.b;
  in { lib = { inherit x y w; v = set.${"q"}.r or x; }; };
}
"#,
    ),
    (
        "functions",
        r#"{
  outputs = { nixpkgs, ... }: let
    compose = f: g: x: f (g x);
    inc = x: x + 1;
    twice = f: compose f f;
    four = twice (twice inc) 0;
    curry = { a }: { b ? a }: { inherit a b; };
  in { lib = { inherit four; c = curry { a = 1; } { }; d = compose (x: { inherit x; }) inc 1; }; };
}
"#,
    ),
    (
        "one line",
        r#"{ outputs = { nixpkgs, ... }: let a = { x = 1; }; b = { y = a.x; }; in { lib = { inherit a b; c = { z = 1; }; }; }; }
"#,
    ),
    (
        "legacy let",
        r#"{
  outputs = { nixpkgs, ... }: {
    lib = let { a = 1; b = { c = a; }; body = { inherit a b; }; };
  };
}
"#,
    ),
    (
        "odd names",
        r#"{
  outputs = { nixpkgs, ... }: let
    a' = 1;
    b-c = a' + 1;
    _d = { e' = b-c; };
    "quoted" = 5;
  in { lib = { inherit a' b-c; d = _d; q = quoted; "x y" = { z = a'; }; }; };
}
"#,
    ),
    (
        "names of keywords",
        r#"{
  outputs = { nixpkgs, ... }: {
    lib."let" = { a = 1; };
    lib."in" = { b = 2; };
    lib.or = { c = 3; };
  };
}
"#,
    ),
    (
        "same names twice",
        r#"{
  outputs = { nixpkgs, ... }: {
    a = let v = { n = 1; }; w = { m = v.n; }; in { inherit v w; };
    b = let v = { n = 2; }; w = { m = v.n; }; in { inherit v w; };
    packages.x86_64-linux.default = nixpkgs.lib.drv "p" { script = "p"; };
    devShells.x86_64-linux.default = nixpkgs.lib.drv "d" { script = "d"; };
  };
}
"#,
    ),
    (
        "private helpers",
        r#"{
  outputs = { nixpkgs, ... }: let
    hook = ''
      echo hook
    '';
    wrap = text: "[${text}]";
    shared = "s";
  in {
    devShells.x86_64-linux.default = nixpkgs.lib.drv "d" { script = wrap hook + shared; };
    lib.v = shared;
  };
}
"#,
    ),
    (
        "arguments that are attributes",
        r#"{
  outputs = { nixpkgs, ... }: let
    pkgs = nixpkgs.legacyPackages.x86_64-linux;
    lib = nixpkgs.lib;
  in {
    values = { pkgs = pkgs.system; lib = lib.name; both = { inherit (pkgs) system; inherit (lib) name; }; };
    more = rec { pkgs = "mine"; text = pkgs; deep = { inherit pkgs; t = lib.id text; }; };
  };
}
"#,
    ),
    (
        "dead code",
        r#"{
  outputs = { nixpkgs, ... }: let
    used = 1;
    # nobody reads it
    dead = { x = used; y = deader; };
    deader = "gone";
  in { lib = { a = used; b = let unused = 2; in used; }; };
}
"#,
    ),
    (
        "pipes of sets",
        r#"{
  outputs = { nixpkgs, ... }: {
    lib = { a = 1; } // { b = { c = 2; }; } // (if true then { d = { e = 3; }; } else { });
    list = [ { a = 1; } { b = [ { c = 2; } ]; } (x: x) ] ++ (let q = { r = 1; }; in [ q.r q ]);
  };
}
"#,
    ),
    (
        "windows line ends",
        "{\r\n  outputs = { nixpkgs, ... }: let\r\n    a = {\r\n      x = 1;\r\n    };\r\n    b = ''\r\n      text\r\n    '';\r\n  in { lib = { inherit a b; }; };\r\n}\r\n",
    ),
];
