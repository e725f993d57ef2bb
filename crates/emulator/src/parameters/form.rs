//! Parameters as queries and forms carry them, `Urls.0=http%3A%2F%2F...`, made into the typed values that JSON would carry.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::refusal::Refusal;
use crate::table::{Field, Shape};

/// Names and values, decoded, in the order in which they were sent.
pub(crate) type Pairs = Vec<(String, String)>;

/// How many dots a name may have and one more: no documented parameter comes near, and what is nested by hostile hands
/// would otherwise be followed until the stack ends.
const MOST_STEPS: usize = 16;

/// Takes a query or a form apart.
pub(crate) fn pairs(text: &[u8]) -> Result<Pairs, Refusal> {
    let has_value = |pair: &[u8]| pair.contains(&b'=');
    if let Some(pair) = text.split(|byte| *byte == b'&').find(|pair| !pair.is_empty() && !has_value(pair)) {
        let message = format!("`{}` has no `=` between name and value", String::from_utf8_lossy(pair).escape_debug());
        return Err(Refusal::new("InvalidParameter", message));
    }
    Ok(form_urlencoded::parse(text).into_owned().collect())
}

/// Makes pairs into the object that a JSON body would be. What fits no field of the table is left as text, for the check of
/// the parameters to refuse.
pub(crate) fn object<'a>(
    fields: &[Field],
    pairs: impl Iterator<Item = &'a (String, String)>,
) -> Result<Map<String, Value>, Refusal> {
    let mut root = Node::default();
    for (name, value) in pairs {
        root.insert(name, value)?;
    }
    members(fields, root, "")
}

/// What was sent under a name: a value, or more names below it.
#[derive(Default)]
struct Node {
    value: Option<String>,
    below: BTreeMap<String, Node>,
}

impl Node {
    fn insert(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        if name.split('.').count() > MOST_STEPS {
            return Err(invalid(name, &format!("has more than {MOST_STEPS} parts")));
        }
        let mut node = self;
        for step in name.split('.') {
            if node.value.is_some() {
                return Err(invalid(name, "is part of another parameter that has a value"));
            }
            node = node.below.entry(step.to_owned()).or_default();
        }
        if node.value.is_some() {
            return Err(invalid(name, "was sent twice"));
        }
        if !node.below.is_empty() {
            return Err(invalid(name, "has a value, and parts of it have values of their own"));
        }
        node.value = Some(value.to_owned());
        Ok(())
    }
}

fn members(fields: &[Field], node: Node, path: &str) -> Result<Map<String, Value>, Refusal> {
    let member = |(name, node): (String, Node)| {
        let shape = fields.iter().find(|field| field.name == name).map(|field| &field.shape);
        let value = value(shape, node, &join(path, &name))?;
        Ok((name, value))
    };
    node.below.into_iter().map(member).collect()
}

fn value(shape: Option<&Shape>, node: Node, path: &str) -> Result<Value, Refusal> {
    match (shape, node.value) {
        (Some(Shape::Boolean), Some(text)) => boolean(&text, path),
        (Some(Shape::Integer), Some(text)) => number(text.parse::<i64>().ok(), "a whole number", &text, path),
        (Some(Shape::Unsigned), Some(text)) => {
            number(text.parse::<u64>().ok(), "a whole number, zero or more", &text, path)
        }
        (Some(Shape::Float), Some(text)) => {
            let number = text.parse().ok().and_then(serde_json::Number::from_f64);
            number.map(Value::Number).ok_or_else(|| unlike("a number", &text, path))
        }
        (_, Some(text)) => Ok(Value::String(text)),
        (Some(Shape::List(of)), None) => items(of, node.below, path),
        (Some(Shape::Record(fields)), None) => {
            members(fields, Node { value: None, below: node.below }, path).map(Value::Object)
        }
        // An object where the table wants none.
        (_, None) => members(&[], Node { value: None, below: node.below }, path).map(Value::Object),
    }
}

/// The elements of a list, whose numbers are sorted as numbers: `Urls.10` comes after `Urls.9`.
fn items(of: &Shape, below: BTreeMap<String, Node>, path: &str) -> Result<Value, Refusal> {
    let mut numbered = BTreeMap::new();
    for (step, node) in below {
        let full = join(path, &step);
        // `01` and `+1` are other texts than `1`, and no numbers of elements.
        let Some(number) = step.parse::<usize>().ok().filter(|number| number.to_string() == step) else {
            return Err(invalid(&full, "does not end in the number of an element, counted from 0"));
        };
        numbered.insert(number, (full, node));
    }
    let mut items = Vec::new();
    for (expected, (number, (full, node))) in numbered.into_iter().enumerate() {
        if number != expected {
            return Err(invalid(&full, &format!("was sent, but `{path}.{expected}` was not: count elements from 0")));
        }
        items.push(value(Some(of), node, &full)?);
    }
    Ok(Value::Array(items))
}

/// Python writes `True` where the others write `true`.
fn boolean(text: &str, path: &str) -> Result<Value, Refusal> {
    match text {
        "true" | "True" => Ok(Value::Bool(true)),
        "false" | "False" => Ok(Value::Bool(false)),
        _ => Err(unlike("`true` or `false`", text, path)),
    }
}

fn number<N: Into<Value>>(number: Option<N>, expected: &str, text: &str, path: &str) -> Result<Value, Refusal> {
    number.map(Into::into).ok_or_else(|| unlike(expected, text, path))
}

fn unlike(expected: &str, text: &str, path: &str) -> Refusal {
    invalid(path, &format!("is `{text}`: {expected} is expected"))
}

fn invalid(path: &str, what: &str) -> Refusal {
    Refusal::new("InvalidParameter", format!("the parameter `{path}` {what}"))
}

fn join(path: &str, step: &str) -> String {
    if path.is_empty() { step.to_owned() } else { format!("{path}.{step}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FIELDS: &[Field] = &[
        Field { name: "Names", shape: Shape::List(&Shape::String), required: true },
        Field { name: "Flag", shape: Shape::Boolean, required: false },
        Field { name: "Count", shape: Shape::Integer, required: false },
        Field { name: "Size", shape: Shape::Unsigned, required: false },
        Field { name: "Ratio", shape: Shape::Float, required: false },
        Field { name: "Tag", shape: Shape::Record(INNER), required: false },
        Field { name: "Tags", shape: Shape::List(&Shape::Record(INNER)), required: false },
    ];

    const INNER: &[Field] = &[
        Field { name: "Domains", shape: Shape::List(&Shape::String), required: true },
        Field { name: "Size", shape: Shape::Unsigned, required: false },
    ];

    fn read(text: &str) -> Result<Value, String> {
        let pairs = pairs(text.as_bytes()).map_err(|refusal| refusal.to_string())?;
        object(FIELDS, pairs.iter()).map(Value::Object).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn text_becomes_what_the_table_says() {
        let text = "Names.0=a%20b+c&Flag=True&Count=-1&Size=18446744073709551615&Ratio=0.5&Tag.Domains.0=d\
                    &Tags.0.Domains.0=x&Tags.0.Domains.1=y&Tags.1.Domains.0=z&Tags.1.Size=1";
        let expected = json!({
            "Names": ["a b c"], "Flag": true, "Count": -1, "Size": u64::MAX, "Ratio": 0.5, "Tag": { "Domains": ["d"] },
            "Tags": [{ "Domains": ["x", "y"] }, { "Domains": ["z"], "Size": 1 }],
        });
        assert_eq!(read(text), Ok(expected));
        assert_eq!(read("Flag=false"), Ok(json!({ "Flag": false })));
        assert_eq!(read(""), Ok(json!({})));
    }

    #[test]
    fn a_value_may_hold_any_text() {
        assert_eq!(read("Names.0=%E4%B8%AD%3D%26=%2B"), Ok(json!({ "Names": ["中=&=+"] })));
        assert_eq!(read("Names.0="), Ok(json!({ "Names": [""] })));
    }

    #[test]
    fn elements_are_sorted_by_their_number() {
        let text: Vec<String> = (0..12).rev().map(|number| format!("Names.{number}={number}")).collect();
        let expected: Vec<String> = (0..12).map(|number| number.to_string()).collect();
        assert_eq!(read(&text.join("&")), Ok(json!({ "Names": expected })));
    }

    #[test]
    fn what_the_table_does_not_know_stays_text() {
        assert_eq!(read("Other=1&Names=x"), Ok(json!({ "Other": "1", "Names": "x" })));
        assert_eq!(read("Flag.0=true"), Ok(json!({ "Flag": { "0": "true" } })));
    }

    #[test]
    fn what_makes_no_value_is_named() {
        for (text, says) in [
            ("Flag=TRUE", "`Flag` is `TRUE`: `true` or `false`"),
            ("Count=1.5", "`Count` is `1.5`: a whole number"),
            ("Size=-1", "`Size` is `-1`: a whole number, zero or more"),
            ("Ratio=inf", "`Ratio` is `inf`: a number"),
            ("Tags.0.Size=x", "`Tags.0.Size` is `x`"),
            ("Names.1=a", "`Names.1` was sent, but `Names.0` was not"),
            ("Names.0=a&Names.2=b", "`Names.2` was sent, but `Names.1` was not"),
            ("Names.a=a", "`Names.a` does not end in the number"),
            ("Names.00=a", "`Names.00` does not end in the number"),
            ("Count=1&Count=1", "`Count` was sent twice"),
            ("Names=a&Names.0=a", "`Names.0` is part of another parameter"),
            ("Names.0=a&Names=a", "`Names` has a value, and parts"),
            ("Names.0", "`Names.0` has no `=`"),
            (&("a.".repeat(100_000) + "a=1"), "has more than 16 parts"),
        ] {
            let refusal = read(text).unwrap_err();
            assert!(refusal.starts_with("InvalidParameter: ") && refusal.contains(says), "{text:.40}: {refusal:.200}");
        }
    }
}
