# Stands for nixpkgs. `lib` is the real one, linked beside this file by the recorder.
{
  outputs = { self }:
    let
      lib = (import ./lib).extend (final: previous: {
        nixosSystem = arguments: import ./nixos/lib/eval-config.nix (arguments // { lib = final; });
        nixos.evalModules = { modules ? [ ], specialArgs ? { }, ... }: final.evalModules {
          inherit modules;
          specialArgs = { modulesPath = toString ./nixos/modules; } // specialArgs;
        };
      });
    in
    {
      inherit lib;
      legacyPackages = lib.genAttrs lib.systems.flakeExposed (system: import ./. { inherit system; });
      nixosModules = { notDetected = { }; readOnlyPkgs = { }; };
    };
}
