//! Decides when a request may be sent: the limiter of a configuration.
//!
//! Each attempt of a call acquires a [`Permit`] from the configuration's [`RateLimiter`], is sent
//! next, and reports its [`Outcome`] to the permit. A call that sends targets for a job with a
//! journal first waits until the request is recorded there. Three limiters exist:
//!
//! | limiter | what it knows of |
//! |---|---|
//! | [`LocalLimiter`], the default | the calls of the configurations that use it, and which of them were throttled |
//! | [`LocalLimiter::share_of`] | the same; it uses a fixed part of each rate, and leaves the rest to other processes |
//! | `RedisLimiter` of the crate `tencentcloud-rate-redis` | the calls of all processes that use the same store |
//!
//! A limiter of your own, such as one for a store that your machines share already, implements
//! [`RateLimiter`]. [`ConfigBuilder::rate_limiter`](crate::config::ConfigBuilder::rate_limiter)
//! sets it.

mod chosen;
mod local;
mod permit;
mod request;
mod setting;

use std::sync::Arc;

pub(crate) use self::chosen::ChosenLimiter;
pub use self::local::LocalLimiter;
pub use self::permit::{Outcome, Permit};
pub use self::request::PermitRequest;
pub(crate) use self::setting::RateLimitSetting;
use crate::error::Error;
use crate::time::BoxFuture;

/// Issues the permits to send requests.
///
/// Every attempt acquires one, also that of a retry, unless the configuration is
/// [without limits](crate::config::ConfigBuilder::without_limits). The limiter sees only the
/// [`PermitRequest`], and no parameters of the request.
///
/// ```
/// use tencentcloud_core::limiter::{LocalLimiter, Permit, PermitRequest, RateLimiter};
/// use tencentcloud_core::{BoxFuture, Config, Credentials, Error};
///
/// /// Prints the outcome of each request.
/// struct Printing(LocalLimiter);
///
/// impl RateLimiter for Printing {
///     fn acquire<'a>(&'a self, request: PermitRequest<'a>) -> BoxFuture<'a, Result<Permit<'a>, Error>> {
///         Box::pin(async move {
///             let permit = self.0.acquire(request).await?;
///             Ok(Permit::new(move |outcome| {
///                 println!("{}: {outcome:?}", request.action());
///                 permit.report(outcome);
///             }))
///         })
///     }
/// }
///
/// let config = Config::builder()
///     .credentials(Credentials::new("AKIDexample", "example-key")?)
///     .rate_limiter(Printing(LocalLimiter::new()))
///     .build()?;
/// # Ok::<(), Error>(())
/// ```
pub trait RateLimiter: Send + Sync {
    /// Waits until a request may be sent.
    ///
    /// The future is dropped when [`PermitRequest::max_wait`] has passed, or when the call is
    /// dropped. When the future is ready, the request that the permit allows is sent next; if it is
    /// that of a job with a journal, it is recorded there first.
    ///
    /// # Errors
    ///
    /// Why there is no permit, such as [`Error::no_permit`]. The call fails with it, and sends
    /// nothing. If an earlier attempt failed, the call fails with the error of that attempt, which
    /// then names this one.
    fn acquire<'a>(&'a self, request: PermitRequest<'a>) -> BoxFuture<'a, Result<Permit<'a>, Error>>;
}

impl<L: RateLimiter + ?Sized> RateLimiter for Arc<L> {
    fn acquire<'a>(&'a self, request: PermitRequest<'a>) -> BoxFuture<'a, Result<Permit<'a>, Error>> {
        (**self).acquire(request)
    }
}
