//! Measures the processor time of a signature, and compares it with that of its three hashes.

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
/// Duration of one side of a round. Long enough for the clock's resolution, and so short that the
/// machine's speed is the same for both sides.
const ROUND: Duration = Duration::from_millis(20);

/// The three hashes of a signature, without their hexadecimal digits: of the payload, of a text as
/// long as the canonical request, and of the string to sign with the day's key.
struct Hashes {
    payload: Vec<u8>,
    canonical_request: Vec<u8>,
    string_to_sign: Vec<u8>,
    day_key: Hmac<Sha256>,
}

impl Hashes {
    fn run(&self) -> [u8; 32] {
        black_box(Sha256::digest(&self.payload));
        black_box(Sha256::digest(&self.canonical_request));
        let mut mac = self.day_key.clone();
        mac.update(&self.string_to_sign);
        mac.finalize().into_bytes().into()
    }
}

/// Processor time in microseconds that `work` takes, on average.
fn average_time(count: u32, mut work: impl FnMut()) -> Outcome<f64> {
    let time = timed(|| {
        (0..count).for_each(|_| work());
        Ok(())
    })?;
    Ok(time.as_secs_f64() * 1e6 / f64::from(count))
}

fn main() -> Outcome<()> {
    table::title("processor time per signature, us", ["hashes only", "signature", "ratio"]);
    for (name, length, max_ratio) in [("a body of 100 bytes", 100, 1.35), ("a body of 10 KiB", 10 << 10, 1.10)] {
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
        let hashes = Hashes {
            payload: payload.clone(),
            canonical_request: vec![b'c'; canonical],
            string_to_sign: string.into_bytes(),
            day_key: Hmac::new_from_slice(&[7; 32])?,
        };

        let once = average_time(1_000, || _ = black_box(sign()))?;
        let count = (ROUND.as_secs_f64() * 1e6 / once).clamp(10.0, 100_000.0) as u32;
        let pairs = Pairs::measure(
            ROUNDS,
            || average_time(count, || _ = black_box(hashes.run())),
            || average_time(count, || _ = black_box(sign())),
        )?;
        pairs.print(name, max_ratio);
    }
    Ok(())
}
