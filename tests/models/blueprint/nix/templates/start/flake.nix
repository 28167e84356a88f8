{ description = "a start"; outputs = inputs: { }; }
