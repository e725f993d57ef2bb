//! Parses JSON that holds secrets. No error repeats any of the text.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::DeserializeOwned;
use serde_json::Number;
use serde_json::error::Category;

use super::check;
use crate::secret::Secret;
use crate::time::OffsetDateTime;

/// Parses a JSON object. An error names the place of what is wrong.
pub(super) fn object<T: DeserializeOwned>(text: &[u8]) -> Result<T, String> {
    let json = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    // serde would accept an array for a struct as well.
    if !matches!(json.trim_ascii_start(), [b'{', ..]) {
        return Err("it is not a JSON object".to_owned());
    }
    serde_json::from_slice(json).map_err(|error| {
        let problem = match error.classify() {
            Category::Eof => "the JSON ends too early",
            Category::Syntax | Category::Io => "the JSON is broken",
            Category::Data => "a member has the wrong type or is duplicated",
        };
        format!("{problem} (line {}, column {})", error.line(), error.column())
    })
}

/// Checks a member that temporary credentials must have.
pub(super) fn required(name: &str, value: Option<Secret>) -> Result<Secret, String> {
    let value = value.ok_or_else(|| format!("there is no `{name}`"))?;
    check(&format!("`{name}`"), value).map_err(|error| error.message().to_owned())
}

/// The expiry of credentials, from the Unix time in seconds or else from the text in ISO 8601.
pub(super) fn expiry(unix: Option<&Number>, text: Option<&str>) -> Option<SystemTime> {
    let since_1970 = unix.and_then(|seconds| {
        let whole = seconds.as_u64().map(Duration::from_secs);
        whole.or_else(|| Duration::try_from_secs_f64(seconds.as_f64()?).ok())
    });
    let since_1970 = since_1970.filter(|duration| !duration.is_zero());
    let instant = since_1970.and_then(|duration| UNIX_EPOCH.checked_add(duration));
    instant.or_else(|| text?.parse::<OffsetDateTime>().ok()?.to_system_time().ok())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Sample {
        key: Option<Secret>,
    }

    #[test]
    fn an_error_names_the_place_and_repeats_nothing() {
        let cases: [(&[u8], &str); 9] = [
            (b"", "it is not a JSON object"),
            (b" ", "it is not a JSON object"),
            (b"[\"hidden\"]", "it is not a JSON object"),
            (b"\"hidden\"", "it is not a JSON object"),
            (b"{\"key\":\"hidden\"", "the JSON ends too early (line 1, column 15)"),
            (b"{\"key\":hidden}", "the JSON is broken (line 1, column 8)"),
            (b"{\"key\":\"hidden\xff\"}", "the JSON is broken (line 1, column 15)"),
            (b"{\n\"key\":{\"hidden\":1}}", "a member has the wrong type or is duplicated (line 2, column 6)"),
            (b"{\"key\":\"hidden\",\"key\":\"\"}", "a member has the wrong type or is duplicated (line 1, column 21)"),
        ];
        for (json, problem) in cases {
            assert_eq!(object::<Sample>(json).unwrap_err(), problem, "{}", String::from_utf8_lossy(json));
        }
        let sample: Sample = object("\u{feff} {\"key\":\"value\"}".as_bytes()).unwrap();
        assert_eq!(sample.key.unwrap().reveal(), "value");
    }

    #[test]
    fn an_expiry_is_a_unix_time_or_a_text() {
        let number = |text: &str| Some(text.parse::<Number>().unwrap());
        let expected = Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000));
        let text = "2023-11-14T22:13:20Z";
        assert_eq!(expiry(number("1700000000").as_ref(), None), expected);
        assert_eq!(expiry(number("1700000000.0").as_ref(), Some("never")), expected);
        assert_eq!(expiry(None, Some(text)), expected);
        for invalid in ["0", "-1", "1e300", "18446744073709551615"] {
            assert_eq!(expiry(number(invalid).as_ref(), Some(text)), expected, "{invalid}");
        }
        assert_eq!(expiry(None, Some("soon")), None);
        assert_eq!(expiry(None, None), None);
    }
}
