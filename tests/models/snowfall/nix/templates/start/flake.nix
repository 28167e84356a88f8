{ outputs = inputs: { }; }
