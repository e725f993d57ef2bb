//! Finds targets that repeat earlier ones.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::runs::Runs;

/// Number of slots for each target. 16: of targets that are not duplicates, one of 16 shares its
/// slot with another one.
const SLOTS: usize = 16;
/// A large odd number, whose product with another one depends on all its bits.
const FACTOR: u64 = 0x517C_C1B7_2722_0A95;

/// The repetitions among the targets with these indexes: the first occurrence, and the index at
/// which it is repeated; sorted. `text` returns a target.
///
/// Only targets that share a slot of a table are compared by their texts. For a list without
/// duplicates, that takes half of the time of a hash table with all texts.
pub(super) fn duplicates<'a>(indexes: &Runs, text: impl Fn(u32) -> &'a str) -> Vec<(u32, u32)> {
    let bits = (indexes.len() * SLOTS).next_power_of_two().ilog2().max(1);
    let mut slots = vec![Slot::Free; 1 << bits];
    let mut used = Vec::with_capacity(indexes.len());
    for index in indexes.iter() {
        let number = (checksum(text(index)) >> (u64::BITS - bits)) as usize;
        if let Some(slot) = slots.get_mut(number) {
            *slot = if *slot == Slot::Free { Slot::Used } else { Slot::Shared };
        }
        used.push(number);
    }
    let (mut seen, mut duplicates) = (HashMap::new(), Vec::new());
    for (index, number) in indexes.iter().zip(used) {
        if slots.get(number) != Some(&Slot::Shared) {
            continue;
        }
        match seen.entry(text(index)) {
            Entry::Occupied(first) => duplicates.push((*first.get(), index)),
            Entry::Vacant(entry) => drop(entry.insert(index)),
        }
    }
    duplicates.sort_unstable();
    duplicates
}

/// A place for targets with similar checksums.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    Free,
    Used,
    Shared,
}

/// A number that usually differs between texts. It does not resist texts that are made to have the
/// same one: these are compared as well.
fn checksum(text: &str) -> u64 {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let rest = rest.iter().fold(0, |rest, byte| rest << 8 | u64::from(*byte));
    let words = words.iter().map(|word| u64::from_le_bytes(*word)).chain([rest]);
    words.fold(0, |sum, word| (sum.rotate_left(5) ^ word).wrapping_mul(FACTOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str]) -> Vec<(u32, u32)> {
        duplicates(&(0..).take(texts.len()).collect(), |index| texts[index as usize])
    }

    #[test]
    fn each_repetition_is_found_with_its_first_occurrence() {
        assert_eq!(found(&["a", "b", "a", "c", "b", "a"]), [(0, 2), (0, 5), (1, 4)]);
        assert_eq!(found(&["", "", "a"]), [(0, 1)]);
        assert_eq!(found(&[]), []);
    }

    #[test]
    fn texts_with_the_same_checksum_are_not_duplicates() {
        // The rest of a text is padded with zeros in front.
        let texts = ["\0a", "a", "\0\0a", "a"];
        assert!(texts.iter().all(|text| checksum(text) == checksum("a")));
        assert_eq!(found(&texts), [(1, 3)]);
    }

    #[test]
    fn usual_texts_have_different_checksums() {
        let texts: Vec<String> =
            (0..100_000).map(|number| format!("https://www.example.com/{number}/index.html")).collect();
        let mut checksums: Vec<u64> = texts.iter().map(|text| checksum(text)).collect();
        checksums.sort_unstable();
        checksums.dedup();
        assert_eq!(checksums.len(), texts.len());
    }
}
