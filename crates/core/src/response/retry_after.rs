//! Reads how long a response asks the client to wait: the header `Retry-After`.

use std::time::{Duration, SystemTime};

use crate::http::HttpResponse;
use crate::time::parse_http_date;

/// Returns the time to wait, from now; `None` if the response does not ask for any.
///
/// The header contains seconds, or a date (RFC 9110, section 10.2.3). A date is compared with the
/// date of the response, which is of the same clock, or else with `now`.
pub(crate) fn retry_after(response: &HttpResponse, now: SystemTime) -> Option<Duration> {
    let value = response.header("retry-after")?.trim_ascii();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number beyond 64 bits is longer than any timeout, too.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = parse_http_date(value)?;
    let now = response.header("date").and_then(parse_http_date).unwrap_or(now);
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn seconds_and_dates_are_read_and_anything_else_is_ignored() {
        let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let dated = HttpResponse::new(429, "").with_header("Date", "Tue, 14 Nov 2023 22:00:00 GMT");
        let cases = [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("18446744073709551616", Some(u64::MAX)),
            ("Tue, 14 Nov 2023 22:13:50 GMT", Some(30)),
            ("Tue, 14 Nov 2023 22:00:00 GMT", Some(0)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
        ];
        for (value, seconds) in cases {
            let response = HttpResponse::new(429, "").with_header("Retry-After", value);
            assert_eq!(retry_after(&response, now), seconds.map(Duration::from_secs), "{value}");
        }
        let response = dated.with_header("Retry-After", "Tue, 14 Nov 2023 22:00:05 GMT");
        assert_eq!(retry_after(&response, now), Some(Duration::from_secs(5)), "by the date of the response");
        assert_eq!(retry_after(&HttpResponse::new(429, ""), now), None);
    }
}
