//! Still more small flakes: calls, systems, modules, names of one's own, strings in strings. As in `shapes.rs`.
#![allow(clippy::needless_raw_string_hashes, reason = "one way of writing for all shapes")]

/// Name and `flake.nix`.
pub(super) const RARE: &[(&str, &str)] = &[
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
