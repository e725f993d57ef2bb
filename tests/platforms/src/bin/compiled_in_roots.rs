//! Checks that the default transport can be built where there are no root certificates, as in a
//! container that is made from scratch. Run it with `SSL_CERT_FILE` and `SSL_CERT_DIR` set to paths
//! that do not exist.

use tencentcloud_cdn::Config;
use tencentcloud_platforms::{Outcome, credentials};

fn main() -> Outcome {
    Config::builder().credentials(credentials()?).build()?;
    Ok(())
}
