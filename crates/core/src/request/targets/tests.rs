use super::*;
use crate::error::ErrorKind;

/// The target as it is sent, or the error.
fn sent(format: TargetFormat, text: &str, encoding_is_set: bool) -> Result<String, Error> {
    let texts = [text.to_owned()];
    let targets = Targets::list("Targets", &texts).format(format).encoding_is_set(encoding_is_set);
    let mut encoded = Vec::new();
    check(&targets, &mut encoded)?;
    Ok(encoded.pop().map_or(text.to_owned(), |encoded| encoded.text))
}

#[track_caller]
fn assert_refused(format: TargetFormat, text: &str, what: &str, help: &str) {
    let error = sent(format, text, false).expect_err(text);
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let (message, hint) = (error.message(), error.hint().unwrap_or_default());
    assert!(message.starts_with("`Targets[0]` ") && message.contains(what), "{text:?}: {error}");
    assert!(hint.contains(help) && hint.contains("unchecked_targets"), "{text:?}: {error}");
}

#[test]
fn a_url_that_cannot_be_meant_is_refused_with_what_to_write_instead() {
    for (url, what, help) in [
        ("", "is empty", "remove it"),
        ("https://www.example.com/a b.jpg", "contains the white space U+0020", "`%20`"),
        ("https://www.example.com/a\u{3000}b.jpg", "contains the white space U+3000", "`%20`"),
        ("https://www.example.com/a\r", "begins or ends with white space", "trim it"),
        ("https://www.example.com/b \t", "begins or ends with white space", "trim it"),
        ("https://www.example.com/\u{0}a", "contains the control character U+0000", "remove"),
        ("https://www.example.com/a\u{7f}", "contains the control character U+007F", "remove"),
        ("\u{feff}https://www.example.com/a", "contains the invisible character U+FEFF", "remove"),
        ("https://www.example.com/\u{61c}a", "contains the invisible character U+061C", "remove"),
        ("https://www.example.com/a\nhttps://www.example.com/b", "contains several URLs", "element"),
        ("https://www.example.com/a https://www.example.com/b", "contains several URLs", "element"),
        ("https://www.example.com/a,HTTP://www.example.com/b", "contains several URLs", "element"),
        ("www.example.com/a", "has no scheme", "`https://`"),
        ("//www.example.com/a", "has no scheme", "`https://`"),
        ("https:/www.example.com/a", "has no scheme", "`https://`"),
        ("ftp://www.example.com/a", "has another scheme than `http` and `https`", "`https://`"),
        ("www.example.com", "is a host name where a URL belongs", "`https://www.example.com/`"),
        ("https://", "has no host", "after `://`"),
        ("https:///a", "has no host", "after `://`"),
        ("https://:80/a", "has no host", "after `://`"),
        ("https://user:secret@www.example.com/a", "contains a user name or a password", "remove"),
        ("https://www.example.com:http/a", "has an invalid port", "65535"),
        ("https://www.example.com:/a", "has an invalid port", "65535"),
        ("https://www.example.com:65536/a", "has an invalid port", "65535"),
        ("https://www..com/a", "has an invalid host name", "www.example.com"),
        ("https://-例/a b", "contains the white space", "`%20`"),
        ("https://exa mple/a", "contains the white space", "`%20`"),
        ("https://www.example.com/a#top", "contains a fragment", "`%23`"),
        ("https://*.example.com/a", "contains a wildcard", "list each host name"),
        ("https://www.example.com/*", "contains a wildcard", "directory"),
        ("https://www.example.com/a\\b", "contains a backslash", "`/`"),
        ("https://www.example.com/a/../b", "contains the relative path segment", "without"),
    ] {
        assert_refused(TargetFormat::Url, url, what, help);
    }
}

#[test]
fn a_url_is_sent_as_it_is() {
    for url in [
        "https://www.example.com/",
        "http://www.example.com",
        "HTTPS://WWW.EXAMPLE.COM/A.JPG",
        "https://www.example.com:8443/a",
        "https://www.example.com/.well-known/a..b",
        "https://www.example.com/a%20b%E4%B8%AD.jpg?x=a*b&y=@c:d",
        "https://www.example.com/@user/a:b",
        "https://www.example.com?a=1",
        "https://web.example.com/web/https://www.example.com/",
        "https://www.example.com/?urls=a,https://www.example.com/b",
        "https://under_score.example.com/a,b;c|d",
    ] {
        assert_eq!(sent(TargetFormat::Url, url, false).unwrap(), url);
    }
    let long = format!("https://www.example.com/{}", "a".repeat(3_000));
    assert_eq!(sent(TargetFormat::Url, &long, false).unwrap(), long, "no maximum length is documented");
}

#[test]
fn a_path_outside_ascii_is_percent_encoded_unless_the_caller_decides_about_it() {
    let url = "https://www.example.com/标签/ü%20.jpg?题=1";
    let encoded = "https://www.example.com/%E6%A0%87%E7%AD%BE/%C3%BC%20.jpg?%E9%A2%98=1";
    assert_eq!(sent(TargetFormat::Url, url, false).unwrap(), encoded);
    assert_eq!(sent(TargetFormat::Url, url, true).unwrap(), url);
    assert_eq!(sent(TargetFormat::Url, encoded, false).unwrap(), encoded);
    let emoji = "https://www.example.com/👨\u{200d}👩❤\u{fe0f}.png";
    let encoded = "/%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9%E2%9D%A4%EF%B8%8F.png";
    assert!(sent(TargetFormat::Url, emoji, false).unwrap().ends_with(encoded));
}

#[test]
fn a_host_outside_ascii_is_sent_as_punycode() {
    let encoded = "xn--fsqu00a.xn--0zwm56d";
    assert_eq!(sent(TargetFormat::Host, "例子.测试", false).unwrap(), encoded);
    for by_service in [false, true] {
        let url = "https://例子.测试:8443/a";
        assert_eq!(sent(TargetFormat::Url, url, by_service).unwrap(), format!("https://{encoded}:8443/a"));
    }
}

#[test]
fn a_directory_is_a_url_without_a_query() {
    for directory in ["http://www.example.com/test/", "http://www.example.com/test", "http://www.example.com"] {
        assert_eq!(sent(TargetFormat::Directory, directory, false).unwrap(), directory);
    }
    let directory = "http://www.example.com/目录/";
    assert_eq!(sent(TargetFormat::Directory, directory, false).unwrap(), "http://www.example.com/%E7%9B%AE%E5%BD%95/");
    for (directory, what, help) in [
        ("https://www.example.com/*", "contains a wildcard", "directory"),
        ("www.example.com", "is a host name where a URL belongs", "`https://www.example.com/`"),
        ("/test/", "has no scheme", "`https://`"),
        ("https://www.example.com/test/?a=1", "contains a query", "`?`"),
    ] {
        assert_refused(TargetFormat::Directory, directory, what, help);
    }
}

#[test]
fn a_host_is_a_host_name_alone() {
    for (host, what, help) in [
        ("", "is empty", "remove it"),
        ("https://www.example.com", "is a URL where a host name belongs", "write `www.example.com`"),
        ("http://user:secret@www.example.com/", "is a URL where a host name belongs", "alone"),
        ("*.example.com", "contains a wildcard", "list each host name"),
        ("www.example.com/", "contains a path", "alone"),
        ("www.example.com:443", "contains a port", "alone"),
        ("user:secret@www.example.com", "contains a user name or a password", "alone"),
        ("www.example.com\n", "begins or ends with white space", "trim it"),
        ("www.example.com,a.example.com", "contains several host names", "element"),
        ("a.example.com www.example.com", "contains the white space", "remove it"),
        ("www.example.com.", "has an invalid host name", "www.example.com"),
    ] {
        assert_refused(TargetFormat::Host, host, what, help);
    }
    assert_eq!(sent(TargetFormat::Host, "WWW.example.com", false).unwrap(), "WWW.example.com");
}

#[test]
fn a_tag_is_one_tag() {
    for (tag, what, help) in [
        ("", "is empty", "remove it"),
        (" tag1", "begins or ends with white space", "trim it"),
        ("tag1,tag2", "contains several tags", "element"),
        ("https://www.example.com/", "is a URL where a tag belongs", "`Cache-Tag`"),
    ] {
        assert_refused(TargetFormat::Tag, tag, what, help);
    }
    assert_eq!(sent(TargetFormat::Tag, "tag1", false).unwrap(), "tag1");
}

#[test]
fn a_zone_is_named_by_its_id() {
    for id in ["zone-2qzj5k3v", "*"] {
        assert_eq!(sent(TargetFormat::ZoneId, id, false).unwrap(), id);
    }
    for id in ["example.com", "zone", "zone-", "zone-1 ", "ZONE-1"] {
        assert_refused(TargetFormat::ZoneId, id, "is not the id of a zone", "`zone-`");
    }
    let (empty, mut encoded) = (String::new(), Vec::new());
    let error = check(&Targets::single("ZoneId", &empty).format(TargetFormat::ZoneId), &mut encoded).unwrap_err();
    assert!(error.message().starts_with("`ZoneId` is empty"), "{error}");
}

#[test]
fn the_position_of_a_target_is_in_the_message() {
    let urls = ["https://www.example.com/a", "https://www.example.com/b", "www.example.com"].map(str::to_owned);
    let error = check(&Targets::list("Urls", &urls).format(TargetFormat::Url), &mut Vec::new()).unwrap_err();
    assert_eq!(error.message(), "`Urls[2]` is a host name where a URL belongs: `www.example.com`");
}

#[test]
fn no_password_and_no_query_is_shown() {
    for url in [
        "https://user:hunter2@www.example.com/a",
        "https://user:hunter2/@www.example.com/",
        "https://user:hunter2@x@www.example.com/",
        "https://www.example.com/a b?token=hunter2",
        "user:hunter2@www.example.com",
    ] {
        for format in [TargetFormat::Url, TargetFormat::Directory, TargetFormat::Host] {
            let error = sent(format, url, false).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
    let error = sent(TargetFormat::Url, "https://user:hunter2@www.example.com/a", false).unwrap_err();
    assert!(error.message().ends_with("`https://***@www.example.com/a`"), "{error}");
}

#[test]
fn the_format_may_depend_on_another_parameter() {
    let texts = ["www.example.com".to_owned()];
    let formats = [("purge_url", TargetFormat::Url), ("purge_host", TargetFormat::Host)];
    let checked = |value| check(&Targets::list("Targets", &texts).format_by(value, &formats), &mut Vec::new()).is_ok();
    assert_eq!(["purge_url", "purge_host", "purge_all"].map(checked), [false, true, true]);
}
