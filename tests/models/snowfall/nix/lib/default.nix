{ lib, inputs, namespace, ... }: { node = name: { inherit name; }; }
