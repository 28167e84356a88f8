{ flake, ... }: final: prev: { }
