{ buildGoModule }:

buildGoModule {
  pname = "server";
  version = "0.3.0";
  src = ../src;
  vendorHash = null;
}
