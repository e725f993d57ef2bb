//! Reports calls and attempts: to interceptors, and to `tracing`.

pub(crate) mod events;
mod headers;
mod interceptor;
#[cfg(feature = "metrics")]
mod metrics;
mod recorder;

pub use self::headers::AttemptHeaders;
pub use self::interceptor::{Attempt, AttemptEnd, AttemptResult, CallEnd, CallResult, Interceptor};
#[cfg(feature = "metrics")]
pub use self::metrics::Metrics;
pub(crate) use self::recorder::{AttemptRecorder, CallRecorder, Observers};
