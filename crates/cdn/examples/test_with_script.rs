//! Tests a function that waits, with a scripted transport and a virtual clock: an hour takes no
//! time, and nothing is sent.
//!
//! `main` is the test. In a test file it is `#[test]`, and `tencentcloud-cdn` needs the feature
//! `testing`.

use std::error::Error;
use std::time::Duration;

use tencentcloud_cdn::runtime::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_cdn::{Client, Config, Credentials, DescribePurgeTasks};

/// The function to test: waits for a purge, and returns a line for the log.
async fn purge_was_done(client: &Client, id: &str) -> String {
    let task = DescribePurgeTasks::task(id);
    match client.wait([task], Duration::from_secs(3_600)).await {
        Ok(done) if done.all_succeeded() => format!("{} gone", done.succeeded),
        Ok(done) => format!("{} failed", done.failed.len()),
        Err(error) => error.to_string(),
    }
}

/// A response with an entry in this state, or without one.
fn entries(state: Option<&str>) -> String {
    let entry = |state| {
        format!(
            r#"{{ "TaskId": "1", "Url": "https://www.example.com/", "Status": "{state}", "PurgeType": "url",
                 "FlushType": "flush", "CreateTime": "2023-11-15 06:13:20" }}"#
        )
    };
    let (logs, total) = (state.map(entry).unwrap_or_default(), u8::from(state.is_some()));
    format!(r#"{{ "Response": {{ "PurgeLogs": [{logs}], "TotalCount": {total}, "RequestId": "1" }} }}"#)
}

fn main() -> Result<(), Box<dyn Error>> {
    let transport = ScriptedTransport::new()
        .respond(200, entries(Some("process")))
        // No entry is in progress any more. More of them could be listed for five seconds.
        .respond(200, entries(None))
        .respond(200, entries(None))
        .respond(200, entries(None))
        .respond(200, entries(None)) // none failed
        .respond(200, entries(Some("done")))
        .respond(200, entries(Some("done"))); // one in all
    let clock = VirtualClock::at_unix(1_700_000_000);
    let config = Config::builder()
        .credentials(Credentials::new("AKIDexample", "example-key")?)
        .transport(transport.clone())
        .clock(clock.clone())
        .build()?;

    let line = clock.run(purge_was_done(&Client::new(&config), "1"));
    assert_eq!(line, "1 gone");
    assert_eq!(transport.requests().len(), 7);
    assert!(clock.elapsed() >= Duration::from_secs(5), "there are pauses between the polls");
    println!("tested in {:?} of virtual time", clock.elapsed());
    Ok(())
}
