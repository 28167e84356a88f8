{ nixidy.target.repository = "https://example.org/a.git"; }
