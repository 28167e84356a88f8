{ lib, super, root }: { greet = name: "${super.words} ${name}"; }
