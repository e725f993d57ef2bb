//! Parses the program's options.

use std::ffi::OsString;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use lexopt::prelude::*;
use tencentcloud_emulator::{Builder, Credential, Emulator, Limit};

use crate::certificate;
use crate::journal_reporter::ReportingJournal;
use crate::state_file::StateFile;

/// The default port.
const PORT: u16 = 8088;

/// The output of `--help`.
pub(crate) const HELP: &str = "\
Tencent Cloud's cache purge actions on loopback.

usage: tencentcloud-emulator [options]

  --address <ip>             listen on this address [127.0.0.1]
  --port <number>            listen on this port, 0 for any free one [8088]

  --credential <id:key[:token]>
                             accept requests signed with this credential; may be repeated
  --secret-id <id>           the same for one credential, as three options
  --secret-key <key>
  --token <token>            make it a temporary credential with this token
  --host-without-port        accept signatures that leave out the port of the host, like those of
                             the official SDK for Node

  --rates <limit>            requests per second, account and action:
                             documented, off, or a number [documented]
  --batches <limit>          targets per request:
                             documented, off, or a number [documented]
  --quotas <limit>           targets per day, account and action:
                             documented, off, or a number [documented]
  --purge-seconds <n>        show a purge or a prefetch as in progress for n seconds [0]
  --history-seconds <n>      leave a new task out of the lists of tasks for n seconds [0]
  --state <file>             record accepted tasks in this file, and begin with the tasks in it

  --tls <file>               serve over TLS with a certificate generated for this run, and write the
                             certificate to trust into this file (PEM), which must be new or
                             written by an earlier run
  --tls-certificate <file>   serve over TLS with this certificate chain (PEM)
  --tls-key <file>           and with this key (PEM)

  --list                     list the actions and their limits
  --help                     print this text
  --version                  print the version

ctrl-c or SIGTERM stops the program. Use made-up credentials: nothing here is secret. A browser finds
a page at `/`; programs in any language find the control API at `/_emulator/`.
";

/// What the program is to do.
pub(crate) enum Command {
    Run(Box<Options>),
    List,
    Help,
    Version,
}

/// How the emulator is to run.
#[derive(Default)]
pub(crate) struct Options {
    ip: Option<IpAddr>,
    port: Option<u16>,
    /// Empty for the default credential.
    pub(crate) credentials: Vec<Credential>,
    pub(crate) host_without_port: bool,
    rates: Limit,
    batches: Limit,
    quotas: Limit,
    purge_duration: Duration,
    history_delay: Duration,
    state: Option<PathBuf>,
    pub(crate) tls: Option<Tls>,
}

/// The source of the certificate.
pub(crate) enum Tls {
    /// Generated for this run. `authority` is the file for the certificate to trust.
    Generated {
        authority: PathBuf,
    },
    Files {
        certificate: PathBuf,
        key: PathBuf,
    },
}

/// Options that are combined after all have been read.
#[derive(Default)]
struct Parts {
    secret_id: Option<String>,
    secret_key: Option<String>,
    token: Option<String>,
    authority: Option<PathBuf>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
}

/// Parses the command line.
pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut options = Options::default();
    let mut parts = Parts::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("address") => options.ip = Some(parser.value()?.parse()?),
            Long("port") => options.port = Some(parser.value()?.parse()?),
            Long("credential") => options.credentials.push(credential(&text(parser.value()?)?)?),
            Long("secret-id") => parts.secret_id = Some(text(parser.value()?)?),
            Long("secret-key") => parts.secret_key = Some(text(parser.value()?)?),
            Long("token") => parts.token = Some(text(parser.value()?)?),
            Long("host-without-port") => options.host_without_port = true,
            Long("rates") => options.rates = parser.value()?.parse_with(limit)?,
            Long("batches") => options.batches = parser.value()?.parse_with(limit)?,
            Long("quotas") => options.quotas = parser.value()?.parse_with(limit)?,
            Long("purge-seconds") => options.purge_duration = Duration::from_secs(parser.value()?.parse()?),
            Long("history-seconds") => options.history_delay = Duration::from_secs(parser.value()?.parse()?),
            Long("state") => options.state = Some(parser.value()?.into()),
            Long("tls") => parts.authority = Some(parser.value()?.into()),
            Long("tls-certificate") => parts.certificate = Some(parser.value()?.into()),
            Long("tls-key") => parts.key = Some(parser.value()?.into()),
            Long("list") => return Ok(Command::List),
            Long("help") | Short('h') => return Ok(Command::Help),
            Long("version") | Short('V') => return Ok(Command::Version),
            _ => return Err(argument.unexpected()),
        }
    }
    options.credentials.extend(parts.credential(&options.credentials)?);
    options.tls = parts.tls()?;
    Ok(Command::Run(Box::new(options)))
}

/// The value as text. Unlike the error of lexopt's own conversion, this one does not repeat the
/// value, which may be a secret.
fn text(value: OsString) -> Result<String, lexopt::Error> {
    value.into_string().map_err(|_| "a credential is not valid UTF-8".into())
}

/// Parses `id:key` or `id:key:token`. Neither an id nor a key contains a colon.
fn credential(text: &str) -> Result<Credential, lexopt::Error> {
    let mut parts = text.splitn(3, ':');
    let (Some(id), Some(key)) = (parts.next(), parts.next()) else {
        return Err("--credential needs an id and a key, separated by a colon".into());
    };
    let credential = Credential::new(id, key);
    Ok(match parts.next() {
        Some(token) => credential.with_token(token),
        None => credential,
    })
}

fn limit(text: &str) -> Result<Limit, &'static str> {
    match text {
        "documented" => Ok(Limit::Documented),
        "off" => Ok(Limit::Unlimited),
        number => number.parse().map(Limit::At).map_err(|_| "expected `documented`, `off` or a number"),
    }
}

impl Parts {
    /// The credential of `--secret-id`, `--secret-key` and `--token`.
    fn credential(&mut self, others: &[Credential]) -> Result<Option<Credential>, lexopt::Error> {
        let credential = match (self.secret_id.take(), self.secret_key.take()) {
            (Some(id), Some(key)) => Some(Credential::new(id, key)),
            (None, None) => None,
            (Some(_), None) => return Err("--secret-id needs --secret-key, too".into()),
            (None, Some(_)) => return Err("--secret-key needs --secret-id, too".into()),
        };
        match (credential, self.token.take()) {
            (credential, None) => Ok(credential),
            (Some(credential), Some(token)) => Ok(Some(credential.with_token(token))),
            (None, Some(token)) if others.is_empty() => Ok(Some(Credential::default().with_token(token))),
            (None, Some(_)) => Err("--token belongs to --secret-id; with --credential, write id:key:token".into()),
        }
    }

    fn tls(self) -> Result<Option<Tls>, lexopt::Error> {
        match (self.authority, self.certificate, self.key) {
            (None, None, None) => Ok(None),
            (Some(authority), None, None) => Ok(Some(Tls::Generated { authority })),
            (None, Some(certificate), Some(key)) => Ok(Some(Tls::Files { certificate, key })),
            (None, ..) => Err("--tls-certificate and --tls-key belong together".into()),
            (Some(_), ..) => Err("--tls generates a certificate: leave it out to use another one".into()),
        }
    }
}

impl Options {
    fn ip(&self) -> IpAddr {
        self.ip.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
    }

    /// The configured emulator. It listens before it opens a file: an emulator that cannot listen
    /// leaves the files of a running one unchanged.
    ///
    /// # Errors
    ///
    /// If it cannot listen on the address, or if a file cannot be read or written.
    pub(crate) fn builder(&self) -> io::Result<Builder> {
        let mut builder = Emulator::builder()
            .address((self.ip(), self.port.unwrap_or(PORT)))
            .listen()?
            .host_without_port(self.host_without_port)
            .requests_per_second(self.rates)
            .per_request(self.batches)
            .per_day(self.quotas)
            .purge_duration(self.purge_duration)
            .history_delay(self.history_delay);
        for credential in &self.credentials {
            builder = builder.credential(credential.clone());
        }
        match &self.tls {
            Some(Tls::Generated { authority }) => builder = builder.tls(certificate::generate(self.ip(), authority)?),
            Some(Tls::Files { certificate, key }) => builder = builder.tls(certificate::read(certificate, key)?),
            None => {}
        }
        if let Some(path) = &self.state {
            let (file, tasks) = StateFile::open(path)?;
            builder = builder.tasks(tasks).journal(ReportingJournal::new(file, path));
        }
        Ok(builder)
    }
}
