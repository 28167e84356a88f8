{
  inputs.haumea.url = "github:nix-community/haumea";

  outputs = { self, nixpkgs, haumea }:
    let
      inherit (haumea.lib) load loaders matchers transformers;
    in
    {
      lib = load { src = ./lib; inputs = { inherit (nixpkgs) lib; }; };
      lifted = load { src = ./lib; inputs = { inherit (nixpkgs) lib; }; transformer = transformers.liftDefault; };
      nixosModules = load { src = ./modules; loader = loaders.path; };
      data = load {
        src = ./data;
        loader = [ matchers.json matchers.toml (matchers.regex "(.+)[.]txt" (found: inputs: path: builtins.head found)) ];
        transformer = transformers.prependUnderscore;
      };
      options = load { src = ./parts; loader = loaders.verbatim; transformer = transformers.hoistAttrs "_api" "options"; };
      imports = load { src = ./parts; loader = loaders.verbatim; transformer = [ (transformers.hoistLists "_imports" "imports") ]; };
    };
}
