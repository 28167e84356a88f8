{ lib, ... }: { words.greet = name: "hello ${name}"; }
