final: previous: { tool = previous.runCommand "tool" { } ""; }
