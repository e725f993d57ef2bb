//! Signs requests with each method: the emulator accepts the right key and refuses a wrong one.

use tencentcloud_cdn::{Area, Client, Config, Credentials, ErrorCode, ErrorKind, PurgeUrlsCache};
use tencentcloud_core::GenericClient;
use tencentcloud_core::request::SigningMethod;
use tencentcloud_core::signing::V1Hash;
use tencentcloud_emulator::{Credential, Emulator, SECRET_ID, SECRET_KEY};
use tencentcloud_tests::Outcome;

const TOKEN: &str = "tok/en+EXAMPLE==";

const METHODS: [SigningMethod; 6] = [
    SigningMethod::Tc3Post,
    SigningMethod::Tc3Get,
    SigningMethod::V1Get(V1Hash::Sha1),
    SigningMethod::V1Get(V1Hash::Sha256),
    SigningMethod::V1Post(V1Hash::Sha1),
    SigningMethod::V1Post(V1Hash::Sha256),
];

fn client(emulator: &Emulator, key: &str, token: Option<&str>, method: SigningMethod) -> Outcome<Client> {
    let credentials = Credentials::new(SECRET_ID, key)?;
    let credentials = match token {
        Some(token) => credentials.with_token(token)?,
        None => credentials,
    };
    let config = Config::builder().credentials(credentials).endpoint(emulator.endpoint()).signing_method(method);
    Ok(Client::new(&config.build()?))
}

fn request() -> PurgeUrlsCache {
    PurgeUrlsCache::new(["https://www.example.com/图片?a=1&b=+%20,c", "https://www.example.com/=&"])
        .area(Area::Overseas)
        .url_encode(true)
}

#[tokio::test]
async fn each_method_is_accepted_and_transmits_the_same_parameters() -> Outcome<()> {
    for method in METHODS {
        let emulator = Emulator::start().await?;
        client(&emulator, SECRET_KEY, None, method)?.purge_urls_cache(request()).await?;

        let received = emulator.received();
        let parameters: serde_json::Value = serde_json::from_str(&received[0].parameters)?;
        assert_eq!(parameters, serde_json::to_value(request())?, "{method:?}");
    }
    Ok(())
}

#[tokio::test]
async fn each_method_is_accepted_with_a_token_and_refused_without_it() -> Outcome<()> {
    for method in METHODS {
        let credential = Credential::new(SECRET_ID, SECRET_KEY).with_token(TOKEN);
        let emulator = Emulator::builder().credential(credential).start().await?;
        client(&emulator, SECRET_KEY, Some(TOKEN), method)?.purge_urls_cache(request()).await?;

        let error = client(&emulator, SECRET_KEY, None, method)?.purge_urls_cache(request()).await.unwrap_err();
        assert_eq!(error.code_as(), Some(ErrorCode::AuthFailureTokenFailure), "{method:?}: {error}");
    }
    Ok(())
}

#[tokio::test]
async fn each_method_is_refused_with_a_wrong_key() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    for method in METHODS {
        let error = client(&emulator, "another-key", None, method)?.purge_urls_cache(request()).await.unwrap_err();
        assert_eq!(error.code_as(), Some(ErrorCode::AuthFailureSignatureFailure), "{method:?}: {error}");
    }
    Ok(())
}

#[tokio::test]
async fn a_request_that_is_too_long_for_a_query_is_refused_and_not_sent() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let urls: Vec<String> =
        (0..1_000).map(|n| format!("https://www.example.com/a/path/of/some/length/{n}.png")).collect();
    for method in [SigningMethod::Tc3Get, SigningMethod::V1Get(V1Hash::Sha1)] {
        let request = PurgeUrlsCache::new(urls.clone());
        let error = client(&emulator, SECRET_KEY, None, method)?.purge_urls_cache(request).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("Tc3Post")), "{error}");
    }
    let request = PurgeUrlsCache::new(urls);
    client(&emulator, SECRET_KEY, None, SigningMethod::V1Post(V1Hash::Sha256))?.purge_urls_cache(request).await?;
    assert_eq!(emulator.received().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_parameter_with_a_name_that_v1_adds_is_refused_and_not_sent() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let credentials = Credentials::new(SECRET_ID, SECRET_KEY)?;
    let config = Config::builder().credentials(credentials).endpoint(emulator.endpoint());
    let config = config.signing_method(SigningMethod::V1Post(V1Hash::Sha256)).build()?;
    let call = GenericClient::new(&config).call_json("cdn", "2018-06-06", "PurgeUrlsCache", r#"{"Action":"Other"}"#);

    let error = call.await.unwrap_err();

    assert_eq!((error.kind(), emulator.received().len()), (ErrorKind::InvalidRequest, 0), "{error}");
    assert!(error.to_string().contains("`Action`"), "{error}");
    Ok(())
}
