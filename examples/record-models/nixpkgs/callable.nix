# A function that also has `override`.
function: {
  __functor = self: function;
  override = arguments: import ./callable.nix function;
}
