//! The nearest right word for a wrong one.

/// How alike two words must be (Jaro-Winkler, 0 to 1) before one is offered for the other: `Domain` and `Domains` are at
/// 0.97, `Urls` and `Area` at 0.5.
const ALIKE: f64 = 0.8;

/// Says which of the right words to use: the one that is like the wrong one, or else all of them.
pub(crate) fn instead<'a>(wrong: &str, right: impl IntoIterator<Item = &'a str>) -> String {
    let right: Vec<&str> = right.into_iter().collect();
    match near(wrong, right.iter().copied()) {
        Some(word) => format!("did you mean `{word}`?"),
        None if right.is_empty() => "remove it: there is nothing to choose from".to_owned(),
        None => format!("use {}", one_of(right)),
    }
}

/// The right word that is most like the wrong one, if it is alike enough to be meant.
pub(crate) fn near<'a>(wrong: &str, right: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |word: &str| strsim::jaro_winkler(&wrong.to_lowercase(), &word.to_lowercase());
    let rated = right.into_iter().map(|word| (word, likeness(word))).filter(|(_, likeness)| *likeness >= ALIKE);
    rated.max_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(word, _)| word)
}

/// The words in backticks, as a choice.
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
    fn a_misspelt_word_gets_the_one_that_was_meant() {
        assert_eq!(instead("qouta", KINDS), "did you mean `quota`?");
        assert_eq!(instead("Throttled", KINDS), "did you mean `throttled`?");
    }

    #[test]
    fn any_other_word_gets_the_choice() {
        assert_eq!(instead("bad", KINDS), "use one of `quota`, `throttled`, `auth`");
        assert_eq!(instead("bad", ["quota"]), "use `quota`");
        assert_eq!(instead("bad", []), "remove it: there is nothing to choose from");
    }

    #[test]
    fn of_several_that_are_alike_the_nearest_is_meant() {
        assert_eq!(near("requests", ["request", "requests_per_second"]), Some("request"));
        assert_eq!(near("", KINDS), None);
    }
}
