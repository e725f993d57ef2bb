//! A transport that remembers the last exchange.

use std::sync::{Arc, Mutex, PoisonError};

use tencentcloud_core::{BoxFuture, HttpRequest, HttpResponse, HttpsTransport, Transport, TransportError};

/// The transport of the clients, watched.
#[derive(Clone)]
pub(crate) struct Observed {
    inner: Arc<HttpsTransport>,
    last: Arc<Mutex<Option<Exchange>>>,
}

/// What was sent, and what came back.
pub(crate) struct Exchange {
    pub(crate) request: HttpRequest,
    pub(crate) response: Option<HttpResponse>,
}

impl Observed {
    pub(crate) fn new(inner: HttpsTransport) -> Self {
        Self { inner: Arc::new(inner), last: Arc::default() }
    }

    /// The last exchange, which is forgotten then.
    pub(crate) fn take(&self) -> Option<Exchange> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Transport for Observed {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let outcome = self.inner.send(request.clone()).await;
            let exchange = Exchange { request, response: outcome.as_ref().ok().cloned() };
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(exchange);
            outcome
        })
    }
}
