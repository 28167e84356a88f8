//! The version of Nix that a workspace is used with.

use std::fmt;

/// A version of Nix, by its first two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NixVersion {
    /// `2` of `2.26`.
    pub major: u32,
    /// `26` of `2.26`.
    pub minor: u32,
}

impl NixVersion {
    /// The first one in which relative `path:` inputs are locked with the flake that they start from.
    pub const RELATIVE_PATHS: Self = Self { major: 2, minor: 26 };
    /// The first one that hashes a flake's tree without copying it to the store before evaluation.
    pub const LAZY_COPIES: Self = Self { major: 2, minor: 35 };

    /// Reads `2.26` or `2.26.1`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim().split('.').map(|part| part.parse::<u32>().ok());
        let (major, minor) = (numbers.next()??, numbers.next()??);
        numbers.all(|number| number.is_some()).then_some(Self { major, minor })
    }
}

impl fmt::Display for NixVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::NixVersion;

    #[test]
    fn versions_are_two_numbers() {
        let version = |major, minor| Some(NixVersion { major, minor });
        assert_eq!(NixVersion::parse("2.26"), version(2, 26));
        assert_eq!(NixVersion::parse("2.8.1"), version(2, 8));
        for wrong in ["", "2", "2.x", "latest", "2.26-pre", "-1.2"] {
            assert_eq!(NixVersion::parse(wrong), None, "{wrong}");
        }
        assert!(NixVersion::parse("2.8") < NixVersion::parse("2.26"));
    }
}
