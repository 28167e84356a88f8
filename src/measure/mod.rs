//! Measures a resolved project: plain tables of numbers with named anchors.

mod facts;

pub use facts::*;
