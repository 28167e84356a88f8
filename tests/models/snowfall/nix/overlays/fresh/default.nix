{ channels, ... }: final: previous: { inherit (channels.unstable) jq; }
