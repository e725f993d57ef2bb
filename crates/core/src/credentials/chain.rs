//! Looks for credentials in several sources, one after the other.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::assume_role::Role;
use super::cached_source::{CachedSource, Obtain};
use super::lookup::Lookup;
use super::machine_role::Metadata;
use super::outside::Outside;
use super::{Credentials, ProvideCredentials, ProviderContext, env_vars, sdk_file, tccli, web_identity};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::time::BoxFuture;

/// Variable of the profile's name; Terraform reads it as well.
const PROFILE: &str = "TENCENTCLOUD_PROFILE";
/// Variable of the profile's name for the command line only.
const TCCLI_PROFILE: &str = "TCCLI_PROFILE";
/// The profile that is used if none is named.
const DEFAULT_PROFILE: &str = "default";

/// A source of credentials for [`CredentialsChain`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialSource {
    /// The variables that [`Credentials::from_env`] reads.
    ///
    /// If `TENCENTCLOUD_ASSUME_ROLE_ARN` is set, as for the Terraform provider, or
    /// `TENCENTCLOUD_ROLE_ARN`, as for the command line, that role is assumed with the credentials
    /// of whichever source has some. The other variables are
    /// `TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME` or `TENCENTCLOUD_ROLE_SESSION_NAME`,
    /// `TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION` (in seconds) and
    /// `TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID`.
    Environment,
    /// The file that the official SDKs share: the value of `TENCENTCLOUD_CREDENTIALS_FILE`, or else
    /// `~/.tencentcloud/credentials`, or else `/etc/tencentcloud/credentials`.
    ///
    /// It has a section `[profile]` with `secret_id`, `secret_key` and optionally `token`. The
    /// profile is the value of `TENCENTCLOUD_PROFILE`, or else `default`. If the profile has a
    /// `role_arn`, that role is assumed with the credentials of the profile, or with those of its
    /// `source_profile`; `role_session_name`, `external_id` and `duration_seconds` are optional.
    File,
    /// The file of the command line, `~/.tccli/<profile>.credential`. The profile is the value of
    /// `TCCLI_PROFILE` or `TENCENTCLOUD_PROFILE`, or else `default`. If the profile has a role, the
    /// role is assumed.
    Tccli,
    /// The web identity of a pod in Tencent Kubernetes Engine, which `TKE_REGION`,
    /// `TKE_PROVIDER_ID`, `TKE_ROLE_ARN` and `TKE_WEB_IDENTITY_TOKEN_FILE` describe.
    WebIdentity,
    /// The role that is bound to the machine, from the metadata of Cloud Virtual Machine. On any
    /// other machine the query fails, after two seconds if nothing responds.
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
            Self::MachineRole => "machine role",
        })
    }
}

/// Looks for credentials in one source after the other, in the order of [`CredentialSource`], and
/// stays with the first one that has some.
///
/// A source that is configured but broken ends the search, because a later source may belong to a
/// different account. So does a profile other than `default` that no file has. The error lists
/// every source that was searched, with the reason.
///
/// Nothing is read before the first call. The credentials are cached and refreshed as in
/// [`CachedCredentials`](super::CachedCredentials), so this needs no cache around it; files are
/// read again every five minutes. Requests go through the transport of the configuration.
///
/// ```
/// use tencentcloud_core::credentials::CredentialSource;
/// use tencentcloud_core::{Config, CredentialsChain};
///
/// let config = Config::new(CredentialsChain::new())?;
/// let config = Config::new(CredentialsChain::new().profile("staging"))?;
/// let sources = [CredentialSource::Environment, CredentialSource::File];
/// let config = Config::new(CredentialsChain::from_sources(sources))?;
/// # Ok::<(), tencentcloud_core::Error>(())
/// ```
pub struct CredentialsChain(CachedSource<Search>);

/// The settings of a chain, and what the search has found before.
#[derive(Clone)]
struct Search {
    sources: Vec<CredentialSource>,
    profile: Option<String>,
    outside: Outside,
    sts_endpoint: Option<Endpoint>,
    /// The source that had credentials.
    found_source: Arc<OnceLock<CredentialSource>>,
    /// The file that had credentials, of those that the official SDKs share.
    found_file: Arc<OnceLock<PathBuf>>,
}

impl CredentialsChain {
    /// Searches all sources.
    #[must_use]
    pub fn new() -> Self {
        Self::from_sources(CredentialSource::ALL)
    }

    /// Searches the given sources, in this order.
    #[must_use]
    pub fn from_sources(sources: impl IntoIterator<Item = CredentialSource>) -> Self {
        Self(CachedSource::new(Search {
            sources: sources.into_iter().collect(),
            profile: None,
            outside: Outside::default(),
            sts_endpoint: None,
            found_source: Arc::default(),
            found_file: Arc::default(),
        }))
    }

    /// Sets the profile, and ignores the variables that name one. Only the sources with profiles
    /// are then searched.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.search().profile = Some(name.into());
        self
    }

    /// Sets the endpoint of the Security Token Service, which roles and web identities need. The
    /// default is that of [`AssumeRole::endpoint`](super::AssumeRole::endpoint).
    #[must_use]
    pub fn sts_endpoint(mut self, endpoint: impl Into<Endpoint>) -> Self {
        self.search().sts_endpoint = Some(endpoint.into());
        self
    }

    /// Sets how environment variables are looked up. The default is [`std::env::var_os`]. An empty
    /// variable counts as not set.
    #[must_use]
    pub fn variables(mut self, lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static) -> Self {
        self.search().outside.variables = Arc::new(lookup);
        self
    }

    /// Sets how files are read. The default reads the machine's files. For a file that does not
    /// exist `read` must return [`io::ErrorKind::NotFound`]. It may block: within a Tokio runtime
    /// it is called on a thread of its own.
    #[must_use]
    pub fn files(mut self, read: impl Fn(&Path) -> io::Result<Vec<u8>> + Send + Sync + 'static) -> Self {
        self.search().outside.files = Arc::new(read);
        self
    }

    fn search(&mut self) -> &mut Search {
        &mut self.0.source
    }
}

impl Default for CredentialsChain {
    fn default() -> Self {
        Self::new()
    }
}

impl ProvideCredentials for CredentialsChain {
    fn credentials<'a>(&'a self, context: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
        self.0.credentials(context)
    }

    fn refresh<'a>(
        &'a self,
        rejected: &'a Credentials,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Option<Credentials>, Error>> {
        self.0.refresh(rejected, context)
    }
}

impl fmt::Debug for CredentialsChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialsChain")
            .field("sources", &self.0.source.sources)
            .field("profile", &self.0.source.profile)
            .finish_non_exhaustive()
    }
}

impl Obtain for Search {
    async fn obtain(self, _rejected: Option<Credentials>, context: ProviderContext) -> Result<Credentials, Error> {
        match self.found_source.get() {
            Some(&source) => self.search_again(source, &context).await,
            None => self.search_all(&context).await,
        }
    }
}

impl Search {
    async fn search_again(&self, source: CredentialSource, context: &ProviderContext) -> Result<Credentials, Error> {
        match self.search_one(source, context).await? {
            Lookup::Found(credentials, _) => Ok(credentials),
            Lookup::NotConfigured(why) => {
                let message = format!("there are no credentials any more: {source}: {}", why.message());
                Err(Error::credentials(message).with_source(why))
            }
        }
    }

    async fn search_all(&self, context: &ProviderContext) -> Result<Credentials, Error> {
        // The sources that were searched, and why each of them has no credentials.
        let (mut searched, mut reasons) = (Vec::new(), Vec::new());
        let mut profile_is_missing = false;
        for &source in &self.sources {
            if self.profile.is_some() && !source.has_profiles() {
                continue;
            }
            if profile_is_missing && !source.has_profiles() {
                reasons.push(format!("{source}: skipped, because no file has the named profile"));
                break;
            }
            searched.push(source);
            match self.search_one(source, context).await {
                Ok(Lookup::Found(credentials, _)) => {
                    self.found_source.get_or_init(|| source);
                    return Ok(credentials);
                }
                Ok(Lookup::NotConfigured(why)) => {
                    reasons.push(format!("{source}: {}", why.message()));
                    profile_is_missing |= source.has_profiles() && !self.profile_of(source)?.is_default;
                    // A single source is expected to be there, and what made it unavailable may be
                    // transient.
                    if self.sources.len() == 1 {
                        return Err(no_credentials(&reasons).with_source(why).with_hint(self.hint_for(source)?));
                    }
                }
                Err(error) => {
                    reasons.push(format!("{source}: {}", error.message()));
                    // The hint is about the broken source, and not about configuring another one.
                    return Err(no_credentials(&reasons).because_of(error));
                }
            }
        }
        Err(match (&*searched, &*self.sources) {
            ([], []) => Error::credentials("no credentials: the chain has no sources")
                .with_hint("pass at least one to `CredentialsChain::from_sources`"),
            ([], _) => Error::credentials("no credentials: none of the sources has profiles")
                .with_hint("add `CredentialSource::File` or `CredentialSource::Tccli`, or set no profile"),
            // The first source has precedence over the others, and the last one is for programs
            // that configure nothing.
            ([first, .., last], _) if first != last => {
                let hint = format!("{}, or {}", self.hint_for(*first)?, self.hint_for(*last)?);
                no_credentials(&reasons).with_hint(hint)
            }
            ([first, ..], _) => no_credentials(&reasons).with_hint(self.hint_for(*first)?),
        })
    }

    /// Searches a source, and assumes the role that it or the environment names.
    async fn search_one(&self, source: CredentialSource, context: &ProviderContext) -> Result<Lookup, Error> {
        let outside = &self.outside;
        // First, so that invalid variables are an error before anything is sent.
        let environment_role = self.environment_role()?;
        let lookup = match source {
            CredentialSource::Environment => env_vars::find(outside),
            CredentialSource::File => sdk_file::find(outside, &self.profile_of(source)?.name, &self.found_file).await,
            CredentialSource::Tccli => tccli::find(outside, &self.profile_of(source)?.name, context).await,
            CredentialSource::WebIdentity => web_identity::find(outside, self.sts_endpoint.as_ref(), context).await,
            CredentialSource::MachineRole => Metadata::new(context).find().await,
        };
        let (credentials, profile_role) = match lookup? {
            Lookup::Found(credentials, role) => (credentials, role),
            not_configured @ Lookup::NotConfigured(_) => return Ok(not_configured),
        };
        let role = match (environment_role, profile_role) {
            (Some(role), Some(other)) if role.arn != other.arn => {
                return Err(Error::credentials("the environment and the profile name different roles")
                    .with_hint("unset the variable, or remove the role from the profile"));
            }
            (_, Some(role)) => role,
            (Some(role), None) if !self.has_role(source, &role.arn)? => role,
            _ => return Ok(Lookup::found(credentials)),
        };
        let role = Role { endpoint: self.sts_endpoint.clone(), ..role };
        role.assume(Arc::new(credentials), context).await.map(Lookup::found)
    }

    /// The role that the environment names, if the environment is one of the sources.
    fn environment_role(&self) -> Result<Option<Role>, Error> {
        if self.profile.is_some() || !self.sources.contains(&CredentialSource::Environment) {
            return Ok(None);
        }
        env_vars::role(&self.outside)
    }

    /// Whether the credentials of a source are those of a role already.
    fn has_role(&self, source: CredentialSource, arn: &str) -> Result<bool, Error> {
        let is_pod = source == CredentialSource::WebIdentity;
        Ok(is_pod && self.outside.variable(web_identity::ROLE_ARN)?.is_some_and(|role| role == arn))
    }

    /// How to configure a source.
    fn hint_for(&self, source: CredentialSource) -> Result<String, Error> {
        Ok(match source {
            CredentialSource::Environment => "set `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`".to_owned(),
            CredentialSource::File => {
                format!("add a profile `{}` to the credentials file", self.profile_of(source)?.name)
            }
            CredentialSource::Tccli => format!("run `tccli configure --profile {}`", self.profile_of(source)?.name),
            CredentialSource::WebIdentity => "give the pod a web identity".to_owned(),
            CredentialSource::MachineRole => "bind a role to the machine".to_owned(),
        })
    }

    fn profile_of(&self, source: CredentialSource) -> Result<ProfileName, Error> {
        let mut name = self.profile.clone();
        if name.is_none() && source == CredentialSource::Tccli {
            name = self.outside.variable(TCCLI_PROFILE)?;
        }
        if name.is_none() {
            name = self.outside.variable(PROFILE)?;
        }
        let name = name.unwrap_or_else(|| DEFAULT_PROFILE.to_owned());
        Ok(ProfileName { is_default: name == DEFAULT_PROFILE, name })
    }
}

struct ProfileName {
    name: String,
    /// Whether it is the profile `default`. If a profile of another name is in no file, the chain
    /// stops: the credentials of a pod or a machine must not replace it.
    is_default: bool,
}

fn no_credentials(reasons: &[String]) -> Error {
    Error::credentials(format!("no credentials: {}", reasons.join("; ")))
}
