//! Feeds generated text to the parsers of files and responses. `PROPTEST_CASES` sets the number of
//! cases.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{ini, machine_role, sts, tccli};

/// Random bytes, and texts made of what the parsers look for.
fn any_text() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "[default]",
        "[",
        "]",
        "=",
        ":",
        "secret_id",
        "secret_key",
        "token",
        "role_arn",
        "source-profile",
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
    let concatenated =
        vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![vec(any::<u8>(), 0..200), concatenated]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_parser_panic(text in any_text()) {
        let _ = ini::parse_profile(&text, "default");
        let _ = tccli::parse_profile(&text);
        let _ = machine_role::parse_role(&text);
        let _ = machine_role::parse_credentials(&text);
        let _ = sts::parse_response(&text);
    }

    #[test]
    fn no_error_repeats_the_text(text in any_text()) {
        let start: &[u8] = b"[default]\nsecret_key=HIDDEN\n{\"secretKey\":\"HIDDEN\",\"Token\":\"HIDDEN\"";
        let marked = |text: &[u8]| [start, text].concat();
        let (file, json) = (marked(&text), marked(&text).split_off(28));
        let errors = [
            ini::parse_profile(&file, "default").err(),
            tccli::parse_profile(&json).err(),
            machine_role::parse_role(&json).err(),
            machine_role::parse_credentials(&json).err(),
            sts::parse_response(&json).err(),
        ];
        prop_assert!(!errors.iter().flatten().any(|error| error.contains("HIDDEN")), "{errors:?}");
    }

    #[test]
    fn a_profile_is_parsed_as_written(id in "[A-Za-z0-9]{1,40}", key in "[!-~&&[^\"'#;]][ -~&&[^#;]]{0,40}") {
        let file = format!("[default]\nsecret_id = {id}\nsecret_key = {key}\n");
        let mut profile = ini::parse_profile(file.as_bytes(), "default").unwrap().unwrap();
        let (secret_id, secret_key) = (profile.take("secret_id").unwrap(), profile.take("secret_key").unwrap());
        prop_assert_eq!((secret_id.reveal(), secret_key.reveal()), (&*id, key.trim_end()));
    }
}
