//! Converts the pairs of a query or a form, such as `Urls.0=http%3A%2F%2F...`, to the typed values
//! that JSON would contain.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use crate::refusal::Refusal;
use crate::table::{Field, Shape};

/// Decoded names and values, in the order in which they were sent.
pub(crate) type Pairs = Vec<(String, String)>;

/// Maximum number of parts of a name, which dots separate. 16: documented names have at most four,
/// and without a limit a hostile name would overflow the stack.
const MAX_NAME_PARTS: usize = 16;

/// Splits and decodes a query or a form.
pub(crate) fn pairs(text: &[u8]) -> Result<Pairs, Refusal> {
    let has_value = |pair: &[u8]| pair.contains(&b'=');
    if let Some(pair) = text.split(|byte| *byte == b'&').find(|pair| !pair.is_empty() && !has_value(pair)) {
        let message = format!("`{}` has no `=` between name and value", String::from_utf8_lossy(pair).escape_debug());
        return Err(Refusal::new("InvalidParameter", message));
    }
    Ok(form_urlencoded::parse(text).into_owned().collect())
}

/// Converts pairs to the object that a JSON body would be. A value without a field in the table
/// stays text; the check of the parameters refuses it.
pub(crate) fn object<'a>(
    fields: &[Field],
    pairs: impl Iterator<Item = &'a (String, String)>,
) -> Result<Map<String, Value>, Refusal> {
    let mut root = Node::default();
    for (name, value) in pairs {
        root.insert(name, value)?;
    }
    members(fields, root.children, "")
}

/// The value of a name, or the longer names that begin with it.
#[derive(Default)]
struct Node {
    value: Option<String>,
    children: BTreeMap<String, Node>,
}

impl Node {
    fn insert(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        if name.split('.').count() > MAX_NAME_PARTS {
            return Err(invalid(name, &format!("has more than {MAX_NAME_PARTS} parts")));
        }
        let mut node = self;
        for part in name.split('.') {
            if node.value.is_some() {
                return Err(invalid(name, "is part of another parameter that has a value"));
            }
            node = node.children.entry(part.to_owned()).or_default();
        }
        if node.value.is_some() {
            return Err(invalid(name, "was sent twice"));
        }
        if !node.children.is_empty() {
            return Err(invalid(name, "has a value, and so has a part of it"));
        }
        node.value = Some(value.to_owned());
        Ok(())
    }
}

fn members(fields: &[Field], nodes: BTreeMap<String, Node>, path: &str) -> Result<Map<String, Value>, Refusal> {
    let member = |(name, node): (String, Node)| {
        let shape = fields.iter().find(|field| field.name == name).map(|field| &field.shape);
        let value = value(shape, node, &join(path, &name))?;
        Ok((name, value))
    };
    nodes.into_iter().map(member).collect()
}

fn value(shape: Option<&Shape>, node: Node, path: &str) -> Result<Value, Refusal> {
    match (shape, node.value) {
        (Some(shape), Some(text)) => scalar(shape, text, path),
        (None, Some(text)) => Ok(Value::String(text)),
        (Some(Shape::List(of)), None) => elements(of, node.children, path),
        (Some(Shape::Record(fields)), None) => members(fields, node.children, path).map(Value::Object),
        // An object where the table has none: the check of the parameters refuses it.
        (_, None) => members(&[], node.children, path).map(Value::Object),
    }
}

fn scalar(shape: &Shape, text: String, path: &str) -> Result<Value, Refusal> {
    let (value, expected) = match shape {
        Shape::Boolean => (boolean(&text).map(Value::Bool), "`true` or `false`"),
        Shape::Integer => (text.parse::<i64>().ok().map(Value::from), "an integer"),
        Shape::Unsigned => (text.parse::<u64>().ok().map(Value::from), "an integer of at least 0"),
        Shape::Float => (text.parse().ok().and_then(Number::from_f64).map(Value::Number), "a number"),
        _ => return Ok(Value::String(text)),
    };
    value.ok_or_else(|| invalid(path, &format!("must be {expected}, not `{text}`")))
}

/// Python writes `True` where the others write `true`.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" => Some(true),
        "false" | "False" => Some(false),
        _ => None,
    }
}

/// The elements of a list, sorted as numbers: `Urls.10` comes after `Urls.9`.
fn elements(of: &Shape, nodes: BTreeMap<String, Node>, path: &str) -> Result<Value, Refusal> {
    let mut by_index = BTreeMap::new();
    for (part, node) in nodes {
        let name = join(path, &part);
        // `01` and `+1` parse as numbers, but are not written as an index.
        let Some(index) = part.parse::<usize>().ok().filter(|index| index.to_string() == part) else {
            return Err(invalid(&name, "does not end with the index of an element; help: count from 0"));
        };
        by_index.insert(index, (name, node));
    }
    let mut elements = Vec::new();
    for (expected, (index, (name, node))) in by_index.into_iter().enumerate() {
        if index != expected {
            let what = format!("was sent, but `{path}.{expected}` was not; help: count elements from 0");
            return Err(invalid(&name, &what));
        }
        elements.push(value(Some(of), node, &name)?);
    }
    Ok(Value::Array(elements))
}

fn invalid(path: &str, what: &str) -> Refusal {
    Refusal::new("InvalidParameter", format!("the parameter `{path}` {what}"))
}

fn join(path: &str, part: &str) -> String {
    if path.is_empty() { part.to_owned() } else { format!("{path}.{part}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FIELDS: &[Field] = &[
        Field { name: "Names", shape: Shape::List(&Shape::String), required: true, optional: false },
        Field { name: "Flag", shape: Shape::Boolean, required: false, optional: false },
        Field { name: "Count", shape: Shape::Integer, required: false, optional: false },
        Field { name: "Size", shape: Shape::Unsigned, required: false, optional: false },
        Field { name: "Ratio", shape: Shape::Float, required: false, optional: false },
        Field { name: "Tag", shape: Shape::Record(INNER), required: false, optional: false },
        Field { name: "Tags", shape: Shape::List(&Shape::Record(INNER)), required: false, optional: false },
    ];

    const INNER: &[Field] = &[
        Field { name: "Domains", shape: Shape::List(&Shape::String), required: true, optional: false },
        Field { name: "Size", shape: Shape::Unsigned, required: false, optional: false },
    ];

    fn read(text: &str) -> Result<Value, String> {
        let pairs = pairs(text.as_bytes()).map_err(|refusal| refusal.to_string())?;
        object(FIELDS, pairs.iter()).map(Value::Object).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn a_text_becomes_a_value_of_the_type_in_the_table() {
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
    fn a_value_may_contain_any_text() {
        assert_eq!(read("Names.0=%E4%B8%AD%3D%26=%2B"), Ok(json!({ "Names": ["中=&=+"] })));
        assert_eq!(read("Names.0="), Ok(json!({ "Names": [""] })));
    }

    #[test]
    fn elements_are_sorted_by_number() {
        let text: Vec<String> = (0..12).rev().map(|number| format!("Names.{number}={number}")).collect();
        let expected: Vec<String> = (0..12).map(|number| number.to_string()).collect();
        assert_eq!(read(&text.join("&")), Ok(json!({ "Names": expected })));
    }

    #[test]
    fn an_unknown_parameter_stays_text() {
        assert_eq!(read("Other=1&Names=x"), Ok(json!({ "Other": "1", "Names": "x" })));
        assert_eq!(read("Flag.0=true"), Ok(json!({ "Flag": { "0": "true" } })));
    }

    #[test]
    fn an_invalid_pair_is_refused_with_its_name() {
        for (text, says) in [
            ("Flag=TRUE", "`Flag` must be `true` or `false`, not `TRUE`"),
            ("Count=1.5", "`Count` must be an integer, not `1.5`"),
            ("Size=-1", "`Size` must be an integer of at least 0, not `-1`"),
            ("Ratio=inf", "`Ratio` must be a number, not `inf`"),
            ("Tags.0.Size=x", "`Tags.0.Size` must be an integer of at least 0, not `x`"),
            ("Names.1=a", "`Names.1` was sent, but `Names.0` was not"),
            ("Names.0=a&Names.2=b", "`Names.2` was sent, but `Names.1` was not"),
            ("Names.a=a", "`Names.a` does not end with the index"),
            ("Names.00=a", "`Names.00` does not end with the index"),
            ("Count=1&Count=1", "`Count` was sent twice"),
            ("Names=a&Names.0=a", "`Names.0` is part of another parameter"),
            ("Names.0=a&Names=a", "`Names` has a value, and so has a part of it"),
            ("Names.0", "`Names.0` has no `=`"),
            (&("a.".repeat(100_000) + "a=1"), "has more than 16 parts"),
        ] {
            let refusal = read(text).unwrap_err();
            assert!(refusal.starts_with("InvalidParameter: ") && refusal.contains(says), "{text:.40}: {refusal:.200}");
        }
    }
}
