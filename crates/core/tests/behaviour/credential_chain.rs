//! Where `CredentialsChain` looks, in which order, and what it says if there is nothing.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{
    Clock, Config, Credentials, CredentialsChain, Error, ErrorKind, HttpResponse, ProvideCredentials, Source,
    Transport, TransportError, TransportErrorKind,
};

use crate::sample::NOW;

const FILE: &str = "/home/me/.tencentcloud/credentials";
const OF_THE_MACHINE: &str = "/etc/tencentcloud/credentials";
const TCCLI: &str = "/home/me/.tccli/default.credential";

const ROLE: &str =
    r#"{"TmpSecretId":"AKIDrole","TmpSecretKey":"key","Token":"token","ExpiredTime":1700007200,"Code":"Success"}"#;

/// What is read from a file, or why it cannot be.
type Contents = Result<Vec<u8>, io::ErrorKind>;

/// Variables, files and metadata, none of them the machine's own.
#[derive(Clone)]
struct Machine {
    clock: VirtualClock,
    transport: ScriptedTransport,
    variables: Arc<Mutex<HashMap<&'static str, &'static str>>>,
    files: Arc<Mutex<HashMap<&'static str, Contents>>>,
}

impl Machine {
    fn new() -> Self {
        let (clock, transport) = (VirtualClock::at_unix(NOW), ScriptedTransport::new());
        Self { clock, transport, variables: Arc::default(), files: Arc::default() }.variable("HOME", "/home/me")
    }

    fn variable(self, name: &'static str, value: &'static str) -> Self {
        self.variables.lock().unwrap().insert(name, value);
        self
    }

    fn file(self, path: &'static str, text: &str) -> Self {
        self.files.lock().unwrap().insert(path, Ok(text.as_bytes().to_vec()));
        self
    }

    fn unreadable(self, path: &'static str, kind: io::ErrorKind) -> Self {
        self.files.lock().unwrap().insert(path, Err(kind));
        self
    }

    fn with_environment(self) -> Self {
        self.variable("TENCENTCLOUD_SECRET_ID", "AKIDenvironment").variable("TENCENTCLOUD_SECRET_KEY", "key")
    }

    fn with_file(self) -> Self {
        self.file(FILE, "[default]\nsecret_id=AKIDfile\nsecret_key=key\n[ci]\nsecret_id=AKIDfile-ci\nsecret_key=key\n")
    }

    fn with_tccli(self) -> Self {
        self.file(TCCLI, r#"{"secretId":"AKIDtccli","secretKey":"key"}"#)
    }

    /// What the metadata answers to a request.
    fn metadata(mut self, status: u16, body: &str) -> Self {
        self.transport = self.transport.answer(status, body);
        self
    }

    fn without_metadata(mut self) -> Self {
        self.transport = self.transport.fail(TransportError::new(TransportErrorKind::Connect, "no such host"));
        self
    }

    fn prepare(&self, chain: CredentialsChain) -> CredentialsChain {
        let (variables, files) = (Arc::clone(&self.variables), Arc::clone(&self.files));
        let chain = chain.variables(move |name| variables.lock().unwrap().get(name).map(Into::into)).files(
            move |path: &Path| match files.lock().unwrap().get(path.to_str().unwrap()) {
                Some(Ok(bytes)) => Ok(bytes.clone()),
                Some(Err(kind)) => Err((*kind).into()),
                None => Err(io::ErrorKind::NotFound.into()),
            },
        );
        let transport: Arc<dyn Transport> = Arc::new(self.transport.clone());
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        chain.attach(&transport, &clock);
        chain
    }

    fn run(&self, chain: CredentialsChain) -> Result<Credentials, Error> {
        self.clock.run(self.prepare(chain).credentials())
    }

    /// The id of what all sources come to.
    fn id(&self) -> String {
        self.run(CredentialsChain::new()).unwrap().secret_id().to_owned()
    }

    /// What is wrong, and the help.
    fn error(&self) -> (String, String) {
        let error = self.run(CredentialsChain::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(!format!("{error} {error:?}").contains("hidden"), "{error:?}");
        (error.message().to_owned(), error.hint().unwrap_or_default().to_owned())
    }
}

#[test]
fn the_sources_are_asked_in_their_order() {
    let machine = || Machine::new().metadata(200, "role").metadata(200, ROLE);
    assert_eq!(machine().with_environment().with_file().with_tccli().id(), "AKIDenvironment");
    assert_eq!(machine().with_file().with_tccli().id(), "AKIDfile");
    assert_eq!(machine().with_tccli().id(), "AKIDtccli");
    assert_eq!(machine().id(), "AKIDrole");
}

#[test]
fn nothing_is_sent_for_what_is_on_the_machine() {
    let machine = Machine::new().with_tccli();
    machine.id();
    assert!(machine.transport.requests().is_empty());
}

#[test]
fn the_role_of_the_machine_is_asked_for_without_a_signature() {
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
fn an_error_says_what_every_source_said() {
    let (message, help) = Machine::new().without_metadata().error();
    assert_eq!(
        message,
        "no credentials: \
         environment: `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY` are not set; \
         credentials file: no `/home/me/.tencentcloud/credentials`, no `/etc/tencentcloud/credentials`; \
         TCCLI: no `/home/me/.tccli/default.credential`; \
         web identity: `TKE_ROLE_ARN` is not set; \
         role of the machine: `metadata.tencentyun.com` cannot be asked: no connection: no such host"
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
         role of the machine: no role is bound to the machine"
    );
}

#[test]
fn a_source_that_is_there_but_broken_ends_the_search() {
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
            Machine::new().unreadable(FILE, directory).file(OF_THE_MACHINE, "[default]"),
            "credentials file: `/home/me/.tencentcloud/credentials` cannot be read: is a directory",
        ),
        (
            Machine::new().unreadable(OF_THE_MACHINE, io::ErrorKind::PermissionDenied),
            "credentials file: `/etc/tencentcloud/credentials` cannot be read: permission denied",
        ),
        (
            Machine::new().variable("TENCENTCLOUD_CREDENTIALS_FILE", "/run/gone").with_tccli(),
            "credentials file: `/run/gone`, which `TENCENTCLOUD_CREDENTIALS_FILE` names, does not exist",
        ),
        (
            Machine::new().file(TCCLI, r#"{"secretId":"hidden"}"#),
            "TCCLI: `/home/me/.tccli/default.credential` has no `secretKey`",
        ),
        (
            Machine::new().file(TCCLI, r#"{"secretId":"hidden","secretKey":"hidden","expiresAt":1699999999}"#),
            "TCCLI: the credentials in `/home/me/.tccli/default.credential` have ended",
        ),
        (
            Machine::new().variable("TKE_ROLE_ARN", "role").variable("TKE_REGION", "ap-guangzhou"),
            "web identity: `TKE_PROVIDER_ID`, `TKE_WEB_IDENTITY_TOKEN_FILE` not set, others of the pod are",
        ),
        (
            Machine::new().metadata(500, "hidden").metadata(500, "hidden"),
            "role of the machine: `http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/`: HTTP 500",
        ),
        (
            Machine::new().metadata(200, "<html>hidden</html>"),
            "role of the machine: `http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/`: \
             the answer is no name of a role",
        ),
        (
            Machine::new().metadata(200, "role").metadata(200, r#"{"Code":"Success","TmpSecretId":"hidden"}"#),
            "role of the machine: `http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/role`: \
             there is no `TmpSecretKey`",
        ),
    ];
    for (machine, last) in cases {
        let (message, _) = machine.error();
        assert!(message.starts_with("no credentials: environment: ") && message.ends_with(last), "{message}\n{last}");
    }
}

#[test]
fn the_cause_of_a_failure_is_kept() {
    let machine = Machine::new().unreadable(FILE, io::ErrorKind::PermissionDenied);
    let error = machine.run(CredentialsChain::new()).unwrap_err();
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.to_string(), "`/home/me/.tencentcloud/credentials` cannot be read: permission denied");
    assert_eq!(cause.source().unwrap().to_string(), "permission denied");
}

#[test]
fn a_variable_that_is_empty_counts_as_not_set() {
    let machine = Machine::new().variable("TENCENTCLOUD_SECRET_ID", "").variable("TENCENTCLOUD_SECRET_KEY", "");
    let machine = machine.variable("TENCENTCLOUD_CREDENTIALS_FILE", "").variable("TENCENTCLOUD_PROFILE", "");
    let machine = machine.variable("TENCENTCLOUD_TOKEN", "").with_file();
    assert_eq!(machine.id(), "AKIDfile");
}

#[test]
fn the_user_s_file_goes_before_the_machine_s_and_one_that_is_named_before_both() {
    let machine = Machine::new().file(OF_THE_MACHINE, "[default]\nsecret_id=AKIDetc\nsecret_key=key\n");
    assert_eq!(machine.id(), "AKIDetc");
    let machine = machine.with_file();
    assert_eq!(machine.id(), "AKIDfile");
    let machine = machine.file("/run/named", "[default]\nsecret_id=AKIDnamed\nsecret_key=key\n");
    assert_eq!(machine.variable("TENCENTCLOUD_CREDENTIALS_FILE", "/run/named").id(), "AKIDnamed");
    let without_home = Machine::new().variable("HOME", "").variable("USERPROFILE", "/home/me").with_file();
    assert_eq!(without_home.id(), "AKIDfile");
}

#[test]
fn a_profile_is_named_by_the_environment_or_by_the_program() {
    let machine = Machine::new().with_file().variable("TENCENTCLOUD_PROFILE", "ci");
    assert_eq!(machine.id(), "AKIDfile-ci");

    let tccli = || {
        Machine::new().with_file().file("/home/me/.tccli/ops.credential", r#"{"secretId":"AKIDops","secretKey":"key"}"#)
    };
    assert_eq!(tccli().variable("TENCENTCLOUD_PROFILE", "ops").id(), "AKIDops");
    assert_eq!(tccli().variable("TCCLI_PROFILE", "ops").id(), "AKIDfile", "that is the command line's own");

    let machine = tccli().with_environment().variable("TENCENTCLOUD_PROFILE", "none");
    assert_eq!(machine.id(), "AKIDenvironment");
    let named = machine.run(CredentialsChain::new().profile("ops")).unwrap();
    assert_eq!(named.secret_id(), "AKIDops", "what is named goes before the environment");
}

#[test]
fn a_named_profile_that_is_in_no_file_is_not_replaced_by_the_machine_s_role() {
    let machine = Machine::new().with_file().variable("TENCENTCLOUD_PROFILE", "ops").metadata(200, "role");
    let (message, _) = machine.error();
    assert_eq!(
        message,
        "no credentials: \
         environment: `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY` are not set; \
         credentials file: `/home/me/.tencentcloud/credentials` has no profile `ops`; \
         TCCLI: no `/home/me/.tccli/ops.credential`; \
         web identity: not asked, because no file has the profile that is named"
    );
    assert!(machine.transport.requests().is_empty());

    let error = machine.run(CredentialsChain::new().profile("../ops")).unwrap_err();
    assert!(error.message().ends_with("; TCCLI: `../ops` is no name of a profile"), "{error}");
}

#[test]
fn a_profile_of_the_command_line_may_stand_for_the_machine_s_role() {
    let machine = Machine::new().file(TCCLI, r#"{"type":"cvm-role"}"#).metadata(200, "role").metadata(200, ROLE);
    let chain = CredentialsChain::of([Source::Tccli]);
    assert_eq!(machine.run(chain).unwrap().secret_id(), "AKIDrole");
    let (message, _) = Machine::new().file(TCCLI, r#"{"type":"cvm-role"}"#).metadata(404, "").error();
    assert!(
        message.ends_with(
            "TCCLI: `/home/me/.tccli/default.credential` says `cvm-role`, but no role is bound to the machine"
        )
    );
}

#[test]
fn only_the_sources_that_were_chosen_are_asked() {
    let machine = Machine::new().with_environment().with_file().with_tccli();
    for (sources, id) in [
        (vec![Source::File], "AKIDfile"),
        (vec![Source::Tccli, Source::File], "AKIDtccli"),
        (vec![Source::WebIdentity, Source::Environment], "AKIDenvironment"),
    ] {
        assert_eq!(machine.run(CredentialsChain::of(sources)).unwrap().secret_id(), id);
    }
    let error = Machine::new().run(CredentialsChain::of([Source::File])).unwrap_err();
    assert!(!error.message().contains("environment") && !error.message().contains("machine:"), "{error}");
}

#[test]
fn a_machine_elsewhere_waits_for_two_seconds_and_no_longer() {
    let mut machine = Machine::new();
    machine.transport = machine.transport.hang();
    let (message, _) = machine.error();
    assert_eq!(machine.clock.unix() - NOW, 2);
    assert!(message.ends_with("cannot be asked: no answer in time: 2s is what the metadata may take"), "{message}");
    assert_eq!(machine.transport.requests().len(), 1);

    let mut machine = Machine::new().metadata(200, "role");
    machine.transport = machine.transport.hang();
    machine.error();
    assert_eq!(machine.clock.unix() - NOW, 2);
}

#[test]
fn the_search_keeps_to_the_source_that_had_some() {
    let machine = Machine::new().with_file();
    let chain = machine.prepare(CredentialsChain::new());
    let id = || machine.clock.run(chain.credentials()).unwrap().secret_id().to_owned();
    assert_eq!(id(), "AKIDfile");
    // Somebody else's credentials turn up, and a rotated key.
    machine.clone().with_environment().file(FILE, "[default]\nsecret_id=AKIDrotated\nsecret_key=key\n");
    machine.clock.advance(Duration::from_secs(299));
    assert_eq!(id(), "AKIDfile");
    machine.clock.advance(Duration::from_secs(1));
    assert_eq!(id(), "AKIDrotated");
    // Nothing turns to another source because a file is just being written.
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
        "no credentials any more: credentials file: `/home/me/.tencentcloud/credentials` has no profile `default`"
    );
}

#[test]
fn the_role_s_credentials_are_refreshed_ahead_of_their_end() {
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
fn metadata_that_hangs_costs_a_call_a_second_while_the_old_credentials_are_valid() {
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

#[test]
fn files_of_the_machine_are_read_whatever_lies_there() {
    let home = std::env::temp_dir().join(format!("tencentcloud-core-{}", std::process::id()));
    let folder = home.join(".tencentcloud");
    let file = folder.join("credentials");
    let run = || {
        let home = home.clone();
        let chain =
            CredentialsChain::of([Source::File]).variables(move |name| (name == "HOME").then(|| home.clone().into()));
        VirtualClock::at_unix(NOW).run(chain.credentials())
    };
    std::fs::create_dir_all(&file).unwrap();
    assert!(run().unwrap_err().message().ends_with(".tencentcloud/credentials` cannot be read: it is no file"));
    std::fs::remove_dir(&file).unwrap();
    std::fs::write(&file, "[default]\r\nsecret_id = AKIDfile\r\nsecret_key = key\r\n").unwrap();
    assert_eq!(run().unwrap().secret_id(), "AKIDfile");
    std::fs::write(&file, " ".repeat(1024 * 1024 + 1)).unwrap();
    assert!(run().unwrap_err().message().ends_with(" cannot be read: it has more than 1048576 bytes"));
    std::fs::remove_file(&file).unwrap();
    std::fs::remove_dir(&folder).unwrap();
    std::fs::write(&folder, "a file where the folder should be").unwrap();
    let absent = run();
    std::fs::remove_dir_all(&home).unwrap();
    assert!(absent.unwrap_err().message().contains("no `/etc/tencentcloud/credentials`"));
}

#[test]
fn a_configuration_looks_for_nothing_before_its_first_call() {
    let chain = CredentialsChain::new()
        .variables(|name| panic!("{name} is looked up"))
        .files(|path| panic!("{path:?} is read"));
    let transport = ScriptedTransport::new();
    Config::builder().credentials(chain).transport(transport.clone()).build().unwrap();
    assert!(transport.requests().is_empty());
}

#[test]
fn nothing_of_what_is_found_is_printed() {
    let chain = Machine::new().with_environment().prepare(CredentialsChain::new().profile("ops"));
    assert_eq!(
        format!("{chain:?}"),
        "CredentialsChain { sources: [Environment, File, Tccli, WebIdentity, MachineRole], profile: Some(\"ops\"), .. }"
    );
}
