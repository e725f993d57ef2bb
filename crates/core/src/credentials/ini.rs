//! Parses the file of profiles that the official SDKs share: `[profile]` lines, with `key = value`
//! lines below them.

use std::collections::BTreeMap;

use crate::secret::Secret;

/// The keys that are read. Others belong to other tools.
const KEYS: [&str; 8] = [
    "secret_id",
    "secret_key",
    "token",
    "role_arn",
    "role_session_name",
    "external_id",
    "duration_seconds",
    "source_profile",
];

/// The values of a profile, as written.
#[derive(Debug, Default)]
pub(super) struct Profile(BTreeMap<&'static str, Secret>);

/// Parses one profile of a file; `None` if the file has no profile of that name.
///
/// Lines may end as on any platform. A line that begins with `#` or `;` is a comment, and so is the
/// rest of a line after white space and one of these. Keys match regardless of case; values may be
/// in quotes. An error names the number of the line and repeats nothing of it, since it may be a
/// key. The lines of other profiles are not checked.
pub(super) fn parse_profile(file: &[u8], name: &str) -> Result<Option<Profile>, String> {
    let text = match file {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err("it is UTF-16; save it as UTF-8".to_owned()),
        [0xef, 0xbb, 0xbf, text @ ..] => text,
        text => text,
    };
    let text = str::from_utf8(text).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut profile = None;
    // Keys above the first profile belong to none, as in the official SDKs.
    let mut in_profile = false;
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if line.is_empty() || is_comment(line) {
            continue;
        }
        if let Some(header) = line.strip_prefix('[') {
            in_profile = header.split_once(']').is_some_and(|(header, _)| header.trim() == name);
            if in_profile {
                profile.get_or_insert_with(Profile::default);
            }
        } else if in_profile && let Some(profile) = &mut profile {
            profile.read(line).map_err(|problem| format!("line {number} {problem}"))?;
        }
    }
    Ok(profile)
}

impl Profile {
    /// Removes the value of a key.
    pub(super) fn take(&mut self, key: &str) -> Option<Secret> {
        self.0.remove(key)
    }

    /// Removes the value of a key that is not secret; an empty one counts as missing.
    pub(super) fn take_text(&mut self, key: &str) -> Option<String> {
        self.take(key).map(|value| value.reveal().to_owned()).filter(|value| !value.is_empty())
    }

    fn read(&mut self, line: &str) -> Result<(), String> {
        let Some((key, value)) = line.split_once(['=', ':']) else {
            return Err("is neither `[profile]` nor `key = value`".to_owned());
        };
        // TCCLI writes `role-arn`.
        let key = key.trim_end().to_ascii_lowercase().replace('-', "_");
        let Some(&key) = KEYS.iter().find(|known| **known == key) else { return Ok(()) };
        let value = Secret::new(unquoted(value.trim_start())?.to_owned());
        match self.0.insert(key, value) {
            Some(_) => Err(format!("sets `{key}` a second time")),
            None => Ok(()),
        }
    }
}

fn is_comment(text: &str) -> bool {
    text.starts_with(['#', ';'])
}

/// A value without its quotes, and without the comment after it.
fn unquoted(value: &str) -> Result<&str, String> {
    let mut chars = value.chars();
    if let Some(quote @ ('"' | '\'')) = chars.next() {
        let (inside, after) = chars.as_str().split_once(quote).ok_or("has a quote that does not end")?;
        let after = after.trim_start();
        let is_end = after.is_empty() || is_comment(after);
        return if is_end { Ok(inside) } else { Err("has text after the closing quote".to_owned()) };
    }
    // A comment begins after white space, because a value may contain both characters.
    let marks = value.match_indices(['#', ';']).map(|(index, _)| index);
    let mut before_marks = marks.filter_map(|index| value.get(..index));
    let comment = before_marks.find(|before| before.is_empty() || before.ends_with(char::is_whitespace));
    Ok(comment.unwrap_or(value).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Id, key and token of a profile.
    type Values = [Option<String>; 3];

    fn parse(file: impl AsRef<[u8]>, name: &str) -> Result<Option<Values>, String> {
        let revealed = |secret: Option<Secret>| secret.map(|secret| secret.reveal().to_owned());
        let profile = parse_profile(file.as_ref(), name)?;
        Ok(profile.map(|mut profile| ["secret_id", "secret_key", "token"].map(|key| revealed(profile.take(key)))))
    }

    fn values<const N: usize>(values: [&str; N]) -> Values {
        let mut values = values.iter().map(|value| (*value).to_owned());
        [values.next(), values.next(), values.next()]
    }

    #[test]
    fn all_spellings_of_a_profile_are_parsed() {
        let files = [
            "[default]\nsecret_id=id\nsecret_key=key\ntoken=token",
            "\u{feff}[default]\r\nsecret_id = id\r\nsecret_key = key\r\ntoken = token\r\n",
            "# a comment\n\n; another\n  [ default ]  \n\tSECRET_ID\t:\tid\n  secret_key: key\nToken =   token   ",
            "[default] # mine\nsecret_id=\"id\" # its id\nsecret_key='key';\ntoken=token ; until noon",
            "[default]\nregion = r\nsecret_id=id\n[other]\nsecret_key=no\n[default]\nsecret_key=key\ntoken=token",
            "secret_id=none\n[default]\nsecret_id=id\nsecret_key=key\ntoken=token\n[broken\nnothing\n[]\n=",
        ];
        for file in files {
            assert_eq!(parse(file, "default"), Ok(Some(values(["id", "key", "token"]))), "{file}");
        }
    }

    #[test]
    fn only_the_lines_of_the_named_profile_count() {
        let file = "[default]\nsecret_id=id\n[ci]\nsecret_id=other\nsecret_key=a#b;c=d:e\n[empty]\n";
        assert_eq!(parse(file, "default"), Ok(Some(values(["id"]))));
        assert_eq!(parse(file, "ci"), Ok(Some(values(["other", "a#b;c=d:e"]))));
        assert_eq!(parse(file, "empty"), Ok(Some(values([]))));
        for unknown in ["CI", "c", "", "ci]"] {
            assert_eq!(parse(file, unknown), Ok(None), "{unknown}");
        }
        assert_eq!(parse("", "default"), Ok(None));
        assert_eq!(parse("secret_id=id", "default"), Ok(None));
    }

    #[test]
    fn an_empty_value_is_not_a_missing_one() {
        let file = "[default]\nsecret_id=\nsecret_key=\"\"\ntoken= # later";
        assert_eq!(parse(file, "default"), Ok(Some(values(["", "", ""]))));
    }

    #[test]
    fn an_error_names_the_line_and_repeats_nothing() {
        let cases: [(&[u8], &str); 8] = [
            (b"[default]\n\nhidden", "line 3 is neither `[profile]` nor `key = value`"),
            (b"[default]\nsecret_key=hidden\nsecret_key=hidden", "line 3 sets `secret_key` a second time"),
            (b"[default]\nsecret_key=\"hidden", "line 2 has a quote that does not end"),
            (b"[default]\nsecret_key='hidden'hidden", "line 2 has text after the closing quote"),
            (b"[default]\nsecret_key=hidden\xff", "it is not UTF-8"),
            (b"\xff\xfe[\0d\0", "it is UTF-16; save it as UTF-8"),
            (b"\xfe\xff\0[\0d", "it is UTF-16; save it as UTF-8"),
            (b"\x1f\x8b\x08\0\0", "it is not UTF-8"),
        ];
        for (file, problem) in cases {
            assert_eq!(parse(file, "default"), Err(problem.to_owned()));
        }
    }
}
