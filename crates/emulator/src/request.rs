//! Reduces an HTTP request to the parts that the service reads.

/// The parts of an HTTP request that the service reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The path of the request target, usually `/`.
    pub path: String,
    /// The query as it was sent, without its question mark. Empty if there is none.
    pub query: String,
    /// The headers in the order in which they arrived. Their names may be in any case.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

/// The domain that contains the host of every product.
const DOMAIN: &str = ".tencentcloudapi.com";

/// The domain in which every name resolves to this machine: `cdn.localhost` names a product, too.
const LOCAL_DOMAIN: &str = ".localhost";

impl Request {
    /// The value of the first header with this name, without surrounding white space.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The value of a header that counts as absent when it is empty, like the `X-TC-` headers.
    pub(crate) fn non_empty_header(&self, name: &str) -> Option<&str> {
        self.header(name).filter(|value| !value.is_empty())
    }

    /// The service that the `Host` header names: in a host of Tencent Cloud, or in a local one such
    /// as `cdn.localhost`. In lower case, because host names have no case.
    pub(crate) fn service_of_host(&self) -> Option<String> {
        let host = without_port(self.header("host")?).to_ascii_lowercase();
        let labels = host.strip_suffix(DOMAIN).or_else(|| host.strip_suffix(LOCAL_DOMAIN))?;
        labels.split('.').next().map(str::to_owned)
    }

    /// Whether the body is an HTML form.
    pub(crate) fn is_form(&self) -> bool {
        self.media_type().eq_ignore_ascii_case("application/x-www-form-urlencoded")
    }

    /// The content type without its parameters. Empty if there is none.
    pub(crate) fn media_type(&self) -> &str {
        self.header("Content-Type").unwrap_or_default().split(';').next().unwrap_or_default().trim()
    }
}

/// The value of a `Host` header without its port.
pub(crate) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_port_removes_only_a_port() {
        assert_eq!(without_port("127.0.0.1:8088"), "127.0.0.1");
        assert_eq!(without_port("127.0.0.1:"), "127.0.0.1");
        assert_eq!(without_port("[::1]:8088"), "[::1]");
        assert_eq!(without_port("[::1]"), "[::1]");
        assert_eq!(without_port("cdn.tencentcloudapi.com"), "cdn.tencentcloudapi.com");
    }

    #[test]
    fn a_host_of_tencent_cloud_names_its_service() {
        let to = |host: &str| Request { headers: vec![("Host".into(), host.into())], ..Request::default() };
        assert_eq!(to("cdn.tencentcloudapi.com").service_of_host().as_deref(), Some("cdn"));
        assert_eq!(to("cdn.intl.tencentcloudapi.com").service_of_host().as_deref(), Some("cdn"));
        assert_eq!(to("cdn.localhost:8088").service_of_host().as_deref(), Some("cdn"));
        assert_eq!(to("CDN.TencentCloudAPI.com").service_of_host().as_deref(), Some("cdn"));
        assert_eq!(to("Cdn.LOCALHOST:8088").service_of_host().as_deref(), Some("cdn"));
        assert_eq!(to("localhost:8088").service_of_host(), None);
        assert_eq!(to("127.0.0.1:8088").service_of_host(), None);
        assert_eq!(to("tencentcloudapi.com.example.com").service_of_host(), None);
    }
}
