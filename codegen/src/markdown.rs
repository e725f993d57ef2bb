//! Recognizes what starts a block in Markdown.

/// Whether a line that starts with this word is not a part of its paragraph.
pub(crate) fn starts_block(word: &str) -> bool {
    let number = word.strip_suffix(['.', ')']).unwrap_or_default();
    let is_number = !number.is_empty() && number.chars().all(|character| character.is_ascii_digit());
    let is_marker = !word.is_empty() && word.chars().all(|character| "-+*=#>|~_".contains(character));
    is_number || is_marker || word.starts_with('>')
}

/// Starts each line of a paragraph that is a list.
pub(crate) const POINT: &str = "- ";
