//! Reads credentials from the files of the command line, TCCLI.

use std::time::SystemTime;

use serde::Deserialize;
use serde_json::Number;

use super::assume_role::Role;
use super::lookup::Lookup;
use super::machine_role::Metadata;
use super::outside::Outside;
use super::{Credentials, ProviderContext, check, json};
use crate::error::Error;
use crate::secret::Secret;

/// Folder of the profiles, in the user's home directory.
const FOLDER: &str = ".tccli";
/// The `type` of a profile that uses the machine's role.
const MACHINE_ROLE: &str = "cvm-role";

/// The file of a profile, as written. Members that only the command line needs are ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Profile {
    r#type: Option<String>,
    secret_id: Option<Secret>,
    secret_key: Option<Secret>,
    token: Option<Secret>,
    expires_at: Option<Number>,
    #[serde(rename = "role-arn")]
    role_arn: Option<String>,
    #[serde(rename = "role-session-name")]
    role_session_name: Option<String>,
}

/// What a profile means.
#[derive(Debug)]
enum ProfileKind {
    Empty,
    /// Credentials, and the role that is assumed with them.
    Credentials(Credentials, Option<Role>),
    MachineRole,
}

/// Looks for credentials in the file of a profile.
pub(super) async fn find(outside: &Outside, name: &str, context: &ProviderContext) -> Result<Lookup, Error> {
    let Some(home) = outside.home() else {
        return Ok(Lookup::not_configured("`HOME` is not set"));
    };
    if name.contains(['/', '\\', '\0']) {
        return Err(Error::credentials(format!("`{name}` is not a valid profile name")));
    }
    let path = home.join(FOLDER).join(format!("{name}.credential"));
    let Some(file) = outside.file(&path).await? else {
        return Ok(Lookup::not_configured(format!("no `{}`", path.display())));
    };
    let path = format!("`{}`", path.display());
    let profile = parse_profile(&file).map_err(|problem| Error::credentials(format!("{path}: {problem}")))?;
    match profile.kind(&path, context.clock().now())? {
        ProfileKind::Empty => Ok(Lookup::not_configured(format!("{path} has no `secretId` and no `secretKey`"))),
        ProfileKind::Credentials(credentials, role) => Ok(Lookup::Found(credentials, role)),
        ProfileKind::MachineRole => match Metadata::new(context).find().await? {
            Lookup::NotConfigured(why) => {
                let message = format!("{path} has the type `{MACHINE_ROLE}`, but {}", why.message());
                Err(Error::credentials(message).with_source(why))
            }
            found @ Lookup::Found(..) => Ok(found),
        },
    }
}

/// Parses the file of a profile. An error names the place, and repeats nothing of the file.
pub(super) fn parse_profile(file: &[u8]) -> Result<Profile, String> {
    json::object(file)
}

impl Profile {
    /// What the profile means; `path` names its file in an error.
    fn kind(self, path: &str, now: SystemTime) -> Result<ProfileKind, Error> {
        if self.r#type.as_deref() == Some(MACHINE_ROLE) {
            return Ok(ProfileKind::MachineRole);
        }
        // Some versions write an empty text for a member that was never set.
        let set = |secret: Option<Secret>| secret.filter(|secret| !secret.reveal().is_empty());
        let missing = |key: &str| Err(Error::credentials(format!("{path} has no `{key}`")));
        let role_arn = self.role_arn.filter(|arn| !arn.is_empty());
        let (secret_id, secret_key) = match (set(self.secret_id), set(self.secret_key)) {
            (Some(secret_id), Some(secret_key)) => (secret_id, secret_key),
            (None, None) if role_arn.is_some() => {
                return Err(Error::credentials(format!(
                    "{path} has `role-arn`, but no credentials to assume the role with"
                ))
                .with_hint("add `secretId` and `secretKey`"));
            }
            (None, None) => return Ok(ProfileKind::Empty),
            (None, Some(_)) => return missing("secretId"),
            (Some(_), None) => return missing("secretKey"),
        };
        let name = |key: &str| format!("`{key}` in {path}");
        let credentials = Credentials::from_pair(&name("secretId"), secret_id, &name("secretKey"), secret_key)?;
        let token = set(self.token).map(|token| check(&name("token"), token)).transpose()?;
        let expiry = json::expiry(self.expires_at.as_ref(), None);
        if expiry.is_some_and(|expiry| expiry <= now) {
            return Err(Error::credentials(format!("the credentials in {path} have expired"))
                .with_hint("run any `tccli` command, which renews them while the login is valid, or log in again"));
        }
        let credentials = credentials.with_optional_token(token).with_optional_expiry(expiry);
        let session_name = self.role_session_name.filter(|name| !name.is_empty());
        let role = role_arn.map(|arn| Role { session_name, ..Role::new(arn) });
        Ok(ProfileKind::Credentials(credentials, role))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn kind(file: &str) -> Result<ProfileKind, String> {
        parse_profile(file.as_bytes())?.kind("`file`", at(1_000)).map_err(|error| error.message().to_owned())
    }

    fn credentials(file: &str) -> Credentials {
        match kind(file) {
            Ok(ProfileKind::Credentials(credentials, None)) => credentials,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_profile_has_an_id_and_a_key_and_may_have_a_token_and_an_expiry() {
        let permanent = credentials(r#"{"secretId":"id","secretKey":"key"}"#);
        assert_eq!((permanent.secret_id(), permanent.secret_key(), permanent.session_token()), ("id", "key", None));
        assert_eq!(permanent.expiry(), None);
        let unset = credentials(
            r#"{"secretId":"id","secretKey":"key","token":"","role-arn":"","role-session-name":"","type":"default"}"#,
        );
        assert!(unset.same_as(&permanent));
        let login = credentials(
            r#"{"type":"oauth","secretId":"id","secretKey":"key","token":"token","expiresAt":1001,
                "oauth":{"accessToken":"no","expiresAt":99,"site":"cn"}}"#,
        );
        assert_eq!((login.session_token(), login.expiry()), (Some("token"), Some(at(1_001))));
    }

    #[test]
    fn an_expired_login_is_refused() {
        let file = r#"{"type":"sso","secretId":"id","secretKey":"key","token":"token","expiresAt":1000}"#;
        assert_eq!(kind(file).unwrap_err(), "the credentials in `file` have expired");
    }

    #[test]
    fn a_profile_may_name_a_role_or_the_machine_s_role() {
        let file =
            r#"{"secretId":"id","secretKey":"key","role-arn":"qcs::cam::uin/1:roleName/r","role-session-name":"s"}"#;
        let Ok(ProfileKind::Credentials(base, Some(role))) = kind(file) else { panic!("no role") };
        assert_eq!(
            (base.secret_id(), &*role.arn, role.session_name.as_deref()),
            ("id", "qcs::cam::uin/1:roleName/r", Some("s"))
        );
        assert!(matches!(kind(r#"{"type":"cvm-role","secretId":"old"}"#), Ok(ProfileKind::MachineRole)));
    }

    #[test]
    fn an_error_names_the_member_and_repeats_nothing() {
        assert!(matches!(kind("{}"), Ok(ProfileKind::Empty)));
        assert!(matches!(kind(r#"{"secretId":"","secretKey":null}"#), Ok(ProfileKind::Empty)));
        let cases = [
            (r#"{"secretId":"hidden"}"#, "`file` has no `secretKey`"),
            (r#"{"role-arn":"hidden"}"#, "`file` has `role-arn`, but no credentials to assume the role with"),
            (r#"{"secretKey":"hidden"}"#, "`file` has no `secretId`"),
            (r#"{"secretId":"hidden ","secretKey":"hidden"}"#, "`secretId` in `file` has white space around it"),
            (
                r#"{"secretId":"id","secretKey":"hidden\u0000"}"#,
                "`secretKey` in `file` contains a character that no credential contains",
            ),
            (r#"{"secretId":"id","secretKey":"key","token":"\n"}"#, "`token` in `file` is empty"),
            (r#"{"secretId":["hidden"]}"#, "a member has the wrong type or is duplicated (line 1, column 12)"),
            (r#"["hidden"]"#, "it is not a JSON object"),
            (r#"secret_id = hidden"#, "it is not a JSON object"),
        ];
        for (file, problem) in cases {
            assert_eq!(kind(file).unwrap_err(), problem, "{file}");
        }
    }
}
