//! Defines what a product and its actions state about themselves. Generated code implements these
//! traits and, with the macro `error_codes!`, [`ErrorCode`].

mod batch;
mod failures;
mod paged;
mod quota;
mod targets;
mod tasks;
mod zones;

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::batch::{Batch, Batched};
pub use self::failures::{Failures, into_result};
pub(crate) use self::paged::Position;
pub use self::paged::{Paged, Pagination};
pub use self::quota::{Purpose, QuotaArea, QuotaKind, QuotaLine, QuotaList, UsesQuota};
pub use self::targets::{TargetFormat, Targets};
pub(crate) use self::tasks::Filters;
pub use self::tasks::{Submits, TaskEntry, TaskList, TaskQuery};
pub use self::zones::{ZoneEntry, ZoneList};
use crate::error::{ActionName, CodeFacts, ErrorCode};

/// A product of Tencent Cloud: one service at one version of its API.
pub trait Product: Send + Sync + 'static {
    /// Every code that the product documents, including the common ones.
    type ErrorCode: ErrorCode;

    /// Service of the credential scope, such as `cdn`. It is signed, and never derived from a host.
    const SERVICE: &'static str;
    /// Version of the API, such as `2018-06-06`; sent as `X-TC-Version`.
    const VERSION: &'static str;
    /// Hosts of the product.
    const HOSTS: Hosts;
}

/// Hosts of a product, without scheme and port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hosts {
    /// Host for accounts of the Chinese mainland site.
    pub mainland: &'static str,
    /// Host for accounts of the international site.
    pub international: &'static str,
}

/// An action: the request itself, and the facts about it that a call needs.
///
/// A request is a plain value. [`Client::call`](crate::client::Client::call) sends it, and takes
/// only actions of its own product.
pub trait Action: Serialize + Send + 'static {
    /// Product the action belongs to.
    type Product: Product;
    /// Result of a successful call: the members of `Response`.
    type Response: DeserializeOwned + Send + 'static;

    /// Name of the action; sent as `X-TC-Action`.
    const NAME: &'static str;
    /// Documented rate limit of the action.
    const RATE_LIMIT: RateLimit;
    /// Whether the request may be sent again when it might already have arrived.
    const REPEATABLE: bool;

    /// Name of the first list that must not be empty, but is: a required one, or one that a
    /// constructor takes. A call refuses such a request before sending it.
    fn empty_list(&self) -> Option<&'static str> {
        None
    }

    /// The parameters that contain targets. A target that is not in the documented format is
    /// refused before it is sent.
    fn targets(&self) -> impl IntoIterator<Item = Targets<'_>> {
        []
    }

    /// The list over which a large job is split, if there is one.
    fn batch(&self) -> Option<Batch> {
        None
    }

    /// The targets that failed although the call succeeded.
    fn failures(response: &Self::Response) -> Failures<'_> {
        let _ = response;
        Failures::default()
    }
}

/// Documented rate limit of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    requests_per_second: u32,
}

impl RateLimit {
    /// A limit of `requests` per second and account.
    #[must_use]
    pub const fn per_second(requests: u32) -> Self {
        Self { requests_per_second: requests }
    }

    /// Maximum number of requests per second and account.
    #[must_use]
    pub const fn requests_per_second(self) -> u32 {
        self.requests_per_second
    }
}

/// The facts about an action without its type, for the part of a call that is compiled once for all
/// actions.
#[derive(Clone)]
pub(crate) struct ActionFacts {
    pub(crate) name: ActionName,
    pub(crate) requests_per_second: u32,
    pub(crate) repeatable: bool,
    pub(crate) codes: &'static [CodeFacts],
    /// Region of a call by name. Typed actions have no region.
    pub(crate) region: Option<String>,
}

impl ActionFacts {
    pub(crate) fn of<A: Action>() -> &'static Self {
        struct Facts<A>(PhantomData<A>);

        impl<A: Action> Facts<A> {
            const FACTS: &'static ActionFacts = &ActionFacts {
                name: ActionName {
                    service: Cow::Borrowed(A::Product::SERVICE),
                    version: Cow::Borrowed(A::Product::VERSION),
                    action: Cow::Borrowed(A::NAME),
                },
                requests_per_second: A::RATE_LIMIT.requests_per_second(),
                repeatable: A::REPEATABLE,
                codes: <A::Product as Product>::ErrorCode::FACTS,
                region: None,
            };
        }

        Facts::<A>::FACTS
    }
}
