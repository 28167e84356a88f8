{ suffix }:
{ self, ... }:
{
  flake."is-${suffix}" = { };
  perSystem =
    { self', ... }:
    {
      packages."tool-${suffix}" = self'.packages.tool;
    };
}
