//! How the answers and files are read that hold secrets: without ever repeating what is in them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::DeserializeOwned;
use serde_json::Number;
use serde_json::error::Category;

use crate::time::OffsetDateTime;

/// Reads a JSON object. What is wrong with it is told by its place, and never shown.
pub(super) fn object<T: DeserializeOwned>(text: &[u8]) -> Result<T, String> {
    let json = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    // serde would take an array for a record as well.
    if !matches!(json.trim_ascii_start(), [b'{', ..]) {
        return Err("it is not a JSON object".to_owned());
    }
    serde_json::from_slice(json).map_err(|error| {
        let what = match error.classify() {
            Category::Eof => "the JSON ends too early",
            Category::Syntax | Category::Io => "the JSON is broken",
            Category::Data => "a member has another type, or is there twice",
        };
        format!("{what} (line {}, column {})", error.line(), error.column())
    })
}

/// When credentials end: by the Unix time in seconds, or else by the text in ISO 8601; none if neither says.
pub(super) fn expiry(unix: Option<&Number>, text: Option<&str>) -> Option<SystemTime> {
    let duration = unix.and_then(|seconds| {
        let whole = seconds.as_u64().map(Duration::from_secs);
        whole.or_else(|| Duration::try_from_secs_f64(seconds.as_f64()?).ok())
    });
    let instant = duration.filter(|duration| !duration.is_zero()).and_then(|duration| UNIX_EPOCH.checked_add(duration));
    instant.or_else(|| text?.parse::<OffsetDateTime>().ok()?.to_system_time().ok())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::secret::Secret;

    #[derive(Debug, Deserialize)]
    struct Sample {
        key: Option<Secret>,
    }

    #[test]
    fn what_is_wrong_is_told_by_its_place_and_never_shown() {
        let cases: [(&[u8], &str); 9] = [
            (b"", "it is not a JSON object"),
            (b" ", "it is not a JSON object"),
            (b"[\"hidden\"]", "it is not a JSON object"),
            (b"\"hidden\"", "it is not a JSON object"),
            (b"{\"key\":\"hidden\"", "the JSON ends too early (line 1, column 15)"),
            (b"{\"key\":hidden}", "the JSON is broken (line 1, column 8)"),
            (b"{\"key\":\"hidden\xff\"}", "the JSON is broken (line 1, column 15)"),
            (b"{\n\"key\":{\"hidden\":1}}", "a member has another type, or is there twice (line 2, column 6)"),
            (b"{\"key\":\"hidden\",\"key\":\"\"}", "a member has another type, or is there twice (line 1, column 21)"),
        ];
        for (json, problem) in cases {
            assert_eq!(object::<Sample>(json).unwrap_err(), problem, "{}", String::from_utf8_lossy(json));
        }
        let sample: Sample = object("\u{feff} {\"key\":\"value\"}".as_bytes()).unwrap();
        assert_eq!(sample.key.unwrap().reveal(), "value");
    }

    #[test]
    fn an_end_is_a_unix_time_or_a_text() {
        let number = |text: &str| Some(text.parse::<Number>().unwrap());
        let end = Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000));
        let text = "2023-11-14T22:13:20Z";
        assert_eq!(expiry(number("1700000000").as_ref(), None), end);
        assert_eq!(expiry(number("1700000000.0").as_ref(), Some("never")), end);
        assert_eq!(expiry(None, Some(text)), end);
        for odd in ["0", "-1", "1e300", "18446744073709551615"] {
            assert_eq!(expiry(number(odd).as_ref(), Some(text)), end, "{odd}");
        }
        assert_eq!(expiry(None, Some("soon")), None);
        assert_eq!(expiry(None, None), None);
    }
}
