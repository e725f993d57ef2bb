//! Tests the program: its options, its output, and its end.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use tencentcloud_emulator::verify::Request;

use crate::client::{Call, V1Call, send};

fn program(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tencentcloud-emulator"));
    command.args(options);
    command
}

pub(crate) fn run(options: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = program(options).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// The running program. Dropping it kills it.
pub(crate) struct Running {
    pub(crate) child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Running {
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::start_with(options, Stdio::inherit())
    }

    /// Starts it with this standard error.
    pub(crate) fn start_with(options: &[&str], stderr: Stdio) -> Self {
        let mut command = program(options);
        let mut child = command.args(["--port", "0"]).stdout(Stdio::piped()).stderr(stderr).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }

    /// What it prints before the first request: three paragraphs.
    pub(crate) fn greeting(&mut self) -> Vec<String> {
        let mut greeting: Vec<String> = Vec::new();
        while greeting.iter().filter(|line| line.is_empty()).count() < 3 {
            greeting.push(self.line());
        }
        greeting
    }

    /// Sends a signal, waits until the program has ended, and returns its exit code.
    #[cfg(unix)]
    pub(crate) fn ended_by(&mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn address(greeting: &[String]) -> SocketAddr {
    let (_, address) = greeting[0].strip_prefix("listening on ").unwrap().split_once("://").unwrap();
    address.parse().unwrap()
}

/// The time of the system clock, in seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A purge of one URL that is signed now, with the default credential.
pub(crate) fn purge(url: &str) -> V1Call {
    V1Call::new("POST", "PurgeUrlsCache", "2018-06-06", &[("Urls.0", url)]).set("Timestamp", Some(&now().to_string()))
}

#[test]
fn help_lists_the_options() {
    let (code, stdout, stderr) = run(&["--help"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let options = "address port credential secret-id secret-key token host-without-port rates batches quotas \
                   purge-seconds history-seconds state tls tls-certificate tls-key list help version";
    for option in options.split(' ') {
        assert!(stdout.contains(&format!("  --{option}")), "{option}");
    }
}

#[test]
fn the_list_contains_every_action_and_its_limits() {
    let (code, stdout, _) = run(&["--list"]);
    assert_eq!(code, Some(0));
    let line = "  PurgeUrlsCache: 20 requests per second, 1000 Urls per request, 10000 per day\n";
    assert!(stdout.contains("cdn 2018-06-06: ") && stdout.contains(line), "{stdout}");
    assert!(stdout.contains("teo 2022-09-01: ") && stdout.contains("ecdn 2019-10-12: "), "{stdout}");
}

#[test]
fn the_version_is_that_of_the_crate() {
    let (code, stdout, _) = run(&["--version"]);
    assert_eq!((code, stdout), (Some(0), format!("tencentcloud-emulator {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn invalid_options_are_named() {
    for (options, says) in [
        (&["--prot", "1"][..], "--prot"),
        (&["--port"], "--port"),
        (&["--port", "http"], "http"),
        (&["--address", "example.com"], "example.com"),
        (&["--purge-seconds", "-1"], "-1"),
        (&["--secret-id", "AKID"], "--secret-key"),
        (&["--secret-key", "hidden"], "--secret-id"),
        (&["--secret-id", "AKID 1", "--secret-key", "hidden"], "secret id"),
        (&["--credential", "hidden"], "colon"),
        (&["--credential", "AKID:"], "secret key"),
        (&["--credential", "AKID:hidden", "--token", "hidden"], "id:key:token"),
        (&["--rates", "fast"], "`documented`, `off` or a number"),
        (&["--quotas", "-1"], "-1"),
        (&["--batches", "few"], "few"),
        (&["--history-seconds", "-1"], "-1"),
        (&["--tls-key", "key.pem"], "--tls-certificate"),
        (&["--tls", "a.pem", "--tls-key", "key.pem"], "--tls"),
        (&["extra"], "extra"),
    ] {
        let (code, stdout, stderr) = run(options);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{options:?}");
        assert!(stderr.starts_with("error: ") && stderr.contains(says), "{options:?}: {stderr}");
        assert!(stderr.contains("help: ") && !stderr.contains("hidden"), "{options:?}: {stderr}");
    }
}

#[test]
fn a_port_in_use_is_an_error() {
    let other = crate::client::start();
    let (code, _, stderr) = run(&["--port", &other.address().port().to_string()]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains(&format!("cannot listen on {}", other.address())), "{stderr}");
}

#[test]
fn the_greeting_contains_the_address_and_the_credential() {
    let greeting = Running::start(&[]).greeting();
    assert!(address(&greeting).ip().is_loopback());
    assert!(greeting.contains(&format!("secret id   {}", tencentcloud_emulator::SECRET_ID)), "{greeting:?}");
    assert!(greeting.contains(&format!("secret key  {}", tencentcloud_emulator::SECRET_KEY)), "{greeting:?}");
}

#[test]
fn the_greeting_does_not_contain_a_given_key() {
    let given = ["--secret-id", "AKIDGIVEN", "--secret-key", "hidden-key", "--token", "hidden-token"];
    let greeting = Running::start(&given).greeting().join("\n");
    assert!(greeting.contains("AKIDGIVEN") && !greeting.contains("hidden"), "{greeting}");
}

#[test]
fn the_greeting_says_how_to_point_each_client_at_the_emulator() {
    let greeting = Running::start(&[]).greeting();
    let address = address(&greeting);
    for line in [
        format!("Rust        Config::builder().endpoint(\"http://{address}\")"),
        format!("Python      HttpProfile(protocol=\"http\", endpoint=\"{address}\")"),
        format!("tccli       tccli --endpoint http://{address}"),
        format!("browser     http://{address}/"),
    ] {
        assert!(greeting.contains(&line), "{line}: {greeting:?}");
    }
    assert!(greeting.iter().any(|line| line.starts_with("Node        httpProfile: ")), "{greeting:?}");
}

#[test]
fn several_credentials_are_accepted() {
    let options = ["--credential", "AKIDONE:key:1", "--credential", "AKIDTWO:other", "--secret-id", "AKIDTHREE"];
    let mut running = Running::start(&[&options[..], &["--secret-key", "third"]].concat());
    let address = address(&running.greeting());
    for (id, key, token) in [("AKIDONE", "key", Some("1")), ("AKIDTWO", "other", None), ("AKIDTHREE", "third", None)] {
        let call = purge("http://www.example.com/").set("SecretId", Some(id)).set("Token", token);
        assert_eq!(send(address, &call.with(|call| call.secret_key = key.into()).request()).code(), "", "{id}");
    }
    let example = purge("http://www.example.com/").request();
    assert_eq!(send(address, &example).code(), "AuthFailure.SecretIdNotFound");
}

#[test]
fn rates_and_quotas_can_be_set() {
    let codes = |options: &[&str], calls: usize| -> Vec<String> {
        let mut running = Running::start(options);
        let address = address(&running.greeting());
        (0..calls).map(|_| send(address, &purge("http://www.example.com/").request()).code()).collect()
    };
    let succeeded = |codes: &[String]| codes.iter().filter(|code| code.is_empty()).count();
    assert_eq!(codes(&["--rates", "1", "--quotas", "off"], 2), ["", "RequestLimitExceeded"]);
    assert_eq!(codes(&["--quotas", "1"], 2), ["", "LimitExceeded.CdnPurgeUrlExceedDayLimit"]);
    assert_eq!(codes(&["--batches", "0"], 1), ["LimitExceeded.CdnPurgeUrlExceedBatchLimit"]);
    assert_eq!(succeeded(&codes(&["--rates", "off"], 50)), 50);
}

#[test]
fn a_line_contains_the_number_of_targets_and_the_signature_scheme() {
    let mut running = Running::start(&[]);
    let address = address(&running.greeting());
    send(address, &purge("http://www.example.com/").request());
    let line = running.line();
    assert!(line.ends_with(" ok, 1 Urls, HmacSHA1 over POST"), "{line}");
}

#[test]
fn a_line_is_printed_for_every_request() {
    let mut running = Running::start(&[]);
    let address = address(&running.greeting());

    let stale = Call::new("cdn", "PurgeUrlsCache", "{}").with(|call| call.timestamp = now() - 1_000);
    send(address, &stale.request());
    let line = running.line();
    assert!(line.contains("Z cdn PurgeUrlsCache ") && line.contains(" AuthFailure.SignatureExpire: "), "{line}");

    send(address, &stale.clone().with(|call| call.action = "Purge\tUrls".into()).request());
    let line = running.line();
    assert!(line.contains("Z cdn Purge Urls "), "{line}");

    let mut nameless = stale.request();
    nameless.headers.retain(|(name, _)| name == "Host");
    send(address, &nameless);
    let line = running.line();
    assert!(line.contains("Z - - ") && line.contains(" AuthFailure.InvalidAuthorization: "), "{line}");
}

#[test]
fn an_explanation_is_printed_on_a_line_of_its_own() {
    let mut running = Running::start(&[]);
    let address = address(&running.greeting());
    let refused = send(address, &purge("http://a.b/").with(|call| call.secret_key = "other".into()).request());
    assert_eq!(refused.code(), "AuthFailure.SignatureFailure");
    assert!(refused.message().len() < 150, "{}", refused.message());
    assert!(running.line().ends_with(&refused.message()));
    let explanation = running.line();
    assert!(explanation.starts_with("    the string to sign is \"POST"), "{explanation}");

    let received = Request {
        method: "GET".into(),
        path: "/_emulator/received".into(),
        headers: vec![("Host".into(), "localhost".into())],
        ..Request::default()
    };
    let received: serde_json::Value = serde_json::from_str(&send(address, &received).body).unwrap();
    assert_eq!(received["received"][0]["explanation"], explanation.trim_start());
}

#[cfg(unix)]
#[test]
fn ctrl_c_and_sigterm_stop_the_program_cleanly() {
    for signal in ["-INT", "-TERM"] {
        let mut running = Running::start(&[]);
        running.greeting();
        assert_eq!(running.ended_by(signal), Some(0), "{signal}");
    }
}
