{
  outputs =
    { self }:
    {
      templates.default = { path = ./.; description = "It"; };
      lib.one = 1;
      lib.two = self.lib.one + 1;
    };
}
