//! Opens a tunnel through an HTTP proxy (RFC 9110, section 9.3.6).

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use zeroize::Zeroizing;

use super::failure::Failure;
use crate::secret::Secret;

/// Maximum size of the head of the proxy's response. 16 KiB: proxies send a few lines, and some
/// explain a rejection in headers.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// Asks a proxy to connect to `authority`, a host with its port. The connection is then one to that
/// host.
pub(super) async fn open(
    proxy: &mut (impl AsyncRead + AsyncWrite + Unpin),
    authority: &str,
    credentials: Option<&(Secret, Secret)>,
) -> Result<(), Failure> {
    let mut request = Zeroizing::new(format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n"));
    if let Some((user, password)) = credentials {
        let pair = Zeroizing::new(format!("{}:{}", user.reveal(), password.reveal()));
        let encoded = Zeroizing::new(base64(pair.as_bytes()));
        // A buffer that grows leaves copies of the password behind.
        let mut with_credentials = Zeroizing::new(String::with_capacity(request.len() + encoded.len() + 64));
        with_credentials.extend([&**request, "Proxy-Authorization: Basic ", &encoded, "\r\n"]);
        request = with_credentials;
    }
    proxy.write_all(request.as_bytes()).await.map_err(Failure::Io)?;
    proxy.write_all(b"\r\n").await.map_err(Failure::Io)?;
    proxy.flush().await.map_err(Failure::Io)?;
    let head = read_head(proxy).await?;
    match status(&head) {
        Some(status) if status.starts_with('2') => Ok(()),
        Some(status) => Err(rejection(status)),
        None => Err(Failure::Rejected {
            message: "no tunnel: the response is not one of HTTP".to_owned(),
            hint: "check the host and the port of the proxy",
            is_permanent: false,
        }),
    }
}

/// Reads up to the empty line after the headers. A server behind the proxy does not send anything
/// before the client does.
async fn read_head(proxy: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, Failure> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < MAX_HEAD_BYTES {
        let byte = proxy.read_u8().await.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                Failure::Io(io::Error::new(error.kind(), "no tunnel: the connection was closed without a response"))
            }
            _ => Failure::Io(error),
        })?;
        head.push(byte);
    }
    Ok(head)
}

/// The three digits of the status, if the head is one of HTTP/1.
fn status(head: &[u8]) -> Option<&str> {
    let line = str::from_utf8(head.split(|byte| *byte == b'\r').next()?).ok()?;
    let status = line.strip_prefix("HTTP/1.")?.split(' ').nth(1)?;
    (status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit())).then_some(status)
}

fn rejection(status: &str) -> Failure {
    let (hint, is_permanent) = match status {
        "407" => ("check the credentials in the URL of the proxy", true),
        _ => ("have the proxy allow the host", false),
    };
    Failure::Rejected { message: format!("no tunnel: HTTP {status}"), hint, is_permanent }
}

/// Encodes bytes in Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4 {
            let digit = usize::try_from(group >> (18 - 6 * index) & 63).unwrap_or_default();
            let is_padding = usize::try_from(index).is_ok_and(|index| index > chunk.len());
            let digit = ALPHABET.get(digit).copied().unwrap_or_default();
            encoded.push(if is_padding { '=' } else { char::from(digit) });
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_encoded_as_in_the_standard() {
        // RFC 4648, section 10.
        let vectors = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (text, encoded) in vectors {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }

    #[test]
    fn the_status_of_a_response_is_parsed() {
        let cases = [
            ("HTTP/1.1 200 Connection established\r\n\r\n", Some("200")),
            ("HTTP/1.0 407\r\n\r\n", Some("407")),
            ("HTTP/2 200\r\n", None),
            ("HTTP/1.1 20\r\n", None),
            ("SSH-2.0-OpenSSH_9.6\r\n", None),
            ("", None),
        ];
        for (head, expected) in cases {
            assert_eq!(status(head.as_bytes()), expected, "{head}");
        }
    }
}
