//! Credentials from the file that the official SDKs share.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::environment::Environment;
use super::ini::{self, Profile};
use super::lookup::Lookup;
use super::{Credentials, check};
use crate::error::Error;
use crate::secret::Secret;

/// Variable of the file's path, as the Go SDK reads it.
const FILE: &str = "TENCENTCLOUD_CREDENTIALS_FILE";
/// The file in the user's own directory.
const USER_FILE: &str = ".tencentcloud/credentials";
/// The file for all users of the machine; looked for only if the user has none.
const SYSTEM_FILE: &str = "/etc/tencentcloud/credentials";

/// What the file says; a file that the environment names must be there.
///
/// `kept` is the one of the others that had some: while it is being replaced, the next one is not asked instead, which may be
/// somebody else's.
pub(super) async fn find(environment: &Environment, profile: &str, kept: &OnceLock<PathBuf>) -> Result<Lookup, Error> {
    if let Some(path) = environment.path(FILE) {
        let Some(file) = environment.file(&path).await? else {
            return Err(Error::credentials(format!("`{}`, which `{FILE}` names, does not exist", path.display())));
        };
        return read(&path, &file, profile);
    }
    let user_file = environment.home().map(|home| home.join(USER_FILE));
    let all = user_file.into_iter().chain([SYSTEM_FILE.into()]);
    let paths: Vec<PathBuf> = kept.get().map_or_else(|| all.collect(), |kept| vec![kept.clone()]);
    for path in &paths {
        if let Some(file) = environment.file(path).await? {
            let finding = read(path, &file, profile)?;
            if matches!(finding, Lookup::Found(_)) {
                kept.get_or_init(|| path.clone());
            }
            return Ok(finding);
        }
    }
    let paths: Vec<String> = paths.iter().map(|path| format!("no `{}`", path.display())).collect();
    Ok(Lookup::not_configured(paths.join(", ")))
}

fn read(path: &Path, file: &[u8], name: &str) -> Result<Lookup, Error> {
    let path = path.display();
    match ini::parse_profile(file, name) {
        Ok(Some(profile)) => credentials(profile, &format!("of profile `{name}` in `{path}`")).map(Lookup::Found),
        Ok(None) => Ok(Lookup::not_configured(format!("`{path}` has no profile `{name}`"))),
        Err(problem) => Err(Error::credentials(format!("`{path}`: {problem}"))),
    }
}

fn credentials(profile: Profile, place: &str) -> Result<Credentials, Error> {
    let name = |key: &str| format!("`{key}` {place}");
    let required = |key: &str, value: Option<Secret>| {
        value.ok_or_else(|| Error::credentials(format!("there is no {}", name(key))))
    };
    let secret_id = required("secret_id", profile.secret_id)?;
    let secret_key = required("secret_key", profile.secret_key)?;
    let credentials = Credentials::from_pair(&name("secret_id"), secret_id, &name("secret_key"), secret_key)?;
    // Templates have a line for the token that permanent credentials leave empty.
    let token = profile.token.filter(|token| !token.reveal().is_empty());
    let token = token.map(|token| check(&name("token"), token)).transpose()?;
    Ok(credentials.with_optional_token(token))
}
