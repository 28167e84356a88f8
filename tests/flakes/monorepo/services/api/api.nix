{ writeShellScriptBin }: writeShellScriptBin "api" "echo ok"
