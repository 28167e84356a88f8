//! Parses the arguments, calls the library, ends with its exit code; nothing else.

fn main() -> std::process::ExitCode {
    flake_audit::cli::run(std::env::args_os())
}
