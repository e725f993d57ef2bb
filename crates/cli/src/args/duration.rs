//! Parses durations as people write them: `30s`, `5m`, `1h30m`.

use std::time::Duration;

const HELP: &str = "write a number with a unit, such as `30s`, `5m` or `1h30m`";

/// Parses a duration of seconds, minutes and hours.
pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let mut seconds = 0_u64;
    let mut rest = text;
    loop {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or(HELP)?;
        let (number, unit) = rest.split_at(digits);
        let number: u64 = number.parse().map_err(|_| HELP)?;
        let end = unit.find(|c: char| c.is_ascii_digit()).unwrap_or(unit.len());
        let (unit, after) = unit.split_at(end);
        let factor = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            _ => return Err(HELP.to_owned()),
        };
        let part = number.checked_mul(factor).ok_or(HELP)?;
        seconds = seconds.checked_add(part).ok_or(HELP)?;
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    match seconds {
        0 => Err("it is zero; write a longer duration, such as `5m`".to_owned()),
        _ => Ok(Duration::from_secs(seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_numbers_with_units() {
        for (text, seconds) in [("30s", 30), ("5m", 300), ("1h30m", 5_400), ("1h0m1s", 3_601)] {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "5", "m", "5x", "-5m", "5m3", "0s", "99999999999999999999s", "9999999999999999999h"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
