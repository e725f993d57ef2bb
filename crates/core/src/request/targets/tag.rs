//! Checks cache tags.

use super::problem::TargetProblem;
use super::text;

pub(super) fn check(tag: &str) -> Result<(), TargetProblem> {
    if tag.contains("://") {
        return Err(TargetProblem::new(
            "is a URL where a tag belongs",
            "write a tag of the header `Cache-Tag`, such as `tag1`",
        ));
    }
    // The header separates tags by commas.
    if tag.contains(',') {
        return Err(TargetProblem::new("contains several tags", "make each tag an element of its own"));
    }
    text::check(tag, "write a tag of the header `Cache-Tag`, such as `tag1`")
}
