//! What Nix's own parser takes and refuses.
//!
//! rnix gives the tree and most of the words of an error, but it is more lenient in some places and stricter in
//! others. The verdict is Nix's grammar's alone.

mod grammar;
mod lexer;

pub(super) use grammar::{Refusal, refusal};
