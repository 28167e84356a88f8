//! Parses the arguments, calls the library, ends with its exit code; nothing else.

/// Many small allocations by several threads: the system's allocator takes a fifth more time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    flake_audit::cli::run(std::env::args_os())
}
