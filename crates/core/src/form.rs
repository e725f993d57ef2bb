//! Parameters as a query or a form has them: flat, by the path to each value.

use serde_json::Value;

use crate::{Error, ErrorKind};

/// The parameters of a body, in its order: `{"Urls":["a"],"CacheTag":{"Domains":["b"]}}` becomes `Urls.0=a` and
/// `CacheTag.Domains.0=b`.
///
/// `null` and an empty list leave nothing behind: both mean that the parameter is absent.
pub(crate) fn parameters(body: &[u8]) -> Result<Vec<(String, String)>, Error> {
    let body: Value = serde_json::from_slice(body).map_err(|error| {
        Error::new(ErrorKind::InvalidRequest, format!("the request is no JSON: {error}")).with_source(error)
    })?;
    let mut parameters = Vec::new();
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

/// The parameters as a query or a form is sent, sorted by the bytes of their names as the official SDKs sort them.
pub(crate) fn encoded(mut parameters: Vec<(String, String)>) -> String {
    parameters.sort_by(|(one, _), (other, _)| one.as_bytes().cmp(other.as_bytes()));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(body: &str) -> Vec<(String, String)> {
        parameters(body.as_bytes()).unwrap()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
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
        assert_eq!(flat("{}"), []);
    }

    #[test]
    fn a_query_is_sorted_by_bytes_and_a_space_is_a_plus() {
        let parameters = pairs(&[("Urls.2", "b&=c"), ("Urls.12", "图"), ("EndTime", "2024-01-31 23:59:59")]);
        assert_eq!(encoded(parameters), "EndTime=2024-01-31+23%3A59%3A59&Urls.12=%E5%9B%BE&Urls.2=b%26%3Dc");
    }
}
