# flake-compat: the flake of a directory for tools that know no flakes. Written after its README; what is said of a
# default package holds where the system is known, and without arguments it is not.
{ ... }:
let
  inherit (builtins) isAttrs removeAttrs;
  # A fork takes the flake's folder in the source as `root`.
  known = [ "copySourceTreeToStore" "root" "src" "system" "useBuiltinsFetchTree" ];
  compat = arguments:
    let
      flake = builtins.__flake { path = if arguments ? root then arguments.src + "/${arguments.root}" else arguments.src; };
      system = arguments.system or "unknown-system";
      only = kind: name: if isAttrs (flake.${kind}.${system} or null) then flake.${kind}.${system}.${name} or null else null;
      default = kind: old:
        let found = only kind "default"; in
        if found != null then { default = found; }
        else if flake ? ${old}.${system} then { default = flake.${old}.${system}; }
        else { };
      defaultNix = removeAttrs flake [ "__functor" ] // default "packages" "defaultPackage";
    in
    if removeAttrs arguments known != { } then builtins.__unknown "a flake that is fetched"
    else {
      inherit defaultNix;
      inherit (flake) inputs;
      outputs = flake;
      shellNix = defaultNix // default "devShells" "devShell";
    };
in
{
  __import = compat;
  outPath = builtins.__unknown "a source that is fetched";
}
