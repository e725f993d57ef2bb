//! A request as the program prints it.

use std::time::SystemTime;

use serde_json::{Map, Value};
use tencentcloud_emulator::Received;
use tencentcloud_emulator::verify::Scheme;

/// How much is shown of a message, in characters: a signature's may hold the request.
const MOST: usize = 400;

/// Escape sequences for a terminal.
const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
const PLAIN: &str = "\x1b[0m";

/// One request in a line: when, what, and how it was answered.
pub(crate) fn line(received: &Received, coloured: bool) -> String {
    let Received { at, service, action, code, message, request_id, .. } = received;
    let [service, action] = [service, action].map(|name| if name.is_empty() { "-" } else { name });
    let (colour, outcome) = match (code, message) {
        (Some(code), Some(message)) => (RED, format!("{code}: {}", message.chars().take(MOST).collect::<String>())),
        _ => (GREEN, "ok".to_owned() + &sent(received)),
    };
    let fault = received.fault.as_ref().map(|fault| format!(" (fault: {fault})")).unwrap_or_default();
    // Names and messages hold what the client sent, which must not reach into the terminal.
    let [before, outcome] = [format!("{} {service} {action} {request_id} ", time(*at)), outcome + &fault]
        .map(|text| text.replace(char::is_control, " "));
    if coloured { format!("{before}{colour}{outcome}{PLAIN}\n") } else { format!("{before}{outcome}\n") }
}

/// What came: how many targets, and how it was signed and sent, where that is not the usual way.
fn sent(received: &Received) -> String {
    let parameters: Map<String, Value> = serde_json::from_str(&received.parameters).unwrap_or_default();
    let lists = parameters.iter().filter_map(|(name, value)| Some((name, value.as_array()?)));
    let mut parts: Vec<String> = lists.map(|(name, list)| format!("{} {name}", list.len())).collect();
    if let Some(verified) = &received.verified {
        let method = &received.request.method;
        if verified.scheme != Scheme::Tc3 || method != "POST" {
            parts.push(format!("{} over {method}", verified.scheme.as_str()));
        }
        if verified.host_without_port {
            parts.push("signed without the port".to_owned());
        }
    }
    parts.into_iter().map(|part| format!(", {part}")).collect()
}

fn time(at: SystemTime) -> String {
    let seconds = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    format!("{:02}:{:02}:{:02}Z", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}
