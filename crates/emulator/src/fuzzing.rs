//! The service without a socket, for the fuzz targets; no part of the public API.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, SystemTime};

use hyper::http::Request as HttpRequest;

use crate::credential::Credential;
use crate::http::{self, Asked};
use crate::limits::Limit;
use crate::memory_budget::{self, Room};
use crate::request::Request;
use crate::service::{Service, Setup};
use crate::verify::Rules;

/// An emulator that listens nowhere, with the default credential and a clock that stands still until it is turned.
#[derive(Debug)]
pub struct Unbound(Service);

/// What became of a request.
#[derive(Debug)]
pub enum Answered {
    /// The service answered with this body.
    Enveloped(String),
    /// The side channel answered with this status.
    Aside(u16),
}

impl Unbound {
    /// An emulator whose clock shows this time.
    #[must_use]
    pub fn new(now: SystemTime) -> Self {
        Self(Service::new(Setup {
            credentials: vec![Credential::default()],
            rules: Rules::default(),
            clock: Box::new(move || now),
            observer: None,
            purge_duration: Duration::ZERO,
            requests_per_second: Limit::default(),
            per_day: Limit::default(),
            journal: None,
            room: Room::new(memory_budget::MOST),
            tasks: Vec::new(),
            seed: Some(1),
        }))
    }

    /// Answers a request as the server does that has read it whole; `None` for one that HTTP cannot carry.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Option<Answered> {
        let Request { method, path, query, headers, body } = request;
        let target = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
        let builder = HttpRequest::builder().method(method.as_str()).uri(target);
        let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(name, value.as_bytes()));
        let (head, ()) = builder.body(()).ok()?.into_parts();
        if Asked::is_aside(&head) {
            let asked = Asked { head: &head, peer: IpAddr::V4(Ipv4Addr::LOCALHOST) };
            return Some(Answered::Aside(asked.answer(Ok(body), &self.0).status().as_u16()));
        }
        let answer = self.0.finish(self.0.begin(http::in_our_terms(&head, body.clone()), None), None);
        let said = answer.body.clone();
        drop(http::response(answer));
        Some(Answered::Enveloped(said))
    }
}
