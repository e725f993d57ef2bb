//! Dates and times as the API writes them.

/// Whether a text is a date as `2018-06-06`.
pub(crate) fn is_date(text: &str) -> bool {
    let Some([year, month, day]) = numbers(text, "0000-00-00") else { return false };
    let days = match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=days).contains(&day)
}

/// Whether a text is a date and time as `2018-08-08 00:00:00`.
pub(crate) fn is_date_time(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(date, time)| is_date(date) && is_time(time))
}

/// Whether a text is a date and time with its offset, as `2018-08-08T00:00:00+08:00` or `2018-08-08T00:00:00Z`.
pub(crate) fn is_date_time_iso(text: &str) -> bool {
    let Some((date, rest)) = text.split_once('T') else { return false };
    let Some((time, offset)) = rest.split_at_checked("00:00:00".len()) else { return false };
    let is_offset = match offset.strip_prefix(['+', '-']) {
        Some(offset) => numbers(offset, "00:00").is_some_and(|[hours, minutes]| hours <= 14 && minutes <= 59),
        None => offset == "Z",
    };
    is_date(date) && is_time(time) && is_offset
}

fn is_time(text: &str) -> bool {
    numbers(text, "00:00:00").is_some_and(|[hours, minutes, seconds]| hours <= 23 && minutes <= 59 && seconds <= 59)
}

/// The numbers in a text that has digits where the shape has `0`, and the same characters elsewhere.
fn numbers<const N: usize>(text: &str, shape: &str) -> Option<[u32; N]> {
    let fits =
        |(character, wanted): (u8, u8)| if wanted == b'0' { character.is_ascii_digit() } else { character == wanted };
    if text.len() != shape.len() || !text.bytes().zip(shape.bytes()).all(fits) {
        return None;
    }
    let numbers = text.split(|character: char| !character.is_ascii_digit()).map(|number| number.parse().ok());
    numbers.collect::<Option<Vec<u32>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let right = ["2018-06-06", "2024-02-29", "2000-02-29", "2025-12-31"];
        let wrong = [
            "",
            "2018-6-6",
            "2018-13-01",
            "2018-00-01",
            "2018-04-31",
            "2025-02-29",
            "1900-02-29",
            "2018-+6-06",
            "é018-06-06",
        ];
        assert_eq!(right.map(is_date), [true; 4]);
        assert_eq!(wrong.map(is_date), [false; 9]);
    }

    #[test]
    fn times_have_a_date_and_an_offset_if_they_are_iso() {
        assert!(is_date_time("2018-08-08 23:59:59"));
        assert_eq!(["2018-08-08 24:00:00", "2018-08-08T00:00:00", "2018-08-08"].map(is_date_time), [false; 3]);
        assert_eq!(["2018-08-08T00:00:00Z", "2018-08-08T00:00:00+08:00"].map(is_date_time_iso), [true; 2]);
        let wrong = ["2018-08-08T00:00:00", "2018-08-08 00:00:00Z", "2018-08-08T00:00:00+25:00", "2018-08-08Té", "T"];
        assert_eq!(wrong.map(is_date_time_iso), [false; 5]);
    }
}
