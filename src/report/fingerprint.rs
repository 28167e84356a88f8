//! To be replaced by `finding::fingerprints`: what makes a finding the same finding on another day.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::source::Sources;

/// A hexadecimal name for each finding, in the order given; equal ones are told apart by their count.
pub(super) fn fingerprints(findings: &[Finding], sources: &Sources) -> Vec<String> {
    let mut seen: BTreeMap<u64, u64> = BTreeMap::new();
    findings
        .iter()
        .map(|finding| {
            let path = sources.path(finding.primary.span.file);
            let hash = fnv(&[&finding.code, path, &finding.subject]);
            let count = seen.entry(hash).or_insert(0);
            *count += 1;
            format!("{:016x}", hash ^ (*count - 1))
        })
        .collect()
}

/// FNV-1a over the parts, a zero byte after each.
fn fnv(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain(std::iter::once(0)));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
