//! Asks how much may be purged or prefetched today.

mod fit;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

pub use self::fit::BatchQuota;
use crate::action::{Product, Purpose, QuotaLine, QuotaList};
use crate::call::{Call, CallOptions, Service};
use crate::client::Client;
use crate::error::Error;
use crate::jobs::body::Body;
use crate::time::BoxFuture;

/// Asks for quotas when it is awaited: a line for each kind of targets, and for each region if
/// regions have their own.
///
/// Quotas belong to the account, and can be raised for a day or for good: what the documentation
/// says is their default.
#[must_use = "nothing is asked until this is awaited"]
pub struct AskQuota<A> {
    service: Arc<Service>,
    scope: Option<String>,
    purpose: Purpose,
    options: CallOptions,
    action: PhantomData<fn() -> A>,
}

impl<A: QuotaList> AskQuota<A> {
    /// The quotas of an account. The clients of the product crates call this.
    #[doc(hidden)]
    pub fn of<P: Product>(client: &Client<P>, purpose: Purpose) -> Self
    where
        A: QuotaList<Product = P>,
    {
        Self::new(client.service(), purpose, None)
    }

    /// The quotas of a scope, such as a zone. The clients of the product crates call this.
    #[doc(hidden)]
    pub fn of_scope<P: Product>(client: &Client<P>, purpose: Purpose, scope: impl Into<String>) -> Self
    where
        A: QuotaList<Product = P>,
    {
        Self::new(client.service(), purpose, Some(scope.into()))
    }

    fn new(service: Arc<Service>, purpose: Purpose, scope: Option<String>) -> Self {
        Self { service, scope, purpose, options: CallOptions::new(), action: PhantomData }
    }

    /// Sets the options of the call, such as its timeout.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

impl<A: QuotaList> IntoFuture for AskQuota<A> {
    type Output = Result<Vec<QuotaLine>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { service, scope, purpose, options, .. } = self;
        Box::pin(async move {
            let mut body = Body::default();
            if let (Some(parameter), Some(scope)) = (A::SCOPE, &scope) {
                body.set(parameter, scope)?;
            }
            let response = Call::<A>::from_parts(service, body.encode()?, options).await?;
            let lines = A::lines(&response).into_iter();
            Ok(lines.filter(|line| line.purpose == purpose).collect())
        })
    }
}

impl<A: QuotaList> fmt::Debug for AskQuota<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AskQuota").field("action", &A::NAME).field("purpose", &self.purpose).finish_non_exhaustive()
    }
}
