//! Checks that a code has the same kind and the same hint in the core and in the crates of all
//! products.

use std::collections::BTreeMap;

use tencentcloud_core::error::{CodeFacts, ErrorCode};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Credentials, ErrorKind, GenericClient};
use tencentcloud_tests::Outcome;

/// The codes of each product.
const PRODUCTS: [&[CodeFacts]; 3] =
    [tencentcloud_cdn::ErrorCode::FACTS, tencentcloud_ecdn::ErrorCode::FACTS, tencentcloud_teo::ErrorCode::FACTS];

/// Codes whose hint depends on the product, and why.
const EXCEPTIONS: &[(&str, &str)] =
    &[("UnauthorizedOperation.EcdnMigratedCdn", "a program that calls cdn uses its API already")];

#[test]
fn the_core_gives_every_common_code_the_kind_of_its_specification() {
    let common: Vec<&str> = tencentcloud_emulator::common_codes().iter().map(|code| code.code).collect();
    assert_eq!(common.len(), 38);
    for facts in tencentcloud_cdn::ErrorCode::FACTS.iter().filter(|facts| common.contains(&facts.code())) {
        assert_eq!(ErrorKind::from_code(facts.code()), facts.kind(), "{}", facts.code());
    }
}

#[test]
fn a_code_has_the_same_kind_and_hint_in_every_product() {
    let mut by_code: BTreeMap<&str, &CodeFacts> = BTreeMap::new();
    for facts in PRODUCTS.into_iter().flatten() {
        let first = by_code.entry(facts.code()).or_insert(facts);
        assert_eq!(facts.kind(), first.kind(), "{}", facts.code());
        if !EXCEPTIONS.iter().any(|(code, _)| *code == facts.code()) {
            assert_eq!(facts.hint(), first.hint(), "{}", facts.code());
        }
    }
}

#[test]
fn the_generic_client_gives_a_common_code_the_hint_of_its_specification() -> Outcome<()> {
    for facts in tencentcloud_emulator::common_codes() {
        let body = format!(r#"{{"Response":{{"Error":{{"Code":"{}","Message":"no"}},"RequestId":"r"}}}}"#, facts.code);
        let clock = VirtualClock::at_unix(1_700_000_000);
        let config = tencentcloud_core::Config::builder()
            .credentials(Credentials::new("AKIDexample", "example-key")?)
            .transport(ScriptedTransport::new().respond(200, body))
            .clock(clock.clone())
            .build()?;
        let call = GenericClient::new(&config).call_json("vod", "2018-07-17", "DescribeMediaInfos", "{}");
        let error = clock.run(call.repeatable(true).without_retries()).unwrap_err();
        let expected = tencentcloud_cdn::ErrorCode::from(facts.code).hint();
        assert_eq!(error.hint(), expected, "{}", facts.code);
    }
    Ok(())
}
