//! Names, imports, inputs, lock and outputs.
