//! Finds the common mistake that explains a signature that does not match.

use std::borrow::Cow;

use super::tc3_input::{Tc3Input, UNSIGNED_PAYLOAD};
use crate::refusal::Refusal;
use crate::request::without_port;

/// Content types that HTTP libraries send instead of the one that was signed.
const CONTENT_TYPES: [&str; 4] = [
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=utf-8",
    "application/x-www-form-urlencoded",
];

/// White space that files and shells add at the end of a key or of a body.
pub(super) const TRAILING: [&str; 3] = ["\n", "\r\n", " "];

/// What a client signs that makes a certain mistake.
struct Mistake<'a> {
    input: Tc3Input<'a>,
    /// The sentence for the author of the client.
    message: String,
}

/// Refuses a signature that does not match: names the mistake, or explains what should have been
/// signed.
pub(super) fn refuse(expected: &Tc3Input<'_>, signature: &str) -> Refusal {
    let mistake = mistakes(expected).find(|mistake| mistake.input.signature().as_str() == signature);
    match mistake {
        Some(mistake) => mismatch(&mistake.message),
        None => uncommon(&format!(
            "the canonical request is {:?} and the string to sign is {:?}",
            // A token is a secret. The string to sign contains the digest with the real one.
            expected.clone().with_header("x-tc-token", "<token>").canonical_request(),
            expected.string_to_sign(),
        )),
    }
}

/// Whether the signature matches the host without its port.
pub(super) fn is_without_port(expected: &Tc3Input<'_>, signature: &str) -> bool {
    host(expected).is_some_and(|mistake| mistake.input.signature().as_str() == signature)
}

/// The refusal of a signature that does not match.
pub(super) fn mismatch(why: &str) -> Refusal {
    Refusal::new("AuthFailure.SignatureFailure", format!("the signature does not match: {why}"))
}

/// The refusal of a signature that does not match because of a mistake that is not a common one.
pub(super) fn uncommon(explanation: &str) -> Refusal {
    let message =
        "the signature does not match; help: check the secret key; `GET /_emulator/received` explains what to sign";
    Refusal::new("AuthFailure.SignatureFailure", message).with_explanation(explanation)
}

/// The message to the author of a client that does not sign the port.
pub(super) fn signed_without_port(signed: &str, sent: &str) -> String {
    format!(
        "it was made with the host `{signed}`, but `{sent}` was sent; \
         help: sign the port, too, or start the emulator with `--host-without-port`"
    )
}

/// The message to the author of a client with white space after its key.
pub(super) fn signed_with_key_suffix(suffix: &str) -> String {
    format!("it was made with a secret key that ends in {suffix:?}; help: remove that from the key")
}

fn mistakes<'a>(expected: &'a Tc3Input<'a>) -> impl Iterator<Item = Mistake<'a>> {
    host(expected)
        .into_iter()
        .chain(content_types(expected))
        .chain([letter_case(expected)])
        .chain(bodies(expected))
        .chain(keys(expected))
}

fn host<'a>(expected: &'a Tc3Input<'a>) -> Option<Mistake<'a>> {
    let sent = expected.header("host")?;
    let signed = without_port(sent);
    let input = expected.clone().with_header("host", signed);
    (signed != sent).then(|| Mistake { input, message: signed_without_port(signed, sent) })
}

fn content_types<'a>(expected: &'a Tc3Input<'a>) -> impl Iterator<Item = Mistake<'a>> {
    CONTENT_TYPES.iter().filter_map(|&signed| {
        let sent = expected.header("content-type")?;
        let input = expected.clone().with_header("content-type", signed);
        let message = format!(
            "it was made with the content type `{signed}`, but `{sent}` was sent; \
             help: sign the one that the HTTP library sends"
        );
        (signed != sent).then_some(Mistake { input, message })
    })
}

fn letter_case<'a>(expected: &'a Tc3Input<'a>) -> Mistake<'a> {
    let message = "it was made with header values as they were sent; help: sign them in lower case".to_owned();
    Mistake { input: expected.clone().with_letter_case(), message }
}

fn bodies<'a>(expected: &'a Tc3Input<'a>) -> impl Iterator<Item = Mistake<'a>> {
    let sent = expected.payload();
    let longer = TRAILING.iter().map(move |suffix| {
        let signed = [sent, suffix.as_bytes()].concat();
        let message = format!("it was made with {suffix:?} at the end of the body, which was not sent");
        (Cow::Owned(signed), message)
    });
    let shorter = TRAILING.iter().filter_map(move |suffix| {
        let signed = sent.strip_suffix(suffix.as_bytes())?;
        let message = format!("it was made without the {suffix:?} at the end of the body that was sent");
        Some((Cow::Borrowed(signed), message))
    });
    let unsigned = (
        Cow::Borrowed(UNSIGNED_PAYLOAD),
        "it was made for an unsigned payload, but the header `X-TC-Content-SHA256: UNSIGNED-PAYLOAD` is missing".into(),
    );
    let empty = (Cow::Borrowed(&[][..]), "it was made with an empty body, but another one was sent".to_owned());
    longer
        .chain(shorter)
        .chain([unsigned, empty])
        .map(|(payload, message)| Mistake { input: expected.clone().with_payload(payload), message })
}

fn keys<'a>(expected: &'a Tc3Input<'a>) -> impl Iterator<Item = Mistake<'a>> {
    TRAILING.iter().map(|suffix| Mistake {
        input: expected.clone().with_key_suffix(suffix),
        message: signed_with_key_suffix(suffix),
    })
}
