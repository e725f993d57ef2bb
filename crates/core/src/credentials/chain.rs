//! The sources that credentials are looked for in, one after the other.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::cache::{Cache, Work};
use super::environment::Environment;
use super::lookup::Lookup;
use super::machine_role::Metadata;
use super::seams::Seams;
use super::{Credentials, env_vars, file, tccli, web_identity};
use crate::credentials::ProvideCredentials;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::http::Transport;
use crate::time::{BoxFuture, Clock};

/// Variable of the profile's name; Terraform reads it as well.
const PROFILE: &str = "TENCENTCLOUD_PROFILE";
/// Variable of the profile's name for the command line only.
const TCCLI_PROFILE: &str = "TCCLI_PROFILE";
/// The profile that is used if none is named.
const DEFAULT_PROFILE: &str = "default";

/// A place where credentials may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialSource {
    /// The variables that [`Credentials::from_env`] reads.
    Environment,
    /// The file that the official SDKs share: the one that `TENCENTCLOUD_CREDENTIALS_FILE` names, or else
    /// `~/.tencentcloud/credentials`, or else `/etc/tencentcloud/credentials`.
    ///
    /// It has a `[profile]` with `secret_id`, `secret_key` and perhaps `token` below: the one that `TENCENTCLOUD_PROFILE`
    /// names, or else `default`.
    File,
    /// The file of the command line, `~/.tccli/<profile>.credential`: of the profile that `TCCLI_PROFILE` or
    /// `TENCENTCLOUD_PROFILE` names, or else `default`. A role in it is assumed.
    Tccli,
    /// The web identity of a pod of Tencent Kubernetes Engine, by `TKE_REGION`, `TKE_PROVIDER_ID`, `TKE_ROLE_ARN` and
    /// `TKE_WEB_IDENTITY_TOKEN_FILE`.
    WebIdentity,
    /// The role that is bound to the machine, by the metadata of Cloud Virtual Machine. A machine elsewhere waits for it
    /// for two seconds at most.
    MachineRole,
}

impl CredentialSource {
    const ALL: [Self; 5] = [Self::Environment, Self::File, Self::Tccli, Self::WebIdentity, Self::MachineRole];

    fn has_profiles(self) -> bool {
        match self {
            Self::File | Self::Tccli => true,
            Self::Environment | Self::WebIdentity | Self::MachineRole => false,
        }
    }
}

impl fmt::Display for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "environment",
            Self::File => "credentials file",
            Self::Tccli => "TCCLI",
            Self::WebIdentity => "web identity",
            Self::MachineRole => "role of the machine",
        })
    }
}

/// Looks for credentials in one source after the other, in the order of [`CredentialSource`], and keeps to the first that has some.
///
/// A source that is there but broken ends the search: what is behind it may be somebody else. So does a profile that was
/// named and is in no file. The error says of every source that was asked what it said.
///
/// Nothing is looked for before the first call. What is found is kept and refreshed ahead, as [`CachedCredentials`](crate::credentials::CachedCredentials)
/// says, so this needs no cache around it: files are read again every five minutes. Requests go where the configuration's
/// go: through its transport, and by its clock.
///
/// ```
/// use tencentcloud_core::{Config, CredentialsChain, CredentialSource};
///
/// let config = Config::new(CredentialsChain::new())?;
/// let config = Config::new(CredentialsChain::new().profile("staging"))?;
/// let config = Config::new(CredentialsChain::from_sources([CredentialSource::Environment, CredentialSource::File]))?;
/// # Ok::<(), tencentcloud_core::Error>(())
/// ```
pub struct CredentialsChain {
    search: Search,
    cache: Cache,
    seams: Arc<Seams>,
}

#[derive(Clone)]
struct Search {
    sources: Vec<CredentialSource>,
    profile: Option<String>,
    environment: Environment,
    sts_endpoint: Option<Endpoint>,
    /// The source that had some.
    settled: Arc<OnceLock<CredentialSource>>,
    /// The file that had some, of those that the official SDKs share.
    file: Arc<OnceLock<PathBuf>>,
}

impl CredentialsChain {
    /// All sources.
    #[must_use]
    pub fn new() -> Self {
        Self::from_sources(CredentialSource::ALL)
    }

    /// These sources, in this order.
    #[must_use]
    pub fn from_sources(sources: impl IntoIterator<Item = CredentialSource>) -> Self {
        let search = Search {
            sources: sources.into_iter().collect(),
            profile: None,
            environment: Environment::default(),
            sts_endpoint: None,
            settled: Arc::default(),
            file: Arc::default(),
        };
        Self { search, cache: Cache::default(), seams: Arc::default() }
    }

    /// Names the profile, whatever the environment says. Only the sources that have profiles are then asked.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.search.profile = Some(name.into());
        self
    }

    /// Sets where the Security Token Service is asked, if it has to be; where [`AssumeRole::endpoint`] says if nothing is
    /// set.
    ///
    /// [`AssumeRole::endpoint`]: crate::credentials::AssumeRole::endpoint
    #[must_use]
    pub fn sts_endpoint(mut self, endpoint: impl Into<Endpoint>) -> Self {
        self.search.sts_endpoint = Some(endpoint.into());
        self
    }

    /// Sets what environment variables are looked up with; [`std::env::var_os`] if nothing is set. One that is empty counts
    /// as not set.
    #[must_use]
    pub fn variables(mut self, lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static) -> Self {
        self.search.environment.variables = Arc::new(lookup);
        self
    }

    /// Sets what files are read with, one that does not exist failing with [`io::ErrorKind::NotFound`]; the machine's files
    /// if nothing is set. It may wait: where there is a Tokio runtime, it is called on one of its threads for that.
    #[must_use]
    pub fn files(mut self, read: impl Fn(&Path) -> io::Result<Vec<u8>> + Send + Sync + 'static) -> Self {
        self.search.environment.files = Arc::new(read);
        self
    }

    fn obtain(&self) -> Work {
        let (search, seams) = (self.search.clone(), Arc::clone(&self.seams));
        Box::pin(async move { search.credentials(&seams).await })
    }
}

impl Default for CredentialsChain {
    fn default() -> Self {
        Self::new()
    }
}

impl ProvideCredentials for CredentialsChain {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Error>> {
        Box::pin(self.cache.credentials(&**self.seams.clock(), || self.obtain()))
    }

    fn refresh(&self, rejected: &Credentials) -> BoxFuture<'_, Result<Option<Credentials>, Error>> {
        let rejected = rejected.clone();
        Box::pin(async move { self.cache.refresh(&**self.seams.clock(), &rejected, || self.obtain()).await })
    }

    fn attach(&self, transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>, sts: &Endpoint) {
        self.seams.attach(transport, clock, sts);
    }
}

impl fmt::Debug for CredentialsChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialsChain")
            .field("sources", &self.search.sources)
            .field("profile", &self.search.profile)
            .finish_non_exhaustive()
    }
}

impl Search {
    async fn credentials(&self, seams: &Seams) -> Result<Credentials, Error> {
        if let Some(&source) = self.settled.get() {
            return match self.ask(source, seams).await? {
                Lookup::Found(credentials) => Ok(credentials),
                Lookup::NotConfigured(why) => {
                    let message = format!("no credentials any more: {source}: {}", why.message());
                    Err(Error::credentials(message).with_source(why))
                }
            };
        }
        let (mut asked, mut said) = (Vec::new(), Vec::new());
        let mut profile_missing = false;
        for &source in &self.sources {
            if self.profile.is_some() && !source.has_profiles() {
                continue;
            }
            if profile_missing && !source.has_profiles() {
                said.push(format!("{source}: not asked, because no file has the profile that is named"));
                break;
            }
            asked.push(source);
            match self.ask(source, seams).await {
                Ok(Lookup::Found(credentials)) => {
                    self.settled.get_or_init(|| source);
                    return Ok(credentials);
                }
                Ok(Lookup::NotConfigured(why)) => {
                    said.push(format!("{source}: {}", why.message()));
                    profile_missing |= source.has_profiles() && self.profile_of(source)?.1;
                    // A source that was chosen alone is meant to be there, and what kept it away may pass.
                    if self.sources.len() == 1 {
                        return Err(nowhere(&said).with_source(why).with_hint(self.advice_on(source)?));
                    }
                }
                Err(error) => {
                    said.push(format!("{source}: {}", error.message()));
                    // What to do is about the one that is broken, and not to look elsewhere.
                    return Err(nowhere(&said).because_of(error));
                }
            }
        }
        Err(match (&*asked, &*self.sources) {
            ([], []) => Error::credentials("no credentials: the chain has no sources")
                .with_hint("give `CredentialsChain::from_sources` at least one"),
            ([], _) => Error::credentials("no credentials: none of the sources has profiles")
                .with_hint("add `CredentialSource::File` or `CredentialSource::Tccli`, or name no profile"),
            ([first, ..], _) => nowhere(&said).with_hint(self.advice(*first, asked.last().copied())?),
        })
    }

    /// What to do if no source has any: about the first that was asked, which goes before the others, and about the last,
    /// which is for who does nothing.
    fn advice(&self, first: CredentialSource, last: Option<CredentialSource>) -> Result<String, Error> {
        let first_of_all = self.advice_on(first)?;
        match last.filter(|last| *last != first) {
            Some(last) => Ok(format!("{first_of_all}, or {}", self.advice_on(last)?)),
            None => Ok(first_of_all),
        }
    }

    fn advice_on(&self, source: CredentialSource) -> Result<String, Error> {
        Ok(match source {
            CredentialSource::Environment => "set `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`".to_owned(),
            CredentialSource::File => {
                format!("write a profile `{}` into the credentials file", self.profile_of(source)?.0)
            }
            CredentialSource::Tccli => format!("run `tccli configure --profile {}`", self.profile_of(source)?.0),
            CredentialSource::WebIdentity => "give the pod a web identity".to_owned(),
            CredentialSource::MachineRole => "bind a role to the machine".to_owned(),
        })
    }

    async fn ask(&self, source: CredentialSource, seams: &Seams) -> Result<Lookup, Error> {
        match source {
            CredentialSource::Environment => env_vars::find(&self.environment),
            CredentialSource::File => file::find(&self.environment, &self.profile_of(source)?.0, &self.file).await,
            CredentialSource::Tccli => {
                let (profile, _) = self.profile_of(source)?;
                tccli::find(&self.environment, &profile, self.sts_endpoint.as_ref(), seams).await
            }
            CredentialSource::WebIdentity => {
                web_identity::find(&self.environment, self.sts_endpoint.as_ref(), seams).await
            }
            CredentialSource::MachineRole => Metadata::new(seams).find().await,
        }
    }

    /// The name of the profile, and whether somebody named it.
    fn profile_of(&self, source: CredentialSource) -> Result<(String, bool), Error> {
        let mut name = self.profile.clone();
        if name.is_none() && source == CredentialSource::Tccli {
            name = self.environment.variable(TCCLI_PROFILE)?;
        }
        if name.is_none() {
            name = self.environment.variable(PROFILE)?;
        }
        let name = name.unwrap_or_else(|| DEFAULT_PROFILE.to_owned());
        let named = name != DEFAULT_PROFILE;
        Ok((name, named))
    }
}

fn nowhere(said: &[String]) -> Error {
    Error::credentials(format!("no credentials: {}", said.join("; ")))
}
