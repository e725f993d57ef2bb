//! Which of the usual mistakes explains a signature that does not match.

use std::borrow::Cow;

use super::signed::{Signed, UNSIGNED_PAYLOAD};
use crate::request::without_port;

/// Content types that HTTP libraries put in the place of the one that was signed.
const CONTENT_TYPES: [&str; 4] = [
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=utf-8",
    "application/x-www-form-urlencoded",
];

/// White space that files and shells leave at the end of a key or of a body.
pub(super) const TAILS: [&str; 3] = ["\n", "\r\n", " "];

/// A sentence that names the mistake, or else one that shows what should have been signed.
pub(super) fn mismatch(expected: &Signed<'_>, signature: &str) -> String {
    let mistake = mistakes(expected).find(|(signed, _)| signed.signature().as_str() == signature);
    match mistake {
        Some((_, sentence)) => format!("the signature does not match: {sentence}"),
        None => format!(
            "the signature does not match, and no usual mistake explains it: check the secret key, and compare what \
             the client signs with the canonical request {:?} and the string to sign {:?}",
            // As a token is a secret; the string to sign has the digest with the true one.
            expected.clone().with_header("x-tc-token", "<token>").canonical_request(),
            expected.string_to_sign(),
        ),
    }
}

/// Whether the signature fits the host without its port.
pub(super) fn lacks_port(expected: &Signed<'_>, signature: &str) -> bool {
    host(expected).is_some_and(|(signed, _)| signed.signature().as_str() == signature)
}

/// Every usual mistake: what a client that makes it would have signed, and what to say to its author.
fn mistakes<'a>(expected: &'a Signed<'a>) -> impl Iterator<Item = (Signed<'a>, String)> {
    host(expected)
        .into_iter()
        .chain(content_types(expected))
        .chain(letter_case(expected))
        .chain(bodies(expected))
        .chain(keys(expected))
}

fn host<'a>(expected: &'a Signed<'a>) -> Option<(Signed<'a>, String)> {
    let sent = expected.header("host")?;
    let bare = without_port(sent);
    let sentence = without_its_port(bare, sent);
    (bare != sent).then(|| (expected.clone().with_header("host", bare), sentence))
}

/// What to say to the author of a client that does not sign the port.
pub(super) fn without_its_port(bare: &str, sent: &str) -> String {
    format!(
        "it was made with the host `{bare}`, but `{sent}` was sent; sign the port as well, or let the emulator accept it \
         (`--host-without-port`)"
    )
}

fn content_types<'a>(expected: &'a Signed<'a>) -> impl Iterator<Item = (Signed<'a>, String)> {
    CONTENT_TYPES.iter().filter_map(|&signed| {
        let sent = expected.header("content-type")?;
        let sentence = format!("it was made with the content type `{signed}`, but `{sent}` was sent");
        (signed != sent).then(|| (expected.clone().with_header("content-type", signed), sentence))
    })
}

fn letter_case<'a>(expected: &'a Signed<'a>) -> Option<(Signed<'a>, String)> {
    let sentence = "it was made with header values as they were sent; they are signed in lower case".to_owned();
    Some((expected.clone().with_letter_case(), sentence))
}

fn bodies<'a>(expected: &'a Signed<'a>) -> impl Iterator<Item = (Signed<'a>, String)> {
    let sent = expected.payload();
    let longer = TAILS.iter().map(move |tail| {
        let signed = [sent, tail.as_bytes()].concat();
        (Cow::Owned(signed), format!("it was made with {tail:?} at the end of the body, which was not sent"))
    });
    let shorter = TAILS.iter().filter_map(move |tail| {
        let signed = sent.strip_suffix(tail.as_bytes())?;
        Some((Cow::Borrowed(signed), format!("it was made without the {tail:?} at the end of the body that was sent")))
    });
    let unsigned = (
        Cow::Borrowed(UNSIGNED_PAYLOAD),
        "it was made for an unsigned payload, but the header `X-TC-Content-SHA256: UNSIGNED-PAYLOAD` is missing".into(),
    );
    let none = (Cow::Borrowed(&[][..]), "it was made with an empty body, but another was sent".to_owned());
    longer
        .chain(shorter)
        .chain([unsigned, none])
        .map(|(payload, sentence)| (expected.clone().with_payload(payload), sentence))
}

fn keys<'a>(expected: &'a Signed<'a>) -> impl Iterator<Item = (Signed<'a>, String)> {
    TAILS.iter().map(|tail| {
        let sentence = format!("it was made with a secret key that ends in {tail:?}; take that off");
        (expected.clone().with_key_tail(tail), sentence)
    })
}
