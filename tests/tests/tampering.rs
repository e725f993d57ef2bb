//! Changes requests in transit: they are refused, and the error says what to check.

use tencentcloud_cdn::{Client, Config, Credentials, Error, ErrorCode, PurgeUrlsCache};
use tencentcloud_emulator::Emulator;
use tencentcloud_tests::Outcome;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Forwards one request to the emulator, with the first `original` replaced by `changed`, and
/// returns the response.
async fn forward(
    listener: TcpListener,
    emulator: String,
    original: &'static str,
    changed: &'static str,
) -> Outcome<()> {
    assert_eq!(original.len(), changed.len());
    let (mut client, _) = listener.accept().await?;
    let mut request = Vec::new();
    while !request.ends_with(b"]}") {
        let read = client.read_buf(&mut request).await?;
        assert_ne!(read, 0, "the client closed the connection");
    }
    let at =
        request.windows(original.len()).position(|window| window == original.as_bytes()).ok_or("not in the request")?;
    request.splice(at..at + original.len(), changed.bytes());
    let mut server = TcpStream::connect(emulator).await?;
    server.write_all(&request).await?;
    tokio::io::copy(&mut server, &mut client).await?;
    Ok(())
}

/// The error of a purge whose request is changed in transit.
async fn error_after(original: &'static str, changed: &'static str) -> Outcome<Error> {
    let emulator = Emulator::start().await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let proxy = tokio::spawn(async move {
        let forwarded = forward(listener, emulator.address().to_string(), original, changed).await;
        forwarded.map_err(|error| error.to_string())
    });

    let credentials = Credentials::new(tencentcloud_emulator::SECRET_ID, tencentcloud_emulator::SECRET_KEY)?;
    let config = Config::builder().credentials(credentials).endpoint(endpoint).build()?;
    let request = PurgeUrlsCache::new(["https://www.example.com/logo.png"]);
    let outcome = Client::new(&config).purge_urls_cache(request).await;
    proxy.abort();
    Ok(outcome.err().ok_or("the changed request was accepted")?)
}

#[tokio::test]
async fn a_changed_byte_in_the_body_is_refused() -> Outcome<()> {
    let error = error_after("logo.png", "logo.pnh").await?;

    assert_eq!(error.code_as(), Some(ErrorCode::AuthFailureSignatureFailure), "{error}");
    let hint = error.hint().unwrap_or_default();
    assert!(hint.contains("secret key") && hint.contains("changes the host or the body"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_changed_digit_in_the_timestamp_is_refused() -> Outcome<()> {
    let error = error_after("x-tc-timestamp: 1", "x-tc-timestamp: 2").await?;

    assert_eq!(error.code_as(), Some(ErrorCode::AuthFailureSignatureExpire), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_changed_character_in_the_authorization_header_is_refused() -> Outcome<()> {
    let error = error_after("Signature=", "Signature*").await?;

    assert_eq!(error.code_as(), Some(ErrorCode::AuthFailureInvalidAuthorization), "{error}");
    Ok(())
}
