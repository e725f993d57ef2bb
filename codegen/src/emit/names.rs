//! Finds names in texts, and sets them in backticks.

/// Names that are written as ordinary words: those of the workspace's `clippy.toml`, and those of
/// clippy itself that a text about a service may contain. A word is searched for in this text, with
/// the quotation marks around it.
const ORDINARY: &str = concat!(
    include_str!("../../../clippy.toml"),
    r#" "DevOps" "GitHub" "GitLab" "GHz" "GiB" "GraphQL" "IPv4" "IPv6" "JavaScript" "KiB" "MHz" "MiB" "OAuth" "OpenSSL"
    "TiB" "TypeScript" "WebAssembly" "WebP" "WebRTC" "WebSocket""#
);

/// The text with names in backticks, and addresses in angle brackets. Code and links are kept.
pub(super) fn in_code(text: &str) -> String {
    let mut marked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['`', '[', '<']) {
        let (prose, special) = rest.split_at(start);
        let (kept, after) = special.split_at(length(special));
        marked.push_str(&marked_words(prose));
        marked.push_str(kept);
        rest = after;
    }
    marked + &marked_words(rest)
}

/// The length of the code, link or address at the start of a text; of its first character if it is
/// none of these.
fn length(text: &str) -> usize {
    let end = |closing: &str| text.find(closing).map(|start| start + closing.len());
    let end = match text.as_bytes().first() {
        Some(b'`') => text.get(1..).and_then(|rest| rest.find('`')).map(|end| end + 2),
        Some(b'[') => match (end("]("), end("]")) {
            // A link, or the label of one.
            (Some(open), Some(label)) if open == label + 1 => {
                text.get(open..).and_then(|rest| rest.find(')')).map(|end| open + end + 1)
            }
            (_, label) => label,
        },
        _ => end(">"),
    };
    end.unwrap_or(1)
}

fn marked_words(prose: &str) -> String {
    prose.split_inclusive(|character: char| character.is_whitespace() || character == '\'').map(marked).collect()
}

/// A word with the characters around it.
fn marked(text: &str) -> String {
    let is_around = |character: char| !character.is_alphanumeric();
    let start = text.trim_start_matches(|character| is_around(character) && character != ':');
    let mut word = start.trim_end_matches(|character| is_around(character) && character != ':');
    for single in [word.strip_prefix(':'), word.strip_suffix(':')].into_iter().flatten() {
        if !single.starts_with(':') && !single.ends_with(':') {
            word = single;
        }
    }
    if start.get(word.len()..).is_some_and(|after| after.starts_with("()")) && !word.is_empty() {
        return text.replacen(&format!("{word}()"), &format!("`{word}()`"), 1);
    }
    if word.starts_with("https://") || word.starts_with("http://") {
        text.replacen(word, &format!("<{word}>"), 1)
    } else if is_name(word) {
        text.replacen(word, &format!("`{word}`"), 1)
    } else {
        text.to_owned()
    }
}

/// Whether clippy's lint `doc_markdown` takes the word for a name.
fn is_name(word: &str) -> bool {
    let is_compound = word.contains('_') && !word.contains('-') && word != "_";
    (is_compound || word.contains("::") || is_camel_case(word)) && !ORDINARY.contains(&format!("\"{word}\""))
}

/// Whether the word has at least two capital letters and a small one. A plural such as `URLs` has
/// no small letter.
fn is_camel_case(word: &str) -> bool {
    let singular = word.strip_suffix('s').unwrap_or(word);
    let capitals = singular.chars().filter(|character| character.is_uppercase()).count();
    singular.starts_with(char::is_uppercase)
        && singular.chars().all(char::is_alphanumeric)
        && singular.chars().any(char::is_lowercase)
        && capitals > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_set_in_backticks() {
        let texts = [
            ("Tencent Cloud DNSPod", "Tencent Cloud `DNSPod`"),
            ("DNSPod's zones (MySQL).", "`DNSPod`'s zones (`MySQL`)."),
            ("Sets zone_id, not a::b: call().", "Sets `zone_id`, not `a::b`: `call()`."),
            ("**DNSPod** of FooBars.", "**`DNSPod`** of `FooBars`."),
        ];
        for (text, expected) in texts {
            assert_eq!(in_code(text), expected);
        }
    }

    #[test]
    fn ordinary_words_code_and_links_are_kept() {
        for text in [
            "URLs of EdgeOne over IPv6, as JSON: see GitHub.",
            "`DNSPod` and `a_b` of [DNSPod](https://www.example.com/DNSPod_1).",
            "[`Area`](Self::area) and <https://a.b/c_d>.",
            "Purge-by-CDN, x-FooBar, 10,000 a day: é.",
            "An open `backtick, [bracket and < of a b.",
            "",
        ] {
            assert_eq!(in_code(text), text);
        }
    }

    #[test]
    fn an_address_is_set_in_angle_brackets() {
        assert_eq!(in_code("See https://www.example.com/a_b."), "See <https://www.example.com/a_b>.");
    }
}
