//! Tests the machine's role: the requests to the metadata, and faulty responses.

use std::time::Duration;

use tencentcloud_core::credentials::CredentialSource;
use tencentcloud_core::http::HttpResponse;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Client, CredentialsChain};

use super::machine::{Machine, ROLE};
use crate::sample::{Cdn, NOW, PURGED, config, purge};

#[test]
fn the_metadata_is_queried_without_a_signature() {
    let machine = Machine::new().metadata(200, "role").metadata(200, ROLE);
    let credentials = machine.run(CredentialsChain::new()).unwrap();
    assert_eq!(credentials.expiry(), Some(std::time::UNIX_EPOCH + Duration::from_secs(1_700_007_200)));
    let requests = machine.transport.requests();
    let urls: Vec<_> = requests.iter().map(|request| (request.method(), request.url())).collect();
    assert_eq!(
        urls,
        [
            ("GET", "http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/"),
            ("GET", "http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/role"),
        ]
    );
    for request in requests {
        assert_eq!(request.headers().collect::<Vec<_>>(), [("host", "metadata.tencentyun.com")]);
        assert!(request.body().is_empty());
    }
}

#[test]
fn a_machine_without_metadata_waits_for_two_seconds() {
    let mut machine = Machine::new();
    machine.transport = machine.transport.hang();
    let (message, _) = machine.error();
    assert_eq!(machine.clock.unix() - NOW, 2);
    assert!(
        message.ends_with("cannot be queried: timeout: no response in time: the timeout for the metadata is 2s"),
        "{message}"
    );
    assert_eq!(machine.transport.requests().len(), 1);

    let mut machine = Machine::new().metadata(200, "role");
    machine.transport = machine.transport.hang();
    machine.error();
    assert_eq!(machine.clock.unix() - NOW, 2);
}

#[test]
fn credentials_of_the_role_are_refreshed_before_they_expire() {
    let second = ROLE.replace("AKIDrole", "AKIDsecond").replace("1700007200", "1700014000");
    let machine = Machine::new().metadata(200, "role").metadata(200, ROLE).metadata(200, "role").metadata(200, &second);
    let chain = machine.prepare(CredentialsChain::new());
    for (seconds, id) in [(0, "AKIDrole"), (6_899, "AKIDrole"), (1, "AKIDsecond"), (6_000, "AKIDsecond")] {
        machine.clock.advance(Duration::from_secs(seconds));
        assert_eq!(machine.clock.run(chain.credentials()).unwrap().secret_id(), id, "{seconds}");
    }
    assert_eq!(machine.transport.requests().len(), 4);
}

#[test]
fn credentials_of_a_removed_role_are_used_until_they_expire() {
    let machine = Machine::new().metadata(200, "role").metadata(200, ROLE);
    let machine = (0..11).fold(machine, |machine, _| machine.metadata(404, ""));
    let chain = machine.prepare(CredentialsChain::new());
    machine.clock.run(chain.credentials()).unwrap();
    machine.clock.advance(Duration::from_secs(6_900));
    for second in 0..300 {
        assert_eq!(machine.clock.run(chain.credentials()).unwrap().secret_id(), "AKIDrole", "{second}");
        assert_eq!(machine.transport.requests().len(), 3 + second / 30, "{second}");
        machine.clock.advance(Duration::from_secs(1));
    }
    let error = machine.clock.run(chain.credentials()).unwrap_err();
    assert_eq!(error.message(), "there are no credentials any more: machine role: no role is bound to the machine");
}

#[test]
fn valid_credentials_stay_in_use_whatever_the_metadata_responds() {
    let page = "<html>the session is over</html>";
    let invalid = [
        vec![(404, "")],
        vec![(302, page)],
        vec![(200, page)],
        vec![(500, page), (500, page)],
        vec![(200, "")],
        vec![(200, "role"), (404, "")],
        vec![(200, "role"), (200, page)],
        vec![(200, "role"), (200, r#"{"Code":"InvalidRole"}"#)],
        vec![(200, "role"), (200, r#"{"Code":"Success","TmpSecretId":"AKIDhalf"}"#)],
    ];
    for responses in invalid {
        let machine = Machine::new().metadata(200, "role").metadata(200, ROLE);
        let machine = responses.iter().fold(machine, |machine, (status, body)| machine.metadata(*status, body));
        let second = ROLE.replace("AKIDrole", "AKIDsecond").replace("1700007200", "1700014000");
        let machine = machine.metadata(200, "role").metadata(200, &second);
        let chain = machine.prepare(CredentialsChain::new());
        for (seconds, id) in [(0, "AKIDrole"), (6_900, "AKIDrole"), (29, "AKIDrole"), (1, "AKIDsecond")] {
            machine.clock.advance(Duration::from_secs(seconds));
            assert_eq!(machine.clock.run(chain.credentials()).unwrap().secret_id(), id, "{responses:?}");
        }
    }
}

#[test]
fn a_slow_response_fails_after_two_seconds() {
    let mut machine = Machine::new();
    for (seconds, body) in [(1, "role"), (9, ROLE)] {
        let (delay, response) = (Duration::from_secs(seconds), HttpResponse::new(200, body));
        machine.transport = machine.transport.respond_after(&machine.clock, delay, response);
    }
    let (message, _) = machine.error();
    let last = "; machine role: `metadata.tencentyun.com` cannot be queried: \
                timeout: no response in time: the timeout for the metadata is 2s";
    assert!(message.ends_with(last), "{message}");
    assert_eq!(machine.clock.unix() - NOW, 3);
}

#[test]
fn credentials_are_refreshed_twice_a_minute_if_the_clock_is_ahead() {
    let machine = Machine::new();
    machine.clock.advance(Duration::from_secs(36_000));
    let machine = (0..10).fold(machine, |machine, _| machine.metadata(200, "role").metadata(200, ROLE));
    let chain = machine.prepare(CredentialsChain::new());
    for second in 0..300 {
        assert_eq!(machine.clock.run(chain.credentials()).unwrap().secret_id(), "AKIDrole", "{second}");
        assert_eq!(machine.transport.requests().len(), 2 * (1 + second / 30), "{second}");
        machine.clock.advance(Duration::from_secs(1));
    }
}

#[test]
fn credentials_are_refreshed_after_a_rejection_if_the_clock_is_behind() {
    const REJECTED: &str =
        r#"{"Response":{"Error":{"Code":"AuthFailure.TokenFailure","Message":"m"},"RequestId":"1"}}"#;
    let ten_hours = Duration::from_secs(36_000);
    let clock = VirtualClock::at_unix(NOW - 36_000);
    let second = ROLE.replace("AKIDrole", "AKIDsecond").replace("1700007200", "1700014000");
    let transport = ScriptedTransport::new().respond(200, "role").respond(200, ROLE).respond(200, PURGED);
    let transport = transport.respond(200, REJECTED).respond(200, "role").respond(200, second).respond(200, PURGED);
    let chain = CredentialsChain::from_sources([CredentialSource::MachineRole]);
    let config = config(&transport, &clock).credentials(chain).build().unwrap();
    let client = Client::<Cdn>::new(&config);
    clock.run(client.call(&purge()).into_future()).unwrap();
    clock.advance(ten_hours);
    clock.run(client.call(&purge()).into_future()).unwrap();
    let requests = transport.requests();
    let signed: Vec<_> = requests.iter().filter_map(|request| request.header("authorization")).collect();
    let ids: Vec<_> = signed.iter().filter_map(|value| value.split(['=', '/']).nth(1)).collect();
    assert_eq!(ids, ["AKIDrole", "AKIDrole", "AKIDsecond"]);
}

#[test]
fn hanging_metadata_delays_one_call_by_a_second_while_the_credentials_are_valid() {
    let mut machine = Machine::new().metadata(200, "role").metadata(200, ROLE);
    machine.transport = machine.transport.hang();
    machine.transport =
        machine.transport.respond_after(&machine.clock, Duration::from_secs(9), HttpResponse::new(200, ""));
    let chain = machine.prepare(CredentialsChain::new());
    machine.clock.run(chain.credentials()).unwrap();
    machine.clock.advance(Duration::from_secs(7_000));
    for waits in [1, 0, 0] {
        let begin = machine.clock.unix();
        assert_eq!(machine.clock.run(chain.credentials()).unwrap().secret_id(), "AKIDrole");
        assert_eq!(machine.clock.unix() - begin, waits);
    }
}
