//! `flake-audit.toml`.
#![no_main]

use flake_audit::config::Config;
use flake_audit::judge::Rules;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let specs = Rules::built_in().expect("our own rules").specs();
    let _ = Config::from_bytes(bytes, "flake-audit.toml", &specs);
});
