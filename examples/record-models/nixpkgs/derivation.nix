# A derivation with a name and nothing behind it.
system: given:
let
  arguments = if builtins.isFunction given then (let final = given final; in final) else given;
  name = arguments.name or "${arguments.pname or "package"}-${arguments.version or "0"}";
  self = {
    version = "1";
    meta = { };
    passthru = { };
  } // arguments // (arguments.passthru or { }) // {
    type = "derivation";
    pname = arguments.pname or (builtins.parseDrvName name).name;
    outPath = "/nix/store/00000000000000000000000000000000-${name}";
    drvPath = "/nix/store/00000000000000000000000000000000-${name}.drv";
    outputName = "out";
    outputs = [ "out" ];
    out = self;
    drvAttrs = { inherit name; };
    inherit name system;
    override = more: self;
    overrideAttrs = more: import ./derivation.nix system (arguments // (
      if !(builtins.isFunction more) then more
      else let first = more arguments; in if builtins.isFunction first then more arguments arguments else first
    ));
    overrideDerivation = more: self;
  };
in
self
