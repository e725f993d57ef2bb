//! Reads targets from lines.

use std::io::BufRead;

use super::list::{Source, Targets};
use crate::failure::Failure;

/// Maximum length of a line, in bytes. 64 KiB: far more than the longest URL that any server
/// accepts. It bounds what a file without line ends takes.
const MAX_LINE_BYTES: usize = 64 * 1024;

const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";
const UTF16_BOMS: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];

/// Adds the targets of a file, one on each line. Blank lines and comments are skipped.
pub(super) fn read(mut input: impl BufRead, source: Source, name: &str, targets: &mut Targets) -> Result<(), Failure> {
    let mut line = Vec::new();
    let mut number = 0_u32;
    loop {
        line.clear();
        let is_whole = match read_line(&mut input, &mut line) {
            Ok(None) => return Ok(()),
            Ok(Some(is_whole)) => is_whole,
            Err(error) => return Err(Failure::file("read", name, &error)),
        };
        number = number.saturating_add(1);
        let mut text = line.as_slice();
        if number == 1 {
            if UTF16_BOMS.iter().any(|bom| text.starts_with(bom)) {
                return Err(Failure::usage(
                    format!("`{name}` is in UTF-16"),
                    "save it as UTF-8; in PowerShell, write it with `Out-File -Encoding utf8`",
                ));
            }
            text = text.strip_prefix(UTF8_BOM).unwrap_or(text);
        }
        let text = text.trim_ascii();
        if text.is_empty() || text.starts_with(b"#") {
            continue;
        }
        if !is_whole {
            targets.refuse_line(
                source,
                number,
                text,
                "the line is longer than 64 KiB",
                "write one target on each line",
            );
            continue;
        }
        match std::str::from_utf8(text) {
            Ok(text) => targets.add(source, number, text),
            Err(_) => targets.refuse_line(source, number, text, "the line is not UTF-8", "save the file as UTF-8"),
        }
    }
}

/// Reads a line without its end. `None` after the last one, and otherwise whether it is whole: the
/// rest of a line that is too long is skipped.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<Option<bool>> {
    let mut is_whole = true;
    let mut is_first = true;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok((!is_first).then_some(is_whole));
        }
        is_first = false;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
        let capacity = MAX_LINE_BYTES.saturating_sub(line.len());
        is_whole &= part.len() <= capacity;
        line.extend_from_slice(part.get(..capacity.min(part.len())).unwrap_or_default());
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(Some(is_whole));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::super::base::Base;
    use super::*;

    fn read_with(mut targets: Targets, text: &[u8]) -> Targets {
        let source = targets.source("list.txt");
        // A small buffer, so that lines and line ends are split.
        read(BufReader::with_capacity(3, text), source, "list.txt", &mut targets).unwrap();
        targets
    }

    fn read_all(text: &[u8]) -> Targets {
        read_with(Targets::new(None, None, false), text)
    }

    fn texts(targets: &Targets) -> Vec<&str> {
        targets.iter().collect()
    }

    #[test]
    fn a_line_is_a_target() {
        let targets = read_all(b"https://a.com/1\nhttps://a.com/2");
        assert_eq!(texts(&targets), ["https://a.com/1", "https://a.com/2"]);
    }

    #[test]
    fn blank_lines_and_comments_are_skipped_and_counted() {
        let targets = read_all(b"\n  \n# comment\n\ta \n#b\nc\n");
        assert_eq!(texts(&targets), ["a", "c"]);
        assert_eq!(targets.origin(1).and_then(|origin| targets.place(origin)), Some(("list.txt", 6)));
    }

    #[test]
    fn a_bom_and_carriage_returns_are_removed() {
        let targets = read_all(b"\xEF\xBB\xBFa\r\nb\r\n\r\n");
        assert_eq!(texts(&targets), ["a", "b"]);
    }

    #[test]
    fn a_target_that_is_given_again_is_kept_once() {
        let targets = read_all(b"a\nb\na\na\n");
        assert_eq!(texts(&targets), ["a", "b"]);
        assert_eq!(targets.duplicates(), 2);
    }

    #[test]
    fn lines_that_cannot_be_targets_are_refused_with_their_number() {
        let mut text = b"a\n\xFF\xFAb\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', MAX_LINE_BYTES + 1));
        text.extend(b"\nb\n");
        let targets = read_all(&text);
        assert_eq!(texts(&targets), ["a", "b"]);
        let refused: Vec<_> =
            targets.refused().iter().map(|it| (targets.place(it.origin).unwrap().1, it.reason.as_ref())).collect();
        assert_eq!(refused, [(2, "the line is not UTF-8"), (3, "the line is longer than 64 KiB")]);
    }

    #[test]
    fn a_file_in_utf_16_is_refused() {
        let mut targets = Targets::new(None, None, false);
        let source = targets.source("list.txt");
        let failure = read(&b"\xFF\xFEa\0\n\0"[..], source, "list.txt", &mut targets).unwrap_err();
        assert_eq!(failure.message, "`list.txt` is in UTF-16");
    }

    #[test]
    fn the_directory_of_an_index_file_is_added_once() {
        let base = Base::parse("https://a.com/").unwrap();
        let targets =
            read_with(Targets::new(None, Some(base), true), b"blog/index.html\nindex.html\nblog/a.html\nblog/\n");
        assert_eq!(
            texts(&targets),
            [
                "https://a.com/blog/index.html",
                "https://a.com/blog/",
                "https://a.com/index.html",
                "https://a.com/",
                "https://a.com/blog/a.html",
            ]
        );
        assert_eq!(targets.duplicates(), 1);
    }
}
