//! Checks cache tags.

use super::problem::Problem;
use super::text;

pub(super) fn check(tag: &str) -> Result<(), Problem> {
    if tag.contains("://") {
        return Err(Problem::new(
            "is a URL where a tag belongs",
            "write a tag of the header `Cache-Tag`, such as `tag1`",
        ));
    }
    // The header separates tags by commas.
    if tag.contains(',') {
        return Err(Problem::new("contains several tags", "make each tag an element of its own"));
    }
    text::check(tag, "write a tag of the header `Cache-Tag`, such as `tag1`")
}
