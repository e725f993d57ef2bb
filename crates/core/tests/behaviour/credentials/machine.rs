//! A fake machine for tests of the chain: environment variables, files and metadata.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use tencentcloud_core::http::{TransportError, TransportErrorKind};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Credentials, CredentialsChain, Error, ErrorKind};

use super::InContext;
use crate::sample::NOW;

pub(super) const FILE: &str = "/home/me/.tencentcloud/credentials";
pub(super) const SYSTEM_FILE: &str = "/etc/tencentcloud/credentials";
pub(super) const TCCLI: &str = "/home/me/.tccli/default.credential";

/// The metadata's response with credentials of the role, which expire two hours after [`NOW`].
pub(super) const ROLE: &str =
    r#"{"TmpSecretId":"AKIDrole","TmpSecretKey":"key","Token":"token","ExpiredTime":1700007200,"Code":"Success"}"#;

/// The content of a file, or the error of reading it.
type Contents = Result<Vec<u8>, io::ErrorKind>;

/// Clones share the variables, the files and the script of the metadata.
#[derive(Clone)]
pub(super) struct Machine {
    pub(super) clock: VirtualClock,
    pub(super) transport: ScriptedTransport,
    variables: Arc<Mutex<HashMap<&'static str, &'static str>>>,
    files: Arc<Mutex<HashMap<&'static str, Contents>>>,
}

impl Machine {
    pub(super) fn new() -> Self {
        let (clock, transport) = (VirtualClock::at_unix(NOW), ScriptedTransport::new());
        Self { clock, transport, variables: Arc::default(), files: Arc::default() }.variable("HOME", "/home/me")
    }

    pub(super) fn variable(self, name: &'static str, value: &'static str) -> Self {
        self.variables.lock().unwrap().insert(name, value);
        self
    }

    pub(super) fn file(self, path: &'static str, text: &str) -> Self {
        self.files.lock().unwrap().insert(path, Ok(text.as_bytes().to_vec()));
        self
    }

    pub(super) fn unreadable(self, path: &'static str, kind: io::ErrorKind) -> Self {
        self.files.lock().unwrap().insert(path, Err(kind));
        self
    }

    pub(super) fn with_environment(self) -> Self {
        self.variable("TENCENTCLOUD_SECRET_ID", "AKIDenvironment").variable("TENCENTCLOUD_SECRET_KEY", "key")
    }

    pub(super) fn with_file(self) -> Self {
        self.file(FILE, "[default]\nsecret_id=AKIDfile\nsecret_key=key\n[ci]\nsecret_id=AKIDfile-ci\nsecret_key=key\n")
    }

    pub(super) fn with_tccli(self) -> Self {
        self.file(TCCLI, r#"{"secretId":"AKIDtccli","secretKey":"key"}"#)
    }

    /// Adds the metadata's next response.
    pub(super) fn metadata(mut self, status: u16, body: &str) -> Self {
        self.transport = self.transport.respond(status, body);
        self
    }

    pub(super) fn without_metadata(mut self) -> Self {
        self.transport = self.transport.fail(TransportError::new(TransportErrorKind::Connect, "no such host"));
        self
    }

    pub(super) fn prepare(&self, chain: CredentialsChain) -> InContext<CredentialsChain> {
        let (variables, files) = (Arc::clone(&self.variables), Arc::clone(&self.files));
        let chain = chain.variables(move |name| variables.lock().unwrap().get(name).map(Into::into)).files(
            move |path: &Path| match files.lock().unwrap().get(path.to_str().unwrap()) {
                Some(Ok(bytes)) => Ok(bytes.clone()),
                Some(Err(kind)) => Err((*kind).into()),
                None => Err(io::ErrorKind::NotFound.into()),
            },
        );
        InContext::new(chain, &self.transport, &self.clock)
    }

    pub(super) fn run(&self, chain: CredentialsChain) -> Result<Credentials, Error> {
        self.clock.run(self.prepare(chain).credentials())
    }

    /// The secret id that a search of all sources finds.
    pub(super) fn id(&self) -> String {
        self.run(CredentialsChain::new()).unwrap().secret_id().to_owned()
    }

    /// The error of a search of all sources: its message and its hint.
    pub(super) fn error(&self) -> (String, String) {
        let error = self.run(CredentialsChain::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(!format!("{error} {error:?}").contains("hidden"), "{error:?}");
        (error.message().to_owned(), error.hint().unwrap_or_default().to_owned())
    }
}
