//! The program's options.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use lexopt::prelude::*;
use tencentcloud_emulator::{Builder, Credential, Emulator, SECRET_ID, SECRET_KEY};

/// The port unless another is asked for.
const PORT: u16 = 8088;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Tencent Cloud's cache purge actions on loopback.

usage: tencentcloud-emulator [options]

  --address <ip>         listen on this address [127.0.0.1]
  --port <number>        listen on this port, 0 for a free one [8088]
  --secret-id <id>       accept requests signed with this id and --secret-key [an example]
  --secret-key <key>
  --token <token>        make the credential a temporary one with this token
  --purge-seconds <n>    show purges as under way for so long [0]
  --list                 list the actions and their limits
  --help                 print this
  --version              print the version

It ends with ctrl-c. There is no secret to keep: use made-up credentials.
";

/// What is asked of the program.
pub(crate) enum Command {
    Run(Options),
    List,
    Help,
    Version,
}

/// How the emulator is to run.
pub(crate) struct Options {
    ip: IpAddr,
    port: u16,
    /// None stands for the example, whose key may be shown.
    credential: Option<Credential>,
    token: Option<String>,
    purge_duration: Duration,
}

/// Reads the command line.
pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let (mut ip, mut port, mut purge_seconds) = (IpAddr::V4(Ipv4Addr::LOCALHOST), PORT, 0);
    let (mut secret_id, mut secret_key, mut token) = (None, None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("address") => ip = parser.value()?.parse()?,
            Long("port") => port = parser.value()?.parse()?,
            Long("secret-id") => secret_id = Some(text(parser.value()?)?),
            Long("secret-key") => secret_key = Some(text(parser.value()?)?),
            Long("token") => token = Some(text(parser.value()?)?),
            Long("purge-seconds") => purge_seconds = parser.value()?.parse()?,
            Long("list") => return Ok(Command::List),
            Long("help") | Short('h') => return Ok(Command::Help),
            Long("version") | Short('V') => return Ok(Command::Version),
            _ => return Err(argument.unexpected()),
        }
    }
    let credential = match (secret_id, secret_key) {
        (Some(id), Some(key)) => Some(Credential::new(id, key)),
        (None, None) => None,
        (Some(_), None) => return Err("--secret-id needs --secret-key beside it".into()),
        (None, Some(_)) => return Err("--secret-key needs --secret-id beside it".into()),
    };
    let purge_duration = Duration::from_secs(purge_seconds);
    Ok(Command::Run(Options { ip, port, credential, token, purge_duration }))
}

/// The value as text; unlike lexopt's own conversion, its error does not repeat what may be a secret.
fn text(value: OsString) -> Result<String, lexopt::Error> {
    value.into_string().map_err(|_| "a credential is not valid UTF-8".into())
}

impl Options {
    /// The emulator that is asked for.
    pub(crate) fn builder(&self) -> Builder {
        let credential = self.credential.clone().unwrap_or_default();
        let credential = match &self.token {
            Some(token) => credential.token(token),
            None => credential,
        };
        Emulator::builder().address((self.ip, self.port)).credential(credential).purge_duration(self.purge_duration)
    }

    /// What to tell whoever started the program: where it listens, and what to sign with.
    pub(crate) fn greeting(&self, emulator: &Emulator) -> String {
        let credential = match &self.credential {
            Some(_) => format!("secret id   {}\nsecret key  as given\n", emulator.secret_id()),
            None => format!("secret id   {SECRET_ID}\nsecret key  {SECRET_KEY}\n"),
        };
        let token = if self.token.is_some() { "token       as given\n" } else { "" };
        format!("listening on {}\n\n{credential}{token}\n", emulator.endpoint())
    }
}
