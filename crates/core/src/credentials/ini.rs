//! Files of profiles as the official SDKs read them: `[profile]`, and `key = value` lines below.

use crate::secret::Secret;

/// The keys that are read; others belong to other tools.
const KEYS: [&str; 3] = ["secret_id", "secret_key", "token"];

/// What a profile says.
#[derive(Debug, Default)]
pub(super) struct Profile {
    pub(super) secret_id: Option<Secret>,
    pub(super) secret_key: Option<Secret>,
    pub(super) token: Option<Secret>,
}

/// Reads one profile of a file; `None` if the file has no such profile.
///
/// Lines end as on any platform. What begins with `#` or `;` is a comment, also behind a value and white space. Keys are
/// matched without regard to case, values may stand in quotes. What is wrong is told by the number of its line, and never
/// shown: it may be a key. Other profiles may hold what they like.
pub(super) fn parse_profile(file: &[u8], name: &str) -> Result<Option<Profile>, String> {
    let text = match file {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err("it is UTF-16; save it as UTF-8".to_owned()),
        [0xef, 0xbb, 0xbf, text @ ..] => text,
        text => text,
    };
    let text = str::from_utf8(text).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut profile = None;
    // Keys above all profiles belong to none, as the official SDKs see it.
    let mut wanted = false;
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if line.is_empty() || is_comment(line) {
            continue;
        }
        if let Some(header) = line.strip_prefix('[') {
            wanted = header.split_once(']').is_some_and(|(header, _)| header.trim() == name);
            if wanted {
                profile.get_or_insert_with(Profile::default);
            }
        } else if wanted && let Some(profile) = &mut profile {
            profile.read(line).map_err(|what| format!("line {number} {what}"))?;
        }
    }
    Ok(profile)
}

impl Profile {
    fn read(&mut self, line: &str) -> Result<(), String> {
        let Some((key, value)) = line.split_once(['=', ':']) else {
            return Err("is neither `[profile]` nor `key = value`".to_owned());
        };
        let key = key.trim_end().to_ascii_lowercase();
        let place = match KEYS.iter().position(|known| *known == key) {
            Some(0) => &mut self.secret_id,
            Some(1) => &mut self.secret_key,
            Some(_) => &mut self.token,
            None => return Ok(()),
        };
        let value = Secret::new(unquoted(value.trim_start())?.to_owned());
        match place.replace(value) {
            Some(_) => Err(format!("sets `{key}` a second time")),
            None => Ok(()),
        }
    }
}

fn is_comment(text: &str) -> bool {
    text.starts_with(['#', ';'])
}

/// A value without its quotes and without a comment behind it.
fn unquoted(value: &str) -> Result<&str, String> {
    let mut chars = value.chars();
    if let Some(quote @ ('"' | '\'')) = chars.next() {
        let (inside, behind) = chars.as_str().split_once(quote).ok_or("has a quote that does not end")?;
        let behind = behind.trim_start();
        let ends = behind.is_empty() || is_comment(behind);
        return if ends { Ok(inside) } else { Err("has something behind the quotes".to_owned()) };
    }
    let comment = value.match_indices(['#', ';']).map(|(place, _)| place);
    let mut before = comment.filter_map(|place| value.get(..place));
    Ok(before.find(|before| before.trim_end() != *before || before.is_empty()).unwrap_or(value).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Id, key and token of a profile.
    type Shown = [Option<String>; 3];

    fn parse(file: impl AsRef<[u8]>, name: &str) -> Result<Option<Shown>, String> {
        let shown = |secret: Option<Secret>| secret.map(|secret| secret.reveal().to_owned());
        let profile = parse_profile(file.as_ref(), name)?;
        Ok(profile.map(|profile| [profile.secret_id, profile.secret_key, profile.token].map(shown)))
    }

    fn of<const N: usize>(values: [&str; N]) -> Shown {
        let mut values = values.iter().map(|value| (*value).to_owned());
        [values.next(), values.next(), values.next()]
    }

    #[test]
    fn a_profile_is_read_however_it_is_written() {
        let files = [
            "[default]\nsecret_id=id\nsecret_key=key\ntoken=token",
            "\u{feff}[default]\r\nsecret_id = id\r\nsecret_key = key\r\ntoken = token\r\n",
            "# a comment\n\n; another\n  [ default ]  \n\tSECRET_ID\t:\tid\n  secret_key: key\nToken =   token   ",
            "[default] # mine\nsecret_id=\"id\" # its id\nsecret_key='key';\ntoken=token ; until noon",
            "[default]\nregion = ap-guangzhou\nsecret_id=id\n[other]\nsecret_key=no\n[default]\nsecret_key=key\ntoken=token",
            "secret_id=none\n[default]\nsecret_id=id\nsecret_key=key\ntoken=token\n[broken\nnothing\n[]\n=",
        ];
        for file in files {
            assert_eq!(parse(file, "default"), Ok(Some(of(["id", "key", "token"]))), "{file}");
        }
    }

    #[test]
    fn each_profile_has_its_own_values() {
        let file = "[default]\nsecret_id=id\n[ci]\nsecret_id=other\nsecret_key=a#b;c=d:e\n[empty]\n";
        assert_eq!(parse(file, "default"), Ok(Some(of(["id"]))));
        assert_eq!(parse(file, "ci"), Ok(Some(of(["other", "a#b;c=d:e"]))));
        assert_eq!(parse(file, "empty"), Ok(Some(of([]))));
        for absent in ["CI", "c", "", "ci]"] {
            assert_eq!(parse(file, absent), Ok(None), "{absent}");
        }
        assert_eq!(parse("", "default"), Ok(None));
        assert_eq!(parse("secret_id=id", "default"), Ok(None));
    }

    #[test]
    fn what_is_left_empty_is_empty_and_not_missing() {
        let file = "[default]\nsecret_id=\nsecret_key=\"\"\ntoken= # later";
        assert_eq!(parse(file, "default"), Ok(Some(of(["", "", ""]))));
    }

    #[test]
    fn what_is_wrong_is_told_by_its_line_and_never_shown() {
        let cases: [(&[u8], &str); 8] = [
            (b"[default]\n\nhidden", "line 3 is neither `[profile]` nor `key = value`"),
            (b"[default]\nsecret_key=hidden\nsecret_key=hidden", "line 3 sets `secret_key` a second time"),
            (b"[default]\nsecret_key=\"hidden", "line 2 has a quote that does not end"),
            (b"[default]\nsecret_key='hidden'hidden", "line 2 has something behind the quotes"),
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
