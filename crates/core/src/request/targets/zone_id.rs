//! Checks the ids of zones.

use super::problem::TargetProblem;

const HELP: &str = "write the id of the zone, which begins with `zone-`, or `*` for all zones of the account";

pub(super) fn check(id: &str) -> Result<(), TargetProblem> {
    let is_id = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match id {
        "*" => Ok(()),
        "" => Err(TargetProblem::new("is empty", HELP)),
        _ if id.strip_prefix("zone-").is_some_and(is_id) => Ok(()),
        _ => Err(TargetProblem::new("is not the id of a zone", HELP)),
    }
}
