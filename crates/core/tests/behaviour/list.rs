//! A list that a service returns page by page, and that changes between two requests.

use std::hash::Hash;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tencentcloud_core::action::{Paged, Pagination};
use tencentcloud_core::http::{HttpRequest, HttpResponse, Transport, TransportError};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Action, BoxFuture, Client, RateLimit, wire};

use crate::sample::{self, Cdn, NOW};

/// An entry of a list. Its state changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Row {
    pub(crate) id: u64,
    pub(crate) state: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Rows {
    #[serde(default, deserialize_with = "wire::nullable")]
    pub(crate) rows: Vec<Row>,
    pub(crate) total: Option<u64>,
    #[serde(default)]
    pub(crate) next: Option<String>,
}

/// A list by offset and limit.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ByOffset {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<u64>,
}

/// A list by page number and size.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ByNumber {
    pub(crate) limit: u64,
}

/// A list by tokens.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ByToken {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
}

macro_rules! paged {
    ($action:ident, $pagination:expr) => {
        impl Action for $action {
            type Product = Cdn;
            type Response = Rows;

            const NAME: &'static str = stringify!($action);
            const RATE_LIMIT: RateLimit = RateLimit::per_second(20);
            const REPEATABLE: bool = true;
        }

        impl Paged for $action {
            type Item = Row;

            const PAGINATION: Pagination = $pagination;

            fn items(response: Rows) -> Vec<Row> {
                response.rows
            }

            fn total(response: &Rows) -> Option<u64> {
                response.total
            }

            fn next_token(response: &Rows) -> Option<&str> {
                response.next.as_deref()
            }

            fn identity(item: &Row) -> impl Hash {
                item.id
            }
        }
    };
}

paged!(ByOffset, Pagination::by_offset("Offset", "Limit").page_size(20));
paged!(ByNumber, Pagination::by_number("Page", "Limit"));
paged!(ByToken, Pagination::by_token("Token"));

/// The service: its rows, what happens to them after each request, and the requests.
#[derive(Clone)]
pub(crate) struct List(Arc<Mutex<State>>);

pub(crate) struct State {
    pub(crate) rows: Vec<Row>,
    /// Maximum number of rows that the service returns at once, whatever is asked for.
    pub(crate) cap: usize,
    pub(crate) has_total: bool,
    /// The total that the service states instead of the right one.
    pub(crate) wrong_total: Option<usize>,
    /// The largest total that the service states.
    pub(crate) max_total: Option<usize>,
    /// Numbers of the requests whose pages are empty, from 1.
    pub(crate) empty: Vec<usize>,
    pub(crate) ignores_position: bool,
    /// Numbers of the requests that fail, from 1.
    pub(crate) failing: Vec<usize>,
    pub(crate) requests: Vec<Value>,
    change: Change,
}

/// What happens to the rows after each request.
type Change = Box<dyn FnMut(&mut Vec<Row>) + Send>;

impl List {
    /// A list with the given ids that does not change.
    pub(crate) fn of(ids: impl IntoIterator<Item = u64>) -> Self {
        let rows = ids.into_iter().map(|id| Row { id, state: 0 }).collect();
        Self(Arc::new(Mutex::new(State {
            rows,
            cap: usize::MAX,
            has_total: true,
            wrong_total: None,
            max_total: None,
            empty: Vec::new(),
            ignores_position: false,
            failing: Vec::new(),
            requests: Vec::new(),
            change: Box::new(|_| {}),
        })))
    }

    /// Changes the service.
    pub(crate) fn with(self, set: impl FnOnce(&mut State)) -> Self {
        set(&mut self.0.lock().unwrap());
        self
    }

    /// Changes the rows after each request.
    pub(crate) fn changing(self, change: impl FnMut(&mut Vec<Row>) + Send + 'static) -> Self {
        self.with(|state| state.change = Box::new(change))
    }

    pub(crate) fn client(&self, clock: &VirtualClock) -> Client<Cdn> {
        let config = sample::config(&ScriptedTransport::new(), clock).transport(self.clone()).without_limits();
        Client::new(&config.max_attempts(1).build().unwrap())
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<Value> {
        self.0.lock().unwrap().requests.clone()
    }
}

impl State {
    fn respond(&mut self, request: &Value) -> Value {
        self.requests.push(request.clone());
        if self.failing.contains(&self.requests.len()) {
            return json!({ "Error": { "Code": "InternalError", "Message": "no" }, "RequestId": "r" });
        }
        let number = |name: &str| request[name].as_u64();
        let limit = number("Limit").unwrap_or(20).min(self.cap as u64);
        let size = if self.empty.contains(&self.requests.len()) { 0 } else { limit };
        let token = request["Token"].as_str().map(|token| token.parse::<u64>().unwrap());
        let offset = number("Offset").or(token).or(number("Page").map(|page| (page - 1) * limit)).unwrap_or(0);
        let offset = if self.ignores_position { 0 } else { offset };
        let page: Vec<&Row> = self.rows.iter().skip(offset as usize).take(size as usize).collect();
        let end = offset + page.len() as u64;
        let next = (end < self.rows.len() as u64).then(|| end.to_string());
        let total = self.has_total.then_some(self.wrong_total.unwrap_or(self.rows.len()));
        let total = total.map(|total| total.min(self.max_total.unwrap_or(total)));
        let response = json!({ "Rows": page, "Total": total, "Next": next, "RequestId": "r" });
        (self.change)(&mut self.rows);
        response
    }
}

impl Transport for List {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let request = serde_json::from_slice(request.body()).unwrap();
            let response = self.0.lock().unwrap().respond(&request);
            let body = json!({ "Response": response }).to_string();
            Ok(HttpResponse::new(200, body).with_header("Content-Type", "application/json"))
        })
    }
}

/// The ids of all items of a list, in order.
pub(crate) fn ids<A: Paged<Product = Cdn, Item = Row>>(list: &List, request: &A) -> Vec<u64> {
    let clock = VirtualClock::at_unix(NOW);
    let mut items = list.client(&clock).call(request).items();
    let mut ids = Vec::new();
    while let Some(item) = clock.run(items.next()) {
        ids.push(item.unwrap().id);
    }
    ids
}
