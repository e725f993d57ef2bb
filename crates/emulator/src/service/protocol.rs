//! What is wrong with a request before anybody looks at what it asks for.

use crate::refusal::Refusal;
use crate::request::Request;

/// The documented size of a request that is sent by GET, its query above all, in bytes.
const MOST_QUERY: usize = 32 << 10;

/// Checks that an action may be where the request is sent, and be asked for in this way.
pub(crate) fn check(request: &Request) -> Result<(), Refusal> {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/") if request.query.len() > MOST_QUERY => {
            let message = format!("the query has more than {MOST_QUERY} bytes: split the batch, or send it by POST");
            Err(Refusal::new("RequestSizeLimitExceeded", message))
        }
        ("GET" | "POST", "/") => Ok(()),
        ("GET" | "POST", path) => {
            Err(Refusal::new("UnsupportedOperation", format!("there is nothing at `{path}`: every action is at `/`")))
        }
        (method, _) => {
            Err(Refusal::new("UnsupportedProtocol", format!("the method is {method}: send the action by POST or GET")))
        }
    }
}

/// A common parameter that every request has.
pub(crate) fn common_parameter<'a>(value: &'a str, name: &str) -> Result<&'a str, Refusal> {
    if value.is_empty() {
        let message = format!("the common parameter `{name}` is missing: send the header `X-TC-{name}`");
        return Err(Refusal::new("MissingParameter", message));
    }
    Ok(value)
}

/// Checks that parameters are where the method puts them; V1 is another matter.
pub(crate) fn check_content_type(request: &Request) -> Result<(), Refusal> {
    let content_type = request.header("Content-Type").unwrap_or_default();
    let message = match request.method.as_str() {
        "GET" if request.is_form() => return Ok(()),
        "GET" => format!("the content type is `{content_type}`: a GET has `application/x-www-form-urlencoded`"),
        _ if request.media_type().eq_ignore_ascii_case("application/json") => return Ok(()),
        _ if request.is_form() => format!(
            "the content type is `{content_type}`: forms are signed with V1; with TC3, parameters are sent as \
             `application/json`"
        ),
        _ => format!("the content type is `{content_type}`: parameters are sent as `application/json`"),
    };
    Err(Refusal::new("InvalidParameter", message))
}
