//! Checks that a program without default features makes calls with a transport of its own, and that
//! the error for a missing transport says so.

use tencentcloud_cdn::Config;
use tencentcloud_platforms::{Outcome, credentials, purge};

fn main() -> Outcome {
    let task = purge()?;
    if task != "PurgeUrlsCache" {
        return Err(task.into());
    }
    let missing = match Config::builder().credentials(credentials()?).build() {
        Ok(_) => return Err("there is a default transport".into()),
        Err(error) => error.to_string(),
    };
    let expected = "no transport is set, and this build has no default transport; help: set a transport of your own \
                    with `transport`, or enable the feature `rustls-ring`";
    if missing != expected {
        return Err(missing.into());
    }
    println!("{missing}");
    Ok(())
}
