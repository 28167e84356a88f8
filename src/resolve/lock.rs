//! stub
use crate::source::{FileId, Span};
#[derive(Clone, Debug)]
pub struct Lock {}
#[derive(Clone, Debug)]
pub struct LockError { pub message: String, pub span: Option<Span> }
pub fn parse_lock(_text: &str, _file: FileId) -> Result<Lock, LockError> { Ok(Lock {}) }
impl Lock { pub fn input_source(&self, _path: &[&str]) -> Option<String> { None } }
