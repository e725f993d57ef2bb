//! Reads credentials from the file that the official SDKs share.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::assume_role::{Role, parse_duration};
use super::ini::{self, Profile};
use super::lookup::Lookup;
use super::outside::Outside;
use super::{Credentials, check};
use crate::error::Error;

/// Variable of the file's path; the Go SDK reads it.
const FILE: &str = "TENCENTCLOUD_CREDENTIALS_FILE";
/// The file in the user's home directory.
const USER_FILE: &str = ".tencentcloud/credentials";
/// The file for all users of the machine, which is read if the user has none.
const SYSTEM_FILE: &str = "/etc/tencentcloud/credentials";
/// Key of the role that is assumed with the credentials of the profile.
const ROLE_ARN: &str = "role_arn";
/// Key of the profile whose credentials assume the role, if not the profile's own.
const SOURCE_PROFILE: &str = "source_profile";

/// Looks for a profile in the file. If the environment names the file, it must exist.
///
/// `found_in` is the file in which credentials were found before. While that file is being
/// replaced, the other one is not read instead: it may belong to another account.
pub(super) async fn find(outside: &Outside, profile: &str, found_in: &OnceLock<PathBuf>) -> Result<Lookup, Error> {
    if let Some(path) = outside.path(FILE) {
        let Some(file) = outside.file(&path).await? else {
            return Err(Error::credentials(format!("`{}`, the value of `{FILE}`, does not exist", path.display())));
        };
        return read(&path, &file, profile);
    }
    let paths = match found_in.get() {
        Some(path) => vec![path.clone()],
        None => {
            let user_file = outside.home().map(|home| home.join(USER_FILE));
            user_file.into_iter().chain([SYSTEM_FILE.into()]).collect()
        }
    };
    for path in &paths {
        if let Some(file) = outside.file(path).await? {
            let lookup = read(path, &file, profile)?;
            if matches!(lookup, Lookup::Found(..)) {
                found_in.get_or_init(|| path.clone());
            }
            return Ok(lookup);
        }
    }
    let paths: Vec<String> = paths.iter().map(|path| format!("no `{}`", path.display())).collect();
    Ok(Lookup::not_configured(paths.join(", ")))
}

fn read(path: &Path, file: &[u8], name: &str) -> Result<Lookup, Error> {
    let profiles = Profiles { path, file };
    match profiles.find(name)? {
        Some(profile) => profiles.resolve(name, profile),
        None => Ok(Lookup::not_configured(format!("`{}` has no profile `{name}`", path.display()))),
    }
}

/// The profiles of a file.
struct Profiles<'a> {
    path: &'a Path,
    file: &'a [u8],
}

impl Profiles<'_> {
    fn find(&self, name: &str) -> Result<Option<Profile>, Error> {
        let failed = |problem| Error::credentials(format!("`{}`: {problem}", self.path.display()));
        ini::parse_profile(self.file, name).map_err(failed)
    }

    /// The credentials of a profile, and its role if it has one.
    fn resolve(&self, name: &str, mut profile: Profile) -> Result<Lookup, Error> {
        let place = self.place(name);
        let source = profile.take_text(SOURCE_PROFILE).filter(|source| source != name);
        let Some(arn) = profile.take_text(ROLE_ARN) else {
            return match source {
                Some(_) => Err(Error::credentials(format!("`{SOURCE_PROFILE}` {place} needs a `{ROLE_ARN}`"))
                    .with_hint(format!("add `{ROLE_ARN}`, or remove `{SOURCE_PROFILE}`"))),
                None => credentials(profile, &place).map(Lookup::found),
            };
        };
        let mut role = Role::new(arn);
        role.session_name = profile.take_text("role_session_name");
        role.external_id = profile.take_text("external_id");
        if let Some(seconds) = profile.take_text("duration_seconds") {
            role.duration = parse_duration(&format!("`duration_seconds` {place}"), &seconds)?;
        }
        let base = match source {
            Some(source) => self.source(name, &source, profile)?,
            None => credentials(profile, &place).map_err(|error| match error.hint() {
                Some(_) => error,
                None => error.with_hint(format!("the role needs credentials, or a `{SOURCE_PROFILE}` that has some")),
            })?,
        };
        Ok(Lookup::Found(base, Some(role)))
    }

    /// The credentials of the `source_profile` of `profile`.
    fn source(&self, name: &str, source: &str, mut profile: Profile) -> Result<Credentials, Error> {
        let place = self.place(name);
        if profile.take("secret_id").or(profile.take("secret_key")).is_some() {
            return Err(Error::credentials(format!("`{SOURCE_PROFILE}` {place} contradicts the credentials there"))
                .with_hint("remove one of the two"));
        }
        // Its name is not shown, as no value is.
        let Some(mut base) = self.find(source)? else {
            return Err(Error::credentials(format!("the `{SOURCE_PROFILE}` {place} does not exist")));
        };
        if base.take_text(ROLE_ARN).is_some() {
            return Err(Error::credentials(format!("the `{SOURCE_PROFILE}` {place} has a role itself"))
                .with_hint("name a profile that has only credentials"));
        }
        credentials(base, &format!("of the `{SOURCE_PROFILE}` {place}"))
    }

    /// How an error describes a profile.
    fn place(&self, name: &str) -> String {
        format!("of profile `{name}` in `{}`", self.path.display())
    }
}

/// The credentials of a profile; `place` describes the profile in an error.
fn credentials(mut profile: Profile, place: &str) -> Result<Credentials, Error> {
    let name = |key: &str| format!("`{key}` {place}");
    let mut required =
        |key: &str| profile.take(key).ok_or_else(|| Error::credentials(format!("there is no {}", name(key))));
    let (secret_id, secret_key) = (required("secret_id")?, required("secret_key")?);
    let credentials = Credentials::from_pair(&name("secret_id"), secret_id, &name("secret_key"), secret_key)?;
    // Templates have a line for the token, which is left empty for permanent credentials.
    let token = profile.take("token").filter(|token| !token.reveal().is_empty());
    let token = token.map(|token| check(&name("token"), token)).transpose()?;
    Ok(credentials.with_optional_token(token))
}
