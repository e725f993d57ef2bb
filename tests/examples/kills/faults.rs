//! Makes every fifth response fail, with each kind of fault in turn.

use std::time::Duration;

use tencentcloud_emulator::{Fault, Faults};

use crate::product::Product;
use crate::purge;

/// Number of faults, more than there are fifth responses. A job takes about 1,500 requests.
const FAULTS: usize = 2_000;

/// How long a response without a fault takes. 100 ms, as over the internet: so a killed process has
/// requests in flight.
const LATENCY: Duration = Duration::from_millis(100);

/// Each kind of fault, with its name.
pub(crate) fn kinds(product: Product) -> Vec<(String, Fault)> {
    let refused = product.codes().into_iter().map(|code| (code.to_owned(), Fault::refuse(code)));
    let others = [
        ("gateway, 502", Fault::http(502, "<h1>Bad Gateway</h1>")),
        ("gateway, 429", Fault::http(429, "<h1>Too Many Requests</h1>")),
        ("response after the client's timeout", Fault::delay(2 * purge::TIMEOUT)),
        ("response in small pieces", Fault::drip(20, Duration::from_millis(20))),
        ("connection reset, not carried out", Fault::reset()),
        ("connection reset, carried out", Fault::reset_after()),
        ("response breaks off", Fault::truncate(30)),
        ("response is too large", Fault::pad(20 << 20)),
        ("clock 10 minutes ahead", Fault::skew(600)),
        ("clock 10 minutes behind", Fault::skew(-600)),
        ("targets fail", Fault::fail()),
    ];
    refused.chain(others.into_iter().map(|(name, fault)| (name.to_owned(), fault))).collect()
}

pub(crate) fn inject(faults: &Faults, product: Product) {
    for (_, fault) in kinds(product).into_iter().cycle().take(FAULTS) {
        faults.add(Fault::delay(LATENCY).times(4));
        faults.add(fault);
    }
}
