//! Adds checksums to lines, and verifies them.

use std::borrow::Cow;

use crate::signing::HexDigest;

/// What is in front of the checksum of a line, and after it.
const BEGIN: &str = r#","sum":""#;
const END: &str = r#""}"#;
/// Length of a checksum. 8 hexadecimal digits: one of four billion damaged lines has the right one.
const LENGTH: usize = 8;

/// Adds a checksum to an object, as its last member.
pub(super) fn add(line: &str) -> String {
    format!("{}{BEGIN}{}{END}", line.strip_suffix('}').unwrap_or(line), checksum(line))
}

/// Returns the object without its checksum. One that was written by hand need not have one.
///
/// # Errors
///
/// If it has another checksum.
pub(super) fn verify(text: &str) -> Result<Cow<'_, str>, &'static str> {
    // The quotes of a text inside the object are escaped, so it does not contain this.
    let Some((line, rest)) = text.rsplit_once(BEGIN) else { return Ok(text.into()) };
    let line = format!("{line}}}");
    match rest.strip_suffix(END) {
        Some(sum) if sum == checksum(&line) => Ok(line.into()),
        _ => Err("its checksum is not that of its contents"),
    }
}

fn checksum(line: &str) -> String {
    let mut sum = HexDigest::sha256(line.as_bytes()).to_string();
    sum.truncate(LENGTH);
    sum
}
