//! Builds the canonical request: the signed parts of a request, in a form that the client and the
//! service derive independently.

use sha2::{Digest as _, Sha256};

use super::HexDigest;

/// The signed parts of a request. The path is always `/`.
#[derive(Clone, Copy, Debug)]
pub struct CanonicalRequest<'a> {
    /// HTTP method in upper case.
    pub method: &'a str,
    /// Query string exactly as it is sent, without `?`; empty for a `POST`.
    pub query: &'a str,
    /// Headers to sign, in any order and case. The service requires `Content-Type` and `Host`.
    ///
    /// They are sorted by name. Names and values are signed in lower case, and values without
    /// leading or trailing white space.
    pub headers: &'a [(&'a str, &'a str)],
    /// Body exactly as it is sent; empty for a `GET`.
    pub payload: &'a [u8],
}

impl CanonicalRequest<'_> {
    /// The canonical request as text.
    #[must_use]
    pub fn text(&self) -> String {
        let headers = Headers::new(self.headers);
        headers.head(self.method, self.query) + HexDigest::sha256(self.payload).as_str()
    }

    /// The digest of the canonical request, which is part of the string to sign.
    #[must_use]
    pub fn digest(&self) -> HexDigest {
        CanonicalHead::new(self.method, self.query, self.headers).digest(self.payload)
    }

    /// Names of the signed headers: in lower case, sorted, and joined by `;`.
    #[must_use]
    pub fn signed_headers(&self) -> String {
        Headers::new(self.headers).names()
    }
}

/// The part of canonical requests before the payload, hashed once.
///
/// The requests of a client differ only in their payload. With this, signing one costs little more
/// than hashing its payload.
///
/// ```
/// use tencentcloud_core::signing::{CanonicalHead, CanonicalRequest};
///
/// let headers = [("Content-Type", "application/json"), ("Host", "localhost")];
/// let head = CanonicalHead::new("POST", "", &headers);
/// for payload in [b"{}", b"[]"] {
///     let request = CanonicalRequest { method: "POST", query: "", headers: &headers, payload };
///     assert_eq!(head.digest(payload), request.digest());
/// }
/// ```
#[derive(Clone, Debug)]
pub struct CanonicalHead {
    hash: Sha256,
    signed_headers: String,
}

impl CanonicalHead {
    /// Hashes the parts, which are those of [`CanonicalRequest`].
    #[must_use]
    pub fn new(method: &str, query: &str, headers: &[(&str, &str)]) -> Self {
        let headers = Headers::new(headers);
        Self { hash: Sha256::new_with_prefix(headers.head(method, query)), signed_headers: headers.names() }
    }

    /// The digest of the canonical request with this payload.
    #[must_use]
    pub fn digest(&self, payload: &[u8]) -> HexDigest {
        let hash = self.hash.clone().chain_update(HexDigest::sha256(payload).as_str());
        HexDigest::encode(hash.finalize().into())
    }

    /// Names of the signed headers: in lower case, sorted, and joined by `;`.
    #[must_use]
    pub fn signed_headers(&self) -> &str {
        &self.signed_headers
    }
}

/// Headers as they are signed: names and values in lower case, sorted by name.
struct Headers(Vec<(String, String)>);

impl Headers {
    fn new(headers: &[(&str, &str)]) -> Self {
        let signed = |(name, value): &(&str, &str)| (name.to_ascii_lowercase(), value.trim().to_ascii_lowercase());
        let mut headers: Vec<_> = headers.iter().map(signed).collect();
        headers.sort_by(|(name, _), (other, _)| name.cmp(other));
        Self(headers)
    }

    /// The canonical request up to the digest of the payload.
    fn head(&self, method: &str, query: &str) -> String {
        let lines: String = self.0.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        format!("{method}\n/\n{query}\n{lines}\n{}\n", self.names())
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.join(";")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_sorted_lower_cased_and_trimmed() {
        let request = CanonicalRequest {
            method: "POST",
            query: "",
            headers: &[
                ("X-TC-Action", "PurgeUrlsCache"),
                ("Host", "cdn.tencentcloudapi.com"),
                ("Content-Type", " application/json; charset=UTF-8 "),
            ],
            payload: b"{}",
        };
        assert_eq!(
            request.text(),
            "POST\n/\n\n\
             content-type:application/json; charset=utf-8\n\
             host:cdn.tencentcloudapi.com\n\
             x-tc-action:purgeurlscache\n\
             \n\
             content-type;host;x-tc-action\n\
             44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
        assert_eq!(request.signed_headers(), "content-type;host;x-tc-action");
    }

    #[test]
    fn the_digest_is_that_of_the_text() {
        let request = CanonicalRequest {
            method: "GET",
            query: "Limit=20&Offset=40",
            headers: &[("content-type", "application/x-www-form-urlencoded"), ("host", "ecdn.tencentcloudapi.com")],
            payload: b"",
        };
        assert_eq!(request.digest(), HexDigest::sha256(request.text().as_bytes()));
    }
}
