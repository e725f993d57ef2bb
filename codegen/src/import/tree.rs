//! Writes JSON with its members in a given order, as the specifications are written.

use serde_json::Value;

/// Maximum width of an object or list that is written on one line.
const MAX_WIDTH: usize = 120;
const INDENTATION: usize = 2;

/// JSON whose members have an order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    Object(Vec<(String, Tree)>),
    List(Vec<Tree>),
    Value(Value),
}

impl Tree {
    /// An object with the members that are present.
    pub(super) fn object<const N: usize>(members: [(&str, Option<Self>); N]) -> Self {
        let present = members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        Self::Object(present.collect())
    }

    /// The text of a file.
    pub(super) fn file(&self) -> String {
        format!("{}\n", self.broken(0))
    }

    /// The text of an element that starts at this indentation.
    pub(super) fn text(&self, indentation: usize, used: usize) -> String {
        let line = self.line();
        match indentation + used + line.chars().count() <= MAX_WIDTH || self.is_atom() {
            true => line,
            false => self.broken(indentation),
        }
    }

    fn is_atom(&self) -> bool {
        match self {
            Self::Object(members) => members.is_empty(),
            Self::List(elements) => elements.is_empty(),
            Self::Value(_) => true,
        }
    }

    fn line(&self) -> String {
        match self {
            Self::Object(members) if members.is_empty() => "{}".to_owned(),
            Self::Object(members) => {
                let members: Vec<String> =
                    members.iter().map(|(key, value)| format!("{}: {}", quoted(key), value.line())).collect();
                format!("{{ {} }}", members.join(", "))
            }
            Self::List(elements) => {
                format!("[{}]", elements.iter().map(Self::line).collect::<Vec<_>>().join(", "))
            }
            Self::Value(value) => value.to_string(),
        }
    }

    /// The text with each member or element on a line of its own.
    fn broken(&self, indentation: usize) -> String {
        let inner = indentation + INDENTATION;
        let (open, close, lines): (_, _, Vec<String>) = match self {
            Self::Object(members) => {
                let lines = members.iter().map(|(key, value)| {
                    let key = format!("{}: ", quoted(key));
                    // One column for the comma.
                    let value = value.text(inner, key.chars().count() + 1);
                    format!("{key}{value}")
                });
                ('{', '}', lines.collect())
            }
            Self::List(elements) => ('[', ']', elements.iter().map(|element| element.text(inner, 1)).collect()),
            Self::Value(value) => return value.to_string(),
        };
        let (outer, inner) = (" ".repeat(indentation), " ".repeat(inner));
        format!("{open}\n{inner}{}\n{outer}{close}", lines.join(&format!(",\n{inner}")))
    }
}

impl From<Value> for Tree {
    fn from(value: Value) -> Self {
        match value {
            Value::Object(members) => {
                Self::Object(members.into_iter().map(|(key, value)| (key, value.into())).collect())
            }
            Value::Array(elements) => Self::List(elements.into_iter().map(Into::into).collect()),
            value => Self::Value(value),
        }
    }
}

impl From<&str> for Tree {
    fn from(text: &str) -> Self {
        Self::Value(text.into())
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_fits_is_on_one_line_and_members_keep_their_order() {
        let field =
            |doc: &str| Tree::object([("name", Some("Urls".into())), ("draft", None), ("doc", Some(doc.into()))]);
        let long = "x".repeat(MAX_WIDTH);
        let file = Tree::object([
            ("fields", Some(Tree::List(vec![field("a"), field(&long)]))),
            ("none", Some(json!([]).into())),
        ]);
        let text = format!(
            "{{\n  \"fields\": [\n    {{ \"name\": \"Urls\", \"doc\": \"a\" }},\n    {{\n      \"name\": \
             \"Urls\",\n      \"doc\": \"{long}\"\n    }}\n  ],\n  \"none\": []\n}}\n"
        );
        assert_eq!(file.file(), text);
    }
}
