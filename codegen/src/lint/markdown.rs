//! Rules about the Markdown of texts: a text is one paragraph of prose, code and links.

use crate::markdown::starts_block;

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
    text.split('`').step_by(2).find_map(|prose| html(prose).or_else(|| label(prose)).or_else(|| escape(prose)))
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

/// Brackets without an address, which Markdown takes for the label of a link.
fn label(prose: &str) -> Option<(String, &'static str)> {
    let mut parts = prose.split('[').skip(1).filter_map(|part| part.split_once(']'));
    let is_link =
        |rest: &str| ["(https://", "(http://"].iter().any(|start| rest.starts_with(start)) && rest.contains(')');
    let (label, _) = parts.find(|(_, rest)| !is_link(rest))?;
    Some((
        format!("`[{label}]` would be a link, and has no address"),
        "set it in backticks, or add the address: `[text](https://...)`",
    ))
}

/// A backslash or a character reference such as `&lt;`, which Markdown replaces.
fn escape(prose: &str) -> Option<(String, &'static str)> {
    let is_reference = |part: &str| {
        let name = part.split_once(';').map(|(name, _)| name.strip_prefix('#').unwrap_or(name)).unwrap_or_default();
        !name.is_empty() && name.chars().all(|character| character.is_ascii_alphanumeric())
    };
    let escape = if prose.contains('\\') {
        "\\".to_owned()
    } else {
        let reference = prose.split('&').skip(1).find(|part| is_reference(part))?;
        format!("&{};", reference.split(';').next().unwrap_or_default())
    };
    Some((format!("`{escape}` would be replaced by another character"), "set it in backticks, or write it in words"))
}
