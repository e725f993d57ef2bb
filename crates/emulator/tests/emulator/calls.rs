//! Calls actions with JSON, at the time of the emulator's clock.

use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_emulator::Emulator;

use crate::client::{Call, NOW, Response, at, start};

/// Signs a call at the emulator's time, and sends it.
pub(crate) fn send_now(emulator: &Emulator, call: Call) -> Response {
    let elapsed = emulator.now().duration_since(at(NOW)).unwrap().as_secs();
    let call = call.with(|call| {
        call.timestamp = NOW + elapsed;
        call.date = ["2023-11-14", "2023-11-15"][usize::from(call.timestamp >= 1_700_006_400)].into();
    });
    call.send(emulator)
}

/// The members of the response to a call that succeeds.
#[track_caller]
pub(crate) fn perform(emulator: &Emulator, service: &str, action: &str, parameters: &Value) -> Value {
    let response = send_now(emulator, Call::new(service, action, &parameters.to_string()));
    assert_eq!(response.code(), "", "{}", response.body);
    response.members()
}

/// The code and the message of a call to an emulator of its own. Both are empty if it succeeds.
pub(crate) fn refusal(service: &str, action: &str, parameters: &Value) -> (String, String) {
    refusal_of(&start(), service, action, parameters)
}

/// The code and the message of a call. Both are empty if it succeeds.
pub(crate) fn refusal_of(emulator: &Emulator, service: &str, action: &str, parameters: &Value) -> (String, String) {
    let response = send_now(emulator, Call::new(service, action, &parameters.to_string()));
    (response.code(), response.message())
}

/// Parameters with more members.
pub(crate) fn with(mut parameters: Value, more: &Value) -> Value {
    let more = more.as_object().unwrap().clone();
    parameters.as_object_mut().unwrap().extend(more);
    parameters
}

/// Advances the emulator's clock.
pub(crate) fn wait(emulator: &Emulator, seconds: u64) {
    emulator.advance(Duration::from_secs(seconds));
}

/// The texts of a member of each entry.
#[track_caller]
pub(crate) fn column(entries: &Value, member: &str) -> Vec<String> {
    let entries = entries.as_array().unwrap().iter();
    entries.map(|entry| entry[member].as_str().unwrap_or_else(|| panic!("{member}: {entry}")).to_owned()).collect()
}

/// Submits a purge by URL, and returns the id of its task.
#[track_caller]
pub(crate) fn purge(emulator: &Emulator, parameters: &Value) -> String {
    perform(emulator, "cdn", "PurgeUrlsCache", parameters)["TaskId"].as_str().unwrap().to_owned()
}

/// Submits a `teo` purge of one type, and returns the id of its task.
#[track_caller]
pub(crate) fn job(emulator: &Emulator, zone: &str, purge_type: &str, targets: &[&str]) -> String {
    let mut parameters = json!({ "ZoneId": zone, "Type": purge_type });
    if !targets.is_empty() {
        parameters["Targets"] = json!(targets);
    }
    perform(emulator, "teo", "CreatePurgeTask", &parameters)["JobId"].as_str().unwrap().to_owned()
}
