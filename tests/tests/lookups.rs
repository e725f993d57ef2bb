//! Checks the quotas of the products, and finding a zone by its name.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde_json::{Value, json};
use tencentcloud_cdn as cdn;
use tencentcloud_core::action::{Purpose, QuotaKind, QuotaLine};
use tencentcloud_core::jobs::BatchQuota;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Config, Credentials, Error, ErrorKind};
use tencentcloud_teo as teo;
use tencentcloud_tests::Outcome;

fn config(transport: &ScriptedTransport, clock: &VirtualClock) -> Outcome<Config> {
    let credentials = Credentials::new("AKIDexample", "example-key")?;
    Ok(Config::builder().credentials(credentials).transport(transport.clone()).clock(clock.clone()).build()?)
}

/// Everything that a line says.
fn text(line: &QuotaLine) -> String {
    let QuotaLine { purpose, kind, area, per_request, per_day, left_today, .. } = line;
    format!("{purpose:?} {kind:?} {area:?} {per_request} {per_day} {left_today}")
}

#[test]
fn the_quotas_of_cdn_have_a_line_for_each_kind_and_region() -> Outcome<()> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    let url = json!({ "Batch": 1_000, "Total": 10_000, "Available": 9_999, "Area": "mainland" });
    let path = json!({ "Batch": 500, "Total": 100, "Available": -1, "Area": "overseas" });
    let purge = json!({ "Response": { "UrlPurge": [url], "PathPurge": [path], "RequestId": "r" } });
    let push = json!({ "Response": { "UrlPush": [url], "RequestId": "r" } });
    let transport = ScriptedTransport::new().respond(200, purge.to_string()).respond(200, push.to_string());
    let client = cdn::Client::new(&config(&transport, &clock)?);
    let lines = clock.run(client.purge_quota())?;
    let expected = [r#"Purge Url Some("mainland") 1000 10000 9999"#, r#"Purge Directory Some("overseas") 500 100 0"#];
    assert_eq!(lines.iter().map(text).collect::<Vec<_>>(), expected);
    let lines = clock.run(client.prefetch_quota())?;
    assert_eq!(lines.iter().map(text).collect::<Vec<_>>(), [r#"Prefetch Url Some("mainland") 1000 10000 9999"#]);
    Ok(())
}

#[test]
fn the_quotas_of_a_zone_have_a_line_for_each_kind() -> Outcome<()> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    let quota = |kind: &str| json!({ "Batch": 1, "Daily": 3, "DailyAvailable": 2, "Type": kind });
    let purges = ["purge_url", "purge_prefix", "purge_host", "purge_all", "purge_cache_tag", "purge_moon"].map(quota);
    let response = json!({ "PurgeQuota": purges, "PrefetchQuota": [quota("prefetch_url")], "RequestId": "r" });
    let response = json!({ "Response": response }).to_string();
    let transport = ScriptedTransport::new().respond(200, response.clone()).respond(200, response);
    let client = teo::Client::new(&config(&transport, &clock)?);
    let lines = clock.run(client.purge_quota("zone-1"))?;
    assert_eq!(
        transport.requests().first().map(|request| request.body().to_vec()),
        Some(br#"{"ZoneId":"zone-1"}"#.to_vec())
    );
    let kinds: Vec<_> = lines.iter().map(|line| line.kind.clone()).collect();
    let moon = QuotaKind::Other("purge_moon".to_owned());
    let expected = [QuotaKind::Url, QuotaKind::Directory, QuotaKind::Host, QuotaKind::Everything, QuotaKind::Tag, moon];
    assert_eq!(kinds, expected);
    assert!(lines.iter().all(|line| line.purpose == Purpose::Purge && line.area.is_none() && line.left_today == 2));
    let lines = clock.run(client.prefetch_quota("zone-1"))?;
    assert_eq!(lines.iter().map(text).collect::<Vec<_>>(), ["Prefetch Url None 1 3 2"]);
    Ok(())
}

#[test]
fn a_batch_says_what_fits_today_before_it_sends_anything() -> Outcome<()> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    let quota = |area: &str, left: u32| json!({ "Batch": 1_000, "Total": 10_000, "Available": left, "Area": area });
    let urls = [quota("mainland", 5_000), quota("overseas", 2_000)];
    let paths = [quota("mainland", 1), quota("overseas", 1)];
    let response = json!({ "Response": { "UrlPurge": urls, "PathPurge": paths, "RequestId": "r" } }).to_string();
    let transport = ScriptedTransport::new().respond(200, response.clone()).respond(200, response);
    let client = cdn::Client::new(&config(&transport, &clock)?);
    let urls = (0..3_000).map(|number| format!("https://example.com/{number}"));
    let odd = ["https://example.com/0", "https://example.com/0", "example.com"].map(str::to_owned);
    let request = cdn::PurgeUrlsCache::new(urls.chain(odd));

    let batches = client.purge_urls_cache(&request).in_batches();
    let quota = clock.run(batches.ask_quota())?;
    assert_eq!((quota.targets, quota.duplicates, quota.refused, quota.to_send()), (3_003, 2, 1, 3_000));
    assert_eq!((quota.requests, quota.fit_today(), quota.per_request()), (3, 2_000, Some(1_000)));
    let by_line: Vec<_> = quota.lines.iter().map(|line| quota.fit_in(line)).collect();
    assert_eq!(by_line, [3_000, 2_000]);
    let expected = "3003 targets, 2 repeated, 1 refused: 2000 fit today, 3 requests \
                    (mainland: 5000 of 10000 left, overseas: 2000 of 10000 left)";
    assert_eq!(quota.to_string(), expected);
    assert!(!quota.all_fit());

    let batches = client.purge_urls_cache(request.area(cdn::Area::Mainland)).in_batches();
    let quota = clock.run(batches.ask_quota())?;
    let expected = "3003 targets, 2 repeated, 1 refused: 3000 fit today, 3 requests \
                    (mainland: 5000 of 10000 left)";
    assert_eq!(quota.to_string(), expected);
    assert!(quota.all_fit());
    assert_eq!(transport.requests().len(), 2, "nothing was sent");
    Ok(())
}

#[test]
fn the_targets_of_a_zone_use_the_quota_of_their_kind() -> Outcome<()> {
    let quota = |kind: &str, left: u32| json!({ "Batch": 10, "Daily": 100, "DailyAvailable": left, "Type": kind });
    let purges =
        json!([quota("purge_url", 5), quota("purge_prefix", 4), quota("purge_host", 3), quota("purge_all", 0)]);
    let response = json!({ "PurgeQuota": purges, "PrefetchQuota": [quota("prefetch_url", 2)], "RequestId": "r" });
    let response = json!({ "Response": response }).to_string();
    let clock = VirtualClock::at_unix(1_700_000_000);
    let fits = |ask: &dyn Fn(&teo::Client) -> Result<BatchQuota, Error>| -> Outcome<_> {
        let transport = ScriptedTransport::new().respond(200, response.clone());
        let quota = ask(&teo::Client::new(&config(&transport, &clock)?))?;
        let asked = transport.requests().first().map(|request| request.body().to_vec());
        assert_eq!(asked, Some(br#"{"ZoneId":"zone-1"}"#.to_vec()));
        Ok((quota.fit_today(), quota.lines.len()))
    };
    let urls = || (0..9).map(|number| format!("https://example.com/{number}/"));
    let hosts = || (0..9).map(|number| format!("{number}.example.com"));
    let purge = |request: teo::CreatePurgeTask| {
        fits(&|client| clock.run(client.create_purge_task(&request).in_batches().ask_quota()))
    };
    assert_eq!(purge(teo::CreatePurgeTask::urls("zone-1", urls()))?, (5, 1));
    assert_eq!(purge(teo::CreatePurgeTask::prefixes("zone-1", urls()))?, (4, 1));
    assert_eq!(purge(teo::CreatePurgeTask::hosts("zone-1", hosts()))?, (3, 1));
    assert_eq!(purge(teo::CreatePurgeTask::cache_tags("zone-1", ["a"]))?, (1, 0), "the service states no quota");
    let request = teo::CreatePrefetchTask::new("zone-1", urls());
    assert_eq!(fits(&|client| clock.run(client.create_prefetch_task(&request).in_batches().ask_quota()))?, (2, 1));
    Ok(())
}

#[test]
fn a_prefetch_without_a_region_uses_the_quota_of_the_default_one() -> Outcome<()> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    let quota = |area: &str, left: u32| json!({ "Batch": 2, "Total": 1_000, "Available": left, "Area": area });
    let lines = json!({ "UrlPush": [quota("mainland", 3), quota("overseas", 1)], "RequestId": "r" });
    let response = json!({ "Response": lines }).to_string();
    let request = cdn::PushUrlsCache::new((0..5).map(|number| format!("https://example.com/{number}")));
    let areas = [(None, 3), (Some(cdn::TaskArea::Overseas), 1), (Some(cdn::TaskArea::Global), 1)];
    for (area, expected) in areas {
        let transport = ScriptedTransport::new().respond(200, response.clone());
        let client = cdn::Client::new(&config(&transport, &clock)?);
        let request = area.into_iter().fold(request.clone(), cdn::PushUrlsCache::area);
        let quota = clock.run(client.push_urls_cache(&request).in_batches().ask_quota())?;
        // The account may have two per request.
        assert_eq!((quota.fit_today(), quota.requests), (expected, 3), "{:?}", request.area);
    }
    Ok(())
}

#[test]
fn targets_that_are_not_checked_use_the_quota_of_their_kind() -> Outcome<()> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    let quota = |left: u32| json!({ "Batch": 10, "Total": 100, "Available": left, "Area": "mainland" });
    let lines = json!({ "UrlPurge": [quota(7)], "PathPurge": [quota(0)], "RequestId": "r" });
    let transport = ScriptedTransport::new().respond(200, json!({ "Response": lines }).to_string());
    let client = cdn::Client::new(&config(&transport, &clock)?);
    let call = client.purge_urls_cache(cdn::PurgeUrlsCache::new(["no URL", "no URL"])).unchecked_targets();
    let quota = clock.run(call.in_batches().ask_quota())?;
    assert_eq!((quota.refused, quota.duplicates, quota.fit_today(), quota.lines.len()), (0, 1, 1, 1));
    Ok(())
}

#[test]
fn the_targets_of_a_stream_are_not_planned() -> Outcome<()> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    let client = cdn::Client::new(&config(&ScriptedTransport::new(), &clock)?);
    let batches = client.purge_urls_cache(cdn::PurgeUrlsCache::new(["https://example.com/"])).in_batches();
    let error = clock.run(batches.from_stream(NoTargets).ask_quota()).err().ok_or("it was planned")?;
    let expected = "the targets of a stream are not known before they are sent; help: pass the targets as a list, \
                    or ask for the quota of the account";
    assert_eq!(error.to_string(), expected);
    Ok(())
}

/// A stream without targets.
struct NoTargets;

impl Stream for NoTargets {
    type Item = String;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<String>> {
        Poll::Ready(None)
    }
}

#[test]
fn a_request_that_cannot_be_split_has_no_quota() -> Outcome<()> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    let transport = ScriptedTransport::new();
    let client = teo::Client::new(&config(&transport, &clock)?);
    let batches = client.create_purge_task(teo::CreatePurgeTask::all("zone-1")).in_batches();
    let error = clock.run(batches.ask_quota()).err().ok_or("it was split")?;
    assert_eq!(error.to_string(), "there is no `Targets` to split; help: make the call without `in_batches`");
    Ok(())
}

/// A zone: its number, name, alias and state.
type Zone<'a> = (u32, &'a str, &'a str, &'a str);

fn zone((number, name, alias, state): &Zone<'_>) -> Value {
    json!({
        "ZoneId": format!("zone-{number}"), "ZoneName": name, "AliasZoneName": alias, "Status": state,
        "Area": "global", "Type": "full", "ActiveStatus": "active", "Paused": false,
        "CreatedOn": "2024-01-01T00:00:00Z", "ModifiedOn": "2024-01-01T00:00:00Z",
    })
}

/// Searches a list of zones, whose pages have at most 100.
fn find(zones: &[Zone<'_>], name: &str) -> Outcome<Result<String, Error>> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    let mut transport = ScriptedTransport::new();
    let mut begin = 0;
    loop {
        let page: Vec<Value> = zones.iter().skip(begin).take(100).map(zone).collect();
        let is_last = begin + page.len() >= zones.len();
        // Each page begins with the last two zones of the page before.
        begin += page.len().saturating_sub(2);
        let response = json!({ "TotalCount": zones.len(), "Zones": page, "RequestId": "r" });
        transport = transport.respond(200, json!({ "Response": response }).to_string());
        if is_last {
            break;
        }
    }
    let client = teo::Client::new(&config(&transport, &clock)?);
    Ok(clock.run(client.find_zone(name)).map(|zone| zone.zone_id))
}

const ZONES: [Zone<'_>; 6] = [
    (1, "example.com", "", "active"),
    (2, "shop.example.com", "", "pending"),
    (3, "new.example.com", "", "initializing"),
    (4, "twin.example", "one", "active"),
    (5, "twin.example", "", "active"),
    (6, "例子.测试", "", "active"),
];

#[test]
fn a_zone_is_found_by_the_longest_name_that_a_domain_ends_with() -> Outcome<()> {
    for (name, expected) in [
        ("example.com", "zone-1"),
        ("www.example.com", "zone-1"),
        ("WWW.Example.com.", "zone-1"),
        ("a.shop.example.com", "zone-2"),
        ("www.new.example.com", "zone-1"),
        ("www.xn--fsqu00a.xn--0zwm56d", "zone-6"),
        ("zone-5", "zone-5"),
        ("one", "zone-4"),
    ] {
        assert_eq!(find(&ZONES, name)?.ok().as_deref(), Some(expected), "{name}");
    }
    Ok(())
}

#[test]
fn a_zone_on_a_later_page_is_found() -> Outcome<()> {
    let names: Vec<String> = (0..250).map(|number| format!("site-{number}.example")).collect();
    let zones: Vec<Zone<'_>> = (0..).zip(&names).map(|(number, name)| (number, name.as_str(), "", "active")).collect();
    assert_eq!(find(&zones, "www.site-249.example")?.ok().as_deref(), Some("zone-249"));
    Ok(())
}

#[test]
fn zones_of_one_name_are_an_error_with_their_aliases() -> Outcome<()> {
    let error = find(&ZONES, "www.twin.example")?.err().ok_or("a zone was found")?;
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(
        error.to_string(),
        "`www.twin.example` belongs to 2 zones of one name: `zone-4` with the alias `one`, `zone-5` without an alias; \
         help: pass the alias or the id of the zone that is meant"
    );
    Ok(())
}

#[test]
fn a_domain_without_a_zone_and_one_of_a_zone_without_a_plan_are_not_found() -> Outcome<()> {
    for (name, expected) in [
        (
            "notexample.com",
            "no zone of the account contains `notexample.com`; help: check the domain name, and that the key may list \
             the zone",
        ),
        (
            "www.new.example.com",
            "the zone of `www.new.example.com` cannot be used yet: its state is `initializing`; help: finish its setup \
             in the console",
        ),
    ] {
        let error = find(&ZONES[1..], name)?.err().ok_or("a zone was found")?;
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::NotFound, expected));
    }
    Ok(())
}
