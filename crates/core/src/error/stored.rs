//! Stores an error as JSON, and restores it.

use serde::{Deserialize, Serialize};

use super::{ActionName, CodeFacts, Error, ErrorKind};

/// The parts of an error that are stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredError {
    kind: String,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl From<&Error> for StoredError {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind().as_str().to_owned(),
            message: error.message().to_owned(),
            code: error.code().map(str::to_owned),
            request_id: error.request_id().map(str::to_owned),
        }
    }
}

impl StoredError {
    /// The error of a call to this action. `known` are the codes that the product documents.
    pub(crate) fn restore(self, known: &[CodeFacts], action: &ActionName) -> Error {
        let Self { kind, message, code, request_id } = self;
        let error = match code {
            Some(code) => Error::service(known, code, message),
            // An unknown name is from a newer version. The error then says as little as possible.
            None => Error::new(ErrorKind::from_name(&kind).unwrap_or(ErrorKind::Decode), message),
        };
        error.with_request_id(request_id).in_response_of(action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [CodeFacts; 1] = [CodeFacts::new("InvalidParameter.X", ErrorKind::Server).with_hint("wait")];

    #[test]
    fn a_stored_error_has_the_kind_and_the_hint_that_it_had() {
        let action = ActionName { service: "cdn".into(), version: "1".into(), action: "Purge".into() };
        let errors = [
            Error::service(&KNOWN, "InvalidParameter.X".to_owned(), "no".to_owned())
                .with_request_id(Some("r".to_owned())),
            Error::new(ErrorKind::Interrupted, "cut"),
            Error::new(ErrorKind::Timeout, "late"),
        ];
        for error in errors {
            let stored = serde_json::to_string(&StoredError::from(&error)).unwrap();
            let restored: StoredError = serde_json::from_str(&stored).unwrap();
            let restored = restored.restore(&KNOWN, &action);
            assert_eq!(restored.to_string(), format!("cdn.Purge: {error}"));
            assert_eq!(restored.kind(), error.kind());
        }
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in ErrorKind::ALL {
            assert_eq!(ErrorKind::from_name(kind.as_str()), Some(kind));
        }
        assert_eq!(ErrorKind::from_name("newer"), None);
    }
}
