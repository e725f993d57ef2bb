//! Checks the handles of tasks that were submitted: how they are stored and read.

use tencentcloud_core::jobs::TaskHandle;
use tencentcloud_tests::Outcome;

type CdnPurge = TaskHandle<tencentcloud_cdn::DescribePurgeTasks>;
type TeoPurge = TaskHandle<tencentcloud_teo::DescribePurgeTasks>;

#[test]
fn a_stored_task_is_read_as_the_same_task() -> Outcome<()> {
    let cdn = tencentcloud_cdn::DescribePurgeTasks::task("1");
    let stored = serde_json::to_string(&cdn)?;
    assert_eq!(stored, r#"{"list":"cdn.DescribePurgeTasks","id":"1"}"#);
    assert_eq!(serde_json::from_str::<CdnPurge>(&stored)?, cdn);

    let teo = tencentcloud_teo::DescribePurgeTasks::task("zone-1", "2");
    let stored = serde_json::to_string(&teo)?;
    assert_eq!(stored, r#"{"list":"teo.DescribePurgeTasks","scope":"zone-1","id":"2"}"#);
    let read: TeoPurge = serde_json::from_str(&stored)?;
    assert_eq!((read.id(), read.scope()), ("2", Some("zone-1")));
    Ok(())
}

#[test]
fn a_stored_task_of_another_list_is_refused() -> Outcome<()> {
    let prefetch = serde_json::to_string(&tencentcloud_cdn::DescribePushTasks::task("1"))?;
    let error = serde_json::from_str::<CdnPurge>(&prefetch).map_err(|error| error.to_string());
    let expected = "a task that `cdn.DescribePushTasks` lists, expected one that `cdn.DescribePurgeTasks` lists";
    assert_eq!(error, Err(expected.to_owned()));
    Ok(())
}

#[test]
fn a_stored_task_must_have_the_scope_that_its_list_needs() {
    let without = serde_json::from_str::<TeoPurge>(r#"{"list":"teo.DescribePurgeTasks","id":"2"}"#);
    let error = without.map_err(|error| error.to_string());
    assert_eq!(error, Err("a task without its `ZoneId`".to_owned()));
    let surplus = r#"{"list":"cdn.DescribePurgeTasks","scope":"zone-1","id":"1"}"#;
    assert!(serde_json::from_str::<CdnPurge>(surplus).is_err());
}

#[test]
fn the_response_to_a_submission_has_its_task() -> Outcome<()> {
    let response: tencentcloud_cdn::PurgeUrlsCacheResponse = serde_json::from_str(r#"{"TaskId":"1"}"#)?;
    assert_eq!(response.task(), tencentcloud_cdn::DescribePurgeTasks::task("1"));
    let response: tencentcloud_teo::CreatePurgeTaskResponse = serde_json::from_str(r#"{"JobId":"2"}"#)?;
    assert_eq!(response.task("zone-1"), tencentcloud_teo::DescribePurgeTasks::task("zone-1", "2"));
    Ok(())
}
