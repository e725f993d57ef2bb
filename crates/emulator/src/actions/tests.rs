use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;

use super::*;
use crate::generated::{COMMON_CODES, PRODUCTS};
use crate::limits::Limit;
use crate::parameters;
use crate::table::{Field, Shape};

const NOW: SystemTime = UNIX_EPOCH;

fn new_state(duration: Duration) -> State {
    let tasks = Tasks::new(duration, Duration::ZERO, Vec::new());
    State::new(Some(0), tasks, Zones::new(None), [Limit::Documented; 2], NOW)
}

fn state() -> State {
    let mut state = new_state(Duration::ZERO);
    let urls = json!({ "Urls": ["http://www.example.com/1.jpg"] });
    call_with(&mut state, "cdn", "PurgeUrlsCache", &urls).unwrap();
    state
}

/// The first week of the clock.
fn period() -> Value {
    json!({ "ZoneId": "zone-1", "StartTime": "1970-01-01T00:00:00Z", "EndTime": "1970-01-08T00:00:00Z" })
}

fn find(service: &str, action: &str) -> (&'static Product, &'static Action) {
    let product = PRODUCTS.iter().find(|product| product.service == service).unwrap();
    (product, product.action(action).unwrap())
}

fn call_with(state: &mut State, service: &str, action: &str, parameters: &Value) -> Result<Members, Refusal> {
    let (product, action) = find(service, action);
    let parameters = parameters::from_json(parameters.to_string().as_bytes())?;
    parameters::check(action, &parameters)?;
    let call = Call { product, action, parameters: &parameters, account: "default", now: NOW, failing: None };
    let Outcome { members, task } = perform(&call, state)?;
    if let Some(task) = task {
        state.count(action, &task, NOW)?;
        state.tasks.add(task);
    }
    Ok(members)
}

fn call(service: &str, action: &str, parameters: &Value) -> Result<Members, Refusal> {
    call_with(&mut state(), service, action, parameters)
}

#[test]
fn responses_have_the_members_of_the_tables() {
    let requests = [
        ("cdn", "PurgeUrlsCache", json!({ "Urls": ["http://www.example.com/1.jpg"] })),
        ("cdn", "PurgePathCache", json!({ "Paths": ["http://www.example.com/a/"], "FlushType": "delete" })),
        ("teo", "CreatePurgeTask", json!({ "ZoneId": "zone-1", "Type": "purge_host", "Targets": ["*.example.com"] })),
        ("cdn", "PushUrlsCache", json!({ "Urls": ["http://www.example.com/1.jpg"] })),
        ("teo", "CreatePrefetchTask", json!({ "ZoneId": "zone-1", "Targets": ["http://www.example.com/1.jpg"] })),
        ("cdn", "DescribePurgeTasks", json!({ "StartTime": "1970-01-01 00:00:00" })),
        ("cdn", "DescribePushTasks", json!({ "StartTime": "1970-01-01 00:00:00" })),
        ("cdn", "DescribePurgeQuota", json!({})),
        ("cdn", "DescribePushQuota", json!({})),
        ("teo", "DescribePurgeTasks", period()),
        ("teo", "DescribePrefetchTasks", period()),
        ("teo", "DescribeContentQuota", json!({ "ZoneId": "zone-1" })),
        ("teo", "DescribeZones", json!({})),
        ("ecdn", "DescribePurgeTasks", json!({ "StartTime": "1970-01-01 00:00:00" })),
    ];
    // Each list of tasks has a task of each action that submits some.
    let mut state = state();
    call_with(&mut state, "teo", "CreatePurgeTask", &json!({ "ZoneId": "zone-1", "Type": "purge_all" })).unwrap();
    for (service, name, request) in &requests {
        let (_, action) = find(service, name);
        let members = call_with(&mut state, service, name, request).unwrap();
        assert_shaped(action.response, &members, name);
        assert!(members.values().all(|value| *value != json!([])) || name.starts_with("Create"), "{name}: {members:?}");
    }
}

#[test]
fn examples_have_the_members_of_the_tables() {
    for action in PRODUCTS.iter().flat_map(|product| product.actions) {
        let mut members = example(action).unwrap();
        members.remove("RequestId");
        assert_shaped(action.response, &members, action.name);
    }
}

#[test]
fn an_action_without_code_responds_with_its_example() {
    let action = Action { name: "NewAction", example: r#"{"Number":42}"#, ..*find("cdn", "PurgeUrlsCache").1 };
    let (product, _) = find("cdn", "PurgeUrlsCache");
    let parameters = Parameters::new();
    let call = Call { product, action: &action, parameters: &parameters, account: "default", now: NOW, failing: None };
    let members = Members::from_iter([("Number".to_owned(), json!(42))]);
    assert_eq!(perform(&call, &mut state()), Ok(Outcome { members, task: None }));
}

#[test]
fn an_example_that_is_not_an_object_is_an_internal_error() {
    let action = Action { name: "NewAction", example: "[]", ..*find("cdn", "PurgeUrlsCache").1 };
    assert_eq!(example(&action).unwrap_err().code(), "InternalError");
}

#[test]
fn actions_refuse_with_codes_of_their_pages() {
    let requests = [
        ("cdn", "PurgeUrlsCache", json!({ "Urls": ["www.example.com"] })),
        ("cdn", "PurgeUrlsCache", json!({ "Urls": ["http://*.example.com/"] })),
        ("cdn", "PurgeUrlsCache", json!({ "Urls": vec!["http://www.example.com/"; 1_001] })),
        ("cdn", "PurgePathCache", json!({ "Paths": vec!["http://www.example.com/"; 501], "FlushType": "flush" })),
        ("teo", "CreatePurgeTask", json!({ "ZoneId": "zone-1", "Type": "purge_url" })),
        ("teo", "CreatePurgeTask", json!({ "ZoneId": "*", "Type": "purge_all" })),
        ("teo", "CreatePurgeTask", json!({ "ZoneId": "zone-1", "Type": "purge_all", "Targets": ["www.example.com"] })),
        ("teo", "CreatePurgeTask", json!({ "ZoneId": "", "Type": "purge_all" })),
        ("teo", "CreatePurgeTask", json!({ "ZoneId": "zone-1", "Type": "purge_cache_tag", "Targets": vec!["a"; 101] })),
        ("cdn", "PushUrlsCache", json!({ "Urls": ["http://*.example.com/"] })),
        ("cdn", "PushUrlsCache", json!({ "Urls": vec!["http://www.example.com/"; 501] })),
        ("cdn", "PushUrlsCache", json!({ "Urls": ["http://a.b/"], "Headers": [{ "Name": "", "Value": "" }] })),
        ("cdn", "DescribePurgeTasks", json!({})),
        ("cdn", "DescribePushTasks", json!({ "TaskId": "1-a", "Offset": -1 })),
        ("teo", "CreatePrefetchTask", json!({ "ZoneId": "example.com", "Targets": ["http://www.example.com/"] })),
        ("teo", "CreatePrefetchTask", json!({ "ZoneId": "zone-1", "Targets": vec!["http://a.b/"; 2_001] })),
        ("teo", "CreatePrefetchTask", json!({ "ZoneId": "zone-2p6lmkbx9f2u", "Targets": ["http://example.org/"] })),
        ("teo", "DescribePurgeTasks", json!({ "ZoneId": "zone-1" })),
        ("teo", "DescribePrefetchTasks", json!({ "ZoneId": "zone-1" })),
        ("ecdn", "DescribePurgeTasks", json!({})),
        ("ecdn", "DescribePurgeTasks", json!({ "TaskId": "1-a", "Limit": -1 })),
    ];
    for (service, name, request) in requests {
        let refusal = call(service, name, &request).unwrap_err();
        assert!(find(service, name).1.errors.contains(&refusal.code()), "{name}: {refusal}");
    }
}

#[test]
fn each_code_of_an_action_has_a_meaning() {
    for product in PRODUCTS {
        for code in product.actions.iter().flat_map(|action| action.errors) {
            let known =
                product.codes.iter().chain(COMMON_CODES).any(|known| known.code == *code && !known.meaning.is_empty());
            assert!(known, "{} {code}", product.service);
        }
    }
}

#[track_caller]
fn assert_shaped(fields: &[Field], members: &Members, path: &str) {
    let mut documented: Vec<&str> = fields.iter().map(|field| field.name).collect();
    documented.sort_unstable();
    let present: Vec<&str> = members.keys().map(String::as_str).collect();
    assert_eq!(present, documented, "{path}");
    for field in fields {
        let value = &members[field.name];
        if !(field.optional && value.is_null()) {
            assert_shape(&field.shape, value, &format!("{path}.{}", field.name));
        }
    }
}

#[track_caller]
fn assert_shape(shape: &Shape, value: &Value, path: &str) {
    match shape {
        Shape::String | Shape::Date | Shape::DateTime | Shape::OffsetDateTime => {
            assert!(value.is_string(), "{path}: {value}");
        }
        // Responses may differ from requests in the case of a letter.
        Shape::Values(values) => {
            let text = value.as_str().unwrap();
            assert!(values.iter().any(|value| value.eq_ignore_ascii_case(text)), "{path}: {text}");
        }
        Shape::Boolean => assert!(value.is_boolean(), "{path}: {value}"),
        Shape::Integer | Shape::Unsigned => assert!(value.is_i64() || value.is_u64(), "{path}: {value}"),
        Shape::Float => assert!(value.is_number(), "{path}: {value}"),
        Shape::Record(fields) => assert_shaped(fields, value.as_object().unwrap(), path),
        Shape::List(of) => value.as_array().unwrap().iter().for_each(|item| assert_shape(of, item, path)),
    }
}

#[test]
fn a_purge_that_would_never_finish_is_refused() {
    let mut state = new_state(Duration::MAX);
    let requests = [
        ("cdn", "PurgeUrlsCache", json!({ "Urls": ["http://www.example.com/1.jpg"] })),
        ("teo", "CreatePurgeTask", json!({ "ZoneId": "zone-1", "Type": "purge_all" })),
    ];
    for (service, action, parameters) in requests {
        assert_eq!(call_with(&mut state, service, action, &parameters).unwrap_err().code(), "InternalError");
    }
    assert_eq!(state.tasks.latest().count(), 0);
}
