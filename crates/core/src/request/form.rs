//! Encodes parameters for a query or a form: a flat list, in which the path to a value is its name.
//!
//! With signature V1 the token of temporary credentials is a parameter. So parameters, and the text
//! that encodes them, are wiped when dropped. Capacity is reserved up front: a growing `String`
//! would leave unwiped copies.

use form_urlencoded::{Serializer, byte_serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};

/// Names and values of parameters.
pub(crate) type Parameters = Zeroizing<Vec<(String, String)>>;

/// Returns the parameters of a body: `{"Urls":["a"],"CacheTag":{"Domains":["b"]}}` becomes
/// `CacheTag.Domains.0=b` and `Urls.0=a`. The members of an object are sorted by name.
///
/// `null` and an empty list become nothing: both mean that the parameter is absent.
pub(crate) fn parameters(body: &[u8]) -> Result<Parameters, Error> {
    let body: Value = serde_json::from_slice(body).map_err(|error| {
        Error::new(ErrorKind::InvalidRequest, format!("the request is not JSON: {error}")).with_source(error)
    })?;
    let mut parameters = Parameters::default();
    flatten(String::new(), body, &mut parameters);
    Ok(parameters)
}

fn flatten(path: String, value: Value, parameters: &mut Vec<(String, String)>) {
    let child = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Null => {}
        Value::Bool(value) => parameters.push((path, value.to_string())),
        Value::Number(value) => parameters.push((path, value.to_string())),
        Value::String(value) => parameters.push((path, value)),
        Value::Array(elements) => {
            for (n, element) in elements.into_iter().enumerate() {
                flatten(child(&n.to_string()), element, parameters);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                flatten(child(&name), member, parameters);
            }
        }
    }
}

/// Encodes parameters as a query or a form, sorted by the bytes of their names as the official SDKs
/// sort them.
pub(crate) fn encoded(mut parameters: Parameters) -> Zeroizing<String> {
    parameters.sort_by(|(one, _), (other, _)| one.as_bytes().cmp(other.as_bytes()));
    let length = |text: &str| byte_serialize(text.as_bytes()).map(str::len).sum::<usize>();
    // Each parameter has a `=`, and each but the last is followed by `&`.
    let capacity = parameters.iter().map(|(name, value)| length(name) + length(value) + 2).sum();
    let text = String::with_capacity(capacity);
    Zeroizing::new(Serializer::new(text).extend_pairs(parameters.iter()).finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(body: &str) -> Parameters {
        parameters(body.as_bytes()).unwrap()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Parameters {
        Zeroizing::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn lists_and_records_become_paths() {
        assert_eq!(
            flat(
                r#"{"Urls":["a","b"],"CacheTag":{"Domains":["c"]},"UrlEncode":true,"Limit":20,"Absent":null,"None":[]}"#
            ),
            pairs(&[
                ("CacheTag.Domains.0", "c"),
                ("Limit", "20"),
                ("UrlEncode", "true"),
                ("Urls.0", "a"),
                ("Urls.1", "b")
            ])
        );
        assert_eq!(flat("{}"), pairs(&[]));
    }

    #[test]
    fn a_query_is_sorted_by_bytes_and_a_space_is_a_plus() {
        let parameters = pairs(&[("Urls.2", "b&=c"), ("Urls.12", "图"), ("EndTime", "2024-01-31 23:59:59")]);
        assert_eq!(*encoded(parameters), "EndTime=2024-01-31+23%3A59%3A59&Urls.12=%E5%9B%BE&Urls.2=b%26%3Dc");
    }

    #[test]
    fn encoding_never_reallocates() {
        for parameters in [pairs(&[]), pairs(&[("Token", "a+b/c="), ("图 ", "é&\0")])] {
            let capacity: usize =
                parameters.iter().map(|(name, value)| encoded(pairs(&[(name, value)])).len() + 1).sum();
            assert_eq!(encoded(parameters).capacity(), capacity);
        }
    }
}
