//! Rules about the Markdown of texts: a text is one paragraph of prose, code and links.

use crate::emit::starts_block;

/// The first part of a text that would not be shown as it is written, with what to write.
pub(super) fn problem(text: &str) -> Option<(String, &'static str)> {
    if text.contains("``") || text.contains("~~~") {
        return Some((
            "the text contains a fence of code".to_owned(),
            "use single backticks, or show code in an example",
        ));
    }
    if text.matches('`').count() % 2 == 1 {
        return Some(("a backtick has no counterpart".to_owned(), "close the code with a second backtick"));
    }
    let first = text.split(' ').next().unwrap_or_default();
    if starts_block(first) || (!first.is_empty() && first.chars().all(|character| character == '#')) {
        let help = "write a sentence: lists, headings and quotations are not available";
        return Some((format!("the text starts with `{first}`, which is not a part of a sentence"), help));
    }
    // Every other part is code.
    text.split('`').step_by(2).find_map(|prose| html(prose).or_else(|| label(prose)))
}

/// An HTML tag, or the start of one.
fn html(prose: &str) -> Option<(String, &'static str)> {
    let mut parts = prose.split('<').skip(1);
    let tag = parts.find(|part| {
        let is_address = ["https://", "http://"].iter().any(|scheme| part.starts_with(scheme));
        !is_address && part.starts_with(|first: char| first.is_ascii_alphabetic() || "/!?".contains(first))
    })?;
    let end = tag.find(|character: char| character == '>' || character.is_whitespace()).unwrap_or(tag.len());
    let tag = tag.get(..end).unwrap_or(tag);
    Some((format!("the text contains HTML: `<{tag}>`"), "set it in backticks, or remove it"))
}

/// A word in brackets, which rustdoc takes for a link to an item.
fn label(prose: &str) -> Option<(String, &'static str)> {
    let mut parts = prose.split('[').skip(1).filter_map(|part| part.split_once(']'));
    let (label, _) = parts.find(|(label, rest)| {
        let is_path = |character: char| character.is_alphanumeric() || "_:!#.".contains(character);
        !rest.starts_with('(') && !label.is_empty() && label.chars().all(is_path) && label.contains(char::is_alphabetic)
    })?;
    Some((
        format!("`[{label}]` would be a link to an item"),
        "set it in backticks, or add the address: `[text](https://...)`",
    ))
}
