//! What happens to targets: those that are refused, those that are encoded, and those that fail.

use serde::{Deserialize, Serialize};
use tencentcloud_core::action::{Failures, TargetFormat, Targets, into_result};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Action, ErrorKind, RateLimit};

use crate::sample::{Cdn, NOW, client, error_of, outcome};

/// An action with targets of which some may fail.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Purge {
    zone_id: String,
    urls: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url_encode: Option<bool>,
    size: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PurgeResponse {
    job_id: String,
    failed_list: Vec<Failed>,
    request_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Failed {
    reason: String,
    targets: Vec<String>,
}

impl Action for Purge {
    type Product = Cdn;
    type Response = PurgeResponse;

    const NAME: &'static str = "CreatePurgeTask";
    const RATE_LIMIT: RateLimit = RateLimit::per_second(20);
    const REPEATABLE: bool = false;

    fn targets(&self) -> impl IntoIterator<Item = Targets<'_>> {
        [
            Targets::single("ZoneId", &self.zone_id).format(TargetFormat::ZoneId),
            Targets::list("Urls", &self.urls).format(TargetFormat::Url).encoding_is_set(self.url_encode.is_some()),
        ]
    }

    fn failures(response: &PurgeResponse) -> Failures<'_> {
        let reasons = response.failed_list.iter().map(|failed| (failed.reason.as_str(), failed.targets.as_slice()));
        Failures::new(&response.job_id, &response.request_id, reasons)
    }
}

fn purge(urls: &[&str]) -> Purge {
    Purge {
        zone_id: "zone-1".to_owned(),
        urls: urls.iter().copied().map(str::to_owned).collect(),
        url_encode: None,
        size: u64::MAX,
    }
}

fn response(job_id: &str, failed: &[&str]) -> ScriptedTransport {
    let failed =
        serde_json::json!([{ "Reason": "no such host", "Targets": failed }, { "Reason": "late", "Targets": [] }]);
    let members = serde_json::json!({ "JobId": job_id, "FailedList": failed, "RequestId": "request-1" });
    ScriptedTransport::new().respond(200, serde_json::json!({ "Response": members }).to_string())
}

fn accepted() -> ScriptedTransport {
    ScriptedTransport::new().respond(200, r#"{"Response":{"JobId":"job-1","FailedList":[],"RequestId":"request-1"}}"#)
}

/// The body that was sent.
fn body(transport: &ScriptedTransport) -> serde_json::Value {
    serde_json::from_slice(transport.requests()[0].body()).unwrap()
}

#[test]
fn a_request_with_an_invalid_target_is_not_sent() {
    let (transport, clock) = (accepted(), VirtualClock::at_unix(NOW));
    let request = purge(&["https://www.example.com/a", "https://www.example.com/b c"]);

    let error = error_of(&clock, client(&transport, &clock).call(&request));

    assert_eq!((error.kind(), error.attempts(), transport.requests().len()), (ErrorKind::InvalidRequest, 0, 0));
    assert_eq!(
        error.to_string(),
        "cdn.CreatePurgeTask: `Urls[1]` contains the white space U+0020: `https://www.example.com/b c`; help: write \
         `%20` for a space that belongs to the name, and remove other white space, \
         or send it as it is with `.unchecked_targets()`"
    );
}

#[test]
fn the_name_of_a_zone_is_refused() {
    let request = Purge { zone_id: "example.com".to_owned(), ..purge(&["https://www.example.com/a"]) };
    let error = outcome(&accepted(), &request).unwrap_err();
    assert_eq!(error.message(), "`ZoneId` is not the id of a zone: `example.com`");
}

#[test]
fn a_target_that_is_not_checked_is_sent_as_it_is() {
    let (transport, clock) = (accepted(), VirtualClock::at_unix(NOW));
    let request = purge(&["https://www.example.com/b c", "https://例子.测试/图"]);

    clock.run(client(&transport, &clock).call(&request).unchecked_targets().into_future()).unwrap();

    assert_eq!(body(&transport), serde_json::to_value(&request).unwrap());
}

#[test]
fn only_a_target_outside_ascii_is_changed() {
    let transport = accepted();
    let request = purge(&["https://www.example.com/a", "https://例子.测试/图", "https://www.example.com/%20"]);

    outcome(&transport, &request).unwrap();

    let encoded = "https://xn--fsqu00a.xn--0zwm56d/%E5%9B%BE";
    let expected = purge(&["https://www.example.com/a", encoded, "https://www.example.com/%20"]);
    assert_eq!(body(&transport), serde_json::to_value(&expected).unwrap());
}

#[test]
fn the_path_is_not_encoded_if_the_caller_sets_the_parameter_for_it() {
    for url_encode in [true, false] {
        let transport = accepted();
        let request = Purge { url_encode: Some(url_encode), ..purge(&["https://例子.测试/图"]) };
        outcome(&transport, &request).unwrap();
        assert_eq!(body(&transport)["Urls"][0], "https://xn--fsqu00a.xn--0zwm56d/图");
    }
}

#[test]
fn a_call_of_which_some_targets_failed_succeeds_and_its_result_is_an_error() {
    let failed = ["https://a.example/1", "https://a.example/2"];
    let response = outcome(&response("job-1", &failed), &purge(&failed)).unwrap();
    assert_eq!(response.job_id, "job-1");

    let error = into_result::<Purge>(response).unwrap_err();

    assert_eq!(
        (error.kind(), error.request_id(), error.is_retryable()),
        (ErrorKind::PartialFailure, Some("request-1"), false)
    );
    assert_eq!(
        error.to_string(),
        "cdn.CreatePurgeTask: 2 targets failed: `https://a.example/1` (no such host), `https://a.example/2` \
         (no such host) (request id request-1); help: correct these targets, \
         and call again with them alone: the task contains the others"
    );
}

#[test]
fn a_result_without_failures_is_the_response() {
    let response = outcome(&accepted(), &purge(&["https://a.example/1"])).unwrap();
    assert_eq!(into_result::<Purge>(response).unwrap().job_id, "job-1");
}

#[test]
fn an_error_names_some_of_many_failed_targets() {
    let failed: Vec<String> = (0..1_000).map(|n| format!("https://a.example/{n}/{}", "x".repeat(10_000))).collect();
    let failed: Vec<&str> = failed.iter().map(String::as_str).collect();
    let response = outcome(&response("job-1", &failed), &purge(&failed)).unwrap();

    let message = into_result::<Purge>(response).unwrap_err().to_string();

    assert!(message.contains("1000 targets failed: `https://a.example/0/") && message.contains(", and 995 more"));
    assert!(message.len() < 1_000, "{}", message.len());
}

#[test]
fn a_call_that_created_no_task_is_an_error() {
    let failed = ["https://a.example/1"];
    let transport = response("", &failed);

    let error = outcome(&transport, &purge(&failed)).unwrap_err();

    assert_eq!((error.kind(), error.attempts(), error.request_id()), (ErrorKind::Rejected, 1, Some("request-1")));
    assert!(error.message().starts_with("no task was created, because every target failed: `https://a.example/1`"));
}
