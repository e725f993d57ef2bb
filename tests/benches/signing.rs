//! Signing as a client does it, against the hashing that it cannot do without.

#[path = "support/pairs.rs"]
mod pairs;
#[path = "support/table.rs"]
mod table;

use std::hint::black_box;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use pairs::{Pairs, timed};
use sha2::{Digest as _, Sha256};
use tencentcloud_core::signing::{CanonicalHead, Scope, SigningKey, StringToSign, authorization};
use tencentcloud_tests::Outcome;

const TIMESTAMP: u64 = 1_700_000_000;
const ROUNDS: usize = 51;
/// How long a round of one side takes: enough for the clock, and little enough that both meet the same machine.
const ROUND: Duration = Duration::from_millis(20);

/// The three hashes of a signature, of texts that are as long as the real ones, with nothing in hexadecimal digits:
/// the payload, the canonical request, and the string to sign with the key of the day.
struct Bare {
    payload: Vec<u8>,
    canonical_request: Vec<u8>,
    string_to_sign: Vec<u8>,
    day_key: Hmac<Sha256>,
}

impl Bare {
    fn hash(&self) -> [u8; 32] {
        black_box(Sha256::digest(&self.payload));
        black_box(Sha256::digest(&self.canonical_request));
        let mut mac = self.day_key.clone();
        mac.update(&self.string_to_sign);
        mac.finalize().into_bytes().into()
    }
}

/// Microseconds that one of `work` takes.
fn each(count: u32, mut work: impl FnMut()) -> Outcome<f64> {
    let time = timed(|| {
        (0..count).for_each(|_| work());
        Ok(())
    })?;
    Ok(time.as_secs_f64() * 1e6 / f64::from(count))
}

fn main() -> Outcome<()> {
    table::title("signing, us", ["bare hashing", "signing", "ratio"]);
    for (name, length, at_most) in [("a body of 100 bytes", 100, 1.35), ("a body of 10 KiB", 10 << 10, 1.10)] {
        let payload = vec![b'u'; length];
        let head = CanonicalHead::new(
            "POST",
            "",
            &[("content-type", "application/json"), ("host", "cdn.tencentcloudapi.com")],
        );
        let scope = Scope::new(TIMESTAMP, "cdn");
        let key = SigningKey::derive("vectorKey/EXAMPLE+0123456789abcdef", &scope);
        let sign = || {
            let request = head.digest(black_box(&payload));
            let signature = key.sign(&StringToSign { timestamp: TIMESTAMP, scope: &scope, request: &request });
            authorization("AKIDvector0000000000000000000000000001", &scope, head.signed_headers(), &signature)
        };

        let string = StringToSign { timestamp: TIMESTAMP, scope: &scope, request: &head.digest(&payload) }.text();
        let canonical =
            "POST\n/\n\ncontent-type:application/json\nhost:cdn.tencentcloudapi.com\n\ncontent-type;host\n".len() + 64;
        let bare = Bare {
            payload: payload.clone(),
            canonical_request: vec![b'c'; canonical],
            string_to_sign: string.into_bytes(),
            day_key: Hmac::new_from_slice(&[7; 32])?,
        };

        let once = each(1_000, || _ = black_box(sign()))?;
        let count = (ROUND.as_secs_f64() * 1e6 / once).clamp(10.0, 100_000.0) as u32;
        let pairs = Pairs::measure(
            ROUNDS,
            || each(count, || _ = black_box(bare.hash())),
            || each(count, || _ = black_box(sign())),
        )?;
        pairs.print(name, at_most);
    }
    Ok(())
}
