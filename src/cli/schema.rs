//! `flake-audit schema`: the JSON Schema of the JSON report.

use std::io;
use std::process::ExitCode;

use super::{Failure, terminal};
use crate::report::schema;

pub(super) fn run() -> Result<ExitCode, Failure> {
    terminal::print(|out| {
        serde_json::to_writer_pretty(&mut *out, &schema()).map_err(io::Error::from)?;
        writeln!(out)
    })?;
    Ok(ExitCode::SUCCESS)
}
