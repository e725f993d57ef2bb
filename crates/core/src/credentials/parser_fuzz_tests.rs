//! The parsers of what others write, on texts that nobody would write; `PROPTEST_CASES` says on how many.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{ini, machine_role, sts, tccli};

/// Bytes of any kind, and texts made of what the parsers look for.
fn anything() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "[default]",
        "[",
        "]",
        "=",
        ":",
        "secret_id",
        "secret_key",
        "token",
        "\"",
        "'",
        "#",
        ";",
        "\\",
        "\n",
        "\r\n",
        " ",
        "\u{feff}",
        "é",
        "\0",
        "{",
        "}",
        ",",
        "null",
        "-1",
        "1e999",
        "18446744073709551615",
        "\"secretId\":",
        "\"expiresAt\":",
        "\"Code\":\"Success\"",
        "\"Credentials\":{",
        "\"TmpSecretId\":\"id\"",
        "\"Token\":",
        "\"ExpiredTime\":",
        "\\ud800",
    ];
    let made_of_pieces =
        vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![vec(any::<u8>(), 0..200), made_of_pieces]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_parser_panic(text in anything()) {
        let _ = ini::parse_profile(&text, "default");
        let _ = tccli::parse_profile(&text);
        let _ = machine_role::parse_role(&text);
        let _ = machine_role::parse_credentials(&text);
        let _ = sts::parse_answer(&text);
    }

    #[test]
    fn no_message_repeats_what_was_read(text in anything()) {
        let marked = |text: &[u8]| [b"[default]\nsecret_key=HIDDEN\n{\"secretKey\":\"HIDDEN\",\"Token\":\"HIDDEN\"", text].concat();
        let (file, json) = (marked(&text), marked(&text).split_off(28));
        let said = [
            ini::parse_profile(&file, "default").err(),
            tccli::parse_profile(&json).err(),
            machine_role::parse_role(&json).err(),
            machine_role::parse_credentials(&json).err(),
            sts::parse_answer(&json).err(),
        ];
        prop_assert!(!said.iter().flatten().any(|said| said.contains("HIDDEN")), "{said:?}");
    }

    #[test]
    fn a_profile_is_read_as_it_was_written(id in "[A-Za-z0-9]{1,40}", key in "[!-~&&[^\"'#;]][ -~&&[^#;]]{0,40}") {
        let file = format!("[default]\nsecret_id = {id}\nsecret_key = {key}\n");
        let profile = ini::parse_profile(file.as_bytes(), "default").unwrap().unwrap();
        let (secret_id, secret_key) = (profile.secret_id.unwrap(), profile.secret_key.unwrap());
        prop_assert_eq!((secret_id.reveal(), secret_key.reveal()), (&*id, key.trim_end()));
    }
}
