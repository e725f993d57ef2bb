//! Faults of the transport: what becomes of a request that has no response.

use std::time::Duration;

use tencentcloud_core::TransportErrorKind;

use super::table::{self, Fault, Play, Section};

const ABOUT: &str = "\
A request that never arrived is sent again, whatever it is. One that may have arrived is sent again only if it may be
repeated. An attempt has 15 seconds.";

pub(super) fn section() -> Section {
    let fail = |what: &str, kind| Fault::new(what, Play::Fail(kind));
    let faults = [
        fail("no connection", TransportErrorKind::Connect),
        fail("connection broke before an answer came", TransportErrorKind::Send),
        fail("connection broke while the answer was read", TransportErrorKind::Read),
        fail("transport gave up waiting", TransportErrorKind::Timeout),
        fail("answer larger than the limit", TransportErrorKind::TooLarge),
        fail("request that cannot be sent at all", TransportErrorKind::Unsendable),
        Fault::new("no answer", Play::Hang),
        Fault::new("answer after 14.999 s", Play::Late(Duration::from_millis(14_999))),
        Fault::new("answer after 15.001 s", Play::Late(Duration::from_millis(15_001))),
    ];
    table::of_faults("Transport", ABOUT, &faults)
}
