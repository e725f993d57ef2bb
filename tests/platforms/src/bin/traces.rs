//! Prints the spans of two calls as OpenTelemetry exports them, and checks that the guide shows the
//! same spans, and the function that sets the export up.

#![expect(clippy::disallowed_methods, reason = "reads a page of the workspace")]

use std::fmt::Write as _;
use std::fs;

use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanKind, Status};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tencentcloud_cdn::runtime::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_cdn::{Client, Config, PurgeUrlsCache};
use tencentcloud_platforms::{Outcome, credentials};
use tracing_subscriber::util::TryInitError;

/// Maximum length of a value that is shown, in characters. 60: the lines of the page end at column
/// 100.
const MAX_CHARS: usize = 60;
const PAGE: &str = "docs/guide/traces.md";

fn export(provider: &SdkTracerProvider) -> Result<(), TryInitError> {
    use opentelemetry::trace::TracerProvider as _;
    use tracing_subscriber::prelude::*;

    // Without the file, the line and the thread of each span.
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("my-program"));
    let layer = layer.with_location(false).with_threads(false).with_tracked_inactivity(false);
    tracing_subscriber::registry().with(layer.with_target(false)).try_init()
}

fn main() -> Outcome {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    export(&provider)?;
    call_twice()?;
    let shown: String = exporter.get_finished_spans()?.iter().map(show).collect();
    print!("{shown}");
    let page = fs::read_to_string(PAGE)?;
    if !page.contains(&format!("```text\n{shown}```\n")) {
        return Err(format!("{PAGE} shows other spans; help: replace them with those above").into());
    }
    let source = fs::read_to_string("tests/platforms/src/bin/traces.rs")?;
    let function = source.split("\n\n").find(|part| part.starts_with("fn export(")).ok_or("no function")?;
    if !page.contains(function) {
        return Err(format!("{PAGE} shows another function; help: copy `export` from this program").into());
    }
    Ok(())
}

/// Makes a call that is throttled once, and one for which there is no quota left.
fn call_twice() -> Outcome {
    let refusal = |code: &str| {
        format!(r#"{{"Response":{{"Error":{{"Code":"{code}","Message":"no"}},"RequestId":"request-1"}}}}"#)
    };
    let transport = ScriptedTransport::new()
        .respond(200, refusal("RequestLimitExceeded"))
        .respond(200, r#"{"Response":{"TaskId":"task-1","RequestId":"request-2"}}"#)
        .respond(200, refusal("LimitExceeded.CdnPurgeUrlExceedDayLimit"));
    let clock = VirtualClock::at_unix(1_700_000_000);
    let builder = Config::builder().credentials(credentials()?).transport(transport).clock(clock.clone());
    let client = Client::new(&builder.without_limits().jitter(|| 0.5).build()?);
    let call = || client.purge_urls_cache(PurgeUrlsCache::new(["https://www.example.com/"])).into_future();
    clock.run(call())?;
    if clock.run(call()).is_ok() {
        return Err("the second call succeeds".into());
    }
    Ok(())
}

/// A span with its attributes, and its events with theirs.
fn show(span: &SpanData) -> String {
    let kind = if span.span_kind == SpanKind::Client { "client" } else { "another kind" };
    let status = match &span.status {
        Status::Unset => "unset",
        Status::Ok => "ok",
        Status::Error { .. } => "error",
    };
    let mut text = format!("span {} ({kind}, status {status})\n", span.name);
    show_attributes(&mut text, "  ", &span.attributes);
    for event in span.events.iter() {
        let _ = writeln!(text, "  event {}", event.name);
        show_attributes(&mut text, "    ", &event.attributes);
    }
    text
}

fn show_attributes(text: &mut String, indent: &str, attributes: &[KeyValue]) {
    for KeyValue { key, value, .. } in attributes {
        let value = value.to_string();
        let shown: String = value.chars().take(MAX_CHARS).collect();
        let rest = if shown.len() < value.len() { "…" } else { "" };
        let _ = writeln!(text, "{indent}{key} = {shown}{rest}");
    }
}
