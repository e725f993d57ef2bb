//! Runs the service without a socket, for the fuzz targets. Not part of the public API.

use std::net::{IpAddr, Ipv4Addr};
use std::time::SystemTime;

use hyper::http::Request as HttpRequest;

use crate::http::{ControlRequest, service_request, service_response};
use crate::request::Request;
use crate::service::{Service, ServiceConfig};

/// An emulator that does not listen. It has the default credential, and its clock does not advance
/// by itself.
#[derive(Debug)]
pub struct SocketlessEmulator(Service);

/// The response to a request.
#[derive(Debug)]
pub enum FuzzResponse {
    /// The body of a response of the service.
    Service(String),
    /// The status of a response of the control API.
    Control(u16),
}

impl SocketlessEmulator {
    /// An emulator whose clock shows this time.
    #[must_use]
    pub fn new(now: SystemTime) -> Self {
        let config = ServiceConfig { clock: Box::new(move || now), seed: Some(1), ..ServiceConfig::default() };
        Self(Service::new(config))
    }

    /// Responds to a request as the server does when it has read all of it. `None` if HTTP cannot
    /// carry the request.
    #[must_use]
    pub fn respond(&self, request: &Request) -> Option<FuzzResponse> {
        let Request { method, path, query, headers, body } = request;
        let target = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
        let mut builder = HttpRequest::builder().method(method.as_str()).uri(target);
        for (name, value) in headers {
            builder = builder.header(name, value.as_bytes());
        }
        let (head, ()) = builder.body(()).ok()?.into_parts();
        if ControlRequest::is_control_request(&head) {
            let request = ControlRequest { head: &head, peer: IpAddr::V4(Ipv4Addr::LOCALHOST), body: Ok(body) };
            return Some(FuzzResponse::Control(request.respond(&self.0).status().as_u16()));
        }
        let pending = self.0.process(service_request(&head, body.clone()), None);
        let response = self.0.respond(pending);
        let body = response.body.clone();
        drop(service_response(response));
        Some(FuzzResponse::Service(body))
    }
}
