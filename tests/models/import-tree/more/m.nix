{ seen.m = true; }
