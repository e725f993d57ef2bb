//! Checks what holds for every target, whatever its format.

use super::problem::TargetProblem;
use crate::error::is_invisible_control;

/// Characters that people put between several targets.
const SEPARATORS: [char; 3] = [',', ';', '|'];

/// Refuses a text that is empty, or contains white space, a control character or an invisible one.
/// Joiners and variation selectors are allowed: emoji contain them.
pub(super) fn check(text: &str, help: &'static str) -> Result<(), TargetProblem> {
    if text.is_empty() {
        return Err(TargetProblem::new("is empty", "remove it"));
    }
    if text.trim() != text {
        return Err(TargetProblem::new("begins or ends with white space", "trim it"));
    }
    match text.chars().find(|&c| c.is_control() || c.is_whitespace() || is_invisible_control(c)) {
        None => Ok(()),
        Some(c) => {
            let kind = match c {
                c if c.is_control() => "the control character",
                c if c.is_whitespace() => "the white space",
                _ => "the invisible character",
            };
            Err(TargetProblem::new(format!("contains {kind} U+{:04X}", u32::from(c)), help))
        }
    }
}

/// Whether a text contains several URLs: one follows white space or another separator.
pub(super) fn has_several_urls(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let starts = lower.match_indices("http://").chain(lower.match_indices("https://"));
    starts.filter_map(|(start, _)| lower.get(..start)).any(|before| {
        // After a `?`, the value of a parameter may contain a URL after a comma.
        let is_separator =
            |c: char| c.is_whitespace() || c.is_control() || SEPARATORS.contains(&c) && !before.contains('?');
        !before.trim().is_empty() && before.ends_with(is_separator)
    })
}
