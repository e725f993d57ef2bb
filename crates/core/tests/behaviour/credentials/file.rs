//! Tests which credentials file is read, also if it changes while the program runs.

use std::io;
use std::time::Duration;

use tencentcloud_core::CredentialsChain;

use super::machine::{FILE, Machine, SYSTEM_FILE};

#[test]
fn a_named_file_is_read_before_the_user_s_and_that_before_the_system_s() {
    let machine = Machine::new().file(SYSTEM_FILE, "[default]\nsecret_id=AKIDetc\nsecret_key=key\n");
    assert_eq!(machine.id(), "AKIDetc");
    let machine = machine.with_file();
    assert_eq!(machine.id(), "AKIDfile");
    let machine = machine.file("/run/named", "[default]\nsecret_id=AKIDnamed\nsecret_key=key\n");
    assert_eq!(machine.variable("TENCENTCLOUD_CREDENTIALS_FILE", "/run/named").id(), "AKIDnamed");
    let without_home = Machine::new().variable("HOME", "").variable("USERPROFILE", "/home/me").with_file();
    assert_eq!(without_home.id(), "AKIDfile");
}

#[test]
fn the_search_stays_with_the_source_that_had_credentials() {
    let machine = Machine::new().with_file();
    let chain = machine.prepare(CredentialsChain::new());
    let id = || machine.clock.run(chain.credentials()).unwrap().secret_id().to_owned();
    assert_eq!(id(), "AKIDfile");
    // Another account's credentials appear in the environment, and the key in the file is rotated.
    machine.clone().with_environment().file(FILE, "[default]\nsecret_id=AKIDrotated\nsecret_key=key\n");
    machine.clock.advance(Duration::from_secs(299));
    assert_eq!(id(), "AKIDfile");
    machine.clock.advance(Duration::from_secs(1));
    assert_eq!(id(), "AKIDrotated");
    // A file that is being written does not make the search use another source.
    for broken in ["", "[default]\n", "[default]\nsecret_id=AKIDhalf"] {
        machine.clone().file(FILE, broken);
        machine.clock.advance(Duration::from_secs(300));
        assert_eq!(id(), "AKIDrotated");
    }
    let rejected = machine.clock.run(chain.credentials()).unwrap();
    machine.clone().file(FILE, "[other]");
    machine.clock.advance(Duration::from_secs(2));
    let error = machine.clock.run(chain.refresh(&rejected)).unwrap_err();
    assert_eq!(
        error.message(),
        "there are no credentials any more: \
         credentials file: `/home/me/.tencentcloud/credentials` has no profile `default`"
    );
}

#[test]
fn a_file_that_is_missing_for_a_moment_is_not_replaced_by_the_system_s() {
    let machine = Machine::new().with_file().file(SYSTEM_FILE, "[default]\nsecret_id=AKIDetc\nsecret_key=key\n");
    let chain = machine.prepare(CredentialsChain::new());
    let id = || machine.clock.run(chain.credentials()).unwrap().secret_id().to_owned();
    assert_eq!(id(), "AKIDfile");
    machine.clone().unreadable(FILE, io::ErrorKind::NotFound);
    machine.clock.advance(Duration::from_secs(300));
    assert_eq!(id(), "AKIDfile");
    machine.clone().file(FILE, "[default]\nsecret_id=AKIDrotated\nsecret_key=key\n");
    machine.clock.advance(Duration::from_secs(30));
    assert_eq!(id(), "AKIDrotated");
}
