//! Faults of the transport: attempts without a response.

use std::time::Duration;

use tencentcloud_core::http::TransportErrorKind;

use super::table::{self, Fault, Play, Section};

const ABOUT: &str = "\
A request that never arrived is sent again until the call's timeout, whatever the action, unless the
cause is permanent. A request that may have arrived is sent again only if it may be repeated. The
timeout of an attempt is 15 seconds.";

pub(super) fn section() -> Section {
    let fail = |what: &str, kind| Fault::new(what, Play::Fail(kind));
    let faults = [
        fail("no connection", TransportErrorKind::Connect),
        Fault::new("no connection, for a permanent cause", Play::NeverConnects),
        fail("connection broke before a response arrived", TransportErrorKind::Send),
        fail("connection broke while the response was read", TransportErrorKind::Read),
        fail("response that is not valid HTTP", TransportErrorKind::NotHttp),
        fail("transport timed out", TransportErrorKind::Timeout),
        fail("response larger than the limit", TransportErrorKind::TooLarge),
        fail("request that the transport cannot send", TransportErrorKind::Unsendable),
        Fault::new("no response", Play::Hang),
        Fault::new("response after 14.999 s", Play::Late(Duration::from_millis(14_999))),
        Fault::new("response after 15.001 s", Play::Late(Duration::from_millis(15_001))),
    ];
    table::of_faults("Transport", ABOUT, &faults)
}
