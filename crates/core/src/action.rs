//! The facts a product and its actions state; generated code implements these traits and nothing else.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::text::OneLine;
use crate::{CodeFacts, ErrorCode};

/// A product of Tencent Cloud: one service at one version of its API.
pub trait Product: Send + Sync + 'static {
    /// Every code the product documents, the common ones included.
    type ErrorCode: ErrorCode;

    /// Service of the credential scope, such as `cdn`; it is signed, and never derived from a host.
    const SERVICE: &'static str;
    /// Version of the API, such as `2018-06-06`; sent as `X-TC-Version`.
    const VERSION: &'static str;
    /// Hosts that answer for the product.
    const HOSTS: Hosts;
}

/// Hosts that answer for a product, without scheme and port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hosts {
    /// Host for accounts of the Chinese mainland site.
    pub mainland: &'static str,
    /// Host for accounts of the international site.
    pub international: &'static str,
}

/// An action: the request itself, and the facts about it that a call needs.
///
/// A request is a plain value. What sends it is [`Client::call`](crate::Client::call), which takes only the actions of its
/// own product.
pub trait Action: Serialize + Send + 'static {
    /// Product the action belongs to.
    type Product: Product;
    /// What a successful call returns: the members of the answer's `Response`.
    type Response: DeserializeOwned + Send + 'static;

    /// Name of the action; sent as `X-TC-Action`.
    const NAME: &'static str;
    /// Documented limits of the action.
    const LIMITS: Limits;
    /// Whether the request may be sent again when it might already have arrived.
    const REPEATABLE: bool;
    /// Codes that the action documents, in the order of its page.
    const ERRORS: &'static [<Self::Product as Product>::ErrorCode];

    /// Name of the first list that must hold something and holds nothing; such a request is refused before it is sent.
    fn empty_list(&self) -> Option<&'static str> {
        None
    }
}

/// Documented limits of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    requests_per_second: u32,
}

impl Limits {
    /// Limits of an action that may be called so many times a second per account.
    #[must_use]
    pub const fn per_second(requests: u32) -> Self {
        Self { requests_per_second: requests }
    }

    /// Requests a second that one account may send.
    #[must_use]
    pub const fn requests_per_second(self) -> u32 {
        self.requests_per_second
    }
}

/// The facts about an action, without its type: what the part of a call needs that is compiled once for all actions.
#[derive(Clone)]
pub(crate) struct Operation {
    pub(crate) service: Cow<'static, str>,
    pub(crate) version: Cow<'static, str>,
    pub(crate) action: Cow<'static, str>,
    pub(crate) requests_per_second: u32,
    pub(crate) repeatable: bool,
    pub(crate) codes: &'static [CodeFacts],
    /// What a call of an action by its name adds; the typed actions have none.
    pub(crate) region: Option<String>,
}

impl Operation {
    pub(crate) fn of<A: Action>() -> &'static Self {
        struct Facts<A>(PhantomData<A>);

        impl<A: Action> Facts<A> {
            const OPERATION: &'static Operation = &Operation {
                service: Cow::Borrowed(A::Product::SERVICE),
                version: Cow::Borrowed(A::Product::VERSION),
                action: Cow::Borrowed(A::NAME),
                requests_per_second: A::LIMITS.requests_per_second(),
                repeatable: A::REPEATABLE,
                codes: <A::Product as Product>::ErrorCode::FACTS,
                region: None,
            };
        }

        Facts::<A>::OPERATION
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", OneLine(&self.service), OneLine(&self.action))
    }
}

// As it is displayed: the codes of a product would bury what else an error says.
impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
