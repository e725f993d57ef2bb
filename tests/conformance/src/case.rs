//! Defines the calls that each client makes, and judges their outcomes.
//!
//! A client's script reads each case as one line of parts that are separated by tabs: name,
//! address, secret id, secret key, token, signature, HTTP method, and the error of the client's
//! clock in seconds. For each action, it prints a line with the case's name, the action, and one of
//!
//! - `answered`, and what the response contains: the id of the task, the listed targets or zones,
//!   or whether the quota goes down with a task;
//! - `refused`, the client's own type of error, the code and the message;
//! - `failed`, the type, an empty part, and the message, if the client could not read the response.

use std::net::SocketAddr;

use crate::client::Style;
use crate::emulator::{KEY, PERMANENT, TEMPORARY, TOKEN};

/// A way to sign and send, tried with every action.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    address: SocketAddr,
    secret_id: &'static str,
    secret_key: &'static str,
    token: &'static str,
    signature: String,
    method: &'static str,
    /// The error of the client's clock, in seconds.
    clock_error: i32,
    /// The code that every action has to be refused with; `None` if all have to succeed.
    pub(crate) code: Option<&'static str>,
}

/// The error of a slow clock, in seconds: twice the maximum that the service accepts.
const SLOW_CLOCK: i32 = -600;

/// The addresses to call.
#[derive(Clone, Copy)]
pub(crate) struct Addresses {
    /// An emulator that serves HTTP.
    pub(crate) plain: SocketAddr,
    /// An emulator that serves HTTPS.
    pub(crate) tls: SocketAddr,
    /// A proxy in front of the first one, which changes the requests.
    pub(crate) tamper: SocketAddr,
}

/// The cases of a client with these styles.
pub(crate) fn cases(styles: &[Style], addresses: Addresses) -> Vec<Case> {
    let mut cases = Vec::new();
    for &Style { signature, method } in styles {
        let is_tls = signature.ends_with(" tls");
        let base = Case {
            name: format!("{signature}, {method}"),
            address: if is_tls { addresses.tls } else { addresses.plain },
            secret_id: PERMANENT,
            secret_key: KEY,
            token: "",
            signature: signature.to_owned(),
            method,
            clock_error: 0,
            code: None,
        };
        let with = |what: &str, code: Option<&'static str>| Case {
            name: format!("{}, {what}", base.name),
            code,
            ..base.clone()
        };
        cases.extend([
            base.clone(),
            Case { secret_id: TEMPORARY, token: TOKEN, ..with("token", None) },
            Case { secret_key: "AnotherKey", ..with("wrong key", Some("AuthFailure.SignatureFailure")) },
            Case { clock_error: SLOW_CLOCK, ..with("old timestamp", Some("AuthFailure.SignatureExpire")) },
            Case { secret_id: "AKIDNOBODY", ..with("unknown id", Some("AuthFailure.SecretIdNotFound")) },
            Case { secret_id: TEMPORARY, token: "other", ..with("wrong token", Some("AuthFailure.TokenFailure")) },
        ]);
        // An unsigned body may be changed in transit, and an encrypted one cannot be.
        if !is_tls && !signature.ends_with(" unsigned") {
            let changed = with("changed parameter", Some("AuthFailure.SignatureFailure"));
            cases.push(Case { address: addresses.tamper, ..changed });
        }
    }
    cases
}

impl Case {
    /// The line for the client's script.
    pub(crate) fn line(&self) -> String {
        let Self { name, address, secret_id, secret_key, token, signature, method, clock_error, .. } = self;
        format!("{name}\t{address}\t{secret_id}\t{secret_key}\t{token}\t{signature}\t{method}\t{clock_error}\n")
    }

    /// Why an outcome is wrong; `None` if it is right. A refusal has to be reported as
    /// `error_type`.
    pub(crate) fn failure(&self, error_type: &str, outcome: &Outcome) -> Option<String> {
        let Outcome { action, kind, content, code, message, .. } = outcome;
        match (self.code, kind.as_str()) {
            (None, "answered") => match expected_content(action) {
                Some(expected) => {
                    (content != expected).then(|| format!("{action}: `{content}` instead of `{expected}`"))
                }
                None => content.is_empty().then(|| format!("{action}: the response has no id")),
            },
            (Some(expected), "refused") if code == expected && content == error_type => None,
            (Some(expected), "refused") if code == expected => {
                Some(format!("{action}: reported as {content} instead of {error_type}"))
            }
            (None, _) => Some(format!("{action}: {kind}: {content} {code}: {message}")),
            (Some(expected), _) => Some(format!("{action}: {kind} instead of {expected}: {content} {code}: {message}")),
        }
    }
}

/// What the response to an action contains, given `tests/conformance/parameters.json`. `None` for
/// one that contains an id.
fn expected_content(action: &str) -> Option<&'static str> {
    Some(match action {
        "cdn.DescribePurgeTasks" | "ecdn.DescribePurgeTasks" => {
            "https://example.com/original/图片.png?a=1&b=x+y%20z~*'() http://example.com/original"
        }
        "cdn.DescribePushTasks" => "https://example.com/original.png",
        "teo.DescribePurgeTasks" => "original 标签",
        "teo.DescribePrefetchTasks" => "https://example.com/original.png https://example.com/b",
        "teo.DescribeZones" => "example.com",
        "cdn.DescribePurgeQuota" | "cdn.DescribePushQuota" | "teo.DescribeContentQuota" => "goes down",
        _ => return None,
    })
}

/// The outcome of one call.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) case: String,
    pub(crate) action: String,
    kind: String,
    /// What the response contains, or the type of the error.
    content: String,
    code: String,
    message: String,
}

impl Outcome {
    /// Reads a line of a script; `None` if the line is not an outcome.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let mut parts = line.split('\t').map(str::to_owned);
        let (case, action, kind, content) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let (code, message) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        Some(Self { case, action, kind, content, code, message })
    }
}
