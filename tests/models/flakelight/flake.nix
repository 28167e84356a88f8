{
  description = "a flake as a module";
  inputs.flakelight.url = "github:nix-community/flakelight";

  outputs = { self, flakelight, nixpkgs, ... }@inputs: flakelight ./. ({ lib, config, ... }: {
    imports = [ ./parts/more.nix ];
    inherit inputs;
    systems = [ "x86_64-linux" "aarch64-linux" "aarch64-darwin" ];
    package = { stdenv }: stdenv.mkDerivation { pname = "main"; version = "1"; src = ./.; };
    pname = "main";
    devShell.packages = pkgs: [ pkgs.jq ];
    devShells.docs = { packages = pkgs: [ ]; };
    apps = pkgs: { serve = "${pkgs.hello}/bin/hello"; };
    app = "hello";
    checks.unit = pkgs: "true";
    checks.gone = lib.mkIf (config.systems == [ ]) "true";
    overlays.more = final: previous: { };
    nixosModule = { ... }: { };
    nixosModules.web = ./parts/web.nix;
    homeModules.shell = { };
    nixosConfigurations.web = { system = "x86_64-linux"; modules = [ ]; };
    nixosConfigurations.pi.modules = [ ./parts/pi.nix ];
    template = { path = ./parts; description = "a start"; };
    lib.double = n: n * 2;
    perSystem = pkgs: { hydraJobs.build = pkgs.hello; };
    outputs = { answer = 42; checks.x86_64-linux.own = nixpkgs.legacyPackages.x86_64-linux.hello; };
    functor = self: self.lib.double;
  });
}
