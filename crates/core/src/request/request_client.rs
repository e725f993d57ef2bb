//! Builds the value of `X-TC-RequestClient`, with which the client names itself to the service.

use crate::error::{Error, ErrorKind};

/// Name and version of this client, in the characters that the service allows.
const CLIENT_NAME: &str = concat!("tencentcloud-rust_", env!("CARGO_PKG_VERSION"));
/// Maximum length of the name of a program. 96: the service allows 128 characters in total, and a
/// quarter of them is for the name of the client.
const MAX_APP_NAME: usize = 96;

/// Returns the value of the header, with the name of the program if one is set.
pub(crate) fn request_client(app_name: Option<&str>) -> Result<String, Error> {
    let Some(name) = app_name else { return Ok(CLIENT_NAME.to_owned()) };
    if let Some(c) = name.chars().find(|&c| !is_allowed(c)) {
        return Err(refused(format!("the app name {name:?} contains {c:?}")));
    }
    if name.trim().is_empty() || name.trim() != name {
        return Err(refused(format!("the app name {name:?} is empty, or begins or ends with a space")));
    }
    if name.len() > MAX_APP_NAME {
        return Err(refused(format!("the app name is {} characters long", name.len())));
    }
    Ok(format!("{CLIENT_NAME}; {name}"))
}

fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_ ,;.".contains(c)
}

fn refused(message: String) -> Error {
    Error::new(ErrorKind::InvalidRequest, message).with_hint(format!(
        "write 1 to {MAX_APP_NAME} ASCII letters, digits, spaces or `-_,;.`, such as `my-deploy_1.2`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_has_only_allowed_characters() {
        let longest = request_client(Some(&"x".repeat(MAX_APP_NAME))).unwrap();
        assert!(longest.len() <= 128 && longest.chars().all(is_allowed), "{longest}");
        assert_eq!(request_client(None).unwrap(), CLIENT_NAME);
    }

    #[test]
    fn the_name_of_a_program_follows_that_of_the_client() {
        assert_eq!(request_client(Some("my-deploy_1.2, eu;x")).unwrap(), format!("{CLIENT_NAME}; my-deploy_1.2, eu;x"));
    }

    #[test]
    fn an_invalid_name_is_refused_with_the_reason() {
        let cases = [
            ("my/deploy", r#"the app name "my/deploy" contains '/'"#),
            ("部署", r#"the app name "部署" contains '部'"#),
            ("a\r\nb", r#"the app name "a\r\nb" contains '\r'"#),
            ("", r#"the app name "" is empty, or begins or ends with a space"#),
            (" a", r#"the app name " a" is empty, or begins or ends with a space"#),
            (&"x".repeat(97), "the app name is 97 characters long"),
        ];
        for (name, message) in cases {
            let error = request_client(Some(name)).unwrap_err();
            assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidRequest, message));
            assert!(error.hint().unwrap().contains("1 to 96 ASCII letters"), "{error}");
        }
    }
}
