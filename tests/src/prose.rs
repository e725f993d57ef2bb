//! Finds what people read in a file: comments, string literals, names of items and plain text.

/// Text that belongs together, such as the lines of one comment.
#[derive(Debug, Default, PartialEq)]
pub struct Passage {
    /// Whether it is the name of an item, split at its underscores.
    pub is_name: bool,
    /// The words in lower case, each with its line. Punctuation and code spans are empty words.
    pub words: Vec<(usize, String)>,
}

impl Passage {
    /// Appends the words of some text.
    fn push(&mut self, first_line: usize, text: &str) {
        let mut in_code = false;
        for (line, text) in (first_line..).zip(text.split('\n')) {
            let mut rest = text;
            while let Some(first) = rest.chars().next() {
                let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len()).max(first.len_utf8());
                let (word, after) = rest.split_at(end);
                rest = after;
                in_code ^= first == '`';
                if !in_code && !first.is_whitespace() {
                    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
                    self.words.push((line, word.to_lowercase()));
                }
            }
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '\'')
}

/// The passages of a text in which nothing is code, such as Markdown: its paragraphs and table
/// rows.
#[must_use]
pub fn in_text(text: &str) -> Vec<Passage> {
    let mut passages = vec![Passage::default()];
    let mut paragraph = Lines::default();
    for (line, text) in (1..).zip(text.lines()) {
        let is_separate = text.trim().is_empty() || text.starts_with('|') || text.trim_start().starts_with("```");
        if is_separate {
            passages.extend(paragraph.take());
        }
        paragraph.add(line, text.trim_start_matches("```"));
        if is_separate {
            passages.extend(paragraph.take());
        }
    }
    passages.extend(paragraph.take());
    passages
}

/// The comments of a file whose comment lines begin with `marker`.
#[must_use]
pub fn in_comments(text: &str, marker: &str) -> Vec<Passage> {
    let mut passages = Vec::new();
    let mut comment = Lines::default();
    for (line, text) in (1..).zip(text.lines()) {
        match text.trim_start().strip_prefix(marker) {
            Some(text) => comment.add(line, text),
            None => passages.extend(comment.take()),
        }
    }
    passages.extend(comment.take());
    passages
}

/// The string literals of a JSON file.
#[must_use]
pub fn in_json(text: &str) -> Vec<Passage> {
    let mut source = Source::new(text);
    while let Some(c) = source.next() {
        if c == '"' {
            source.string();
        }
    }
    source.passages
}

/// The comments and string literals of a Rust file, and the names of its items.
#[must_use]
pub fn in_rust(text: &str) -> Vec<Passage> {
    let mut source = Source::new(text);
    while let Some(c) = source.next() {
        match c {
            '/' if source.rest.starts_with('/') => source.comment(),
            '"' => source.string(),
            '\'' => source.character(),
            'r' if source.rest.starts_with(['"', '#']) => source.raw_string(),
            _ if c.is_alphabetic() || c == '_' => source.word(c),
            _ => {}
        }
    }
    source.passages.extend(source.comment.take());
    source.passages
}

/// Lines that follow each other.
#[derive(Default)]
struct Lines {
    first: usize,
    text: String,
    count: usize,
}

impl Lines {
    fn add(&mut self, line: usize, text: &str) {
        if self.count == 0 {
            self.first = line;
        } else {
            self.text.push('\n');
        }
        self.text.push_str(text);
        self.count += 1;
    }

    fn take(&mut self) -> Option<Passage> {
        let Self { first, text, count } = std::mem::take(self);
        let mut passage = Passage::default();
        passage.push(first, &text);
        (count > 0).then_some(passage)
    }
}

/// A Rust or JSON file that is being read.
struct Source<'a> {
    rest: &'a str,
    line: usize,
    /// The comment that ends at the line before this one, if any.
    comment: Lines,
    /// The keyword before, if it introduces a name.
    introduces: bool,
    passages: Vec<Passage>,
}

impl<'a> Source<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text, line: 1, comment: Lines::default(), introduces: false, passages: Vec::new() }
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.skip(c.len_utf8());
        Some(c)
    }

    /// Goes on after `length` bytes, and returns them.
    fn skip(&mut self, length: usize) -> &'a str {
        let (skipped, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.line += skipped.matches('\n').count();
        self.rest = rest;
        skipped
    }

    fn add(&mut self, line: usize, text: &str, is_name: bool) {
        let mut passage = Passage { is_name, words: Vec::new() };
        passage.push(line, text);
        self.passages.push(passage);
    }

    /// Reads a comment to the end of its line, after the first slash.
    fn comment(&mut self) {
        let line = self.line;
        let text = self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
        if self.comment.first + self.comment.count != line {
            self.passages.extend(self.comment.take());
        }
        self.comment.add(line, text.trim_start_matches(['/', '!']));
    }

    /// Reads a string after its first quotation mark.
    fn string(&mut self) {
        let (line, mut text) = (self.line, String::new());
        while let Some(c) = self.next() {
            match c {
                '"' => break,
                '\\' => match self.next() {
                    Some('\n') => text.push('\n'),
                    _ => text.push(' '),
                },
                _ => text.push(c),
            }
        }
        self.add(line, &text, false);
    }

    /// Reads a raw string or a raw identifier, after the `r`.
    fn raw_string(&mut self) {
        let hashes = self.rest.len() - self.rest.trim_start_matches('#').len();
        if !self.rest[hashes..].starts_with('"') {
            return;
        }
        self.skip(hashes + 1);
        let (line, end) = (self.line, format!("\"{}", "#".repeat(hashes)));
        let text = self.skip(self.rest.find(&end).unwrap_or(self.rest.len()));
        self.skip(end.len());
        self.add(line, text, false);
    }

    /// Reads a character, or the beginning of a lifetime, after the quotation mark.
    fn character(&mut self) {
        let mut characters = self.rest.char_indices();
        let (first, second) = (characters.next(), characters.next());
        match (first, second) {
            (Some((_, '\\')), Some((at, escaped))) => {
                let after = at + escaped.len_utf8();
                let end = self.rest[after..].find('\'').unwrap_or_default();
                self.skip(after + end + 1);
            }
            (_, Some((at, '\''))) => {
                self.skip(at + 1);
            }
            _ => {}
        }
    }

    /// Reads a word of code. The one after a keyword such as `fn` is a name.
    fn word(&mut self, first: char) {
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let word = format!("{first}{}", self.skip(end));
        if self.introduces {
            self.add(self.line, &word.replace('_', " "), true);
        }
        self.introduces = matches!(word.as_str(), "fn" | "const" | "static" | "mod" | "let");
    }
}

#[cfg(test)]
mod tests {
    use super::{Passage, in_comments, in_json, in_rust, in_text};

    /// Each passage as its first line and its words.
    fn shown(passages: &[Passage]) -> Vec<String> {
        let shown = passages.iter().filter(|passage| !passage.words.is_empty()).map(|passage| {
            let words: Vec<&str> = passage.words.iter().map(|(_, word)| word.as_str()).collect();
            format!("{}: {}", passage.words[0].0, words.join(" "))
        });
        shown.collect()
    }

    #[test]
    fn a_comment_is_one_passage_whatever_its_lines() {
        let source = "/// Not\n/// `this_word`.\nfn that_one() {\n} // Also.\n\n//! Other\n    //! one\n";
        let expected = ["3: that one", "1: not  ", "4: also ", "6: other one"];
        assert_eq!(shown(&in_rust(source)), expected);
    }

    #[test]
    fn strings_of_every_kind_are_found() {
        let source = "a(\"one \\\" two\\\n  three\", r#\"a \"quoted\" one\"#, b\"bytes\", '\"', '\\'', \"last\")";
        let expected = ["1: one two three", "2: a  quoted  one", "2: bytes", "2: last"];
        assert_eq!(shown(&in_rust(source)), expected);
    }

    #[test]
    fn lifetimes_and_raw_identifiers_are_not_text() {
        assert_eq!(shown(&in_rust("fn x<'a>(r#type: &'a str, c: 'b') { \"text\" }")), ["1: x", "1: text"]);
    }

    #[test]
    fn paragraphs_and_rows_are_passages_with_their_lines() {
        let text = "# Title\n\nOne\ntwo.\n\n| a | b |\n| c | d |\n\n```sh\nrun # it\n```\n";
        let expected = ["1:  title", "3: one two ", "6:  a  b ", "7:  c  d ", "9: sh", "10: run  it"];
        assert_eq!(shown(&in_text(text)), expected);
    }

    #[test]
    fn comments_of_scripts_and_strings_of_json_are_found() {
        assert_eq!(shown(&in_comments("# one\n# two\nx = 1\n  # three", "#")), ["1: one two", "4: three"]);
        assert_eq!(shown(&in_json("{\n \"doc\": \"One \\u00e9.\" }")), ["2: doc", "2: one 00e9 "]);
    }
}
