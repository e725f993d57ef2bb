//! Inserts elements into a JSON text, of which every other byte stays as a person wrote it.

use std::ops::Range;

use super::tree::Tree;

/// A value, and where it is in the text.
struct Span {
    range: Range<usize>,
    value: Value,
}

enum Value {
    Object(Vec<(String, Span)>),
    List(Vec<Span>),
    Scalar,
}

/// The text with an element in the list at a path of members and elements. It is inserted after the
/// element with this name, or at the start. Returns `None` if there is no such list.
pub(super) fn insert(text: &str, path: &[&str], after: Option<&str>, element: &Tree) -> Option<String> {
    let root = Scanner { text, at: 0 }.value()?;
    let list = path.iter().try_fold(&root, |span, step| span.step(text, step))?;
    let Value::List(elements) = &list.value else { return None };
    let indentation = |at: usize| {
        let line = text.get(..at).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
        line.len() - line.trim_start().len()
    };
    let previous = after.and_then(|name| elements.iter().find(|element| element.name(text) == Some(name)));
    let (range, inserted) = match (previous, elements.first()) {
        (Some(previous), _) => {
            let indentation = indentation(previous.range.start);
            let line = format!(",\n{}{}", " ".repeat(indentation), element.text(indentation, 1));
            (previous.range.end..previous.range.end, line)
        }
        (None, Some(first)) => {
            let indentation = indentation(first.range.start);
            let line = format!("{},\n{}", element.text(indentation, 1), " ".repeat(indentation));
            (first.range.start..first.range.start, line)
        }
        (None, None) => {
            let outer = indentation(list.range.start);
            let line = element.text(outer + 2, 1);
            (list.range.clone(), format!("[\n{}{line}\n{}]", " ".repeat(outer + 2), " ".repeat(outer)))
        }
    };
    Some(format!("{}{inserted}{}", text.get(..range.start)?, text.get(range.end..)?))
}

impl Span {
    /// The member with this name, or the element with it.
    fn step(&self, text: &str, name: &str) -> Option<&Self> {
        match &self.value {
            Value::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, span)| span),
            Value::List(elements) => elements.iter().find(|element| element.name(text) == Some(name)),
            Value::Scalar => None,
        }
    }

    /// The name of an element: its `name` or `code`, or the element itself if it is a text.
    fn name<'t>(&self, text: &'t str) -> Option<&'t str> {
        let named = match &self.value {
            Value::Object(_) => self.step(text, "name").or_else(|| self.step(text, "code"))?,
            Value::List(_) => return None,
            Value::Scalar => self,
        };
        text.get(named.range.clone())?.strip_prefix('"')?.strip_suffix('"')
    }
}

/// Scans JSON that is known to be valid.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn value(&mut self) -> Option<Span> {
        self.skip_space();
        let start = self.at;
        let value = match self.next()? {
            b'{' => {
                let mut members = Vec::new();
                while self.peek()? != b'}' {
                    let key = self.string()?;
                    self.expect(b':')?;
                    members.push((key, self.value()?));
                    self.skip_comma();
                }
                self.at += 1;
                Value::Object(members)
            }
            b'[' => {
                let mut elements = Vec::new();
                while self.peek()? != b']' {
                    elements.push(self.value()?);
                    self.skip_comma();
                }
                self.at += 1;
                Value::List(elements)
            }
            b'"' => {
                self.at = start;
                self.string()?;
                Value::Scalar
            }
            _ => {
                let rest = self.text.get(self.at..)?;
                self.at += rest.find([',', '}', ']', ' ', '\n', '\r', '\t']).unwrap_or(rest.len());
                Value::Scalar
            }
        };
        Some(Span { range: start..self.at, value })
    }

    /// The content of a string, with its escapes.
    fn string(&mut self) -> Option<String> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            match self.next()? {
                b'"' => return self.text.get(start..self.at - 1).map(str::to_owned),
                b'\\' => self.at += 1,
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.text.as_bytes().get(self.at).copied();
        self.at += 1;
        byte
    }

    fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.text.as_bytes().get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.skip_space();
        (self.next()? == byte).then_some(())
    }

    fn skip_comma(&mut self) {
        if self.peek() == Some(b',') {
            self.at += 1;
        }
    }

    fn skip_space(&mut self) {
        while self.text.as_bytes().get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{ "a": "\"]",
  "list": [
    { "n" : [ ], "name": "x" },
    {"code":"y"}
  ],
  "none": [], "t": [1, true] }"#;

    fn element() -> Tree {
        Tree::object([("name", Some("new".into()))])
    }

    #[test]
    fn an_element_is_inserted_after_the_one_before_it_or_at_the_start() {
        let inserted = |after| insert(TEXT, &["list"], after, &element()).unwrap();
        let new = "{ \"name\": \"new\" }";
        assert_eq!(inserted(Some("x")), TEXT.replace("\"x\" },", &format!("\"x\" }},\n    {new},")));
        assert_eq!(inserted(Some("y")), TEXT.replace("{\"code\":\"y\"}", &format!("{{\"code\":\"y\"}},\n    {new}")));
        assert_eq!(inserted(None), TEXT.replace("[\n    { \"n\"", &format!("[\n    {new},\n    {{ \"n\"")));
    }

    #[test]
    fn an_empty_list_gets_a_line_for_its_element() {
        let expected = TEXT.replace("\"none\": []", "\"none\": [\n    { \"name\": \"new\" }\n  ]");
        assert_eq!(insert(TEXT, &["none"], None, &element()), Some(expected));
        let expected = TEXT.replace("[ ]", "[\n      { \"name\": \"new\" }\n    ]");
        assert_eq!(insert(TEXT, &["list", "x", "n"], Some("other"), &element()), Some(expected));
    }

    #[test]
    fn what_is_not_a_list_is_left_alone() {
        for path in [&["a"][..], &["other"], &["list", "z"]] {
            assert_eq!(insert(TEXT, path, None, &element()), None, "{path:?}");
        }
    }
}
