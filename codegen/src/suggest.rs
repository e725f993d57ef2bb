//! Suggests a valid word in place of an unknown one.

/// Minimum similarity (Jaro-Winkler, 0 to 1) of a word that is suggested. 0.8: `Domain` and
/// `Domains` are at 0.97, `Urls` and `Area` at 0.5.
const MIN_SIMILARITY: f64 = 0.8;

/// Suggests the valid word that is closest to the unknown one, or lists all valid words.
pub(crate) fn did_you_mean<'a>(unknown: &str, valid: impl IntoIterator<Item = &'a str>) -> String {
    let valid: Vec<&str> = valid.into_iter().collect();
    match closest(unknown, valid.iter().copied()) {
        Some(word) => format!("did you mean `{word}`?"),
        None if valid.is_empty() => "remove it: there is nothing to choose from".to_owned(),
        None => format!("use {}", one_of(valid)),
    }
}

/// The valid word that is closest to the unknown one, if it is similar enough.
pub(crate) fn closest<'a>(unknown: &str, valid: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let similarity = |word: &str| strsim::jaro_winkler(&unknown.to_lowercase(), &word.to_lowercase());
    let rated = valid.into_iter().map(|word| (word, similarity(word)));
    let similar = rated.filter(|(_, similarity)| *similarity >= MIN_SIMILARITY);
    similar.max_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(word, _)| word)
}

/// Lists words in backticks, as a choice.
pub(crate) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [only] => only.clone(),
        several => format!("one of {}", several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [&str; 3] = ["quota", "throttled", "auth"];

    #[test]
    fn the_closest_word_is_suggested_for_a_misspelled_one() {
        assert_eq!(did_you_mean("qouta", KINDS), "did you mean `quota`?");
        assert_eq!(did_you_mean("Throttled", KINDS), "did you mean `throttled`?");
        assert_eq!(closest("requests", ["request", "requests_per_second"]), Some("request"));
    }

    #[test]
    fn all_valid_words_are_listed_if_none_is_similar() {
        assert_eq!(closest("", KINDS), None);
        assert_eq!(did_you_mean("bad", KINDS), "use one of `quota`, `throttled`, `auth`");
        assert_eq!(did_you_mean("bad", ["quota"]), "use `quota`");
        assert_eq!(did_you_mean("bad", []), "remove it: there is nothing to choose from");
    }
}
