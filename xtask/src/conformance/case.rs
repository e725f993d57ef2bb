//! What each client is asked to do, and what has to come of it.
//!
//! A case goes to a client's script as one line, its parts divided by tabs: name, address, secret id, secret key, token,
//! signature, HTTP method, and by how many seconds the client's clock is wrong. For each of the actions the script
//! answers with one line: the case's name, the action, and
//!
//! - `answered` and what the answer said: the id of the task, or the addresses that the log shows;
//! - `refused`, the client's own type of error, the code and the message;
//! - `failed`, the type, nothing, and the message: something that the client does not take for an answer.

use std::net::SocketAddr;

use super::client::{Client, Style};
use super::emulator::{KEY, PERMANENT, TEMPORARY, TOKEN};

/// One way to sign and to send, tried with every action.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    address: SocketAddr,
    secret_id: &'static str,
    secret_key: &'static str,
    token: &'static str,
    signature: String,
    method: &'static str,
    /// How wrong the client's clock is, in seconds.
    shift: i32,
    /// The code that every action has to be refused with; none if all have to be answered.
    pub(crate) code: Option<&'static str>,
}

/// Twice as far as the service lets a clock be wrong.
const OLD: i32 = -600;

/// Where the cases are sent.
#[derive(Clone, Copy)]
pub(crate) struct Addresses {
    /// An emulator, and one that serves over TLS.
    pub(crate) plain: SocketAddr,
    pub(crate) tls: SocketAddr,
    /// A proxy in front of the first, which changes what is sent.
    pub(crate) tamper: SocketAddr,
}

/// Every case that this client can be asked for.
pub(crate) fn cases(client: &Client, addresses: Addresses) -> Vec<Case> {
    let mut cases = Vec::new();
    for &Style { signature, method } in client.styles {
        let is_tls = signature.ends_with(" tls");
        let base = Case {
            name: format!("{signature}, {method}"),
            address: if is_tls { addresses.tls } else { addresses.plain },
            secret_id: PERMANENT,
            secret_key: KEY,
            token: "",
            signature: signature.to_owned(),
            method,
            shift: 0,
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
            Case { shift: OLD, ..with("old timestamp", Some("AuthFailure.SignatureExpire")) },
            Case { secret_id: "AKIDNOBODY", ..with("unknown id", Some("AuthFailure.SecretIdNotFound")) },
            Case { secret_id: TEMPORARY, token: "other", ..with("wrong token", Some("AuthFailure.TokenFailure")) },
        ]);
        // What is not signed may be changed on its way, and what is encrypted cannot be.
        if !is_tls && !signature.ends_with(" unsigned") {
            let changed = with("changed parameter", Some("AuthFailure.SignatureFailure"));
            cases.push(Case { address: addresses.tamper, ..changed });
        }
    }
    cases
}

impl Case {
    /// The case as its script reads it.
    pub(crate) fn line(&self) -> String {
        let Self { name, address, secret_id, secret_key, token, signature, method, shift, .. } = self;
        format!("{name}\t{address}\t{secret_id}\t{secret_key}\t{token}\t{signature}\t{method}\t{shift}\n")
    }

    /// Why this outcome is not the one that has to be; none if it is.
    pub(crate) fn objection(&self, client: &Client, outcome: &Outcome) -> Option<String> {
        let Outcome { action, kind, what, code, message, .. } = outcome;
        match (self.code, kind.as_str()) {
            (None, "answered") if action == "DescribePurgeTasks" => {
                let sent = purged();
                (*what != sent).then(|| format!("{action}: the log shows `{what}` instead of `{sent}`"))
            }
            (None, "answered") => what.is_empty().then(|| format!("{action}: answered without an id")),
            (Some(expected), "refused") if code == expected && what == client.error => None,
            (Some(expected), "refused") if code == expected => {
                Some(format!("{action}: reported as {what} instead of {}", client.error))
            }
            (None, _) => Some(format!("{action}: {kind}: {what} {code}: {message}")),
            (Some(expected), _) => Some(format!("{action}: {kind} instead of {expected}: {what} {code}: {message}")),
        }
    }
}

/// The addresses of `PurgeUrlsCache` in `tests/conformance/parameters.json`, as the log has to show them.
fn purged() -> &'static str {
    "https://example.com/original/图 片.png?a=1&b=x+y%20z~*'() http://example.com/original"
}

/// What came of one call.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) case: String,
    pub(crate) action: String,
    kind: String,
    /// What the answer said, or the type of the error.
    what: String,
    code: String,
    message: String,
}

impl Outcome {
    /// Reads a script's line; none if it is not one.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let mut parts = line.split('\t').map(str::to_owned);
        let (case, action, kind, what) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let (code, message) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        Some(Self { case, action, kind, what, code, message })
    }
}
