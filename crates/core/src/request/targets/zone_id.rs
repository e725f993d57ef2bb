//! Checks the ids of sites.

use super::problem::Problem;

const HELP: &str = "write the id of the site, which begins with `zone-`, or `*` for all sites of the account";

pub(super) fn check(id: &str) -> Result<(), Problem> {
    let is_id = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match id {
        "*" => Ok(()),
        "" => Err(Problem::new("is empty", HELP)),
        _ if id.strip_prefix("zone-").is_some_and(is_id) => Ok(()),
        _ => Err(Problem::new("is not the id of a site", HELP)),
    }
}
