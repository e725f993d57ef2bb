//! Tests the order in which `CredentialsChain` searches its sources, and its errors.

use std::io;

use tencentcloud_core::credentials::CredentialSource;
use tencentcloud_core::http::{TransportError, TransportErrorKind};
use tencentcloud_core::testing::ScriptedTransport;
use tencentcloud_core::{Config, CredentialsChain};

use super::machine::{FILE, Machine, ROLE, SYSTEM_FILE, TCCLI};

#[test]
fn the_sources_are_searched_in_their_order() {
    let machine = || Machine::new().metadata(200, "role").metadata(200, ROLE);
    assert_eq!(machine().with_environment().with_file().with_tccli().id(), "AKIDenvironment");
    assert_eq!(machine().with_file().with_tccli().id(), "AKIDfile");
    assert_eq!(machine().with_tccli().id(), "AKIDtccli");
    assert_eq!(machine().id(), "AKIDrole");
}

#[test]
fn the_variables_of_a_cloud_function_belong_to_the_environment() {
    let machine = Machine::new().with_file().variable("TENCENTCLOUD_SECRETID", "AKIDfunction");
    let (message, _) = machine.error();
    assert_eq!(message, "no credentials: environment: `TENCENTCLOUD_SECRETKEY` is not set");
    assert_eq!(machine.variable("TENCENTCLOUD_SECRETKEY", "key").id(), "AKIDfunction");
}

#[test]
fn nothing_is_sent_for_credentials_on_the_machine() {
    let machine = Machine::new().with_tccli();
    machine.id();
    assert!(machine.transport.requests().is_empty());
}

#[test]
fn an_error_lists_every_source_with_its_reason() {
    let (message, help) = Machine::new().without_metadata().error();
    assert_eq!(
        message,
        "no credentials: \
         environment: `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY` are not set; \
         credentials file: no `/home/me/.tencentcloud/credentials`, no `/etc/tencentcloud/credentials`; \
         TCCLI: no `/home/me/.tccli/default.credential`; \
         web identity: `TKE_ROLE_ARN` is not set; \
         machine role: `metadata.tencentyun.com` cannot be queried: no connection: no such host"
    );
    assert_eq!(help, "set `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`, or bind a role to the machine");

    let (message, _) = Machine::new().file(FILE, "[other]").file(TCCLI, "{}").metadata(404, "").error();
    assert_eq!(
        message,
        "no credentials: \
         environment: `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY` are not set; \
         credentials file: `/home/me/.tencentcloud/credentials` has no profile `default`; \
         TCCLI: `/home/me/.tccli/default.credential` has no `secretId` and no `secretKey`; \
         web identity: `TKE_ROLE_ARN` is not set; \
         machine role: no role is bound to the machine"
    );
}

#[test]
fn a_broken_source_ends_the_search() {
    let directory = io::ErrorKind::IsADirectory;
    let cases = [
        (
            Machine::new().variable("TENCENTCLOUD_SECRET_ID", "hidden"),
            "environment: `TENCENTCLOUD_SECRET_KEY` is not set",
        ),
        (
            Machine::new().variable("TENCENTCLOUD_SECRET_ID", "hidden").variable("TENCENTCLOUD_SECRET_KEY", " hidden"),
            "environment: `TENCENTCLOUD_SECRET_KEY` has white space around it",
        ),
        (
            Machine::new().file(FILE, "[default]\nsecret_id=hidden\nhidden"),
            "credentials file: `/home/me/.tencentcloud/credentials`: line 3 is neither `[profile]` nor `key = value`",
        ),
        (
            Machine::new().file(FILE, "[default]\nsecret_id=hidden\n"),
            "credentials file: there is no `secret_key` of profile `default` in `/home/me/.tencentcloud/credentials`",
        ),
        (
            Machine::new().file(FILE, "[default]\nsecret_id=\nsecret_key=hidden"),
            "credentials file: `secret_id` of profile `default` in `/home/me/.tencentcloud/credentials` is empty",
        ),
        (
            Machine::new().unreadable(FILE, directory).file(SYSTEM_FILE, "[default]"),
            "credentials file: `/home/me/.tencentcloud/credentials` cannot be read: is a directory",
        ),
        (
            Machine::new().unreadable(SYSTEM_FILE, io::ErrorKind::PermissionDenied),
            "credentials file: `/etc/tencentcloud/credentials` cannot be read: permission denied",
        ),
        (
            Machine::new().variable("TENCENTCLOUD_CREDENTIALS_FILE", "/run/gone").with_tccli(),
            "credentials file: `/run/gone`, the value of `TENCENTCLOUD_CREDENTIALS_FILE`, does not exist",
        ),
        (
            Machine::new().file(TCCLI, r#"{"secretId":"hidden"}"#),
            "TCCLI: `/home/me/.tccli/default.credential` has no `secretKey`",
        ),
        (
            Machine::new().file(TCCLI, r#"{"secretId":"hidden","secretKey":"hidden","expiresAt":1699999999}"#),
            "TCCLI: the credentials in `/home/me/.tccli/default.credential` have expired",
        ),
        (
            Machine::new().variable("TKE_ROLE_ARN", "role").variable("TKE_REGION", "ap-guangzhou"),
            "web identity: `TKE_PROVIDER_ID`, `TKE_WEB_IDENTITY_TOKEN_FILE` not set, \
             but other variables of the pod's identity are",
        ),
        (
            Machine::new().metadata(500, "hidden").metadata(500, "hidden"),
            "machine role: `http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/`: HTTP 500",
        ),
        (
            Machine::new().metadata(200, "<html>hidden</html>"),
            "machine role: `http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/`: \
             the response is not a role name",
        ),
        (
            Machine::new().metadata(200, "role").metadata(200, r#"{"Code":"Success","TmpSecretId":"hidden"}"#),
            "machine role: `http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/role`: \
             there is no `TmpSecretKey`",
        ),
    ];
    for (machine, last) in cases {
        let (message, _) = machine.error();
        assert!(message.starts_with("no credentials: environment: ") && message.ends_with(last), "{message}\n{last}");
    }
}

#[test]
fn the_source_of_an_error_is_kept() {
    let machine = Machine::new().unreadable(FILE, io::ErrorKind::PermissionDenied);
    let error = machine.run(CredentialsChain::new()).unwrap_err();
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.to_string(), "`/home/me/.tencentcloud/credentials` cannot be read: permission denied");
    assert_eq!(cause.source().unwrap().to_string(), "permission denied");
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let machine = Machine::new().variable("TENCENTCLOUD_SECRET_ID", "").variable("TENCENTCLOUD_SECRET_KEY", "");
    let machine = machine.variable("TENCENTCLOUD_CREDENTIALS_FILE", "").variable("TENCENTCLOUD_PROFILE", "");
    let machine = machine.variable("TENCENTCLOUD_TOKEN", "").with_file();
    assert_eq!(machine.id(), "AKIDfile");
}

#[test]
fn a_profile_is_named_by_the_environment_or_by_the_program() {
    let machine = Machine::new().with_file().variable("TENCENTCLOUD_PROFILE", "ci");
    assert_eq!(machine.id(), "AKIDfile-ci");

    let tccli = || {
        Machine::new().with_file().file("/home/me/.tccli/ops.credential", r#"{"secretId":"AKIDops","secretKey":"key"}"#)
    };
    assert_eq!(tccli().variable("TENCENTCLOUD_PROFILE", "ops").id(), "AKIDops");
    assert_eq!(tccli().variable("TCCLI_PROFILE", "ops").id(), "AKIDfile", "the variable is only for the command line");

    let machine = tccli().with_environment().variable("TENCENTCLOUD_PROFILE", "none");
    assert_eq!(machine.id(), "AKIDenvironment");
    let named = machine.run(CredentialsChain::new().profile("ops")).unwrap();
    assert_eq!(named.secret_id(), "AKIDops", "a profile set by the program goes before the environment");
}

#[test]
fn a_missing_profile_is_not_replaced_by_the_machine_s_role() {
    let machine = Machine::new().with_file().variable("TENCENTCLOUD_PROFILE", "ops").metadata(200, "role");
    let (message, _) = machine.error();
    assert_eq!(
        message,
        "no credentials: \
         environment: `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY` are not set; \
         credentials file: `/home/me/.tencentcloud/credentials` has no profile `ops`; \
         TCCLI: no `/home/me/.tccli/ops.credential`; \
         web identity: skipped, because no file has the named profile"
    );
    assert!(machine.transport.requests().is_empty());

    let error = machine.run(CredentialsChain::new().profile("../ops")).unwrap_err();
    assert!(error.message().ends_with("; TCCLI: `../ops` is not a valid profile name"), "{error}");
}

#[test]
fn the_profile_default_may_be_missing_even_if_the_environment_names_it() {
    let machine = Machine::new().variable("TENCENTCLOUD_PROFILE", "default");
    assert_eq!(machine.metadata(200, "role").metadata(200, ROLE).id(), "AKIDrole");
}

#[test]
fn only_the_given_sources_are_searched() {
    let machine = Machine::new().with_environment().with_file().with_tccli();
    for (sources, id) in [
        (vec![CredentialSource::File], "AKIDfile"),
        (vec![CredentialSource::Tccli, CredentialSource::File], "AKIDtccli"),
        (vec![CredentialSource::WebIdentity, CredentialSource::Environment], "AKIDenvironment"),
    ] {
        assert_eq!(machine.run(CredentialsChain::from_sources(sources)).unwrap().secret_id(), id);
    }
    let error = Machine::new().run(CredentialsChain::from_sources([CredentialSource::File])).unwrap_err();
    assert!(!error.message().contains("environment") && !error.message().contains("machine role:"), "{error}");
}

#[test]
fn the_hint_is_about_the_sources_that_were_searched() {
    const SET: &str = "set `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`";
    let of = |sources: &[CredentialSource]| CredentialsChain::from_sources(sources.iter().copied());
    let cases = [
        (of(&[CredentialSource::Environment]), SET.to_owned()),
        (of(&[CredentialSource::File]), "add a profile `default` to the credentials file".to_owned()),
        (of(&[CredentialSource::Tccli]), "run `tccli configure --profile default`".to_owned()),
        (of(&[CredentialSource::WebIdentity]), "give the pod a web identity".to_owned()),
        (
            of(&[CredentialSource::Environment, CredentialSource::File, CredentialSource::WebIdentity]),
            format!("{SET}, or give the pod a web identity"),
        ),
        (
            CredentialsChain::new().profile("staging"),
            "add a profile `staging` to the credentials file, or run `tccli configure --profile staging`".to_owned(),
        ),
    ];
    for (chain, help) in cases {
        let error = Machine::new().run(chain).unwrap_err();
        assert_eq!(error.hint(), Some(&*help), "{error}");
        assert!(error.message().starts_with("no credentials: ") && !error.is_retryable(), "{error}");
    }

    let nothing = [
        (
            of(&[]),
            "no credentials: the chain has no sources; help: pass at least one to `CredentialsChain::from_sources`",
        ),
        (
            of(&[CredentialSource::Environment]).profile("staging"),
            "no credentials: none of the sources has profiles; \
             help: add `CredentialSource::File` or `CredentialSource::Tccli`, or set no profile",
        ),
    ];
    for (chain, line) in nothing {
        assert_eq!(Machine::new().run(chain).unwrap_err().to_string(), line);
    }
}

#[test]
fn without_a_runtime_the_hint_is_about_the_runtime() {
    let unsendable = TransportError::new(TransportErrorKind::Unsendable, "no runtime").with_hint("start one");
    let mut machine = Machine::new();
    machine.transport = machine.transport.fail(unsendable);
    let (message, help) = machine.error();
    assert!(message.ends_with("cannot be queried: the request cannot be sent: no runtime"), "{message}");
    assert_eq!(help, "start one");
}

#[test]
fn the_failure_of_the_only_or_the_found_source_may_be_transient() {
    let failure =
        |machine: Machine| machine.run(CredentialsChain::from_sources([CredentialSource::MachineRole])).unwrap_err();
    assert!(failure(Machine::new().without_metadata()).is_retryable());
    assert!(!failure(Machine::new().metadata(404, "")).is_retryable());
    // In a search of all sources, missing metadata only means that the program runs elsewhere.
    assert!(!Machine::new().without_metadata().run(CredentialsChain::new()).unwrap_err().is_retryable());

    for (status, passes) in [(429, true), (503, true), (403, false)] {
        let machine = Machine::new().metadata(status, "").metadata(status, "");
        assert_eq!(machine.run(CredentialsChain::new()).unwrap_err().is_retryable(), passes, "{status}");
    }

    let machine = Machine::new().metadata(200, "role").metadata(200, ROLE).without_metadata();
    let chain = machine.prepare(CredentialsChain::new());
    machine.clock.run(chain.credentials()).unwrap();
    machine.clock.advance(std::time::Duration::from_secs(7_200));
    let error = machine.clock.run(chain.credentials()).unwrap_err();
    assert!(error.message().starts_with("there are no credentials any more: machine role: "), "{error}");
    assert!(error.is_retryable(), "{error}");
    // The copy of the error for a later call is retryable as well.
    assert!(machine.clock.run(chain.credentials()).unwrap_err().is_retryable());
}

#[test]
fn a_chain_reads_nothing_before_the_first_call() {
    let chain = CredentialsChain::new()
        .variables(|name| panic!("{name} is looked up"))
        .files(|path| panic!("{path:?} is read"));
    let transport = ScriptedTransport::new();
    Config::builder().credentials(chain).transport(transport.clone()).build().unwrap();
    assert!(transport.requests().is_empty());
}

#[test]
fn debug_output_shows_no_credentials() {
    let chain = Machine::new().with_environment().prepare(CredentialsChain::new().profile("ops"));
    assert_eq!(
        format!("{:?}", chain.provider),
        "CredentialsChain { sources: [Environment, File, Tccli, WebIdentity, MachineRole], profile: Some(\"ops\"), .. }"
    );
}
