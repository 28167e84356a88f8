{ inputs, cell }: { base = { }; }
