//! Names, imports, inputs, lock and outputs.

pub mod lock;
pub mod source_id;
