{ packages = pkgs: [ ]; }
