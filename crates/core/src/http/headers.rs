//! Holds the headers of a request: which values are valid, and which must not be printed.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};

/// The headers of a request.
///
/// They are the type that reqwest uses, so that sending them copies nothing. A value that may be a
/// secret is marked as sensitive, and wiped when the last request that has it is dropped.
#[derive(Clone, Default)]
pub(crate) struct Headers(HeaderMap);

impl Headers {
    /// No headers, with capacity for `headers` of them.
    pub(crate) fn with_capacity(headers: usize) -> Self {
        Self(HeaderMap::with_capacity(headers))
    }

    /// Sets a valid value that is not a secret.
    pub(crate) fn put(&mut self, name: &HeaderName, value: HeaderValue) {
        self.0.insert(name, value);
    }

    /// Sets a text that is not a secret.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if the text is not a valid header value.
    pub(crate) fn put_text(&mut self, name: &HeaderName, text: impl Into<Cow<'static, str>>) -> Result<(), Error> {
        let bytes = match text.into() {
            Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
            Cow::Owned(text) => Bytes::from(text),
        };
        self.0.insert(name, header_value(name, bytes)?);
        Ok(())
    }

    /// Sets a text that may be a secret.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if the text is not a valid header value.
    pub(crate) fn put_secret(&mut self, name: &HeaderName, text: String) -> Result<(), Error> {
        let mut value = header_value(name, Bytes::from_owner(Zeroizing::new(text)))?;
        value.set_sensitive(true);
        self.0.insert(name, value);
        Ok(())
    }

    /// The names in lower case, with their values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), text(value)))
    }

    /// The value of a header. The case of the name is ignored.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(text)
    }

    /// The headers as the type that reqwest uses.
    #[cfg(feature = "rustls-no-provider")]
    pub(crate) fn into_map(self) -> HeaderMap {
        self.0
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printable = |value| if HeaderValue::is_sensitive(value) { "***" } else { text(value) };
        f.debug_list().entries(self.0.iter().map(|(name, value)| (name.as_str(), printable(value)))).finish()
    }
}

/// Every value was made from text.
fn text(value: &HeaderValue) -> &str {
    str::from_utf8(value.as_bytes()).unwrap_or_default()
}

/// Validates a header value. The error does not show it, because it may be a secret.
pub(crate) fn header_value(name: &HeaderName, bytes: Bytes) -> Result<HeaderValue, Error> {
    let value = if bytes.is_ascii() { HeaderValue::from_maybe_shared(bytes).ok() } else { None };
    value.ok_or_else(|| Error::new(ErrorKind::InvalidRequest, format!("the header `{name}` must be printable ASCII")))
}

#[cfg(test)]
mod tests {
    use http::header::{AUTHORIZATION, HOST};

    use super::*;

    #[test]
    fn headers_are_replaced_and_found_in_any_case() {
        let mut headers = Headers::with_capacity(1);
        headers.put_secret(&AUTHORIZATION, "secret".to_owned()).unwrap();
        headers.put_text(&HOST, "one").unwrap();
        headers.put(&AUTHORIZATION, HeaderValue::from_static("again"));
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("authorization", "again"), ("host", "one")]);
        assert_eq!((headers.get("Host"), headers.get("ho st")), (Some("one"), None));
    }

    #[test]
    fn a_secret_is_not_printed() {
        let mut headers = Headers::default();
        headers.put_secret(&AUTHORIZATION, "secret".to_owned()).unwrap();
        headers.put_text(&HOST, "one".to_owned()).unwrap();
        assert_eq!(format!("{headers:?}"), r#"[("authorization", "***"), ("host", "one")]"#);
        assert_eq!(format!("{:?}", headers.clone().into_map()), r#"{"authorization": Sensitive, "host": "one"}"#);
    }

    #[test]
    fn an_invalid_value_is_rejected_and_not_shown() {
        for text in ["secret\n", "\0secret", "secr\u{e9}t", "secret\u{7f}"] {
            let mut headers = Headers::default();
            for outcome in [headers.put_text(&HOST, text), headers.put_secret(&HOST, text.to_owned())] {
                let error = outcome.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidRequest);
                assert_eq!(error.to_string(), "the header `host` must be printable ASCII");
            }
            assert_eq!(headers.iter().count(), 0);
        }
    }
}
