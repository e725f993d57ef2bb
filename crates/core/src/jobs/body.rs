//! Splits an encoded request into its members, and changes some of them.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::call::not_json;
use crate::error::{Error, ErrorKind};

/// The members of an encoded request. What is not changed is sent as it was encoded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body(BTreeMap<String, Box<RawValue>>);

impl Body {
    /// Reads the members of an encoded request.
    pub(crate) fn parse(encoded: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(encoded).map(Self).map_err(|error| {
            Error::new(ErrorKind::InvalidRequest, format!("the request is not a JSON object: {error}"))
                .with_source(error)
        })
    }

    /// Returns a member, as JSON.
    pub(crate) fn get(&self, name: &str) -> Option<&RawValue> {
        self.0.get(name).map(|value| &**value)
    }

    /// Sets a member, and replaces the one with this name.
    pub(crate) fn set(&mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        let value = serde_json::value::to_raw_value(value).map_err(not_json)?;
        self.0.insert(name.to_owned(), value);
        Ok(())
    }

    /// Encodes the request again.
    pub(crate) fn encode(&self) -> Result<Bytes, Error> {
        serde_json::to_vec(&self.0).map(Bytes::from).map_err(not_json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_are_not_set_stay_as_they_were_encoded() {
        let mut body = Body::parse(br#"{"B":[ 1.50, "a" ],"A":1}"#).unwrap();
        body.set("A", "x").unwrap();
        body.set("C", &2).unwrap();
        assert_eq!(body.encode().unwrap(), r#"{"A":"x","B":[ 1.50, "a" ],"C":2}"#);
        assert_eq!(body.get("C").map(RawValue::get), Some("2"));
    }

    #[test]
    fn a_body_that_is_not_an_object_is_refused() {
        assert_eq!(Body::parse(b"[1]").unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
}
