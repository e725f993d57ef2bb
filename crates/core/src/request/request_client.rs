//! How the client names itself to the service: `X-TC-RequestClient`.

use crate::error::{Error, ErrorKind};

/// Who is calling, in the characters that the service allows.
const OURSELVES: &str = concat!("tencentcloud-rust_", env!("CARGO_PKG_VERSION"));
/// How long the name of a program may be: the service allows 128 characters in all, of which a quarter is left for us.
const MAX_APP_NAME: usize = 96;

/// The value of the header, with the name of the program that calls if it has given one.
pub(crate) fn request_client(app_name: Option<&str>) -> Result<String, Error> {
    let Some(name) = app_name else { return Ok(OURSELVES.to_owned()) };
    if let Some(c) = name.chars().find(|&c| !is_allowed(c)) {
        return Err(refused(format!("the app name {name:?} has {c:?} in it")));
    }
    if name.trim().is_empty() || name.trim() != name {
        return Err(refused(format!("the app name {name:?} is empty, or has a space at an end")));
    }
    if name.len() > MAX_APP_NAME {
        return Err(refused(format!("the app name is {} characters long", name.len())));
    }
    Ok(format!("{OURSELVES}; {name}"))
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
    fn the_client_names_itself_in_the_characters_that_are_allowed() {
        let longest = request_client(Some(&"x".repeat(MAX_APP_NAME))).unwrap();
        assert!(longest.len() <= 128 && longest.chars().all(is_allowed), "{longest}");
        assert_eq!(request_client(None).unwrap(), OURSELVES);
    }

    #[test]
    fn a_program_stands_behind_the_client() {
        assert_eq!(request_client(Some("my-deploy_1.2, eu;x")).unwrap(), format!("{OURSELVES}; my-deploy_1.2, eu;x"));
    }

    #[test]
    fn a_name_that_the_service_would_refuse_is_refused_with_what_is_wrong() {
        let cases = [
            ("my/deploy", r#"the app name "my/deploy" has '/' in it"#),
            ("部署", r#"the app name "部署" has '部' in it"#),
            ("a\r\nb", r#"the app name "a\r\nb" has '\r' in it"#),
            ("", r#"the app name "" is empty, or has a space at an end"#),
            (" a", r#"the app name " a" is empty, or has a space at an end"#),
            (&"x".repeat(97), "the app name is 97 characters long"),
        ];
        for (name, message) in cases {
            let error = request_client(Some(name)).unwrap_err();
            assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidRequest, message));
            assert!(error.hint().unwrap().contains("1 to 96 ASCII letters"), "{error}");
        }
    }
}
