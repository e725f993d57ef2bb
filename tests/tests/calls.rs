//! Calls the emulator over HTTP with the clients of the three products.

use std::time::Duration;

use tencentcloud_cdn::{Area, Config, Credentials, ErrorCode, ErrorKind, FlushType, PurgePathCache, PurgeUrlsCache};
use tencentcloud_ecdn::{DescribePurgeTasks, TaskStatus};
use tencentcloud_emulator::Emulator;
use tencentcloud_teo::CreatePurgeTask;
use tencentcloud_tests::{Outcome, config};

/// Purges a list of URLs.
async fn purge(config: &Config, urls: Vec<String>) -> Outcome<tencentcloud_cdn::PurgeUrlsCacheResponse> {
    Ok(tencentcloud_cdn::Client::new(config).purge_urls_cache(PurgeUrlsCache::new(urls)).await?)
}

/// The URLs of each request that the emulator received.
fn received(emulator: &Emulator) -> Outcome<Vec<Vec<String>>> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Parameters {
        urls: Vec<String>,
    }
    let received = emulator.received();
    let urls = received.iter().map(|request| Ok(serde_json::from_str::<Parameters>(&request.parameters)?.urls));
    urls.collect()
}

#[tokio::test]
async fn each_action_succeeds() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let config = config(&emulator)?;

    let cdn = tencentcloud_cdn::Client::new(&config);
    let urls = PurgeUrlsCache::new(["https://www.example.com/logo.png"]).area(Area::Overseas).url_encode(true);
    let urls = cdn.purge_urls_cache(urls).await?;
    assert!(!urls.task_id.is_empty() && !urls.request_id.is_empty(), "{urls:?}");
    let paths = PurgePathCache::new(["https://www.example.com/images/"], FlushType::Delete);
    let paths = cdn.purge_path_cache(paths).await?;
    assert_ne!(paths.task_id, urls.task_id);

    let teo = tencentcloud_teo::Client::new(&config);
    let job = teo.create_purge_task(CreatePurgeTask::hosts("zone-2qzj5k3v", ["www.example.com"])).await?;
    assert!(!job.job_id.is_empty() && job.failed_list.is_empty(), "{job:?}");

    let codes: Vec<Option<String>> = emulator.received().into_iter().map(|request| request.code).collect();
    assert_eq!(codes, [None, None, None]);
    Ok(())
}

#[tokio::test]
async fn a_purge_on_cdn_is_listed_by_ecdn() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let config = config(&emulator)?;
    let task = purge(&config, vec!["https://www.example.com/a".into(), "https://www.example.com/b".into()]).await?;

    let ecdn = tencentcloud_ecdn::Client::new(&config);
    #[expect(deprecated, reason = "the product is retired, and still has to work")]
    let listed = ecdn.describe_purge_tasks(DescribePurgeTasks::by_task(&task.task_id)).await?;

    assert_eq!(listed.total_count, 2);
    let mut urls: Vec<&str> = listed.purge_logs.iter().map(|log| log.url.as_str()).collect();
    urls.sort_unstable();
    assert_eq!(urls, ["https://www.example.com/a", "https://www.example.com/b"]);
    // The service writes `Done`, its documentation `done`.
    assert!(listed.purge_logs.iter().all(|log| log.status == TaskStatus::Done), "{listed:?}");
    Ok(())
}

#[tokio::test]
async fn a_target_that_cannot_be_purged_is_reported_in_the_response() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let teo = tencentcloud_teo::Client::new(&config(&emulator)?);
    let request = CreatePurgeTask::hosts("zone-2qzj5k3v", ["www.example.com", "*.example.com"]);

    let job = teo.create_purge_task(request).unchecked_targets().await?;

    let failed: Vec<&String> = job.failed_list.iter().flat_map(|failure| &failure.targets).collect();
    assert_eq!(failed, ["*.example.com"]);
    assert!(job.failed_list.iter().all(|failure| !failure.reason.is_empty()), "{job:?}");
    let error = job.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PartialFailure);
    assert!(error.to_string().starts_with("teo.CreatePurgeTask: 1 target failed: `*.example.com` ("), "{error}");
    Ok(())
}

#[tokio::test]
async fn urls_with_characters_outside_ascii_arrive_as_browsers_send_them() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let urls = ["https://例子.测试/图/新.jpg?题=测", "https://www.example.com/ü\"🙂"].map(str::to_owned);

    purge(&config(&emulator)?, urls.to_vec()).await?;

    let encoded = [
        "https://xn--fsqu00a.xn--0zwm56d/%E5%9B%BE/%E6%96%B0.jpg?%E9%A2%98=%E6%B5%8B",
        "https://www.example.com/%C3%BC\"%F0%9F%99%82",
    ];
    assert_eq!(received(&emulator)?, [encoded.map(str::to_owned)]);
    Ok(())
}

#[tokio::test]
async fn urls_with_any_characters_arrive_unchanged_if_they_are_not_checked() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let urls =
        ["https://www.example.com/图片/新闻.jpg?标题=测试#锚点", "https://www.example.com/ü\"\\\u{7f}\u{2028}🙂"];
    let client = tencentcloud_cdn::Client::new(&config(&emulator)?);

    let _ = client.purge_urls_cache(PurgeUrlsCache::new(urls)).unchecked_targets().await;

    assert_eq!(received(&emulator)?, [urls.map(str::to_owned)]);
    Ok(())
}

#[tokio::test]
async fn a_target_that_matches_nothing_is_refused_by_the_client_and_by_the_emulator() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let config = config(&emulator)?;
    let (cdn, teo) = (tencentcloud_cdn::Client::new(&config), tencentcloud_teo::Client::new(&config));
    let (mut by_client, mut by_emulator) = (Vec::new(), Vec::new());
    for url in INVALID_URLS {
        let request = PurgeUrlsCache::new([url]);
        by_client.push(cdn.purge_urls_cache(&request).await.unwrap_err());
        by_emulator.push(cdn.purge_urls_cache(&request).unchecked_targets().await.expect_err(url));
    }
    for directory in INVALID_URLS.into_iter().chain(INVALID_DIRECTORIES) {
        let request = PurgePathCache::new([directory], FlushType::Flush);
        by_client.push(cdn.purge_path_cache(&request).await.unwrap_err());
        by_emulator.push(cdn.purge_path_cache(&request).unchecked_targets().await.expect_err(directory));
    }
    let urls = INVALID_URLS.map(|url| CreatePurgeTask::urls("zone-1", [url]));
    let directories = INVALID_DIRECTORIES.map(|directory| CreatePurgeTask::prefixes("zone-1", [directory]));
    let hosts = INVALID_HOSTS.map(|host| CreatePurgeTask::hosts("zone-1", [host]));
    let tags = INVALID_TAGS.map(|tag| CreatePurgeTask::cache_tags("zone-1", [tag]));
    let zones = INVALID_ZONES.map(CreatePurgeTask::all);
    for request in urls.iter().chain(&directories).chain(&hosts).chain(&tags).chain(&zones) {
        by_client.push(teo.create_purge_task(request).await.unwrap_err());
        by_emulator.push(teo.create_purge_task(request).unchecked_targets().await.expect_err(&format!("{request:?}")));
    }
    for error in &by_client {
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0), "{error}");
        let places = ["`Urls[0]` ", "`Paths[0]` ", "`Targets[0]` ", "`ZoneId` "];
        assert!(places.iter().any(|place| error.message().starts_with(place)), "{error}");
        assert!(error.hint().is_some() && !error.to_string().contains("secret"), "{error}");
    }
    assert!(by_emulator.iter().all(|error| error.kind() == ErrorKind::Rejected), "{by_emulator:?}");
    assert_eq!(emulator.received().len(), by_emulator.len(), "what the client refuses is not sent");
    Ok(())
}

const INVALID_URLS: [&str; 23] = [
    "",
    "https://www.example.com/a b.jpg",
    "https://www.example.com/a\u{3000}b.jpg",
    "https://www.example.com/a\r",
    "https://www.example.com/b \t",
    "https://www.example.com/\u{0}",
    "\u{feff}https://www.example.com/a",
    "https://www.example.com/a\nhttps://www.example.com/b",
    "https://www.example.com/a,https://www.example.com/b",
    "www.example.com/a",
    "www.example.com",
    "ftp://www.example.com/a",
    "https:///a",
    "https://user:secret@www.example.com/a",
    "https://user:secret@/www.example.com/a",
    "https://www.example.com:http/a",
    "https://www.example.com:/a",
    "https://www..com/a",
    "https://www.example.com/a#top",
    "https://*.example.com/a",
    "https://www.example.com/*",
    "https://www.example.com/a\\b",
    "https://www.example.com/a/../b",
];
const INVALID_DIRECTORIES: [&str; 2] = ["https://www.example.com/a/?b", "/a/"];
const INVALID_HOSTS: [&str; 8] = [
    "",
    "https://www.example.com",
    "*.example.com",
    "www.example.com/",
    "www.example.com:443",
    "user:secret@www.example.com",
    "www.example.com,a.example.com",
    "www.example.com.",
];
const INVALID_TAGS: [&str; 4] = ["", " tag1", "tag1,tag2", "https://www.example.com/"];
const INVALID_ZONES: [&str; 4] = ["", "example.com", "zone-", "zone-1 "];

#[tokio::test]
async fn a_thousand_urls_are_sent_in_one_request() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let urls: Vec<String> = (0..1_000).map(|n| format!("https://www.example.com/{n}.png")).collect();

    purge(&config(&emulator)?, urls.clone()).await?;

    assert_eq!(received(&emulator)?, [urls]);
    Ok(())
}

#[tokio::test]
async fn a_batch_with_one_url_too_many_is_too_large() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let urls = (0..1_001).map(|n| format!("https://www.example.com/{n}.png")).collect();

    let error = purge(&config(&emulator)?, urls).await.unwrap_err();

    let error = error.downcast_ref::<tencentcloud_cdn::Error>().unwrap();
    assert_eq!(error.kind(), ErrorKind::BatchTooLarge);
    assert_eq!(error.code_as(), Some(ErrorCode::LimitExceededCdnPurgeUrlExceedBatchLimit));
    assert!(!error.is_retryable());
    Ok(())
}

#[tokio::test]
async fn a_request_with_an_empty_list_is_refused_and_not_sent() -> Outcome<()> {
    let emulator = Emulator::start().await?;

    let error = purge(&config(&emulator)?, Vec::new()).await.unwrap_err();

    let error = error.downcast_ref::<tencentcloud_cdn::Error>().unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("Urls"), "{error}");
    assert_eq!(emulator.received(), []);
    Ok(())
}

#[tokio::test]
async fn an_empty_list_passed_to_a_constructor_is_refused() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let client = tencentcloud_teo::Client::new(&config(&emulator)?);
    let none: [&str; 0] = [];

    let by_target =
        [CreatePurgeTask::urls, CreatePurgeTask::prefixes, CreatePurgeTask::hosts, CreatePurgeTask::cache_tags];
    for request in by_target.map(|constructor| constructor("zone-1", none)) {
        let error = client.create_purge_task(request).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0), "{error}");
        assert!(error.to_string().contains("Targets"), "{error}");
    }
    assert_eq!(emulator.received(), []);

    client.create_purge_task(CreatePurgeTask::all("zone-1")).await?.into_result()?;
    assert_eq!(emulator.received().len(), 1, "a purge of everything needs no list");
    Ok(())
}

#[tokio::test]
async fn targets_assigned_to_a_purge_of_everything_are_sent_and_refused() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let client = tencentcloud_teo::Client::new(&config(&emulator)?);
    let mut request = CreatePurgeTask::all("zone-1");
    request.targets = Some(vec!["http://www.example.com/a.txt".into()]);

    let error = client.create_purge_task(request).await.unwrap_err();

    assert_eq!(error.code_as(), Some(tencentcloud_teo::ErrorCode::InvalidParameterTarget));
    Ok(())
}

#[tokio::test]
async fn a_wrong_key_is_an_auth_error_with_a_hint() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let credentials = Credentials::new(emulator.secret_id(), "not-the-key-of-this-id")?;
    let config = Config::builder().credentials(credentials).endpoint(emulator.endpoint()).build()?;

    let error = purge(&config, vec!["https://www.example.com/".into()]).await.unwrap_err();

    let line = error.to_string();
    let error = error.downcast_ref::<tencentcloud_cdn::Error>().unwrap();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert_eq!(error.code_as(), Some(ErrorCode::AuthFailureSignatureFailure));
    for part in ["PurgeUrlsCache", "AuthFailure.SignatureFailure", error.request_id().unwrap(), "help: ", "secret key"]
    {
        assert!(line.contains(part), "`{part}` is missing in: {line}");
    }
    assert!(!line.contains("not-the-key-of-this-id"), "{line}");
    Ok(())
}

#[tokio::test]
async fn an_unknown_secret_id_has_its_own_code_and_a_hint() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let credentials = Credentials::new("AKIDnobody", emulator.secret_key())?;
    let config = Config::builder().credentials(credentials).endpoint(emulator.endpoint()).build()?;

    let error = purge(&config, vec!["https://www.example.com/".into()]).await.unwrap_err();

    let error = error.downcast_ref::<tencentcloud_cdn::Error>().unwrap();
    assert_eq!(error.code_as(), Some(ErrorCode::AuthFailureSecretIdNotFound));
    assert!(error.hint().is_some(), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_refused_connection_is_a_connect_error() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let config = config(&emulator)?;
    let endpoint = emulator.endpoint();
    drop(emulator);

    let client = tencentcloud_cdn::Client::new(&config);
    let call = client.purge_urls_cache(PurgeUrlsCache::new(["https://www.example.com/"]));
    let error = call.timeout(Duration::from_secs(1)).await.unwrap_err();

    let line = error.to_string();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.is_retryable(), "the request never arrived");
    let address = endpoint.trim_start_matches("http://");
    assert!(line.contains(address), "`{address}` is missing in: {line}");
    Ok(())
}
