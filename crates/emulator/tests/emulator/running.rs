//! Tests the API of an emulator: its address, its records, and its end.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use tencentcloud_emulator::{Credential, Emulator, Limit, SECRET_ID, SECRET_KEY};

use crate::client::{Call, NOW, at, block_on, exchange, start, start_with};

const URLS: &str = r#"{"Urls":["http://www.example.com/1.jpg"]}"#;

#[test]
fn each_emulator_has_its_own_port() {
    let (one, other) = (start(), start());
    assert_eq!(one.address().ip(), Ipv4Addr::LOCALHOST);
    assert_eq!(one.endpoint(), format!("http://127.0.0.1:{}", one.address().port()));
    assert_ne!(one.address(), other.address());
}

#[test]
fn the_endpoint_of_an_unspecified_address_is_loopback() {
    let emulator = start_with(|builder| builder.address((Ipv4Addr::UNSPECIFIED, 0)));
    assert_eq!(emulator.endpoint(), format!("http://127.0.0.1:{}", emulator.address().port()));
}

#[test]
fn a_call_that_signs_the_port_is_accepted() {
    let emulator = start();
    let host = emulator.endpoint().replace("http://", "");
    let call = Call::new("cdn", "PurgeUrlsCache", URLS).with(|call| call.host = host);
    assert_eq!(call.send(&emulator).code(), "");
}

#[test]
fn the_port_is_free_after_drop() {
    let emulator = start();
    let address = emulator.address();
    let _idle = TcpStream::connect(address).unwrap();
    drop(emulator);
    assert_eq!(TcpStream::connect(address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    TcpListener::bind(address).unwrap();
}

#[test]
fn it_runs_while_the_clock_of_the_test_is_paused() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let emulator = Emulator::builder().clock(|| at(NOW)).start().await.unwrap();
        assert_eq!(Call::new("cdn", "PurgeUrlsCache", URLS).send(&emulator).code(), "");
    });
}

#[test]
fn a_port_in_use_is_an_error_with_the_address() {
    let other = start();
    let error = block_on(Emulator::builder().address(other.address()).start()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    assert!(error.to_string().contains(&other.address().to_string()), "{error}");
}

#[test]
fn a_credential_that_no_request_can_carry_is_an_error() {
    for credential in [
        Credential::new("", "key"),
        Credential::new("AKID/1", "key"),
        Credential::new("AKID 1", "key"),
        Credential::new("AKID", ""),
        Credential::new("AKID", "key").with_token(""),
        Credential::new("AKID", "key").with_token("to\nken"),
    ] {
        let error = block_on(Emulator::builder().credential(credential).start()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
}

#[test]
fn the_default_credential_is_accepted_unless_others_are_set() {
    let emulator = start();
    assert_eq!((emulator.secret_id(), emulator.secret_key()), (SECRET_ID, SECRET_KEY));

    let emulator = start_with(|builder| builder.credential(Credential::new("AKIDOTHER", "other")));
    assert_eq!((emulator.secret_id(), emulator.secret_key()), ("AKIDOTHER", "other"));
    let call = Call::new("cdn", "PurgeUrlsCache", URLS);
    assert_eq!(call.send(&emulator).code(), "AuthFailure.SecretIdNotFound");
    let call = call.with(|call| {
        call.secret_id = "AKIDOTHER".into();
        call.secret_key = "other".into();
    });
    assert_eq!(call.send(&emulator).code(), "");
}

#[test]
fn received_requests_are_kept() {
    let emulator = start();
    assert_eq!(emulator.received(), []);
    let succeeded = Call::new("cdn", "PurgeUrlsCache", URLS).send(&emulator).members();
    let refused = Call::new("teo", "CreatePurgeTask", "{}").send(&emulator);

    let [first, second] = emulator.received().try_into().unwrap();
    assert_eq!((first.service.as_str(), first.action.as_str()), ("cdn", "PurgeUrlsCache"));
    assert_eq!((first.version.as_str(), first.parameters.as_str()), ("2018-06-06", URLS));
    assert_eq!((first.code, first.message, first.at), (None, None, at(NOW)));
    assert_eq!(first.request_id, succeeded["RequestId"].as_str().unwrap());
    assert_eq!((second.service.as_str(), second.action.as_str()), ("teo", "CreatePurgeTask"));
    assert_eq!(second.code.as_deref(), Some("MissingParameter"));
    assert_eq!(second.message, Some(refused.message()));
}

#[test]
fn a_request_with_a_wrong_signature_is_kept() {
    let emulator = start();
    Call::new("cdn", "PurgeUrlsCache", URLS).with(|call| call.secret_key = "other".into()).send(&emulator);
    let [received] = emulator.received().try_into().unwrap();
    assert_eq!((received.service.as_str(), received.action.as_str()), ("cdn", "PurgeUrlsCache"));
    assert_eq!(received.code.as_deref(), Some("AuthFailure.SignatureFailure"));
}

#[test]
fn the_latest_1000_requests_are_kept() {
    let emulator = start();
    let numbered = |number: usize| Call::new("cdn", &number.to_string(), "");
    (0..1_002).for_each(|number| drop(numbered(number).send(&emulator)));
    let received = emulator.received();
    assert_eq!((received.len(), received[0].action.as_str()), (1_000, "2"));
}

#[test]
fn an_observer_is_called_with_every_request() {
    let codes = Arc::new(Mutex::new(Vec::new()));
    let observed = Arc::clone(&codes);
    let emulator =
        start_with(|builder| builder.observer(move |received| observed.lock().unwrap().push(received.code.clone())));
    Call::new("cdn", "PurgeUrlsCache", URLS).send(&emulator);
    Call::new("cdn", "Purge", URLS).send(&emulator);
    assert_eq!(*codes.lock().unwrap(), [None, Some("InvalidAction".to_owned())]);
}

#[test]
fn a_panicking_observer_does_not_stop_the_emulator() {
    let emulator = start_with(|builder| builder.observer(|received| assert!(received.code.is_none(), "refused")));
    let refused = Call::new("cdn", "Purge", URLS).request();
    assert_eq!(exchange(emulator.address(), &refused), "");
    assert_eq!(Call::new("cdn", "PurgeUrlsCache", URLS).send(&emulator).code(), "");
}

#[test]
fn debug_output_contains_no_secrets() {
    let builder =
        || Emulator::builder().credential(Credential::new("AKIDSHOWN", "hidden-key").with_token("hidden-token"));
    let emulator = block_on(builder().start()).unwrap();
    for shown in [format!("{emulator:?}"), format!("{:?}", builder())] {
        assert!(shown.contains("AKIDSHOWN") && !shown.contains("hidden"), "{shown}");
    }
}

#[test]
fn many_clients_are_served_at_once() {
    let emulator = start_with(|builder| builder.requests_per_second(Limit::Unlimited));
    let call = Call::new("cdn", "PurgeUrlsCache", URLS);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..25).for_each(|_| assert_eq!(call.send(&emulator).code(), "")));
        }
    });
    assert_eq!(emulator.received().len(), 200);
}
