//! What kind a failure is, and whether sending again helps.

use std::error::Error as _;

use tencentcloud_core::testing::ScriptedTransport;
use tencentcloud_core::{Error, ErrorKind, TransportError, TransportErrorKind};

use crate::sample::{Describe, failure, outcome};

fn refused_with(code: &str) -> ScriptedTransport {
    let body = format!(r#"{{"Response":{{"Error":{{"Code":"{code}","Message":"no"}},"RequestId":"r"}}}}"#);
    ScriptedTransport::new().answer(200, body)
}

fn broken(kind: TransportErrorKind) -> ScriptedTransport {
    ScriptedTransport::new().fail(TransportError::new(kind, "reset").with_source("cable"))
}

#[test]
fn what_the_product_says_about_a_code_goes_before_its_prefix() {
    assert_eq!(failure(&refused_with("InvalidParameter.CdnInterfaceError")).kind(), ErrorKind::Server);
    assert_eq!(failure(&refused_with("InvalidParameter.SomethingElse")).kind(), ErrorKind::Rejected);
    assert_eq!(failure(&refused_with("InvalidParameter.cdninterfaceerror")).kind(), ErrorKind::Rejected);
}

#[test]
fn a_code_that_no_product_documents_has_the_kind_of_its_first_segment() {
    assert_eq!(failure(&refused_with("RequestLimitExceeded.New")).kind(), ErrorKind::Throttled);
    assert_eq!(failure(&refused_with("LimitExceeded.New")).kind(), ErrorKind::Quota);
}

#[test]
fn a_failure_of_the_transport_says_how_far_the_request_got() {
    let cases = [
        (TransportErrorKind::Unsendable, ErrorKind::InvalidRequest, "the request cannot be sent: reset"),
        (TransportErrorKind::Connect, ErrorKind::Connect, "no connection: reset"),
        (TransportErrorKind::Send, ErrorKind::Interrupted, "the connection broke before an answer came: reset"),
        (TransportErrorKind::Read, ErrorKind::Interrupted, "the connection broke while the answer was read: reset"),
        (TransportErrorKind::Timeout, ErrorKind::Timeout, "no answer in time: reset"),
        (TransportErrorKind::TooLarge, ErrorKind::Decode, "the answer is too large: reset"),
    ];
    for (how_far, kind, message) in cases {
        let error = failure(&broken(how_far));
        assert_eq!((error.kind(), error.attempts(), error.status()), (kind, 1, None));
        let line = format!("cdn.PurgeUrlsCache: {message} (host cdn.tencentcloudapi.com)");
        assert!(error.to_string().starts_with(&line), "{error}");
        assert_eq!(error.hint().is_some(), how_far == TransportErrorKind::TooLarge, "{error}");
        let cause = error.source().and_then(|transport| transport.source()).map(ToString::to_string);
        assert_eq!(cause.as_deref(), Some("cable"));
    }
}

#[test]
fn only_what_never_ran_may_always_be_sent_again() {
    for transport in [broken(TransportErrorKind::Connect), refused_with("RequestLimitExceeded")] {
        assert!(failure(&transport).is_retryable());
    }
    for code in ["LimitExceeded", "AuthFailure.SignatureFailure", "AuthFailure.SignatureExpire", "InvalidParameter"] {
        assert!(!failure(&refused_with(code)).is_retryable(), "{code}");
    }
}

#[test]
fn what_may_have_run_is_sent_again_only_if_the_action_is_repeatable() {
    let ambiguous =
        || [broken(TransportErrorKind::Read), broken(TransportErrorKind::Timeout), refused_with("InternalError")];
    for transport in ambiguous() {
        assert!(!failure(&transport).is_retryable());
    }
    for transport in ambiguous() {
        assert!(outcome(&transport, Describe {}).unwrap_err().is_retryable());
    }
}

#[test]
fn codes_that_every_product_knows_say_what_to_check() {
    let cases = [
        ("AuthFailure.SecretIdNotFound", "white space"),
        ("AuthFailure.SignatureFailure", "no proxy rewrites the host, the content type or the body"),
        ("AuthFailure.SignatureExpire", "clock"),
        ("NoSuchProduct", "endpoint"),
        ("NoSuchVersion", "endpoint"),
    ];
    for (code, advice) in cases {
        let error = failure(&refused_with(code));
        assert!(error.to_string().contains("; help: "), "{error}");
        assert!(error.hint().unwrap().contains(advice), "{error}");
    }
    assert_eq!(failure(&refused_with("InvalidParameter")).hint(), None);
}

#[test]
fn an_error_is_one_pointer_wide() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
}
