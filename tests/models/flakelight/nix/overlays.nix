{ fresh = final: previous: { }; }
