//! Parses the arguments, calls the library, ends with its exit code; nothing else.

/// Many small allocations by several threads, for which musl's own allocator is not made.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    flake_audit::cli::run(std::env::args_os())
}
