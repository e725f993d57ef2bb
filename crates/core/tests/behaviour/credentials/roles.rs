//! Roles that a profile or the environment names: they are assumed, or the error says why not.

use tencentcloud_core::credentials::CredentialSource;
use tencentcloud_core::{Credentials, CredentialsChain, Error};

use super::machine::{FILE, Machine, ROLE, TCCLI};
use super::sts::{ARN, issued};
use crate::sample::NOW;

const OTHER_ARN: &str = "qcs::cam::uin/100000000001:roleName/other";

/// What is sent to assume a role: the id that signs, and the body.
fn assumed(machine: Machine) -> (String, String) {
    let machine = machine.metadata(200, &issued("AKIDassumed", NOW + 7_200));
    assert_eq!(machine.id(), "AKIDassumed");
    let requests = machine.transport.requests();
    let request = requests.last().unwrap();
    assert_eq!(request.header("x-tc-action"), Some("AssumeRole"));
    let id = request.header("authorization").unwrap().split(['=', '/']).nth(1).unwrap();
    (id.to_owned(), str::from_utf8(request.body()).unwrap().to_owned())
}

fn refused(machine: &Machine) -> (String, String) {
    let (message, hint) = machine.error();
    assert!(machine.transport.requests().is_empty());
    (message.split_once("no credentials: ").unwrap().1.to_owned(), hint)
}

fn with_role(machine: Machine) -> Machine {
    machine.variable("TENCENTCLOUD_ASSUME_ROLE_ARN", ARN)
}

#[test]
fn a_role_of_the_environment_is_assumed_with_the_credentials_of_any_source() {
    let machines = [
        (Machine::new().with_environment(), "AKIDenvironment"),
        (Machine::new().with_file(), "AKIDfile"),
        (Machine::new().with_tccli(), "AKIDtccli"),
        (Machine::new().metadata(200, "role").metadata(200, ROLE), "AKIDrole"),
    ];
    for (machine, base) in machines {
        let (id, body) = assumed(with_role(machine));
        assert_eq!(id, base);
        assert_eq!(
            body,
            format!(r#"{{"RoleArn":"{ARN}","RoleSessionName":"tencentcloud-rust-{NOW}","DurationSeconds":7200}}"#)
        );
    }
}

#[test]
fn the_variables_of_terraform_and_of_the_command_line_name_a_role() {
    let machine = with_role(Machine::new().with_environment())
        .variable("TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME", "terraform")
        .variable("TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION", "900")
        .variable("TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID", "external");
    let body =
        format!(r#"{{"RoleArn":"{ARN}","RoleSessionName":"terraform","DurationSeconds":900,"ExternalId":"external"}}"#);
    assert_eq!(assumed(machine).1, body);

    let machine = Machine::new()
        .with_environment()
        .variable("TENCENTCLOUD_ROLE_ARN", ARN)
        .variable("TENCENTCLOUD_ROLE_SESSION_NAME", "tccli");
    let body = format!(r#"{{"RoleArn":"{ARN}","RoleSessionName":"tccli","DurationSeconds":7200}}"#);
    assert_eq!(assumed(machine.clone()).1, body);
    assert_eq!(assumed(with_role(machine)).1, body, "both name the same role");
}

#[test]
fn a_role_of_the_environment_that_cannot_be_assumed_is_refused() {
    let machine = || with_role(Machine::new().with_environment());
    let (message, hint) = refused(&machine().variable("TENCENTCLOUD_ROLE_ARN", OTHER_ARN));
    assert_eq!(message, "environment: `TENCENTCLOUD_ASSUME_ROLE_ARN` and `TENCENTCLOUD_ROLE_ARN` name different roles");
    assert_eq!(hint, "unset one of them");
    let (message, _) = refused(&machine().variable("TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION", "1h"));
    assert_eq!(message, "environment: `TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION` is not a number of seconds");
    let (message, hint) = refused(&machine().variable("TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION", "hidden"));
    assert_eq!(message, "environment: a role cannot be assumed with `TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION`");
    assert_eq!(hint, "unset it, and provide a secret id and a secret key that may assume the role");
}

#[test]
fn credentials_without_a_chain_are_refused_if_the_environment_names_a_role() {
    for name in ["TENCENTCLOUD_ASSUME_ROLE_ARN", "TENCENTCLOUD_ROLE_ARN"] {
        let lookup = |variable: &str| match variable {
            "TENCENTCLOUD_SECRET_ID" => Some("AKIDexample".into()),
            "TENCENTCLOUD_SECRET_KEY" => Some("key".into()),
            variable => (variable == name).then(|| ARN.into()),
        };
        assert_eq!(
            Credentials::from_lookup(lookup).unwrap_err().to_string(),
            format!(
                "`{name}` is set, but these credentials cannot assume a role; \
                 help: configure a `CredentialsChain`, which assumes it, or unset the variable"
            )
        );
    }
}

#[test]
fn a_chain_that_does_not_search_the_environment_ignores_its_role() {
    let machine = with_role(Machine::new().with_file().with_environment());
    let id = |chain| machine.run(chain).unwrap().secret_id().to_owned();
    assert_eq!(id(CredentialsChain::from_sources([CredentialSource::File])), "AKIDfile");
    assert_eq!(id(CredentialsChain::new().profile("ci")), "AKIDfile-ci");
    assert!(machine.transport.requests().is_empty());
}

#[test]
fn a_pod_that_has_the_role_of_the_environment_already_does_not_assume_it_again() {
    let pod = |machine: Machine| {
        let machine = machine.variable("TKE_REGION", "ap-guangzhou").variable("TKE_PROVIDER_ID", "cls-1");
        let machine = machine.variable("TKE_ROLE_ARN", ARN).variable("TKE_WEB_IDENTITY_TOKEN_FILE", "/token");
        machine.file("/token", "hidden").metadata(200, &issued("AKIDpod", NOW + 7_200))
    };
    let machine = pod(with_role(Machine::new()));
    assert_eq!(machine.id(), "AKIDpod");
    assert_eq!(machine.transport.requests().len(), 1);
    let (id, _) = assumed(pod(Machine::new().variable("TENCENTCLOUD_ROLE_ARN", OTHER_ARN)));
    assert_eq!(id, "AKIDpod");
}

#[test]
fn a_profile_assumes_its_role_with_its_own_credentials_or_those_of_another_profile() {
    let keys = "secret_id=AKIDfile\nsecret_key=key\n";
    let own = format!("[default]\n{keys}role_arn = {ARN}\nrole_session_name = mine\n");
    let (id, body) = assumed(Machine::new().file(FILE, &own));
    assert_eq!(id, "AKIDfile");
    assert_eq!(body, format!(r#"{{"RoleArn":"{ARN}","RoleSessionName":"mine","DurationSeconds":7200}}"#));

    let other = format!(
        "[default]\nrole-arn={ARN}\nsource_profile=keys\nexternal_id=external\nduration_seconds=900\n[keys]\n{keys}"
    );
    let (id, body) = assumed(Machine::new().file(FILE, &other));
    assert_eq!(id, "AKIDfile");
    assert!(body.ends_with(r#""DurationSeconds":900,"ExternalId":"external"}"#), "{body}");

    let itself = format!("[default]\n{keys}role_arn={ARN}\nsource_profile=default\n");
    assert_eq!(assumed(Machine::new().file(FILE, &itself)).0, "AKIDfile");
}

#[test]
fn a_profile_whose_role_cannot_be_assumed_is_refused() {
    let keys = "secret_id=AKIDhidden\nsecret_key=hidden\n";
    let place = "of profile `default` in `/home/me/.tencentcloud/credentials`";
    let cases = [
        (
            format!("role_arn={ARN}"),
            format!("there is no `secret_id` {place}"),
            "the role needs credentials, or a `source_profile` that has some",
        ),
        (
            format!("{keys}source_profile=keys\n[keys]\n{keys}"),
            format!("`source_profile` {place} needs a `role_arn`"),
            "add `role_arn`, or remove `source_profile`",
        ),
        (
            format!("{keys}role_arn={ARN}\nsource_profile=keys\n[keys]\n{keys}"),
            format!("`source_profile` {place} contradicts the credentials there"),
            "remove one of the two",
        ),
        (format!("role_arn={ARN}\nsource_profile=hidden"), format!("the `source_profile` {place} does not exist"), ""),
        (
            format!("role_arn={ARN}\nsource_profile=keys\n[keys]\nrole_arn={OTHER_ARN}\n{keys}"),
            format!("the `source_profile` {place} has a role itself"),
            "name a profile that has only credentials",
        ),
        (
            format!("role_arn={ARN}\nsource_profile=keys\n[keys]\nsecret_id=AKIDhidden"),
            format!("there is no `secret_key` of the `source_profile` {place}"),
            "",
        ),
        (
            format!("{keys}role_arn={ARN}\nduration_seconds=long"),
            format!("`duration_seconds` {place} is not a number of seconds"),
            "",
        ),
    ];
    for (profile, message, hint) in cases {
        let machine = Machine::new().file(FILE, &format!("[default]\n{profile}\n"));
        let (said, help) = refused(&machine);
        assert!(said.ends_with(&format!("credentials file: {message}")) && help == hint, "{said}; {help}");
    }
    let machine = Machine::new().file(TCCLI, &format!(r#"{{"role-arn":"{ARN}"}}"#));
    assert_eq!(refused(&machine).1, "add `secretId` and `secretKey`");
}

#[test]
fn a_profile_and_the_environment_must_not_name_different_roles() {
    let profile = |arn: &str| format!(r#"{{"secretId":"AKIDtccli","secretKey":"key","role-arn":"{arn}"}}"#);
    let machine = with_role(Machine::new().file(TCCLI, &profile(OTHER_ARN)));
    let (message, hint) = refused(&machine);
    assert!(message.ends_with("TCCLI: the environment and the profile name different roles"), "{message}");
    assert_eq!(hint, "unset the variable, or remove the role from the profile");
    assert_eq!(assumed(with_role(Machine::new().file(TCCLI, &profile(ARN)))).0, "AKIDtccli");
}

#[test]
fn a_role_that_is_refused_is_an_error_and_no_other_credentials_are_used() {
    let denied = r#"{"Response":{"Error":{"Code":"UnauthorizedOperation","Message":"m"},"RequestId":"1"}}"#;
    let machine = with_role(Machine::new().with_environment().with_file()).metadata(200, denied);
    let error: Error = machine.run(CredentialsChain::new()).unwrap_err();
    let expected = "no credentials: environment: sts.AssumeRole: UnauthorizedOperation: m (request id 1)";
    assert_eq!(error.message(), expected);
}
