//! Checks the kind of each failure, and whether it may be retried.

use std::error::Error as _;

use tencentcloud_core::http::{TransportError, TransportErrorKind};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Error, ErrorKind, GenericClient};

use crate::sample::{Describe, NOW, config, failure, outcome};

fn rejecting_with(code: &str) -> ScriptedTransport {
    let body = format!(r#"{{"Response":{{"Error":{{"Code":"{code}","Message":"no"}},"RequestId":"r"}}}}"#);
    ScriptedTransport::new().respond(200, body)
}

fn broken(kind: TransportErrorKind) -> ScriptedTransport {
    ScriptedTransport::new().fail(TransportError::new(kind, "reset").with_source("cable"))
}

#[test]
fn the_product_decides_the_kind_of_a_code_before_its_first_segment() {
    assert_eq!(failure(&rejecting_with("InvalidParameter.CdnInterfaceError")).kind(), ErrorKind::Server);
    assert_eq!(failure(&rejecting_with("InvalidParameter.SomethingElse")).kind(), ErrorKind::Rejected);
    assert_eq!(failure(&rejecting_with("InvalidParameter.cdninterfaceerror")).kind(), ErrorKind::Rejected);
}

#[test]
fn an_undocumented_code_has_the_kind_of_its_first_segment() {
    assert_eq!(failure(&rejecting_with("RequestLimitExceeded.New")).kind(), ErrorKind::Throttled);
    assert_eq!(failure(&rejecting_with("LimitExceeded.New")).kind(), ErrorKind::Quota);
    assert_eq!(failure(&rejecting_with("LimitExceeded.NewExceedBatchLimit")).kind(), ErrorKind::BatchTooLarge);
}

#[test]
fn a_rate_limit_with_the_prefix_of_a_quota_is_retried_by_the_generic_client_too() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = rejecting_with("LimitExceeded.RateLimitExceeded").respond(200, r#"{"Response":{"RequestId":"r"}}"#);
    let config = config(&transport, &clock).build().unwrap();
    let call = GenericClient::new(&config).call_json("live", "2018-08-01", "DescribeLiveDomains", "{}");
    clock.run(call.into_future()).unwrap();
    assert_eq!(transport.requests().len(), 2);
    let error = failure(&rejecting_with("LimitExceeded.RateLimitExceeded"));
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Throttled, true));
}

#[test]
fn a_failure_of_the_transport_says_how_far_the_request_got() {
    let cases = [
        (TransportErrorKind::Unsendable, ErrorKind::InvalidRequest, "the request cannot be sent: reset"),
        (TransportErrorKind::Connect, ErrorKind::Connect, "no connection: reset"),
        (TransportErrorKind::Send, ErrorKind::Interrupted, "the connection broke before a response arrived: reset"),
        (TransportErrorKind::Read, ErrorKind::Interrupted, "the connection broke while the response was read: reset"),
        (TransportErrorKind::NotHttp, ErrorKind::Interrupted, "the response is not valid HTTP: reset"),
        (TransportErrorKind::Timeout, ErrorKind::Timeout, "timeout: no response in time: reset"),
        (TransportErrorKind::TooLarge, ErrorKind::Decode, "the response is too large: reset"),
    ];
    for (how_far, kind, message) in cases {
        let error = failure(&broken(how_far));
        let attempts = u32::from(how_far != TransportErrorKind::Unsendable);
        assert_eq!((error.kind(), error.attempts(), error.status()), (kind, attempts, None));
        let line = format!("cdn.PurgeUrlsCache: {message} (host cdn.tencentcloudapi.com)");
        assert!(error.to_string().starts_with(&line), "{error}");
        let may_have_run = [ErrorKind::Interrupted, ErrorKind::Timeout, ErrorKind::Decode].contains(&kind);
        assert_eq!(
            error.to_string().contains("; not sent again: it may have been carried out"),
            may_have_run,
            "{error}"
        );
        assert_eq!(error.hint().is_some(), may_have_run, "{error}");
        let cause = error.source().and_then(|transport| transport.source()).map(ToString::to_string);
        assert_eq!(cause.as_deref(), Some("cable"));
    }
}

#[test]
fn a_request_that_was_never_carried_out_may_always_be_retried() {
    for transport in [broken(TransportErrorKind::Connect), rejecting_with("RequestLimitExceeded")] {
        assert!(failure(&transport).is_retryable());
    }
    for code in ["LimitExceeded", "AuthFailure.SignatureFailure", "AuthFailure.SignatureExpire", "InvalidParameter"] {
        assert!(!failure(&rejecting_with(code)).is_retryable(), "{code}");
    }
}

#[test]
fn a_request_that_may_have_been_carried_out_is_retried_only_if_repeatable() {
    let ambiguous =
        || [broken(TransportErrorKind::Read), broken(TransportErrorKind::Timeout), rejecting_with("InternalError")];
    for transport in ambiguous() {
        assert!(!failure(&transport).is_retryable());
    }
    for transport in ambiguous() {
        assert!(outcome(&transport, &Describe {}).unwrap_err().is_retryable());
    }
}

#[test]
fn the_error_says_that_the_request_may_have_been_carried_out() {
    let says_so = "; not sent again: it may have been carried out; \
                   help: check whether it was, or allow sending it twice with `.repeatable(true)`";
    for transport in
        [broken(TransportErrorKind::Send), rejecting_with("InternalError.New"), ScriptedTransport::new().hang()]
    {
        let error = failure(&transport);
        assert!(error.to_string().ends_with(says_so), "{error}");
    }
    let with_hint = "; help: check whether it was, and retry later; if it persists, open a support ticket";
    let error = failure(&rejecting_with("InternalError"));
    assert!(error.to_string().contains(with_hint), "{error}");
    let error = failure(&rejecting_with("LimitExceeded"));
    assert!(!error.to_string().contains("not sent again"), "{error}");
    let error = outcome(&broken(TransportErrorKind::Send), &Describe {}).unwrap_err();
    assert!(!error.to_string().contains("not sent again") && error.hint().is_none(), "{error}");
    let error = outcome(&ScriptedTransport::new().hang(), &Describe {}).unwrap_err();
    assert_eq!(error.hint(), Some("raise the timeout, or check any proxy or gateway in between"));
}

#[test]
fn missing_credentials_are_retryable_if_their_cause_is() {
    let plain = Error::credentials("the vault is sealed");
    assert!(!plain.is_retryable());
    let causes = [
        (failure(&broken(TransportErrorKind::Connect)), true),
        (failure(&rejecting_with("RequestLimitExceeded")), true),
        (failure(&rejecting_with("AuthFailure")), false),
        (failure(&rejecting_with("InternalError")), false),
    ];
    for (cause, is_transient) in causes {
        let error = Error::credentials("the vault is sealed").with_source(cause);
        assert_eq!(error.is_retryable(), is_transient, "{error:?}");
        assert_eq!(Error::credentials("no").with_source(error).is_retryable(), is_transient);
    }
    let cut = TransportError::new(TransportErrorKind::Read, "cut");
    assert!(Error::credentials("no").with_source(cut).is_retryable());
    assert!(!Error::credentials("no").with_source(std::io::Error::other("cut")).is_retryable());
}

#[test]
fn an_invalid_name_of_an_action_is_shown_once_and_truncated() {
    let long = "Long".repeat(250_000);
    for name in ["Nonsense\r\nX: y", &*long] {
        let clock = VirtualClock::at_unix(NOW);
        let config = config(&ScriptedTransport::new(), &clock).build().unwrap();
        let call = GenericClient::new(&config).call_json("cdn", "2018-06-06", name, "{}");
        let printed = format!("{call:?}");
        let error = clock.run(call.into_future()).unwrap_err();
        let line = error.to_string();
        assert!(line.starts_with('`') && error.action().is_none(), "{line}");
        assert!(!line.contains(char::is_control) && !printed.contains(char::is_control), "{line} {printed}");
        assert!(line.len() < 5_000 && printed.len() < 5_000, "{} {}", line.len(), printed.len());
    }
}

#[test]
fn codes_of_every_product_have_hints() {
    let cases = [
        ("AuthFailure.SecretIdNotFound", "complete and enabled, and not of the other site"),
        ("AuthFailure.SignatureFailure", "no proxy or gateway in between changes the host or the body"),
        ("AuthFailure.TokenFailure", "expired"),
        ("AuthFailure.SignatureExpire", "clock"),
        ("NoSuchProduct", "endpoint"),
        ("NoSuchVersion", "endpoint"),
    ];
    for (code, advice) in cases {
        let error = failure(&rejecting_with(code));
        assert!(error.to_string().contains("; help: "), "{error}");
        assert!(error.hint().unwrap().contains(advice), "{error}");
    }
    assert_eq!(failure(&rejecting_with("InvalidParameter.New")).hint(), None);
}

#[test]
fn an_error_is_one_pointer_wide() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
}
