//! Checks what holds for every action of every product: that its request and its response can be
//! stored, and that its call can be spawned.

#![expect(clippy::disallowed_methods, reason = "reads the specifications")]
#![expect(clippy::indexing_slicing, reason = "an absent member of a JSON value is null")]

use std::fmt::Debug;
use std::fs;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tencentcloud_core::action::{Batched, Paged, QuotaList, TaskList, ZoneList};
use tencentcloud_core::jobs::{AskQuota, Batches, Events, FindZone, Items, Pages, ProgressStream, Run, Settle, Wait};
use tencentcloud_core::{Action, Call};
use tencentcloud_tests::{Outcome, workspace};

/// Defines the list of all actions: the product, the action, and its checks.
macro_rules! actions {
    ($($product:ident $library:ident $action:ident;)*) => {
        const ACTIONS: &[(&str, &str, fn(&Fields) -> Outcome<()>)] =
            &[$((stringify!($product), stringify!($action), checks::<$library::$action>)),*];
    };
}

include!(concat!(env!("OUT_DIR"), "/actions.rs"));

/// The fields of an action, each as the service writes it.
struct Fields {
    /// All fields of the request, and the required ones.
    requests: [Value; 2],
    /// All fields of the response, and those that it always has.
    responses: [Value; 2],
}

#[test]
fn every_request_and_response_is_read_as_it_was_written() -> Outcome<()> {
    assert!(ACTIONS.len() > 10, "only {} actions were found", ACTIONS.len());
    for (product, name, checks) in ACTIONS {
        checks(&fields(product, name)?).map_err(|error| format!("{product} {name}: {error}"))?;
    }
    Ok(())
}

/// Checks an action. That this is compiled for it is the check that its call can be spawned.
fn checks<A>(fields: &Fields) -> Outcome<()>
where
    A: Action + DeserializeOwned + PartialEq + Debug + Clone + Sync,
    A::Response: Serialize + PartialEq + Debug + Clone + Sync,
{
    spawnable::<Call<A>>();
    spawnable::<<Call<A> as IntoFuture>::IntoFuture>();
    spawnable::<A::Response>();
    for request in &fields.requests {
        let written = round_trip::<A>(request)?;
        // Nothing is added: an absent parameter is not sent.
        assert_eq!(written, *request);
    }
    let [all, required] = &fields.responses;
    assert_eq!(round_trip::<A::Response>(all)?, *all);
    round_trip::<A::Response>(required)?;
    Ok(())
}

/// Reads, writes and reads a value. Returns what was written.
fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(json: &Value) -> Outcome<Value> {
    let read: T = serde_json::from_value(json.clone()).map_err(|error| format!("{error} in {json}"))?;
    let text = serde_json::to_string(&read)?;
    assert_eq!(serde_json::from_str::<T>(&text)?, read, "{text}");
    Ok(serde_json::from_str(&text)?)
}

fn spawnable<T: Send + 'static>() {}

/// Compiled for every action that has the traits, also for those of other crates: its jobs can be
/// spawned. `Settle` borrows the report, and can be spawned together with it.
fn _every_job<A, L, Q, Z>()
where
    A: Batched,
    L: TaskList + Paged,
    Q: QuotaList,
    Z: ZoneList,
{
    fn is_send<T: Send>() {}
    spawnable::<Batches<'static, A>>();
    spawnable::<<Batches<'static, A> as IntoFuture>::IntoFuture>();
    spawnable::<Run<'static, A>>();
    spawnable::<Events<'static>>();
    is_send::<<Settle<'_, A> as IntoFuture>::IntoFuture>();
    spawnable::<<Wait<L> as IntoFuture>::IntoFuture>();
    spawnable::<ProgressStream<L>>();
    spawnable::<Pages<L>>();
    spawnable::<Items<L>>();
    spawnable::<<AskQuota<Q> as IntoFuture>::IntoFuture>();
    spawnable::<<FindZone<Z> as IntoFuture>::IntoFuture>();
}

/// Values of the fields of an action, by its specification.
fn fields(product: &str, action: &str) -> Outcome<Fields> {
    let read = |name: &str| -> Outcome<Value> {
        let path = workspace::root().join(format!("spec/{product}/{name}.json"));
        Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
    };
    let (action, types) = (read(action)?, read("types")?);
    let requests = [true, false].map(|all| object(&action["request"], &types, true, all));
    let responses = [true, false].map(|all| {
        let mut members = object(&action["response"], &types, false, all);
        members["RequestId"] = "request-1".into();
        members
    });
    Ok(Fields { requests, responses })
}

/// An object with a value for all fields, or only for those that are always there.
fn object(fields: &Value, types: &Value, is_request: bool, all: bool) -> Value {
    let mut members = Map::new();
    for field in fields.as_array().into_iter().flatten().filter(|field| field["retired"] != true) {
        let is_always_there = if is_request { field["required"] == true } else { field["optional"] != true };
        if let (true, Some(name), Some(ty)) = (all || is_always_there, field["name"].as_str(), field["type"].as_str()) {
            members.insert(name.to_owned(), value(ty, types, is_request, all));
        }
    }
    members.into()
}

/// A value of a type of a specification.
fn value(ty: &str, types: &Value, is_request: bool, all: bool) -> Value {
    if let Some(element) = ty.strip_suffix("[]") {
        let element = value(element, types, is_request, all);
        return json!([element, element]);
    }
    let named = |list: &str| types[list].as_array().into_iter().flatten().find(|item| item["name"] == ty);
    match ty {
        "string" => json!("text"),
        "boolean" => json!(true),
        "integer" => json!(-7),
        "unsigned" => json!(7),
        "float" => json!(0.5),
        "date" => json!("2025-01-02"),
        "datetime" => json!("2025-01-02 03:04:05"),
        "datetime_iso" => json!("2025-01-02T03:04:05+08:00"),
        _ => match (named("records"), named("value_sets")) {
            (Some(record), _) => object(&record["fields"], types, is_request, all),
            (_, Some(set)) => set["values"][0]["value"].clone(),
            _ => Value::Null,
        },
    }
}
