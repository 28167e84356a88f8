{ ... }: final: previous: { __dontExport = true; }
