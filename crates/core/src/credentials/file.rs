//! Reads credentials from the file that the official SDKs share.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::environment::Environment;
use super::ini::{self, Profile};
use super::lookup::Lookup;
use super::{Credentials, check};
use crate::error::Error;
use crate::secret::Secret;

/// Variable of the file's path; the Go SDK reads it.
const FILE: &str = "TENCENTCLOUD_CREDENTIALS_FILE";
/// The file in the user's home directory.
const USER_FILE: &str = ".tencentcloud/credentials";
/// The file for all users of the machine, which is read if the user has none.
const SYSTEM_FILE: &str = "/etc/tencentcloud/credentials";

/// Looks for a profile in the file. If the environment names the file, it must exist.
///
/// `found_in` is the file in which credentials were found before. While that file is being
/// replaced, the other one is not read instead: it may belong to another account.
pub(super) async fn find(
    environment: &Environment,
    profile: &str,
    found_in: &OnceLock<PathBuf>,
) -> Result<Lookup, Error> {
    if let Some(path) = environment.path(FILE) {
        let Some(file) = environment.file(&path).await? else {
            return Err(Error::credentials(format!("`{}`, the value of `{FILE}`, does not exist", path.display())));
        };
        return read(&path, &file, profile);
    }
    let paths = match found_in.get() {
        Some(path) => vec![path.clone()],
        None => {
            let user_file = environment.home().map(|home| home.join(USER_FILE));
            user_file.into_iter().chain([SYSTEM_FILE.into()]).collect()
        }
    };
    for path in &paths {
        if let Some(file) = environment.file(path).await? {
            let lookup = read(path, &file, profile)?;
            if matches!(lookup, Lookup::Found(_)) {
                found_in.get_or_init(|| path.clone());
            }
            return Ok(lookup);
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

/// The credentials of a profile; `place` describes the profile in an error.
fn credentials(profile: Profile, place: &str) -> Result<Credentials, Error> {
    let name = |key: &str| format!("`{key}` {place}");
    let required = |key: &str, value: Option<Secret>| {
        value.ok_or_else(|| Error::credentials(format!("there is no {}", name(key))))
    };
    let secret_id = required("secret_id", profile.secret_id)?;
    let secret_key = required("secret_key", profile.secret_key)?;
    let credentials = Credentials::from_pair(&name("secret_id"), secret_id, &name("secret_key"), secret_key)?;
    // Templates have a line for the token, which is left empty for permanent credentials.
    let token = profile.token.filter(|token| !token.reveal().is_empty());
    let token = token.map(|token| check(&name("token"), token)).transpose()?;
    Ok(credentials.with_optional_token(token))
}
