//! A sample product with two actions, as a product crate states them, and clients of it.

use serde::{Deserialize, Serialize};
use tencentcloud_core::error::CodeFacts;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{
    Action, Call, Client, Config, ConfigBuilder, Credentials, Error, ErrorKind, Hosts, Product, RateLimit, error_codes,
    wire,
};

pub(crate) const NOW: u64 = 1_700_000_000;

/// Body of a successful response to [`Purge`].
pub(crate) const PURGED: &str = r#"{"Response":{"TaskId":"task-1","RequestId":"request-1"}}"#;

#[derive(Debug)]
pub(crate) struct Cdn;

impl Product for Cdn {
    type ErrorCode = Code;

    const SERVICE: &'static str = "cdn";
    const VERSION: &'static str = "2018-06-06";
    const HOSTS: Hosts = Hosts { mainland: "cdn.tencentcloudapi.com", international: "cdn.intl.tencentcloudapi.com" };
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    DayLimit,
    InterfaceError,
    UserNotExists,
    HostUnauthorized,
    Other(String),
}

error_codes!(Code {
    DayLimit: CodeFacts::new("LimitExceeded.CdnPurgeUrlExceedDayLimit", ErrorKind::Quota)
        .with_hint("wait until tomorrow"),
    InterfaceError: CodeFacts::new("InvalidParameter.CdnInterfaceError", ErrorKind::Server),
    UserNotExists: CodeFacts::new("ResourceNotFound.CdnUserNotExists", ErrorKind::NotFound).about_the_request(),
    HostUnauthorized: CodeFacts::new("UnauthorizedOperation.CdnHostUnauthorized", ErrorKind::Permission)
        .about_a_target(),
});

/// An action that may not be repeated.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Purge {
    pub(crate) urls: Vec<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PurgeResponse {
    pub(crate) task_id: String,
    #[serde(default, deserialize_with = "wire::nullable")]
    pub(crate) failed: Vec<String>,
    #[serde(default, deserialize_with = "wire::nullable")]
    pub(crate) request_id: String,
}

impl Action for Purge {
    type Product = Cdn;
    type Response = PurgeResponse;

    const NAME: &'static str = "PurgeUrlsCache";
    const RATE_LIMIT: RateLimit = RateLimit::per_second(20);
    const REPEATABLE: bool = false;

    fn empty_list(&self) -> Option<&'static str> {
        self.urls.is_empty().then_some("Urls")
    }
}

/// An action that may be repeated.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Describe {}

#[derive(Debug, Deserialize)]
pub(crate) struct DescribeResponse {}

impl Action for Describe {
    type Product = Cdn;
    type Response = DescribeResponse;

    const NAME: &'static str = "DescribePurgeTasks";
    const RATE_LIMIT: RateLimit = RateLimit::per_second(20);
    const REPEATABLE: bool = true;
}

pub(crate) fn purge() -> Purge {
    Purge { urls: vec!["http://www.example.com/1.jpg".to_owned()] }
}

/// A configuration with a scripted transport and a virtual clock, without randomness: each wait is
/// 60% of its maximum.
pub(crate) fn config(transport: &ScriptedTransport, clock: &VirtualClock) -> ConfigBuilder {
    let credentials =
        Credentials::new("AKIDvector0000000000000000000000000001", "vectorKey/EXAMPLE+0123456789abcdef").unwrap();
    Config::builder().credentials(credentials).transport(transport.clone()).clock(clock.clone()).jitter(|| 0.5)
}

pub(crate) fn client(transport: &ScriptedTransport, clock: &VirtualClock) -> Client<Cdn> {
    Client::new(&config(transport, clock).build().unwrap())
}

/// The result of a call without retries, which begins at [`NOW`].
pub(crate) fn outcome<A: Action<Product = Cdn>>(
    transport: &ScriptedTransport,
    action: &A,
) -> Result<A::Response, Error> {
    let clock = VirtualClock::at_unix(NOW);
    clock.run(client(transport, &clock).call(action).without_retries().into_future())
}

/// The error of a purge with this script.
pub(crate) fn failure(transport: &ScriptedTransport) -> Error {
    outcome(transport, &purge()).unwrap_err()
}

/// The error of a call.
pub(crate) fn error_of<A: Action>(clock: &VirtualClock, call: Call<A>) -> Error {
    clock.run(call.into_future()).err().unwrap()
}
