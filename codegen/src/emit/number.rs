//! Formats numbers in groups of digits.

use proc_macro2::Literal;

/// A literal in groups of three digits: `10_000`.
pub(super) fn literal(number: impl Into<i128>) -> Literal {
    let number: i128 = number.into();
    let plain = i64::try_from(number).map_or_else(|_| Literal::i128_unsuffixed(number), Literal::i64_unsuffixed);
    grouped(number, '_').parse().unwrap_or(plain)
}

/// A number in a text: `10,000`.
pub(super) fn text(number: u32) -> String {
    grouped(number.into(), ',')
}

fn grouped(number: i128, separator: char) -> String {
    let digits = number.unsigned_abs().to_string();
    let sign = if number < 0 { "-" } else { "" };
    let mut grouped = sign.to_owned();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_in_groups_of_three() {
        let numbers: [(i64, &str); 7] = [
            (0, "0"),
            (999, "999"),
            (1_000, "1_000"),
            (10_000_000, "10_000_000"),
            (-999, "-999"),
            (-1_000, "-1_000"),
            (i64::MIN, "-9_223_372_036_854_775_808"),
        ];
        for (number, written) in numbers {
            assert_eq!(literal(number).to_string(), written);
        }
        assert_eq!(literal(u64::MAX).to_string(), "18_446_744_073_709_551_615");
    }

    #[test]
    fn a_text_has_commas() {
        assert_eq!([0, 100, 1_000, u32::MAX].map(text), ["0", "100", "1,000", "4,294,967,295"]);
    }
}
