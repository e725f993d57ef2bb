//! Faults of a proxy or gateway in between: HTTP statuses other than 200.

use tencentcloud_core::http::HttpResponse;

use super::table::{self, Fault, Play, Section};
use crate::harness::refusal;
use crate::sample::PURGED;

const ABOUT: &str = "\
The service responds with HTTP 200, even when it rejects a request. Other statuses come from a proxy
or gateway in between, with a page instead of the service's response. If the body is an error of the
service after all, the error counts, whatever the status. A success under any status from 200 to 299
is a response. Under any other status, the action may have been carried out.";

/// Statuses that gateways and proxies send, from each class.
const PAGES: [u16; 38] = [
    100, 201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410,
    411, 413, 414, 415, 418, 421, 425, 429, 431, 451, 500, 502, 503, 504, 599,
];

pub(super) fn section() -> Section {
    let page = |status| HttpResponse::new(status, "<html>no</html>").with_header("Content-Type", "text/html");
    let pages = PAGES.map(|status| Fault::new(format!("HTTP {status} with a page"), Play::Respond(page(status))));
    let response = |what: &str, status, body: String| {
        Fault::new(format!("HTTP {status} with {what}"), Play::Respond(HttpResponse::new(status, body)))
    };
    let responses = [
        response("a rate-limit error", 400, refusal("RequestLimitExceeded")),
        response("a parameter error", 429, refusal("InvalidParameter")),
        response("a parameter error", 503, refusal("InvalidParameter")),
        response("an internal error", 403, refusal("InternalError")),
        response("a success", 201, PURGED.to_owned()),
        response("a success", 203, PURGED.to_owned()),
        response("a success", 206, PURGED.to_owned()),
        response("a success", 299, PURGED.to_owned()),
        response("a success", 302, PURGED.to_owned()),
        response("a success", 404, PURGED.to_owned()),
        response("a success", 429, PURGED.to_owned()),
        response("a success", 500, PURGED.to_owned()),
    ];
    let faults: Vec<Fault> = pages.into_iter().chain(responses).collect();
    table::of_faults("HTTP statuses", ABOUT, &faults)
}
