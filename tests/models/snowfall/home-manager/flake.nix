{
  outputs = inputs: {
    lib.homeManagerConfiguration = arguments: arguments;
    nixosModules.home-manager = { };
    darwinModules.home-manager = { };
  };
}
