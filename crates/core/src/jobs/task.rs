//! Names a task that was submitted, so that it can be waited for, also by another process.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::action::{Product, TaskList};

/// Time after which a task without any entry is not expected to be listed. 60 s: no page says how
/// long the service takes. A usual purge is done by then, so its entries are late by more than the
/// work takes.
pub(super) const MAX_UNLISTED: Duration = Duration::from_secs(60);

/// A task that was submitted: its id, and the action that lists its entries.
///
/// Responses and reports have it, for example `response.task()`. The function `task` of a request
/// that lists tasks creates one by hand, for example `DescribePurgeTasks::task("1234567")`. A
/// stored handle is as good as a new one.
///
/// The type parameter is the action that lists the task, so a purge cannot be mistaken for a
/// prefetch. A stored handle is only read as one of the same action.
pub struct TaskHandle<L> {
    id: Box<str>,
    scope: Option<Box<str>>,
    list: PhantomData<fn() -> L>,
}

impl<L: TaskList> TaskHandle<L> {
    /// A task of an account. Generated code calls this.
    #[doc(hidden)]
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into().into(), scope: None, list: PhantomData }
    }

    /// A task of a scope, such as a zone. Generated code calls this.
    #[doc(hidden)]
    #[must_use]
    pub fn in_scope(scope: impl Into<String>, id: impl Into<String>) -> Self {
        Self { scope: Some(scope.into().into()), ..Self::new(id) }
    }

    /// Id of the task, as the service returned it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Scope of the task, such as the id of its zone, if the service needs one.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// Name of the action that lists the task, with its service.
    fn list() -> String {
        format!("{}.{}", L::Product::SERVICE, L::NAME)
    }
}

impl<L> Clone for TaskHandle<L> {
    fn clone(&self) -> Self {
        Self { id: self.id.clone(), scope: self.scope.clone(), list: PhantomData }
    }
}

impl<L> PartialEq for TaskHandle<L> {
    fn eq(&self, other: &Self) -> bool {
        (&self.id, &self.scope) == (&other.id, &other.scope)
    }
}

impl<L> Eq for TaskHandle<L> {}

impl<L> Hash for TaskHandle<L> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.id, &self.scope).hash(state);
    }
}

impl<L> fmt::Debug for TaskHandle<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHandle").field("id", &self.id).field("scope", &self.scope).finish()
    }
}

impl<L> fmt::Display for TaskHandle<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.id)
    }
}

/// A handle as it is stored.
#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    #[serde(borrow)]
    list: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    scope: Option<Cow<'a, str>>,
    #[serde(borrow)]
    id: Cow<'a, str>,
}

impl<L: TaskList> Serialize for TaskHandle<L> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let scope = self.scope().map(Cow::Borrowed);
        Stored { list: Self::list().into(), scope, id: self.id().into() }.serialize(serializer)
    }
}

impl<'de, L: TaskList> Deserialize<'de> for TaskHandle<L> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { list, scope, id } = Stored::deserialize(deserializer)?;
        let expected = Self::list();
        if list != expected {
            return Err(D::Error::custom(format_args!(
                "a task that `{list}` lists, expected one that `{expected}` lists"
            )));
        }
        if scope.is_some() != L::QUERY.scope.is_some() {
            return Err(D::Error::custom(match L::QUERY.scope {
                Some(scope) => format!("a task without its `{scope}`"),
                None => "a task with a scope, which its list does not have".to_owned(),
            }));
        }
        Ok(match scope {
            Some(scope) => Self::in_scope(scope, id),
            None => Self::new(id),
        })
    }
}
