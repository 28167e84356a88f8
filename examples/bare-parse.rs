//! A yardstick for speed: walks, reads and parses every Nix file of a tree with two threads, and does
//! nothing else. `cargo run --release --example bare-parse -- DIR`
use std::path::PathBuf;
use std::process::ExitCode;

use ignore::WalkBuilder;
use rayon::prelude::*;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What nests deeper than the audited program parses would overflow rnix's own stack.
const STACK: usize = 512 << 20;

fn main() -> ExitCode {
    let Some(root) = std::env::args_os().nth(1) else { return ExitCode::from(2) };
    let files: Vec<PathBuf> = WalkBuilder::new(root)
        .hidden(false)
        .build()
        .filter_map(Result::ok)
        .map(ignore::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|e| e == "nix") && path.is_file())
        .collect();
    let Ok(workers) = rayon::ThreadPoolBuilder::new().num_threads(2).stack_size(STACK).build() else {
        return ExitCode::from(2);
    };
    let errors: usize = workers.install(|| {
        files
            .par_iter()
            .filter_map(|path| std::fs::read_to_string(path).ok())
            .map(|text| rnix::Root::parse(&text).errors().len())
            .sum()
    });
    // Named, so that nothing of it can be left out.
    ExitCode::from(u8::from(errors == usize::MAX))
}
