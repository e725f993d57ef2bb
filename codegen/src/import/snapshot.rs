//! Compares the metadata of the actions that are shipped with a snapshot of it.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::metadata::{Action, Field, Upstream};

/// The lines of a snapshot: for each action, the hash of its structure, and that of its texts. They
/// contain the values and limits.
pub(super) fn lines<'a>(upstream: &Upstream, actions: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
    let lines = actions.filter_map(|name| {
        let (structure, texts) = described(upstream.actions.get(name)?, upstream);
        let Upstream { service, version, .. } = upstream;
        Some(format!("{service} {version} {name} {:016x} {:016x}", hash(&structure), hash(&texts)))
    });
    lines.collect()
}

/// What a line is about, without the hashes.
pub(super) fn subject(line: &str) -> String {
    line.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// What has moved between two lines about the same action.
pub(super) fn moved(before: &str, now: &str) -> &'static str {
    let hashes = |line: &str| line.split(' ').skip(3).map(str::to_owned).collect::<Vec<_>>();
    match (hashes(before).first() == hashes(now).first(), hashes(before).get(1) == hashes(now).get(1)) {
        (true, _) => "its texts, which contain values and limits",
        (false, true) => "its structure",
        (false, false) => "its structure and its texts",
    }
}

/// The structure and the texts of an action, with those of its records.
fn described(action: &Action, upstream: &Upstream) -> (String, String) {
    let mut structure = format!("deprecated={}\n", action.is_deprecated);
    let mut texts = format!("{}\n", action.document);
    let mut seen = BTreeSet::new();
    let mut open: Vec<(&str, &[Field])> = vec![("request", &action.request), ("response", &action.response)];
    while let Some((name, fields)) = open.pop() {
        for field in fields {
            let Field { name: member, ty, required, optional, retired, document } = field;
            // Writing to a string cannot fail.
            let _ = writeln!(structure, "{name}.{member} {ty} {required} {optional} {retired}");
            let _ = writeln!(texts, "{name}.{member} {document}");
            let record = ty.trim_end_matches("[]");
            if let Some(fields) = upstream.fields_of(record).filter(|_| seen.insert(record)) {
                open.push((record, fields));
            }
        }
    }
    (structure, texts)
}

/// The hash of a text (FNV-1a): it tells changes, and need not resist an attacker.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(
            [hash(""), hash("a"), hash("foobar")],
            [0xcbf2_9ce4_8422_2325, 0xaf63_dc4c_8601_ec8c, 0x8594_4171_f739_67e8]
        );
    }

    #[test]
    fn what_has_moved_is_named() {
        let before = "cdn 2018-06-06 Purge 1 2";
        assert_eq!(subject(before), "cdn 2018-06-06 Purge");
        assert_eq!(moved(before, "cdn 2018-06-06 Purge 3 2"), "its structure");
        assert_eq!(moved(before, "cdn 2018-06-06 Purge 1 3"), "its texts, which contain values and limits");
        assert_eq!(moved(before, "cdn 2018-06-06 Purge 3 3"), "its structure and its texts");
    }
}
