//! Names for findings that stay when lines move: for baselines and for code scanning.

use crate::finding::Finding;
use crate::source::Sources;

/// One name of 16 hexadecimal digits a finding, in their order: FNV-1a (Fowler, Noll, Vo; 64 bits) of code, path
/// and subject, and of the ordinal among findings that share these three.
///
/// `findings` must be in the order of [`judge`](crate::judge::judge), because the ordinal counts along it.
pub fn fingerprints(findings: &[Finding], sources: &Sources) -> Vec<String> {
    let mut seen = std::collections::BTreeMap::new();
    let mut names = Vec::with_capacity(findings.len());
    for finding in findings {
        let path = sources.path(finding.primary.span.file);
        let ordinal = seen.entry((&finding.code, path, &finding.subject)).or_insert(0_u32);
        let key = format!("{}\0{path}\0{}\0{ordinal}", finding.code, finding.subject);
        *ordinal += 1;
        names.push(format!("{:016x}", fnv1a(key.as_bytes())));
    }
    names
}

fn fnv1a(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(super::fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(super::fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
