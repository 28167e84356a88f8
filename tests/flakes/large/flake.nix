{
  description = "Weather stations: what they run, the shells to work on it, the modules that deploy it";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    rust-overlay.url = "github:oxalica/rust-overlay";
    flake-utils.url = "github:numtide/flake-utils";
    deploy-tool.url = "github:example-org/deploy-tool";
    deploy-tool.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    {
      self,
      nixpkgs,
      rust-overlay,
      flake-utils,
      deploy-tool,
    }:
    let
      inherit (nixpkgs) lib;

      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];

      forAllSystems =
        build:
        lib.genAttrs systems (
          system:
          build (
            import nixpkgs {
              inherit system;
              overlays = [ rust-overlay.overlays.default ];
            }
          )
        );

      # The settings of a station, as a file: packages, shells and modules all read it.
      stationSettings =
        pkgs: station:
        let
          sensors = lib.concatMapStringsSep "\n" (sensor: ''
            [[sensor]]
            name = "${sensor.name}"
            every = ${toString sensor.every}
          '') (station.sensors or [ ]);
        in
        pkgs.writeText "station-${station.name}.toml" ''
          [station]
          name = "${station.name}"
          upload = "${station.upload or "never"}"

          ${sensors}
        '';

      testStation = {
        name = "test";
        sensors = map (number: {
          name = "sensor-${toString number}";
          every = number * 10;
        }) (lib.range 1 3);
      };

      # ---- packages --------------------------------------------------------------------------------

      collector =
        pkgs:
        pkgs.rustPlatform.buildRustPackage {
          pname = "collector";
          version = "2.4.1";
          src = ./collector;
          cargoLock.lockFile = ./collector/Cargo.lock;
          nativeBuildInputs = [ pkgs.pkg-config ];
          buildInputs = [
            pkgs.libusb1
            pkgs.openssl
          ];
          postInstall = ''
            # Ship the settings that the tests use.
            install -Dm444 ${stationSettings pkgs testStation} $out/share/collector/test.toml
            mkdir -p $out/share/bash-completion/completions
            $out/bin/collector completions bash > $out/share/bash-completion/completions/collector
          '';
          meta = {
            description = "Reads the sensors and keeps what they say";
            mainProgram = "collector";
            platforms = lib.platforms.linux;
          };
        };

      dashboard =
        pkgs:
        pkgs.buildNpmPackage {
          pname = "dashboard";
          version = "1.9.0";
          src = ./dashboard;
          npmDepsHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
          nativeBuildInputs = [ pkgs.python3 ];
          buildPhase = ''
            runHook preBuild

            npm run build -- --mode production
            for page in dist/*.html; do
              gzip --keep --best "$page"
            done

            runHook postBuild
          '';
          installPhase = ''
            mkdir -p $out/share
            cp -r dist $out/share/dashboard
          '';
        };

      firmware =
        pkgs:
        let
          target = "thumbv7em-none-eabihf";
          toolchain = pkgs.rust-bin.stable.latest.minimal.override { targets = [ target ]; };
          platform = pkgs.makeRustPlatform {
            cargo = toolchain;
            rustc = toolchain;
          };
        in
        platform.buildRustPackage {
          pname = "firmware";
          version = "0.8.2";
          src = ./firmware;
          cargoLock.lockFile = ./firmware/Cargo.lock;
          doCheck = false;
          buildPhase = ''
            cargo build --release --target ${target}
          '';
          installPhase = ''
            install -Dm444 target/${target}/release/firmware.elf $out/firmware.elf
            ${pkgs.binutils}/bin/objcopy -O ihex $out/firmware.elf $out/firmware.hex
          '';
        };

      # ---- shells ----------------------------------------------------------------------------------

      stationCommands = pkgs: [
        (pkgs.writeShellScriptBin "station-simulate" ''
          set -euo pipefail
          settings=''${1:-${stationSettings pkgs testStation}}
          if [ ! -f "$settings" ]; then
            echo "no such file: $settings" >&2
            exit 1
          fi
          exec cargo run --package collector -- --simulate --settings "$settings"
        '')
        (pkgs.writeShellScriptBin "station-flash" ''
          set -euo pipefail
          probe=''${1:?usage: station-flash PROBE}
          # The probe answers only after a reset.
          ${pkgs.probe-rs-tools}/bin/probe-rs reset --probe "$probe"
          ${pkgs.probe-rs-tools}/bin/probe-rs download --probe "$probe" target/firmware.elf
        '')
        (pkgs.writeShellScriptBin "station-logs" ''
          set -euo pipefail
          host=''${1:?usage: station-logs HOST}
          ssh "$host" journalctl --unit collector --follow --output cat
        '')
        (pkgs.writeShellScriptBin "station-backup" ''
          set -euo pipefail
          host=''${1:?usage: station-backup HOST}
          day=$(date +%F)
          mkdir -p backups/"$host"
          ssh "$host" sqlite3 /var/lib/collector/readings.db .dump \
            | ${pkgs.zstd}/bin/zstd -19 > backups/"$host"/"$day".sql.zst
        '')
      ];

      devShell =
        pkgs:
        pkgs.mkShell {
          packages = stationCommands pkgs ++ [
            pkgs.cargo
            pkgs.clippy
            pkgs.nodejs
            pkgs.rustc
            pkgs.rustfmt
          ];
          RUST_LOG = "collector=debug";
          shellHook = ''
            echo "station-simulate   run a collector with made-up sensors"
            echo "station-flash      write the firmware to a board"
            echo "station-logs       follow the log of a station"
            echo "station-backup     fetch the readings of a station"

            if [ ! -d dashboard/node_modules ]; then
              echo "dashboard: npm ci"
              (cd dashboard && npm ci --silent)
            fi

            export STATION_SETTINGS=${stationSettings pkgs testStation}
          '';
        };

      # ---- modules ---------------------------------------------------------------------------------

      stationModule =
        { config, pkgs, ... }:
        let
          cfg = config.services.station;
          settings = stationSettings pkgs {
            inherit (cfg) name sensors upload;
          };
        in
        {
          options.services.station = {
            enable = lib.mkEnableOption "a weather station";
            name = lib.mkOption {
              type = lib.types.str;
              description = "Name of the station, as the dashboard shows it.";
            };
            upload = lib.mkOption {
              type = lib.types.str;
              default = "never";
              description = "Where readings are sent to.";
            };
            sensors = lib.mkOption {
              type = lib.types.listOf lib.types.attrs;
              default = [ ];
              description = "The sensors of the station.";
            };
          };

          config = lib.mkIf cfg.enable {
            users.users.station = {
              isSystemUser = true;
              group = "station";
              extraGroups = [ "dialout" ];
            };
            users.groups.station = { };

            systemd.services.collector = {
              description = "Collector of the weather station ${cfg.name}";
              wantedBy = [ "multi-user.target" ];
              after = [ "network-online.target" ];
              wants = [ "network-online.target" ];
              serviceConfig = {
                ExecStart = "${self.packages.${pkgs.system}.collector}/bin/collector --settings ${settings}";
                User = "station";
                StateDirectory = "collector";
                Restart = "on-failure";
                RestartSec = 5;
                ProtectSystem = "strict";
                NoNewPrivileges = true;
              };
            };

            networking.firewall.allowedTCPPorts = [ 8080 ];
          };
        };

      # ---- from before deploy-tool -----------------------------------------------------------------

      oldHosts = {
        north = {
          address = "192.0.2.10";
          user = "root";
        };
        south = {
          address = "192.0.2.11";
          user = "root";
        };
        harbour = {
          address = "192.0.2.12";
          user = "admin";
        };
      };

      oldDeploy =
        pkgs:
        pkgs.writeShellScriptBin "deploy" ''
          set -euo pipefail
          ${lib.concatStringsSep "\n" (
            lib.mapAttrsToList (name: host: ''
              echo "deploying ${name}"
              nix copy --to ssh://${host.user}@${host.address} ./result-${name}
              ssh ${host.user}@${host.address} ./result-${name}/bin/switch-to-configuration switch
            '') oldHosts
          )}
        '';

      oldRollback =
        pkgs:
        pkgs.writeShellScriptBin "rollback" ''
          set -euo pipefail
          host=''${1:?usage: rollback HOST}
          ssh "$host" nixos-rebuild switch --rollback
        '';
    in
    {
      packages = forAllSystems (pkgs: {
        collector = collector pkgs;
        dashboard = dashboard pkgs;
        firmware = firmware pkgs;
        default = collector pkgs;
      });

      devShells = forAllSystems (pkgs: {
        default = devShell pkgs;
        ci = pkgs.mkShell {
          packages = stationCommands pkgs ++ [
            pkgs.cargo
            pkgs.rustc
          ];
        };
      });

      nixosModules = {
        station = stationModule;
        default = stationModule;
      };
    };
}
