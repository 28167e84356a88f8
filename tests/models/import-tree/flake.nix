{
  inputs.import-tree.url = "github:vic/import-tree";

  outputs = { self, nixpkgs, import-tree }:
    let
      inherit (nixpkgs) lib;
      names = files: lib.genAttrs (map (file: lib.removeSuffix ".nix" (baseNameOf (toString file))) files) (name: true);
      tree = import-tree.withLib lib;
      named = tree.addAPI {
        small = self: self.filter (lib.hasInfix "/small/");
      };
    in
    {
      all = names (tree.leafs ./tree);
      filtered = names ((tree.filter (lib.hasInfix "/small/")).leafs ./tree);
      others = names ((tree.filterNot (lib.hasInfix "/small/")).leafs ./tree);
      matched = names ((tree.match ".*/[ab][.]nix").leafs ./tree);
      unmatched = names ((tree.matchNot ".*/[ab][.]nix").leafs ./tree);
      collected = names ((tree.addPath ./tree/small).addPath ./more).files;
      mapped = lib.genAttrs ((tree.map (file: baseNameOf (toString file))).leafs ./tree) (name: true);
      texts = names ((tree.initFilter (lib.hasSuffix ".txt")).leafs ./tree);
      hidden = names ((tree.initFilter (lib.hasInfix "/_")).leafs [ ./tree [ ./more ] ]);
      piped = (tree.pipeTo names) ./tree;
      called = names (named.small.leafs ./tree);
      fresh = names (((tree.addPath ./more).new.withLib lib).leafs ./tree/small);
      again = names ((tree.addPath (tree.addPath ./more)).files);
    };
}
