{ rust = { path = ./.; description = "Rust"; }; go = { path = ./.; description = "Go"; }; }
