//! A `tracing` subscriber that records every span and event, at every level, with all its fields.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, Once};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, Interest};
use tracing::{Event, Level, Metadata, Subscriber};

/// The names and values of a span or an event.
pub(crate) type Fields = BTreeMap<String, String>;

#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    spans: Vec<Seen>,
    events: Vec<Seen>,
    /// The entered spans, the innermost last.
    entered: Vec<u64>,
}

/// A span or an event.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) target: String,
    pub(crate) name: String,
    pub(crate) level: Level,
    pub(crate) fields: Fields,
    /// The name of the enclosing span.
    pub(crate) inside: Option<String>,
}

impl Recorder {
    /// Records this thread while `work` runs.
    pub(crate) fn watch<T>(&self, work: impl FnOnce() -> T) -> T {
        let _watching = self.watch_thread();
        work()
    }

    /// Records this thread until the guard is dropped.
    pub(crate) fn watch_thread(&self) -> DefaultGuard {
        static OTHER_THREADS: Once = Once::new();
        OTHER_THREADS.call_once(|| tracing::subscriber::set_global_default(Silent).unwrap());
        tracing::subscriber::set_default(self.clone())
    }

    /// The spans of this crate.
    pub(crate) fn spans(&self) -> Vec<Seen> {
        self.state().spans.iter().filter(|seen| seen.is_ours()).cloned().collect()
    }

    /// The events of this crate.
    pub(crate) fn events(&self) -> Vec<Seen> {
        self.state().events.iter().filter(|seen| seen.is_ours()).cloned().collect()
    }

    /// All records, as text.
    pub(crate) fn text(&self) -> String {
        let state = self.state();
        state.spans.iter().chain(&state.events).fold(String::new(), |mut text, seen| {
            writeln!(text, "{seen:?}").unwrap();
            text
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl Seen {
    fn is_ours(&self) -> bool {
        self.target.starts_with("tencentcloud_core")
    }
}

impl State {
    fn seen(&self, metadata: &Metadata<'_>, fields: Fields) -> Seen {
        let inside = self.entered.last().map(|id| self.spans[*id as usize - 1].name.clone());
        let (target, name) = (metadata.target().to_owned(), metadata.name().to_owned());
        Seen { target, name, level: *metadata.level(), fields, inside }
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Collect::default();
        span.record(&mut fields);
        let mut state = self.state();
        let seen = state.seen(span.metadata(), fields.0);
        state.spans.push(seen);
        Id::from_u64(state.spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut fields = Collect::default();
        values.record(&mut fields);
        self.state().spans[span.into_u64() as usize - 1].fields.extend(fields.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Collect::default();
        event.record(&mut fields);
        let mut state = self.state();
        let seen = state.seen(event.metadata(), fields.0);
        state.events.push(seen);
    }

    fn enter(&self, span: &Id) {
        self.state().entered.push(span.into_u64());
    }

    fn exit(&self, span: &Id) {
        assert_eq!(self.state().entered.pop(), Some(span.into_u64()));
    }
}

/// The subscriber of all other threads. Without one, when such a thread reaches a call site first,
/// `tracing` caches that the call site is disabled, for all threads and for ever.
struct Silent;

impl Subscriber for Silent {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _: &Metadata<'_>) -> bool {
        false
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Collect(Fields);

impl Visit for Collect {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}
