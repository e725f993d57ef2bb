//! The client with everything on that a program gets, and nothing that it would wait for.

use std::net::SocketAddr;

use tencentcloud_cdn::{Client, Config, Credentials};
use tencentcloud_tests::Outcome;

use crate::by_hand;

/// A client of a server.
///
/// # Errors
///
/// Those of its configuration.
pub(crate) fn client(address: SocketAddr) -> Outcome<Client> {
    let (id, key) = by_hand::CREDENTIALS;
    let config = Config::builder()
        .credentials(Credentials::new(id, key)?)
        .endpoint(format!("http://{address}"))
        // So high that nothing waits: what is measured is what limiting costs, not what it is for.
        .requests_per_second(1_000_000)
        .build()?;
    Ok(Client::new(&config))
}
