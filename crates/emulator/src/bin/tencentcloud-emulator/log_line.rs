//! Formats a request as the line that the program prints.

use std::time::SystemTime;

use serde_json::{Map, Value};
use tencentcloud_emulator::Received;
use tencentcloud_emulator::verify::Scheme;

/// Maximum length of a message, in characters. 400: a message may contain a parameter of any
/// length.
const MAX_MESSAGE_CHARS: usize = 400;

/// Escape sequences for a terminal.
const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
const RESET: &str = "\x1b[0m";

/// A line about a request: its time, its action, and its outcome. A second line has the
/// explanation, if there is one.
pub(crate) fn format_request(received: &Received, colored: bool) -> String {
    let Received { at, service, action, code, message, request_id, .. } = received;
    let [service, action] = [service, action].map(|name| if name.is_empty() { "-" } else { name });
    let (color, outcome) = match (code, message) {
        (Some(code), Some(message)) => {
            (RED, format!("{code}: {}", message.chars().take(MAX_MESSAGE_CHARS).collect::<String>()))
        }
        _ => (GREEN, "ok".to_owned() + &summary(received)),
    };
    let fault = received.fault.as_ref().map(|fault| format!(" (fault: {fault})")).unwrap_or_default();
    // Names and messages contain what the client sent, which must not control the terminal.
    let [start, outcome] = [format!("{} {service} {action} {request_id} ", time(*at)), outcome + &fault]
        .map(|text| text.replace(char::is_control, " "));
    let explanation =
        received.explanation.as_ref().map(|text| format!("    {}\n", text.replace(char::is_control, " ")));
    let explanation = explanation.unwrap_or_default();
    if colored {
        format!("{start}{color}{outcome}{RESET}\n{explanation}")
    } else {
        format!("{start}{outcome}\n{explanation}")
    }
}

/// The number of targets, and how the request was signed and sent, unless it was the usual way.
fn summary(received: &Received) -> String {
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
