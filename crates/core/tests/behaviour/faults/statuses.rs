//! Faults of what stands between: an HTTP status with a page instead of an answer of the service.

use tencentcloud_core::HttpResponse;

use super::table::{self, Fault, Play, Section};
use crate::sample::PURGED;
use crate::stage::refusal;

const ABOUT: &str = "\
The service answers with HTTP 200, even when it refuses. Other statuses come from what stands between, with a page that is
no answer. If the body is a refusal of the service after all, that counts, whatever the status; a success does not count
under another status.";

/// One or more of each family, those that gateways and proxies send.
const PAGES: [u16; 38] = [
    100, 201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410,
    411, 413, 414, 415, 418, 421, 425, 429, 431, 451, 500, 502, 503, 504, 599,
];

pub(super) fn section() -> Section {
    let page = |status| HttpResponse::new(status, "<html>no</html>").with_header("Content-Type", "text/html");
    let pages = PAGES.map(|status| Fault::new(format!("HTTP {status} with a page"), Play::Respond(page(status))));
    let answer = |what: &str, status, body: String| {
        Fault::new(format!("HTTP {status} with {what}"), Play::Respond(HttpResponse::new(status, body)))
    };
    let answers = [
        answer("a refusal for the rate", 400, refusal("RequestLimitExceeded")),
        answer("a refusal for a parameter", 429, refusal("InvalidParameter")),
        answer("a refusal for a parameter", 503, refusal("InvalidParameter")),
        answer("a refusal for an internal error", 403, refusal("InternalError")),
        answer("a success", 302, PURGED.to_owned()),
        answer("a success", 404, PURGED.to_owned()),
        answer("a success", 429, PURGED.to_owned()),
        answer("a success", 500, PURGED.to_owned()),
    ];
    let faults: Vec<Fault> = pages.into_iter().chain(answers).collect();
    table::of_faults("HTTP statuses", ABOUT, &faults)
}
