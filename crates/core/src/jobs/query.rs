//! Writes the requests that list the entries of tasks.

use std::time::SystemTime;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::body::Body;
use crate::action::{Filters, Pagination, Position, TaskQuery};
use crate::error::Error;
use crate::time::{DateTime, OffsetDateTime, UtcOffset};

/// A request for the entries of tasks that meet all of some conditions.
#[derive(Clone, Debug)]
pub(crate) struct EntriesRequest {
    query: &'static TaskQuery,
    body: Body,
    filters: Vec<Value>,
}

impl EntriesRequest {
    /// A request without conditions.
    pub(crate) fn new(query: &'static TaskQuery) -> Self {
        Self { query, body: Body::default(), filters: Vec::new() }
    }

    /// Only tasks of this scope.
    pub(crate) fn scope(mut self, scope: Option<&str>) -> Result<Self, Error> {
        if let (Some(parameter), Some(scope)) = (self.query.scope, scope) {
            self.body.set(parameter, scope)?;
        }
        Ok(self)
    }

    /// Only the entries of a task.
    pub(crate) fn task(self, id: &str) -> Result<Self, Error> {
        let name = self.query.task;
        self.select(name, &[id])
    }

    /// Only the entries of a target.
    pub(crate) fn target(self, target: &str) -> Result<Self, Error> {
        let name = self.query.target;
        self.select(name, &[target])
    }

    /// Only entries in one of these states. Without filters by name, there can be one only.
    pub(crate) fn states(self, states: &[&str]) -> Result<Self, Error> {
        let name = self.query.state;
        self.select(name, states)
    }

    /// Only tasks that were submitted between two points in time.
    ///
    /// A time without an offset is in China's time zone: it is the default of the service's
    /// statistics, and no page states another one for tasks.
    pub(crate) fn submitted(mut self, from: SystemTime, until: SystemTime) -> Result<Self, Error> {
        let period = &self.query.period;
        for (parameter, time) in [(period.start, from), (period.end, until)] {
            if period.has_offset {
                self.body.set(parameter, &OffsetDateTime::at_offset(time, UtcOffset::UTC))?;
            } else {
                self.body.set(parameter, &DateTime::at_offset(time, UtcOffset::CHINA))?;
            }
        }
        Ok(self)
    }

    /// At most this number of entries, after skipping `offset` of them.
    pub(crate) fn page(mut self, pagination: Pagination, offset: u64, limit: u32) -> Result<Self, Error> {
        if let Position::Offset(parameter) = pagination.position {
            self.body.set(parameter, &offset)?;
        }
        if let Some(parameter) = pagination.limit {
            self.body.set(parameter, &limit)?;
        }
        Ok(self)
    }

    /// Encodes the request.
    pub(crate) fn encode(mut self) -> Result<Bytes, Error> {
        if let Some(Filters { parameter, .. }) = self.query.filters
            && !self.filters.is_empty()
        {
            self.body.set(parameter, &self.filters)?;
        }
        self.body.encode()
    }

    fn select(mut self, name: &str, values: &[&str]) -> Result<Self, Error> {
        match (self.query.filters, values) {
            (Some(filters), _) => {
                let members = [(filters.name.to_owned(), json!(name)), (filters.values.to_owned(), json!(values))];
                self.filters.push(Value::Object(Map::from_iter(members)));
            }
            (None, [value, ..]) => self.body.set(name, value)?,
            (None, []) => {}
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    const BY_PARAMETERS: TaskQuery =
        TaskQuery::by_parameters(["TaskId", "Keyword", "Status"], ["StartTime", "EndTime"]);
    const BY_FILTERS: TaskQuery = TaskQuery::by_filters(
        ["Filters", "Name", "Values"],
        ["job-id", "target", "statuses"],
        ["StartTime", "EndTime"],
    )
    .with_utc_offset()
    .scope("ZoneId");

    fn text(request: Result<EntriesRequest, Error>) -> String {
        String::from_utf8(request.and_then(EntriesRequest::encode).unwrap().to_vec()).unwrap()
    }

    #[test]
    fn conditions_are_parameters_or_filters() {
        let of_parameters =
            EntriesRequest::new(&BY_PARAMETERS).task("1").and_then(|request| request.states(&["process"]));
        assert_eq!(text(of_parameters), r#"{"Status":"process","TaskId":"1"}"#);
        let of_filters = EntriesRequest::new(&BY_FILTERS)
            .scope(Some("zone-1"))
            .and_then(|request| request.target("a"))
            .and_then(|request| request.states(&["failed", "timeout"]));
        let (target, states) =
            (r#"{"Name":"target","Values":["a"]}"#, r#"{"Name":"statuses","Values":["failed","timeout"]}"#);
        assert_eq!(text(of_filters), format!(r#"{{"Filters":[{target},{states}],"ZoneId":"zone-1"}}"#));
    }

    #[test]
    fn a_period_is_written_as_the_action_reads_it() {
        let (from, until) = (UNIX_EPOCH, UNIX_EPOCH + Duration::from_secs(60));
        let local = EntriesRequest::new(&BY_PARAMETERS).submitted(from, until);
        assert_eq!(text(local), r#"{"EndTime":"1970-01-01 08:01:00","StartTime":"1970-01-01 08:00:00"}"#);
        let with_offset = EntriesRequest::new(&BY_FILTERS).submitted(from, until);
        assert_eq!(text(with_offset), r#"{"EndTime":"1970-01-01T00:01:00Z","StartTime":"1970-01-01T00:00:00Z"}"#);
    }

    #[test]
    fn a_page_has_an_offset_and_a_limit() {
        let pagination = Pagination::by_offset("Offset", "Limit");
        let request = EntriesRequest::new(&BY_PARAMETERS).page(pagination, 40, 20);
        assert_eq!(text(request), r#"{"Limit":20,"Offset":40}"#);
    }
}
