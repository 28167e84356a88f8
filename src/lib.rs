//! `flake-audit` reads a tree of Nix files without evaluating anything outside it and says what every
//! flake in it holds, what is wrong with it, and how it should be taken apart, if at all.
//!
//! The way of the data is one direction, a module a stage; start reading at [`run`]:
//! discover → parse → resolve → measure → judge → plan → report.

pub mod audit;
pub mod cache;
pub mod cli;
pub mod compare;
pub mod config;
pub mod discover;
pub mod edit;
pub mod error;
pub mod finding;
pub mod judge;
pub mod measure;
pub mod nix;
pub mod number;
pub mod parse;
pub mod plan;
pub mod report;
pub mod resolve;
pub mod run;
pub mod source;
