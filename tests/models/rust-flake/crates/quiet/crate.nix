{
  autoWire = [ "doc" ];
}
