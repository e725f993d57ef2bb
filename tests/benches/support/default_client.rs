//! Creates a client with all features of a program's client, which never waits for a permit.

use std::net::SocketAddr;

use tencentcloud_cdn::{Client, Config, Credentials};
use tencentcloud_tests::Outcome;

use crate::by_hand;

/// Creates a client that calls the given server.
///
/// # Errors
///
/// If the configuration is invalid.
pub(crate) fn client(address: SocketAddr) -> Outcome<Client> {
    let (id, key) = by_hand::CREDENTIALS;
    let config = Config::builder()
        .credentials(Credentials::new(id, key)?)
        .endpoint(format!("http://{address}"))
        // So high that no call waits. This measures the cost of the limiter, not its effect.
        .requests_per_second(1_000_000)
        .build()?;
    Ok(Client::new(&config))
}
