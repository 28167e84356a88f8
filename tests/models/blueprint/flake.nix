{
  inputs.blueprint.url = "github:numtide/blueprint";

  outputs = inputs: inputs.blueprint {
    inherit inputs;
    prefix = "nix/";
    systems = [ "x86_64-linux" "aarch64-darwin" ];
  };
}
