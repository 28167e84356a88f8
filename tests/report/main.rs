//! The reports, from audits that are built by hand: what a person reads (snapshots), and what machines
//! rely on (the schema, the regions).

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod build;
mod json;
mod places;
mod samples;
mod sarif;
mod text;
