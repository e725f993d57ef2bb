//! Names the member at which a JSON text could not be deserialized, such as
//! `Response.PurgeLogs[3].Status`.
//!
//! Deserializing is generic over the response types, and its code is compiled for each of them.
//! This module is not generic: it walks the text again, up to the position in the error.

/// The path of the member at which deserializing `text` failed. `root` is the name of the text
/// itself.
pub(crate) fn of_error(root: &str, text: &str, error: &serde_json::Error) -> String {
    let lines_before = error.line().saturating_sub(1);
    let line_start: usize = text.split_inclusive('\n').take(lines_before).map(str::len).sum();
    let read = text.as_bytes().get(..line_start + error.column()).unwrap_or(text.as_bytes());
    let mut path = path_at_end(root, read);
    // A missing member is noticed at the end of its object, so its name is only in the message.
    if let Some(member) = error.to_string().strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        path = format!("{path}.{member}");
    }
    path
}

/// Maximum depth of the walk. 128: `serde_json` deserializes no deeper, so a failure cannot be
/// deeper either. Deeper containers are only counted, because a response of nothing but brackets
/// would fill the memory.
const MAX_DEPTH: usize = 128;

/// A container that the walk is inside of, with its latest member.
enum Container {
    Object { key: Option<String> },
    Array { index: Option<usize> },
}

/// The path of the member that contains the last byte of a text, which is the beginning of valid
/// JSON.
fn path_at_end(root: &str, text: &[u8]) -> String {
    let mut containers = Vec::new();
    // The number of open containers beyond the maximum depth.
    let mut deeper = 0_usize;
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        let is_deepest = containers.len() >= MAX_DEPTH;
        match (byte, containers.last_mut()) {
            (b' ' | b'\t' | b'\r' | b'\n' | b':', _) => {}
            (b'}' | b']', _) if deeper > 0 => deeper -= 1,
            (b'}' | b']', _) => _ = containers.pop(),
            (b'{' | b'[', _) if is_deepest => deeper += 1,
            (b'"', _) if deeper > 0 => _ = split_string(&mut rest),
            _ if deeper > 0 => {}
            (b',', Some(Container::Object { key })) => *key = None,
            (b',', Some(Container::Array { index })) => *index = index.map(|index| index + 1),
            (_, last) => {
                let string = (*byte == b'"').then(|| split_string(&mut rest));
                match last {
                    Some(Container::Object { key: key @ None }) => *key = string,
                    Some(Container::Array { index }) => *index = Some(index.unwrap_or(0)),
                    _ => {}
                }
                match byte {
                    b'{' => containers.push(Container::Object { key: None }),
                    b'[' => containers.push(Container::Array { index: None }),
                    _ => {}
                }
            }
        }
    }
    containers.iter().fold(root.to_owned(), |path, container| match container {
        Container::Object { key: Some(key) } => format!("{path}.{key}"),
        Container::Array { index: Some(index) } => format!("{path}[{index}]"),
        Container::Object { key: None } | Container::Array { index: None } => path,
    })
}

/// Splits a string off the text, which starts after the opening quote. Escapes are not decoded.
fn split_string(rest: &mut &[u8]) -> String {
    let mut escaped = false;
    let end = rest.iter().position(|byte| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    });
    let (string, tail) = rest.split_at(end.unwrap_or(rest.len()));
    *rest = tail.get(1..).unwrap_or_default();
    String::from_utf8_lossy(string).into_owned()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    #[expect(dead_code, reason = "only deserialized")]
    struct Tasks {
        total_count: u64,
        #[serde(default)]
        note: String,
        #[serde(default)]
        logs: Vec<Log>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    #[expect(dead_code, reason = "only deserialized")]
    struct Log {
        url: String,
        #[serde(deserialize_with = "crate::wire::number")]
        size: i64,
    }

    fn path(json: &str) -> String {
        of_error("Response", json, &serde_json::from_str::<Tasks>(json).unwrap_err())
    }

    #[test]
    fn a_member_of_any_wrong_type_is_named() {
        for wrong in ["-1", r#""1""#, "null", "true", "{}", "[]", "[1]", r#"{"A":1}"#, "1.5", "1e3"] {
            assert_eq!(
                path(&format!(r#"{{"Note":"a","TotalCount":{wrong},"Logs":[]}}"#)),
                "Response.TotalCount",
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_missing_member_is_named() {
        assert_eq!(path(r#"{"Note":"a"}"#), "Response.TotalCount");
        assert_eq!(path(r#"{"TotalCount":1,"Logs":[{"Url":"a","Size":1},{"Url":"b"}]}"#), "Response.Logs[1].Size");
    }

    #[test]
    fn a_member_of_a_list_is_named_with_its_index() {
        assert_eq!(
            path(r#"{"TotalCount":1,"Logs":[{"Url":"a","Size":1},{"Url":2,"Size":1}]}"#),
            "Response.Logs[1].Url"
        );
        assert_eq!(path(r#"{"TotalCount":1,"Logs":[{"Url":"a","Size":"x"}]}"#), "Response.Logs[0].Size");
        assert_eq!(path(r#"{"TotalCount":1,"Logs":[7]}"#), "Response.Logs[0]");
        assert_eq!(path(r#"{"TotalCount":1,"Logs":7}"#), "Response.Logs");
    }

    #[test]
    fn an_unknown_member_of_any_depth_is_skipped() {
        let (opening, closing) = (r#"[{"A":"#.repeat(1_000), "}]".repeat(1_000));
        assert_eq!(path(&format!(r#"{{"Extra":{opening}"]"{closing},"TotalCount":""}}"#)), "Response.TotalCount");
    }

    #[test]
    fn quotes_brackets_and_line_breaks_inside_strings_are_ignored() {
        let json = concat!(
            "{\n  \"Note\": \"a \\\" ] } , \\\\\",\n",
            "  \"Extra\": {\"A\": [1, {\"B\": \"]\"}]},\n  \"TotalCount\": false\n}"
        );
        assert_eq!(path(json), "Response.TotalCount");
    }
}
