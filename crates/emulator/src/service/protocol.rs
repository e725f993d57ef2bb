//! Checks a request before its signature, and the headers that are the same for every action.

use crate::refusal::Refusal;
use crate::request::Request;

/// Maximum length of a query, in bytes. 32 KiB: the documented size of a GET request.
const MAX_QUERY_BYTES: usize = 32 << 10;

/// Checks the method, the path, and the size of the query.
pub(super) fn check(request: &Request) -> Result<(), Refusal> {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/") if request.query.len() > MAX_QUERY_BYTES => {
            let message = format!(
                "the query has more than {MAX_QUERY_BYTES} bytes; help: split the batch, or send the request by POST"
            );
            Err(Refusal::new("RequestSizeLimitExceeded", message))
        }
        ("GET" | "POST", "/") => Ok(()),
        ("GET" | "POST", path) => {
            let message = format!("unknown path `{path}`; help: send every action to `/`");
            Err(Refusal::new("UnsupportedOperation", message))
        }
        (method, _) => {
            let message = format!("unsupported method {method}; help: send the request by POST or GET");
            Err(Refusal::new("UnsupportedProtocol", message))
        }
    }
}

/// Checks that a common parameter is not empty.
pub(super) fn common_parameter<'a>(value: &'a str, name: &str) -> Result<&'a str, Refusal> {
    if value.is_empty() {
        let message = format!("the common parameter `{name}` is missing; help: send the header `X-TC-{name}`");
        return Err(Refusal::new("MissingParameter", message));
    }
    Ok(value)
}

/// Checks the content type of a request that is signed with TC3.
pub(super) fn check_content_type(request: &Request) -> Result<(), Refusal> {
    let help = match request.method.as_str() {
        "GET" if request.is_form() => return Ok(()),
        "GET" => "send `application/x-www-form-urlencoded` with a GET request",
        _ if request.media_type().eq_ignore_ascii_case("application/json") => return Ok(()),
        _ if request.is_form() => "sign a form with V1, or send `application/json` with TC3",
        _ => "send `application/json`",
    };
    let content_type = request.header("Content-Type").unwrap_or_default();
    let message = format!("unsupported content type `{content_type}`; help: {help}");
    Err(Refusal::new("InvalidParameter", message))
}
