{ colorschemes.gruvbox.enable = true; }
