//! Names the member of a JSON text at which reading it failed, such as `Response.PurgeLogs[3].Status`.
//!
//! Reading is generic over every response type, so what explains a failure is not: it walks the text up to the place that
//! the error names.

/// The path of the member at which reading `text`, itself called `root`, failed.
pub(crate) fn of_error(root: &str, text: &str, error: &serde_json::Error) -> String {
    let lines_before = error.line().saturating_sub(1);
    let line_start: usize = text.split_inclusive('\n').take(lines_before).map(str::len).sum();
    let read = text.as_bytes().get(..line_start + error.column()).unwrap_or(text.as_bytes());
    let mut path = path_at_end(root, read);
    // Found missing at the end of the object that should have it, so the walk does not know its name.
    if let Some(member) = error.to_string().strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        path = format!("{path}.{member}");
    }
    path
}

/// How deep the walk goes, which is as deep as `serde_json` reads into types. What is deeper was skipped, so no member of it is
/// what is looked for; only the brackets of some answers would fill the memory.
const MAX_DEPTH: usize = 128;

/// What the walk is inside of, and which part of it came last.
enum Container {
    Object { key: Option<String> },
    Array { index: Option<usize> },
}

/// The path of what the text, the beginning of valid JSON, ends in or right behind.
fn path_at_end(root: &str, text: &[u8]) -> String {
    let mut containers = Vec::new();
    // In how many containers more the walk is.
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

/// Takes the rest of a string, behind its opening quote, off the text; escapes stay as they are.
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
    #[expect(dead_code, reason = "only read into")]
    struct Tasks {
        total_count: u64,
        #[serde(default)]
        note: String,
        #[serde(default)]
        logs: Vec<Log>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    #[expect(dead_code, reason = "only read into")]
    struct Log {
        url: String,
        #[serde(deserialize_with = "crate::wire::number")]
        size: i64,
    }

    fn path(json: &str) -> String {
        of_error("Response", json, &serde_json::from_str::<Tasks>(json).unwrap_err())
    }

    #[test]
    fn a_member_of_a_wrong_type_is_named_whatever_the_type() {
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
    fn what_was_skipped_may_be_as_deep_as_it_likes() {
        let (opening, closing) = (r#"[{"A":"#.repeat(1_000), "}]".repeat(1_000));
        assert_eq!(path(&format!(r#"{{"Extra":{opening}"]"{closing},"TotalCount":""}}"#)), "Response.TotalCount");
    }

    #[test]
    fn quotes_brackets_and_lines_inside_the_text_do_not_lead_astray() {
        let json = "{\n  \"Note\": \"a \\\" ] } , \\\\\",\n  \"Extra\": {\"A\": [1, {\"B\": \"]\"}]},\n  \"TotalCount\": false\n}";
        assert_eq!(path(json), "Response.TotalCount");
    }
}
