{ mkShell, ... }: mkShell { }
