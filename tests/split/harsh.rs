//! Small flakes written against the writer: comments everywhere, odd white space, names that hide each other. As in
//! `shapes.rs`.
#![allow(clippy::needless_raw_string_hashes, reason = "one way of writing for all shapes")]

/// Name and `flake.nix`.
pub(super) const HARSH: &[(&str, &str)] = &[
    (
        "comments everywhere",
        r#"# top
{ # after the brace
  /* before outputs */ outputs /* a */ = /* b */ { /* c */ nixpkgs /* d */, # e
    ... /* f */ } /* g */ : # h
    /* i */ let # j
      # above a
      /* lead */ a /* k */ = # l
        # m
        [ # n
          1 /* o */ # p
          # q
          2
          # r
        ] # s
        ; # t
      # u

      # v alone

      b /* w */ . /* x */ c = /* y */ { # z
        d = a; # behind d
        /* e */ e = ( # paren
          a # in paren
        );
      };
      # before inherit
      inherit (nixpkgs.lib) /* one */ drv # two
        # three
        name;
      # last of let
    in # aa
    # bb
    { # cc
      /* dd */ lib /* ee */ . /* ff */ x = /* gg */ b.c /* hh */; # ii
      # jj
      lib.y = /* kk */ name;
      packages /* ll */ . "x86_64-linux" /* mm */ . z /* nn */ = /* oo */ drv /* pp */ "z" # qq
        { /* rr */ script = " # no comment /* nor this */"; # ss
        } # tt
        ; # uu
      # vv
    } # ww
    # xx
    ; # yy
} # zz
"#,
    ),
    (
        "inherit in odd places",
        r#"{
  outputs = inputs@{ self, nixpkgs, ... }: let
    inherit (inputs) flake-utils;
    inherit ({ a = 1; "b c" = 2; }) a "b c";
    inherit;
    inherit (nixpkgs) lib;
    inherit (lib) drv; inherit (lib) id
      concat;
    x = { inherit a; inherit (x) ; inherit (rec { q = 3; r = q + a; }) q r; };
    y = let inherit (x) q; in { inherit q; inherit (let q = 5; in { w = q; }) w; };
    z = { inherit inputs; }.inputs ? nixpkgs;
    f = { a, b ? (let inherit (x) r; in r), ... }@args: { inherit a b; inherit (args) a'; };
    a' = with { inherit a; }; a;
  in {
    lib = { inherit x y z; inherit (f { inherit a a'; }) a b a'; c = concat [ (id "i") ]; };
    packages.x86_64-linux = { inherit (rec { one = drv "one" { }; two = drv "two" { script = "${one}"; }; }) one two; };
  };
}
"#,
    ),
    (
        "rec in rec",
        r#"{
  outputs = { nixpkgs, ... }: rec {
    lib = rec {
      a = 1;
      b = rec { a = 2; c = a + d; d = rec { a = 3; e = a + f; f = a; }.e; };
      g = { a = 4; h = a; };
      i = rec { inherit a; j = a; };
      "k" = a; l = k; ${"m"} = l;
      n.o = 5; n.p = n.o; q = n;
    };
    packages.x86_64-linux = rec {
      default = one;
      one = nixpkgs.lib.drv "one" { script = toString lib.b.c; };
      two = let one = lib.a; in nixpkgs.lib.drv "two" { script = "${default} ${toString one}"; };
    };
  };
}
"#,
    ),
    (
        "with in with, and names around",
        r#"{
  outputs = { nixpkgs, ... }: with nixpkgs; with { one = 1; lib' = lib; map = f: xs: "mine"; }; let
    two = with { one = 11; two = 22; }; [ one two' (with { two' = 222; }; [ two' one ]) ];
    two' = 2;
    three = with lib; with { name = "inner"; }; [ name (id one) ];
    four = with { }; with (if one == 1 then { four' = 4; } else { }); [ four' (map (x: x) [ 1 ]) ];
    five = (with tools; x: with x; [ jq.name git.name ]) { git = { name = "given"; }; };
    six = with rec { six = seven; seven = 7; }; let seven = 70; in [ seven (with { seven = 700; }; seven) ];
  in {
    lib = with { lib = "not this"; }; { inherit two three four six; five = five; seven = lib; };
    packages.x86_64-linux.a = with legacyPackages.x86_64-linux; with { mk = throw "no"; }; with lib;
      with legacyPackages.x86_64-linux; mk name system;
  };
}
"#,
    ),
    (
        "strings that escape",
        r#"{
  outputs = { nixpkgs, ... }: let
    inherit (nixpkgs) lib;
    n = "N";
    a = ''
      ''${n} $${n} ''$ $ ''' ''\n ''\t ''\
        ${n} ${"''"}${''
          inner ${''
            deepest ''${x} ${n}
          ''}
        ''}
      	tab
    '';
    b = "\${n} \" \\ \n $${n} $ ${"\${"} ${''''} ${''${n}''}";
    c = ''   one line ${n}  '';
    d = ''
   less
      more ${n}
  '';
    e = "
      plain
        ${n}
    ";
    f = ''
	tabbed
	  more
    '';
    g = ''
      ${''
        x
      ''}  y
    '';
    h = { "${n}" = 1; "a${n}b".c = 2; "plain" = 3; ${"x" + "y"} = 4; "''" = 5; "\${" = 6; };
  in {
    lib = { inherit a b c d e f g h; i = ''
''; j = ''''; k = ''

      blank

        lines
    ''; };
    packages.x86_64-linux.x = lib.drv "x" { script = ''
      cat <<'EOF'
      ''${HOME}
      	${a}
      EOF
    ''; };
  };
}
"#,
    ),
    (
        "paths",
        r#"{
  outputs = { self, nixpkgs, ... }: let
    here = ./.;
    up = ./sub/..;
    file = ./data.txt;
    odd = ./sub/../sub/./default.nix;
    slash = ./sub + "/default.nix";
    text = builtins.readFile (./. + "/data.txt");
    computed = n: ./${n}.txt;
    within = ./${"sub"}/default.nix;
    names = builtins.attrNames (builtins.readDir ./sub);
    imported = import ./sub;
    also = import (./sub + "/default.nix");
    bound = let import = x: [ "mine" x ]; in import ./data.txt;
    absolute = builtins.typeOf /etc;
  in {
    lib = {
      inherit here up file odd slash text within names imported also bound absolute;
      c = builtins.readFile (computed "data");
      s = "${toString ./sub}/x";
      l = [ ./data.txt (./sub) ./. ];
      p = map (p: p + "/y") [ ./sub ];
      e = builtins.pathExists ./data.txt;
    };
    packages.x86_64-linux.x = nixpkgs.lib.drv "x" { script = "${./data.txt}"; };
  };
}
"#,
    ),
    (
        "line ends of another system",
        "{\r\n  # a comment\r\n  outputs = { nixpkgs, ... }: let\r\n    # about a\r\n    a = ''\r\n      one\r\n        two ${b}\r\n    '';\r\n    b = \"x\r\ny\";\r\n\r\n    c = [\r\n      1 # one\r\n      2\r\n    ];\r\n  in {\r\n    lib = { inherit a b; c = c; };\r\n    packages.x86_64-linux.x = nixpkgs.lib.drv \"x\" {\r\n      script = a;\r\n    };\r\n  };\r\n}\r\n",
    ),
    (
        "tabs",
        "{\n\toutputs = { nixpkgs, ... }: let\n\t\ta = ''\n\t\t\tone\n\t\t\t\ttwo ${b}\n\t\t'';\n\t\tb = [\n\t\t\t1\t# one\n\t  2\n\t\t];\n\n\t\t/* of c\n\t\t * more\n\t\t */\n\t\tc = {\n\t\t\td =\tb;\n\t\t};\n\tin {\n\t\tlib = { inherit c; };\n\t\tpackages.x86_64-linux.x = nixpkgs.lib.drv \"x\" {\n\t\t\tscript = ''\n\t\t\t\techo ${toString b}\n\t\t\t'';\n\t\t};\n\t};\n}\n",
    ),
    (
        "one line",
        r#"{outputs={nixpkgs,...}@i: let a=1;b=a+2;/*c*/c=x: y: [x y a];inherit(nixpkgs)lib;d={e.f=a;e.g=b;};in with lib;{lib={inherit a b;h=c 1 2;j=d.e;k=if a==1 then"yes"else"no";};packages.x86_64-linux={x=drv"x"{script="${toString a}";};y=(drv"y")({});};};}"#,
    ),
    (
        "let in defaults of formals",
        r#"{
  outputs = { nixpkgs, lib ? (let l = nixpkgs.lib; in l // { own = true; }), ... }: let
    f = { a, b ? let c = a + 1; in c * d, d ? 2, g ? ({ h ? a, ... }: [ h b ]) }: [ a b d (g { }) ];
    k = { x ? y, y ? 1, z ? (let x = 10; in { x, w ? x }: [ x w ]) }@all: [ x y (z { x = 5; }) (builtins.attrNames all) ];
    m = { pkgs ? nixpkgs.legacyPackages.x86_64-linux, name ? (with pkgs; system) }: pkgs.mk name "s";
  in {
    lib = { a = f { a = 1; }; b = f { a = 1; b = 2; }; c = k { }; d = k { y = 3; }; e = lib.own or "none"; };
    packages.x86_64-linux.x = m { };
    packages.x86_64-linux.y = m { name = "other"; };
  };
}
"#,
    ),
    (
        "overlays that shadow",
        r#"{
  outputs = { self, nixpkgs, ... }: let
    final = "outer final";
    base = { one = 1; mk = n: nixpkgs.lib.drv "n${toString n}" { }; };
    overlay = final: prev: {
      two = final.one + prev.one;
      three = let prev = { one = 100; }; in final.two + prev.one;
      four = (prev: prev.one) final;
      nested = prev.nested or { } // (let inner = final: prev: { five = final.five' or 5; }; in inner { } prev);
    };
    other = final: _: with final; { one = 10; six = two + 1; final = "attr"; };
    compose = a: b: final: prev: let p = a final prev; in p // b final (prev // p);
    run = o: let f = base // o f base; in removeAttrs f [ "mk" ];
  in {
    overlays.default = overlay;
    overlays.other = other;
    overlays.both = compose overlay other;
    lib = { a = run overlay; b = run (compose overlay other); inherit final; };
    packages.x86_64-linux.x = (base // overlay base base).mk 1;
  };
}
"#,
    ),
    (
        "modules that shadow config and lib",
        r#"{
  outputs = { self, nixpkgs, ... }: let
    lib = nixpkgs.lib;
    config = { a = "outer"; };
    host = extra: (lib.evalModules {
      modules = [
        ({ config, lib, ... }: { config = { a = lib.name; b = config.a; }; })
        ({ config, ... }: let lib = { name = "mine"; }; in { config = { c = lib.name + config.b; d = with config; a + b; }; })
        { config.e = config.a; }
        (let lib = { name = "around"; }; in { config, ... }@args: { config = { f = lib.name; g = args.lib.name; }; })
        extra
      ];
    }).config;
  in {
    nixosConfigurations.one = host ({ config, ... }: { config = { h = config.g; text = ''
      ${config.a}
        ''${config.a}
    ''; }; });
    nixosConfigurations.two = host { config.h = config.a; };
    nixosModules.default = { config, lib, ... }: { config.i = lib.name; };
    lib.names = builtins.attrNames config;
  };
}
"#,
    ),
    (
        "deep in brackets",
        r#"{
  outputs = { nixpkgs, ... }: ((let a = (({ b = ([ ((1)) (2) ]); })); in (let c = (a); in ((({
    lib = (({ inherit a c; d = ((x: ((x)))) (3); }));
    packages = ({ x86_64-linux = (({ x = ((nixpkgs.lib.drv) ("x") ({ script = (("s")); })); })); });
  })))))); 
}
"#,
    ),
];
