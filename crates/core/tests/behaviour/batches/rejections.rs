//! Tests what a job does after the service has rejected or not answered a request.

use tencentcloud_core::ErrorKind;
use tencentcloud_core::jobs::{NotTried, Outcome};

use super::account;
use super::journal::MemoryJournal;
use super::service::{Fault, Service};

fn urls(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("https://www.example.com/{number}.jpg")).collect()
}

/// 1,000 targets, two of which are invalid.
fn with_two_refused() -> Vec<String> {
    let mut targets = urls(1_000);
    targets[10] = "https://www.example.com/refused/1".to_owned();
    targets[900] = "https://www.example.com/refused/2".to_owned();
    targets
}

#[test]
fn a_batch_that_is_too_large_is_split_and_the_size_is_remembered() {
    let (service, targets) = (Service::new().max_size(100), urls(1_000));
    let report = service.clock.run(service.purge(&targets).in_batches().size(400).in_flight(1));
    assert_eq!(service.sizes(), [400, 200, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100]);
    account::check(&service, &targets, &report);
    assert_eq!(report.counts().accepted, 1_000);
}

#[test]
fn a_limit_that_admits_no_target_at_all_stops_the_job() {
    let service = Service::new().max_size(0);
    let report = service.clock.run(service.purge(urls(1_000)).in_batches());
    assert!(service.sizes().len() <= 40, "{} requests", service.sizes().len());
    assert_eq!(report.counts().not_tried, 1_000);
    assert_eq!(report.stopped_by().unwrap().kind(), ErrorKind::BatchTooLarge);
}

#[test]
fn one_refused_target_of_a_thousand_is_found_with_twenty_further_requests() {
    for bad in [0, 1, 499, 500, 998, 999] {
        let service = Service::new();
        let mut targets = urls(1_000);
        targets[bad] = "https://www.example.com/refused".to_owned();
        let report = service.clock.run(service.purge(&targets).in_batches());
        assert!(service.sizes().len() <= 1 + 20, "{bad}: {:?}", service.sizes());
        assert_eq!((report.counts().accepted, report.counts().refused), (999, 1), "{bad}");
        account::check(&service, &targets, &report);
    }
}

#[test]
fn what_cannot_be_found_within_the_further_requests_is_not_tried() {
    for size in [2_usize, 3, 10, 100, 1_000] {
        let service = Service::new();
        let targets: Vec<_> = (0..size).map(|number| format!("https://www.example.com/refused/{number}")).collect();
        let report = service.clock.run(service.purge(&targets).in_batches());
        let requests = 1 + 2 * size.next_power_of_two().ilog2() as usize;
        assert_eq!(service.sizes().len(), requests);
        let single = service.sizes().iter().filter(|size| **size == 1).count();
        assert_eq!((report.counts().refused, report.counts().not_tried), (single, size - single));
        let error = report.into_result().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    }
}

#[test]
fn a_target_that_the_service_accepts_is_not_refused_together_with_an_invalid_one() {
    let (service, targets) = (Service::new(), with_two_refused());
    let report = service.clock.run(service.purge(&targets).in_batches());
    let refused: Vec<_> = report.items().filter(|item| matches!(item.outcome(), Outcome::Refused(_))).collect();
    assert!(refused.iter().all(|item| item.target().contains("refused")), "{report}");
    assert!(report.counts().accepted > 900 && report.stopped_by().is_none(), "{report}");
    account::check(&service, &targets, &report);
}

#[test]
fn a_resumed_job_sends_the_targets_that_were_rejected_together_with_an_invalid_one() {
    let (service, mut journal) = (Service::new(), MemoryJournal::default());
    let mut run = || service.clock.run(service.purge(with_two_refused()).in_batches().resume(&mut journal)).counts();
    assert!(run().not_tried > 0);
    // Each run may search again.
    let counts = [run(), run(), run(), run()];
    assert_eq!((counts[3].accepted, counts[3].refused), (998, 2), "{counts:?}");
}

#[test]
fn rejections_of_all_parts_of_a_batch_make_the_other_batches_not_be_searched() {
    let service = Service::new().faults(|_, _| Some(Fault::Code("InvalidParameter.CdnParamError")));
    let report = service.clock.run(service.purge(urls(10_000)).in_batches().size(100).in_flight(2));
    // Two searches of 14 requests each, and one request for each batch.
    assert!(service.sizes().len() <= 2 * 14 + 100, "{} requests", service.sizes().len());
    assert!(report.counts().not_tried > 9_900, "{report}");
}

#[test]
fn a_batch_of_invalid_targets_does_not_keep_the_others_from_being_searched() {
    let service = Service::new();
    let mut targets = urls(1_000);
    for number in (0..100).chain([750]) {
        targets[number] = format!("https://www.example.com/refused/{number}");
    }
    let report = service.clock.run(service.purge(&targets).in_batches().size(100).in_flight(1));
    assert_eq!(report.counts().accepted, 899, "{report}");
    assert_eq!(report.items().nth(750).unwrap().outcome().as_str(), "refused");
}

#[test]
fn a_search_that_was_not_completed_does_not_keep_the_next_batch_from_being_searched() {
    let (service, mut targets) = (Service::new(), urls(200));
    for number in [0, 99, 150] {
        targets[number] = format!("https://www.example.com/refused/{number}");
    }
    let report = service.clock.run(service.purge(&targets).in_batches().size(100).in_flight(1));
    let of_first = report.items().take(100).filter(|item| item.outcome().as_str() == "not_tried").count();
    assert_eq!((of_first, report.counts().not_tried), (50, 50), "{report}");
    assert_eq!(report.items().nth(150).unwrap().outcome().as_str(), "refused");
}

#[test]
fn a_rejection_that_is_not_about_targets_stops_the_job() {
    for code in ["MissingParameter", "UnsupportedRegion", "ResourceNotFound.CdnUserNotExists"] {
        let service = Service::new().faults(move |_, _| Some(Fault::Code(code)));
        let report = service.clock.run(service.purge(urls(1_000)).in_batches().size(100).in_flight(1));
        assert_eq!((service.sizes(), report.counts().not_tried), (vec![100], 1_000), "{code}");
    }
}

#[test]
fn a_domain_without_permission_does_not_stop_the_others() {
    let code = "UnauthorizedOperation.CdnHostUnauthorized";
    let is_foreign = |target: &String| target.contains("foreign");
    let service = Service::new().faults(move |_, all| all.iter().any(is_foreign).then_some(Fault::Code(code)));
    let mut targets = urls(100);
    targets.insert(5, "https://foreign.example.com/1".to_owned());
    let report = service.clock.run(service.purge(&targets).in_batches().size(10).in_flight(1));
    assert_eq!((report.counts().accepted, report.counts().refused), (100, 1), "{report}");
}

#[test]
fn a_request_that_may_have_been_carried_out_in_part_is_not_sent_again() {
    for code in ["FailedOperation", "FailedOperation.New", "ResponseSizeLimitExceeded", "SomethingNew"] {
        let (service, targets) = (Service::new().fault_at([0], Fault::CarriedOut(code)), urls(8));
        let report = service.clock.run(service.purge(&targets).in_batches());
        assert_eq!((service.sizes(), report.counts().unknown), (vec![8], 8), "{code}: {report}");
        account::check(&service, &targets, &report);
    }
}

#[test]
fn a_used_up_quota_stops_the_job_and_leaves_the_rest_untried() {
    let (service, targets) = (Service::new().quota(250), urls(1_000));
    let report = service.clock.run(service.purge(&targets).in_batches().size(100).in_flight(1));
    assert_eq!(service.sizes(), [100, 100, 100]);
    assert_eq!((report.counts().accepted, report.counts().not_tried), (200, 800));
    assert_eq!(report.stopped_by().unwrap().kind(), ErrorKind::Quota);
    let is_quota = |outcome| matches!(outcome, Outcome::NotTried(NotTried::Because(e)) if e.kind() == ErrorKind::Quota);
    assert!(report.items().skip(200).all(|item| is_quota(item.outcome())));
    account::check(&service, &targets, &report);
}

#[test]
fn rejected_credentials_and_a_missing_permission_stop_the_job() {
    for (code, kind) in [
        ("AuthFailure.SignatureFailure", ErrorKind::Auth),
        ("UnauthorizedOperation.CdnCamUnauthorized", ErrorKind::Permission),
        ("InvalidAction", ErrorKind::NotFound),
    ] {
        let service = Service::new().fault_at(0..100, Fault::Code(code));
        let report = service.clock.run(service.purge(urls(100)).in_batches().size(10).in_flight(1));
        assert_eq!((service.sizes().len(), report.counts().not_tried), (1, 100), "{code}");
        assert_eq!(report.into_result().unwrap_err().kind(), kind);
    }
}

#[test]
fn a_job_stops_after_three_requests_without_a_response_of_the_service() {
    for (fault, unknown) in [(Fault::Reset(false), 30), (Fault::Code("InternalError.CdnSystemError"), 30)] {
        let service = Service::new().fault_at(0..100, fault);
        let report = service.clock.run(service.purge(urls(100)).in_batches().size(10).in_flight(1));
        assert_eq!((service.sizes().len(), report.counts().unknown, report.counts().not_tried), (3, unknown, 70));
    }
    let service = Service::new().fault_at([0, 1, 3, 4, 6, 7], Fault::Reset(false));
    let report = service.clock.run(service.purge(urls(100)).in_batches().size(10).in_flight(1));
    assert_eq!((service.sizes().len(), report.counts().unknown), (10, 60), "responses in between");
}

#[test]
fn requests_that_fail_at_the_same_time_count_once() {
    let service = Service::new().fault_at(0..4, Fault::Reset(false));
    let report = service.clock.run(service.purge(urls(100)).in_batches().size(10).in_flight(4));
    assert_eq!((report.counts().unknown, report.counts().accepted), (40, 60));

    let service = Service::new().fault_at(0..100, Fault::Reset(false));
    let report = service.clock.run(service.purge(urls(500)).in_batches().size(10).in_flight(4));
    assert!(service.sizes().len() <= 12, "{}", service.sizes().len());
    assert_eq!(report.counts().unknown, 10 * service.sizes().len());
}
