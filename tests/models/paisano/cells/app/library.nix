{ inputs, cell }: { double = n: n * 2; version = "1"; }
