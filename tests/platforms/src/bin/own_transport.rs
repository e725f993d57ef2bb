//! Checks that a program without default features makes calls with a transport and a clock of its
//! own, and that the errors for a missing one say so. `.ci/wasm` runs it in WebAssembly.

use tencentcloud_cdn::Config;
use tencentcloud_cdn::runtime::ConfigBuilder;
use tencentcloud_platforms::{Outcome, OwnTransport, credentials, purge};

const NO_TRANSPORT: &str = "no transport is set, and this build has no default transport; help: set a transport of \
                            your own with `transport`, or enable the feature `rustls-ring`";
const NO_CLOCK: &str = "this platform has no clock; help: set a clock of your own with `clock`";

fn main() -> Outcome {
    let task = purge()?;
    if task != "PurgeUrlsCache" {
        return Err(task.into());
    }
    expect(Config::builder().credentials(credentials()?), Some(NO_TRANSPORT))?;
    let has_no_clock = cfg!(all(target_family = "wasm", target_os = "unknown"));
    let without_clock = Config::builder().credentials(credentials()?).transport(OwnTransport);
    expect(without_clock, has_no_clock.then_some(NO_CLOCK))
}

/// Builds a configuration, which fails with this error or succeeds.
fn expect(config: ConfigBuilder, expected: Option<&str>) -> Outcome {
    let error = config.build().err().map(|error| error.to_string());
    println!("{}", error.as_deref().unwrap_or("built"));
    if error.as_deref() == expected { Ok(()) } else { Err(format!("expected: {expected:?}").into()) }
}
