//! Records the last exchange of a transport.

use std::sync::{Arc, Mutex, PoisonError};

use tencentcloud_core::BoxFuture;
use tencentcloud_core::http::{HttpRequest, HttpResponse, HttpsTransport, Transport, TransportError};

/// The clients' transport. It keeps the last request and response.
#[derive(Clone)]
pub(crate) struct Recorder {
    inner: Arc<HttpsTransport>,
    last: Arc<Mutex<Option<Exchange>>>,
}

/// A request and its response, if there was one.
pub(crate) struct Exchange {
    pub(crate) request: HttpRequest,
    pub(crate) response: Option<HttpResponse>,
}

impl Recorder {
    pub(crate) fn new(inner: HttpsTransport) -> Self {
        Self { inner: Arc::new(inner), last: Arc::default() }
    }

    /// Takes the last exchange out; `None` if nothing was sent since the last time.
    pub(crate) fn take(&self) -> Option<Exchange> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Transport for Recorder {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let outcome = self.inner.send(request.clone()).await;
            let exchange = Exchange { request, response: outcome.as_ref().ok().cloned() };
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(exchange);
            outcome
        })
    }
}
