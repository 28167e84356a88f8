//! Measures a resolved project: plain tables of numbers with named anchors.

mod facts;
pub mod schema;

pub use facts::*;
