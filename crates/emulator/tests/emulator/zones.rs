//! Tests zones: their list, and what belongs to them.

use serde_json::{Value, json};
use tencentcloud_emulator::{Emulator, Zone};

use crate::calls::{column, job, perform, refusal, refusal_of};
use crate::client::{block_on, start, start_with};

const COM: &str = "zone-2noz3g48ev6k";

/// The ids of the selected zones, and their number.
#[track_caller]
fn ids(emulator: &Emulator, parameters: &Value) -> (Vec<String>, u64) {
    let response = perform(emulator, "teo", "DescribeZones", parameters);
    (column(&response["Zones"], "ZoneId"), response["TotalCount"].as_u64().unwrap())
}

fn filter(name: &str, value: &str) -> Value {
    json!({ "Filters": [{ "Name": name, "Values": [value] }] })
}

/// Zones with ids that say where they are in the list.
fn numbered() -> Emulator {
    start_with(|builder| {
        builder.zones([
            Zone::new("zone-1", "b.example").with_alias("one").with_area("mainland"),
            Zone::new("zone-2", "a.example").with_type("partial").with_active_status("paused").with_paused(true),
            Zone::new("zone-3", "b.example").with_alias("three").with_area("overseas").with_status("pending"),
            Zone::new("zone-4", "new.example").with_status("initializing").with_active_status("inactive"),
        ])
    })
}

/// The refused targets of a purge by host name, each with the reason.
#[track_caller]
fn refused(emulator: &Emulator, zone: &str, hosts: &[&str]) -> Vec<(String, String)> {
    let purge = json!({ "ZoneId": zone, "Type": "purge_host", "Targets": hosts });
    let response = perform(emulator, "teo", "CreatePurgeTask", &purge);
    let failed = response["FailedList"].as_array().unwrap().iter().flat_map(|failed| {
        let reason = failed["Reason"].as_str().unwrap();
        failed["Targets"]
            .as_array()
            .unwrap()
            .iter()
            .map(move |target| (target.as_str().unwrap().to_owned(), reason.to_owned()))
    });
    failed.collect()
}

#[test]
fn there_are_zones_to_begin_with() {
    let emulator = start();
    let response = perform(&emulator, "teo", "DescribeZones", &json!({ "Direction": "asc" }));
    assert_eq!(column(&response["Zones"], "ZoneName"), ["example.com", "example.net", "example.net", "example.org"]);
    assert_eq!(column(&response["Zones"], "AliasZoneName"), ["", "mainland", "overseas", ""]);
    assert_eq!(column(&response["Zones"], "Status"), ["active", "active", "active", "initializing"]);
    assert_eq!(
        response["Zones"][0],
        json!({
            "ZoneId": COM, "ZoneName": "example.com", "AliasZoneName": "", "Area": "global", "Type": "full",
            "Status": "active", "ActiveStatus": "active", "Paused": false,
            "CreatedOn": "2023-09-18T07:41:05Z", "ModifiedOn": "2023-09-18T07:41:05Z",
        })
    );
    assert_eq!(emulator.zones().len(), 4);
}

#[test]
fn each_filter_selects_zones() {
    let emulator = numbered();
    let select = |parameters: Value| ids(&emulator, &parameters).0.join(" ");
    let fuzzy = |name: &str, value: &str| json!({ "Filters": [{ "Name": name, "Values": [value], "Fuzzy": true }] });
    assert_eq!(select(filter("zone-name", "b.example")), "zone-3 zone-1");
    assert_eq!(select(filter("zone-name", "example")), "");
    assert_eq!(select(fuzzy("zone-name", "w.exam")), "zone-4");
    assert_eq!(select(filter("zone-type", "partial")), "zone-2");
    assert_eq!(select(filter("zone-id", "zone-3")), "zone-3");
    assert_eq!(select(filter("status", "pending")), "zone-3");
    assert_eq!(select(filter("alias-zone-name", "one")), "zone-1");
    assert_eq!(select(filter("tag-key", "a")), "");
    assert_eq!(select(filter("tag-value", "a")), "");
    let names = json!({ "Name": "zone-name", "Values": ["b.example", "a.example"] });
    let both = json!([names, { "Name": "status", "Values": ["active"] }]);
    assert_eq!(select(json!({ "Filters": both })), "zone-2 zone-1");
}

#[test]
fn zones_are_sorted_and_paged() {
    let emulator = numbered();
    let sorted =
        |order: &str, direction: &str| ids(&emulator, &json!({ "Order": order, "Direction": direction })).0.join(" ");
    assert_eq!(ids(&emulator, &json!({})).0.join(" "), "zone-4 zone-3 zone-2 zone-1");
    assert_eq!(sorted("create-time", "asc"), "zone-1 zone-2 zone-3 zone-4");
    assert_eq!(sorted("use-time", "desc"), "zone-4 zone-3 zone-2 zone-1");
    assert_eq!(sorted("type", "desc"), "zone-2 zone-1 zone-3 zone-4");
    assert_eq!(sorted("area", "asc"), "zone-2 zone-4 zone-1 zone-3");
    assert_eq!(sorted("zone-name", "asc"), "zone-2 zone-1 zone-3 zone-4");
    assert_eq!(sorted("active-status", "desc"), "zone-2 zone-4 zone-1 zone-3");
    let page = |offset: u64, limit: u64| ids(&emulator, &json!({ "Offset": offset, "Limit": limit }));
    assert_eq!(page(1, 2), (vec!["zone-3".to_owned(), "zone-2".to_owned()], 4));
    assert_eq!(page(4, 2), (vec![], 4));
}

#[test]
fn twenty_zones_are_returned_by_default_and_at_most_a_hundred() {
    let zones = (0..150).map(|number| Zone::new(format!("zone-{number}"), "example.com"));
    let emulator = start_with(|builder| builder.zones(zones));
    assert_eq!(ids(&emulator, &json!({})).0.len(), 20);
    assert_eq!(ids(&emulator, &json!({ "Limit": 100 })), (ids(&emulator, &json!({ "Limit": 100 })).0, 150));
    let (code, message) = refusal_of(&emulator, "teo", "DescribeZones", &json!({ "Limit": 101 }));
    assert_eq!(code, "InvalidParameterValue");
    assert!(message.contains("`Limit` must be between 0 and 100, not 101"), "{message}");
}

#[test]
fn an_invalid_query_for_zones_is_refused() {
    for (parameters, says) in [
        (json!({ "Offset": -1 }), "`Offset` must be at least 0"),
        (json!({ "Order": "name" }), "`Order` must be `type`, `area`"),
        (json!({ "Direction": "up" }), "`Direction` must be `asc` or `desc`, not `up`"),
        (filter("name", "a"), "unknown name `name`; help: use one of zone-name, zone-type"),
        (json!({ "Filters": [{ "Name": "zone-id", "Values": ["a"], "Fuzzy": true }] }), "is fuzzy"),
        (json!({ "Filters": [{ "Name": "zone-id", "Values": vec!["a"; 21] }] }), "has 21 values: at most 20"),
    ] {
        let (code, message) = refusal("teo", "DescribeZones", &parameters);
        assert!(code == "InvalidParameterValue" && message.contains(says), "{parameters}: {code}: {message}");
    }
}

#[test]
fn a_target_outside_of_a_known_zone_fails() {
    let emulator = start();
    let foreign = |host: &str| vec![(host.to_owned(), "not in the zone `example.com`".to_owned())];
    assert_eq!(refused(&emulator, COM, &["example.com", "www.EXAMPLE.com", "a.example.net"]), foreign("a.example.net"));
    assert_eq!(refused(&emulator, COM, &["www.example.com", "badexample.com"]), foreign("badexample.com"));
    let prefetch = json!({ "ZoneId": COM, "Targets": ["https://www.example.com:8443/a", "https://example.net/b"] });
    assert_eq!(
        perform(&emulator, "teo", "CreatePrefetchTask", &prefetch)["FailedList"],
        json!([{ "Reason": "not in the zone `example.com`", "Targets": ["https://example.net/b"] }])
    );
    let tags = json!({ "ZoneId": COM, "Type": "purge_cache_tag", "Targets": ["tag1"] });
    assert_eq!(perform(&emulator, "teo", "CreatePurgeTask", &tags)["FailedList"], json!([]));
}

#[test]
fn other_zones_are_accepted_until_zones_are_set() {
    let emulator = start();
    let host = json!({ "ZoneId": "zone-other", "Type": "purge_host", "Targets": ["www.example.com"] });
    let prefetch = json!({ "ZoneId": "zone-other", "Targets": ["http://www.example.com/"] });
    let list = json!({ "ZoneId": "zone-other", "Filters": [{ "Name": "job-id", "Values": ["a"] }] });
    let quota = json!({ "ZoneId": "zone-other" });
    let codes = || {
        [
            ("CreatePurgeTask", &host),
            ("CreatePrefetchTask", &prefetch),
            ("DescribePurgeTasks", &list),
            ("DescribePrefetchTasks", &list),
            ("DescribeContentQuota", &quota),
        ]
        .map(|(action, parameters)| refusal_of(&emulator, "teo", action, parameters).0)
    };
    assert_eq!(codes(), [""; 5]);
    emulator.set_zones([Zone::new("zone-1", "example.com")]).unwrap();
    let (permission, denied) = ("UnauthorizedOperation.NoPermission", "OperationDenied");
    assert_eq!(codes(), [permission, permission, denied, denied, permission]);
    assert_eq!(
        refused(&emulator, "*", &["www.example.com", "a.b"]),
        [("a.b".into(), "in no zone of the account".into())]
    );
    emulator.set_zones([Zone::new("zone-other", "example.com")]).unwrap();
    assert_eq!(codes(), [""; 5]);
}

#[test]
fn a_zone_without_a_plan_is_not_purged() {
    let emulator = numbered();
    let hosts = json!({ "ZoneId": "zone-4", "Type": "purge_host", "Targets": ["new.example"] });
    let all = json!({ "ZoneId": "zone-4", "Type": "purge_all" });
    let prefetch = json!({ "ZoneId": "zone-4", "Targets": ["http://new.example/"] });
    for (action, parameters) in [("CreatePurgeTask", hosts), ("CreatePurgeTask", all), ("CreatePrefetchTask", prefetch)]
    {
        let (code, message) = refusal_of(&emulator, "teo", action, &parameters);
        assert_eq!(code, "UnauthorizedOperation.NoPermission", "{action}");
        assert_eq!(message, "the zone `zone-4` has no plan yet: its status is `initializing`");
    }
    assert_eq!(
        refused(&emulator, "*", &["new.example", "a.example"]),
        [("new.example".to_owned(), "in no zone of the account".to_owned())]
    );
}

#[test]
fn a_task_of_all_zones_is_listed_for_each_zone_with_its_targets() {
    let emulator = numbered();
    let task = job(&emulator, "*", "purge_host", &["www.a.example", "b.example"]);
    let targets = |zone: &str| {
        let query = json!({ "ZoneId": zone, "Filters": [{ "Name": "job-id", "Values": [task] }] });
        let response = perform(&emulator, "teo", "DescribePurgeTasks", &query);
        (column(&response["Tasks"], "Target").join(" "), response["TotalCount"].as_u64().unwrap())
    };
    assert_eq!(targets("*"), ("www.a.example b.example".to_owned(), 2));
    assert_eq!(targets("zone-2"), ("www.a.example".to_owned(), 1));
    assert_eq!(targets("zone-1"), ("b.example".to_owned(), 1));
    assert_eq!(targets("zone-4"), (String::new(), 0));
}

#[test]
fn a_zone_that_the_service_could_not_have_is_an_error() {
    let error = block_on(Emulator::builder().zones([Zone::new("example.com", "example.com")]).start()).unwrap_err();
    assert!(error.to_string().contains("`example.com` is not the id of a zone"), "{error}");
    let emulator = start();
    let error = emulator.set_zones([Zone::new("zone-1", "example.com").with_status("on")]).unwrap_err();
    assert!(error.to_string().contains("must be one of active, pending"), "{error}");
    assert_eq!(emulator.zones().len(), 4);
}
