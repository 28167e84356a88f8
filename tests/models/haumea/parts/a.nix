{ x = 1; _api = { enable = true; }; _imports = [ 1 ]; }
