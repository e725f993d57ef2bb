//! Copies an error, for a second caller that fails for the same reason.

use super::Error;

impl Error {
    /// Copies the error. Both share the source.
    pub(crate) fn copy(&self) -> Self {
        Self(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;
    use crate::error::{TransportError, TransportErrorKind};

    #[test]
    fn a_copy_says_the_same_and_has_the_same_source() {
        let cause = TransportError::new(TransportErrorKind::Connect, "refused");
        let error = Error::service(&[], "AuthFailure.X".to_owned(), "no".to_owned())
            .with_request_id(Some("r-1".to_owned()))
            .with_host("host.example")
            .with_source(cause)
            .with_hint("look");
        let copy = error.copy();
        assert_eq!((copy.to_string(), copy.kind(), copy.code()), (error.to_string(), error.kind(), error.code()));
        assert!(copy.to_string().contains("r-1"), "{copy}");
        assert!(copy.source().is_some_and(<dyn std::error::Error>::is::<TransportError>));
        assert_eq!(copy.is_retryable(), error.is_retryable());
    }
}
