//! The program's options.

use std::ffi::OsString;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use lexopt::prelude::*;
use tencentcloud_emulator::{Builder, Credential, Emulator, Limit};

use crate::certificate;
use crate::journal_reporter::Told;
use crate::state_file::StateFile;

/// The port unless another is asked for.
const PORT: u16 = 8088;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Tencent Cloud's cache purge actions on loopback.

usage: tencentcloud-emulator [options]

  --address <ip>             listen on this address [127.0.0.1]
  --port <number>            listen on this port, 0 for a free one [8088]

  --credential <id:key[:token]>
                             accept requests signed with this; again for another [an example]
  --secret-id <id>           the same for one credential, in three options
  --secret-key <key>
  --token <token>            make it a temporary one with this token
  --host-without-port        accept signatures that leave out the host's port, as the official SDK for Node makes them

  --rates <limit>            requests a second, an account and an action: documented, off, or a number [documented]
  --quotas <limit>           targets a day, an account and an action: documented, off, or a number [documented]
  --purge-seconds <n>        show purges as under way for so long [0]
  --state <file>             keep accepted tasks in this file, and begin with those that are in it

  --tls <file>               serve over TLS, with a certificate made for this run; write what clients have to trust
                             into this file (PEM), which must be new or from an earlier run
  --tls-certificate <file>   serve over TLS with this certificate, and those that issued it (PEM),
  --tls-key <file>           and with this key (PEM)

  --list                     list the actions and their limits
  --help                     print this
  --version                  print the version

It ends with ctrl-c or SIGTERM. There is no secret to keep: use made-up credentials. A browser finds a page at `/`, and programs
in any language find faults to ask for, and what was received, at `/_emulator/`.
";

/// What is asked of the program.
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
    /// None stands for the example.
    pub(crate) credentials: Vec<Credential>,
    pub(crate) host_without_port: bool,
    rates: Limit,
    quotas: Limit,
    purge_duration: Duration,
    state: Option<PathBuf>,
    pub(crate) tls: Option<Tls>,
}

/// Where the certificate comes from.
pub(crate) enum Tls {
    Made { authority: PathBuf },
    Given { certificate: PathBuf, key: PathBuf },
}

/// Options that make sense together only.
#[derive(Default)]
struct Parts {
    secret_id: Option<String>,
    secret_key: Option<String>,
    token: Option<String>,
    authority: Option<PathBuf>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
}

/// Reads the command line.
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
            Long("quotas") => options.quotas = parser.value()?.parse_with(limit)?,
            Long("purge-seconds") => options.purge_duration = Duration::from_secs(parser.value()?.parse()?),
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
    parts.settle(&mut options)?;
    Ok(Command::Run(Box::new(options)))
}

/// The value as text; unlike lexopt's own conversion, its error does not repeat what may be a secret.
fn text(value: OsString) -> Result<String, lexopt::Error> {
    value.into_string().map_err(|_| "a credential is not valid UTF-8".into())
}

/// An id, a key and perhaps a token; neither an id nor a key has a colon.
fn credential(text: &str) -> Result<Credential, lexopt::Error> {
    let mut parts = text.splitn(3, ':');
    let (Some(id), Some(key)) = (parts.next(), parts.next()) else {
        return Err("--credential needs an id and a key, with a colon between them".into());
    };
    let credential = Credential::new(id, key);
    Ok(match parts.next() {
        Some(token) => credential.token(token),
        None => credential,
    })
}

fn limit(text: &str) -> Result<Limit, &'static str> {
    match text {
        "documented" => Ok(Limit::Documented),
        "off" => Ok(Limit::Unlimited),
        number => number.parse().map(Limit::At).map_err(|_| "`documented`, `off` or a number is expected"),
    }
}

impl Parts {
    fn settle(self, options: &mut Options) -> Result<(), lexopt::Error> {
        let credential = match (self.secret_id, self.secret_key) {
            (Some(id), Some(key)) => Some(Credential::new(id, key)),
            (None, None) => None,
            (Some(_), None) => return Err("--secret-id needs --secret-key beside it".into()),
            (None, Some(_)) => return Err("--secret-key needs --secret-id beside it".into()),
        };
        match (credential, self.token) {
            (Some(credential), Some(token)) => options.credentials.push(credential.token(token)),
            (Some(credential), None) => options.credentials.push(credential),
            (None, Some(token)) if options.credentials.is_empty() => {
                options.credentials.push(Credential::default().token(token));
            }
            (None, Some(_)) => {
                return Err("--token goes with --secret-id; with --credential, write id:key:token".into());
            }
            (None, None) => {}
        }
        options.tls = match (self.authority, self.certificate, self.key) {
            (None, None, None) => None,
            (Some(authority), None, None) => Some(Tls::Made { authority }),
            (None, Some(certificate), Some(key)) => Some(Tls::Given { certificate, key }),
            (None, ..) => return Err("--tls-certificate and --tls-key go together".into()),
            (Some(_), ..) => return Err("--tls makes a certificate: leave it away where one is given".into()),
        };
        Ok(())
    }
}

impl Options {
    fn ip(&self) -> IpAddr {
        self.ip.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
    }

    /// The emulator that is asked for.
    ///
    /// # Errors
    ///
    /// If a file that it needs cannot be read or written.
    pub(crate) fn builder(&self) -> io::Result<Builder> {
        let mut builder = Emulator::builder()
            .address((self.ip(), self.port.unwrap_or(PORT)))
            .host_without_port(self.host_without_port)
            .requests_per_second(self.rates)
            .per_day(self.quotas)
            .purge_duration(self.purge_duration);
        for credential in &self.credentials {
            builder = builder.credential(credential.clone());
        }
        match &self.tls {
            Some(Tls::Made { authority }) => builder = builder.tls(certificate::made(self.ip(), authority)?),
            Some(Tls::Given { certificate, key }) => builder = builder.tls(certificate::given(certificate, key)?),
            None => {}
        }
        if let Some(path) = &self.state {
            let (file, tasks) = StateFile::open(path)?;
            builder = builder.tasks(tasks).journal(Told::new(file, path));
        }
        Ok(builder)
    }
}
