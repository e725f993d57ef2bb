//! Measures JSON before memory is allocated for it.

use std::io;

use serde::Serialize;

/// The length of a value as JSON. `None` if it is more than `max`.
pub(super) fn measure(value: &impl Serialize, max: usize) -> Option<usize> {
    let mut left = Left(max);
    serde_json::to_writer(&mut left, value).ok()?;
    Some(max - left.0)
}

/// The number of bytes that may still be written to it.
struct Left(usize);

impl io::Write for Left {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_measured_up_to_a_maximum() {
        let value = json!({ "text": "\u{1}\n", "list": [1, 2.5, null] });
        let length = value.to_string().len();
        assert_eq!(measure(&value, length), Some(length));
        assert_eq!(measure(&value, usize::MAX), Some(length));
        assert_eq!(measure(&value, length - 1), None);
    }
}
