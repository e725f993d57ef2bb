//! Limits the targets in a request.

use super::limit::Limit;
use crate::refusal::Refusal;
use crate::table::Action;

/// The kind of a purge that has no list of targets. A request purges one zone.
const PURGE_ALL: &str = "purge_all";

/// Checks the number of targets in a request.
///
/// # Errors
///
/// The code of the action for too many.
pub(crate) fn check(limit: Limit, action: &Action, over: &str, kind: &str, count: usize) -> Result<(), Refusal> {
    match limit.resolve(documented(action, kind)) {
        Some(max) if u64::try_from(count).unwrap_or(u64::MAX) > max => {
            let of_kind = if kind.is_empty() { String::new() } else { format!(" for the type `{kind}`") };
            let message = format!(
                "the parameter `{over}` of {} has {count} elements: at most {max} are allowed{of_kind}; \
                 help: split the batch",
                action.name
            );
            Err(Refusal::new(code(action, over), message))
        }
        _ => Ok(()),
    }
}

/// The documented maximum of an action for a kind of targets. `None` if there is none.
pub(super) fn documented(action: &Action, kind: &str) -> Option<u64> {
    if kind == PURGE_ALL {
        return Some(1);
    }
    let batch = action.batch?;
    let of_kind = batch.at_most_by.iter().find(|(of, _)| *of == kind).map(|(_, max)| *max);
    u64::try_from(of_kind.unwrap_or(batch.at_most)).ok()
}

/// The code of the action for a list that is too long: the one that names the list; otherwise any
/// that the action documents for a batch; otherwise the common one.
fn code(action: &Action, over: &str) -> &'static str {
    let singular = over.trim_end_matches('s');
    let is_batch = |code: &&&str| code.starts_with("LimitExceeded.") && code.contains("Batch");
    let codes = || action.errors.iter().filter(is_batch);
    codes().find(|code| code.contains(singular)).or_else(|| codes().next()).copied().unwrap_or("LimitExceeded")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::PRODUCTS;

    fn action(service: &str, name: &str) -> Action {
        *PRODUCTS.iter().filter(|product| product.service == service).find_map(|product| product.action(name)).unwrap()
    }

    #[test]
    fn a_batch_that_is_too_large_is_refused() {
        let (urls, purge) = (action("cdn", "PurgeUrlsCache"), action("teo", "CreatePurgeTask"));
        check(Limit::Documented, &urls, "Urls", "", 1_000).unwrap();
        let refusal = check(Limit::Documented, &urls, "Urls", "", 1_001).unwrap_err();
        assert_eq!(refusal.code(), "LimitExceeded.CdnPurgeUrlExceedBatchLimit");
        assert_eq!(
            refusal.message(),
            "the parameter `Urls` of PurgeUrlsCache has 1001 elements: at most 1000 are allowed; help: split the batch"
        );
        check(Limit::Documented, &purge, "Targets", "purge_cache_tag", 100).unwrap();
        let refusal = check(Limit::Documented, &purge, "Targets", "purge_cache_tag", 101).unwrap_err();
        assert_eq!(refusal.code(), "LimitExceeded.BatchQuota");
        assert!(refusal.message().contains("for the type `purge_cache_tag`"), "{refusal}");
    }

    #[test]
    fn the_limit_can_be_set_or_removed() {
        let urls = action("cdn", "PurgeUrlsCache");
        check(Limit::Unlimited, &urls, "Urls", "", 1_001).unwrap();
        check(Limit::At(2), &urls, "Urls", "", 2).unwrap();
        check(Limit::At(2), &urls, "Urls", "", 3).unwrap_err();
    }

    #[test]
    fn a_batch_is_refused_with_the_code_that_names_the_list() {
        let code =
            |errors: &'static [&'static str]| code(&Action { errors, ..action("cdn", "PurgeUrlsCache") }, "Paths");
        assert_eq!(
            code(&["LimitExceeded.UrlBatchLimit", "LimitExceeded.PathBatchLimit"]),
            "LimitExceeded.PathBatchLimit"
        );
        assert_eq!(code(&["LimitExceeded.PathDayLimit", "LimitExceeded.BatchLimit"]), "LimitExceeded.BatchLimit");
        assert_eq!(code(&["LimitExceeded.PathDayLimit", "InternalError"]), "LimitExceeded");
    }
}
