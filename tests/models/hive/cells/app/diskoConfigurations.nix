{ inputs, cell }: { web = { disko.devices = { }; }; }
