//! Signs requests with the legacy methods: TC3 in a `GET`, and signature V1.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, HeaderValue};
use zeroize::Zeroizing;

use super::form;
use super::sign::Signer;
use crate::error::{Error, ErrorKind};
use crate::http::{Headers, HttpRequest};
use crate::signing::{CanonicalHead, V1Hash, V1Request};

/// Content type that the service requires even for requests without a body.
const FORM: &str = "application/x-www-form-urlencoded";
/// Names of the common parameters, which signature V1 sends together with those of the action.
const RESERVED: [&str; 11] = [
    "Action",
    "Language",
    "Nonce",
    "Region",
    "RequestClient",
    "SecretId",
    "Signature",
    "SignatureMethod",
    "Timestamp",
    "Token",
    "Version",
];
/// Maximum of a nonce, which must be a positive number. 31 bits: what the official SDKs use.
const MAX_NONCE: f64 = 2_147_483_647.0;

impl Signer<'_> {
    pub(super) fn tc3_get(&self, body: &Bytes) -> Result<HttpRequest, Error> {
        let query = form::encoded(form::parameters(body)?);
        self.check_encoded(&query)?;
        let host = &*self.prepared.origin.authority;
        let head = CanonicalHead::new("GET", &query, &[("content-type", FORM), ("host", host)]);
        let headers = self.tc3_headers(&head, b"", FORM)?;
        Ok(self.request("GET", Some(&query), headers, Bytes::new()))
    }

    pub(super) fn v1_get(&self, body: &Bytes, hash: V1Hash) -> Result<HttpRequest, Error> {
        let query = self.v1(body, "GET", hash)?;
        self.check_encoded(&query)?;
        Ok(self.request("GET", Some(&query), self.v1_headers(), Bytes::new()))
    }

    pub(super) fn v1_post(&self, body: &Bytes, hash: V1Hash) -> Result<HttpRequest, Error> {
        let form = self.v1(body, "POST", hash)?;
        self.check_encoded(&form)?;
        Ok(self.request("POST", None, self.v1_headers(), Bytes::from_owner(form)))
    }

    /// Refuses a query or form that the service would reject because of its size.
    fn check_encoded(&self, encoded: &str) -> Result<(), Error> {
        let method = self.settings.signing_method;
        let (bytes, limit) = (encoded.len(), method.max_bytes());
        if bytes <= limit {
            return Ok(());
        }
        let message = format!("the request takes {bytes} bytes with {method:?}; the service accepts {limit}");
        Err(Error::new(ErrorKind::InvalidRequest, message)
            .with_hint("split the request, or sign with `SigningMethod::Tc3Post`, which allows the largest requests"))
    }

    fn v1_headers(&self) -> Headers {
        let mut headers = Headers::with_capacity(2);
        headers.put(&CONTENT_TYPE, HeaderValue::from_static(FORM));
        headers.put(&HOST, self.prepared.host.clone());
        headers
    }

    /// Returns the query or form of signature V1, with the common parameters and those of the
    /// action.
    fn v1(&self, body: &[u8], method: &str, hash: V1Hash) -> Result<Zeroizing<String>, Error> {
        let Self { prepared, settings, action, credentials, random, .. } = self;
        let nonce = 1.0 + (random * MAX_NONCE).floor().clamp(0.0, MAX_NONCE - 1.0);
        let mut parameters = form::parameters(body)?;
        if let Some((name, _)) = parameters.iter().find(|(name, _)| RESERVED.contains(&name.as_str())) {
            let message =
                format!("the parameter `{name}` has the name of a common parameter, which signature V1 sends as well");
            return Err(Error::new(ErrorKind::InvalidRequest, message).with_hint("sign with `SigningMethod::Tc3Post`"));
        }
        let mut add = |name: &str, value: &str| parameters.push((name.to_owned(), value.to_owned()));
        add("Action", &action.name.action);
        add("Version", &action.name.version);
        add("Timestamp", &self.timestamp().to_string());
        add("Nonce", &nonce.to_string());
        add("SecretId", credentials.secret_id());
        add("SignatureMethod", hash.as_str());
        add("RequestClient", &settings.request_client);
        if let Some(language) = settings.language {
            add("Language", language.as_str());
        }
        if let Some(region) = &action.region {
            add("Region", region);
        }
        if let Some(token) = credentials.session_token() {
            add("Token", token);
        }
        let request = V1Request { method, host: &prepared.origin.authority, parameters: &parameters };
        let signature = request.sign(credentials.secret_key(), hash);
        parameters.push(("Signature".to_owned(), signature));
        Ok(form::encoded(parameters))
    }
}
