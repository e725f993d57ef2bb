//! Responds to a call with any data: the call returns a response, or an error that can be printed.
//!
//! An input is up to three responses. Its first line may contain an action after the status;
//! without one, the call is in JSON.

#![no_main]

use fuzz::{ATTEMPTS, NOW, check_line, check_secret, config, contains_secret, messages};
use libfuzzer_sys::fuzz_target;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Error, GenericClient};

fuzz_target!(|data: &[u8]| {
    if contains_secret(data) {
        return;
    }
    let messages = messages(data);
    let clock = VirtualClock::at_unix(NOW);
    let responses = messages.iter().cycle().take(ATTEMPTS);
    let transport = responses.fold(ScriptedTransport::new(), |transport, message| {
        transport.respond_with(message.response(message.body.to_vec()))
    });
    let config = config(&transport, &clock).build().unwrap();
    let outcome: Result<String, Error> = match messages[0].line.split(' ').nth(1) {
        Some("PurgeUrlsCache") => {
            let client = tencentcloud_cdn::Client::new(&config);
            let request = tencentcloud_cdn::PurgeUrlsCache::new(["http://a.b/"]);
            clock.run(client.purge_urls_cache(request).into_future()).map(|response| format!("{response:?}"))
        }
        Some("DescribePurgeTasks") => {
            let client = tencentcloud_ecdn::Client::new(&config);
            let request = tencentcloud_ecdn::DescribePurgeTasks::by_task("1");
            #[expect(deprecated, reason = "the product is retired, and its responses are still read")]
            let call = client.describe_purge_tasks(request);
            clock.run(call.into_future()).map(|response| format!("{response:?}"))
        }
        Some("CreatePurgeTask") => {
            let client = tencentcloud_teo::Client::new(&config);
            let request = tencentcloud_teo::CreatePurgeTask::all("zone-1");
            clock.run(client.create_purge_task(request).into_future()).map(|response| format!("{response:?}"))
        }
        _ => {
            let call = GenericClient::new(&config).call_json("cdn", "2018-06-06", "PurgeUrlsCache", "{}");
            clock.run(call.into_future()).map(|response| {
                let members: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_str(response.as_str()).unwrap_or_default();
                assert!(response.as_str().starts_with('{'), "the response is not an object: {}", response.as_str());
                assert!(
                    !members.contains_key("Error") || members["Error"].is_null(),
                    "the error is returned as a response"
                );
                format!("{response:?}")
            })
        }
    };
    let sent = transport.requests().len();
    assert!((1..=ATTEMPTS).contains(&sent), "sent {sent} times");
    if let Err(error) = outcome {
        check_line(&error);
        check_secret(&error);
        assert_eq!(error.attempts() as usize, sent);
        assert!(error.status().is_some(), "the error has no status: {error:?}");
        assert!(error.body_snippet().is_none_or(|snippet| !snippet.contains(char::is_control)), "{error:?}");
    }
});
