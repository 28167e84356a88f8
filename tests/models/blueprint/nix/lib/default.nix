{ flake, inputs, ... }: { double = n: n * 2; }
