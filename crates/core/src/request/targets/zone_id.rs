//! Checks the ids of sites.

use super::problem::TargetProblem;

const HELP: &str = "write the id of the site, which begins with `zone-`, or `*` for all sites of the account";

pub(super) fn check(id: &str) -> Result<(), TargetProblem> {
    let is_id = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match id {
        "*" => Ok(()),
        "" => Err(TargetProblem::new("is empty", HELP)),
        _ if id.strip_prefix("zone-").is_some_and(is_id) => Ok(()),
        _ => Err(TargetProblem::new("is not the id of a site", HELP)),
    }
}
