//! Credentials for a pod of Tencent Kubernetes Engine, for which its web identity is exchanged.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::assume_role::{DURATION, session_name};
use super::environment::Environment;
use super::lookup::Lookup;
use super::seams::Seams;
use super::sts::Exchange;
use super::{Credentials, check};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::secret::Secret;

const REGION: &str = "TKE_REGION";
const PROVIDER_ID: &str = "TKE_PROVIDER_ID";
const TOKEN_FILE: &str = "TKE_WEB_IDENTITY_TOKEN_FILE";
const ROLE_ARN: &str = "TKE_ROLE_ARN";
/// Variables that the cluster sets together in a pod that has an identity.
const VARIABLES: [&str; 4] = [REGION, PROVIDER_ID, TOKEN_FILE, ROLE_ARN];

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Parameters<'a> {
    provider_id: &'a str,
    web_identity_token: &'a str,
    role_arn: &'a str,
    role_session_name: &'a str,
    duration_seconds: u64,
}

/// What the cluster tells a pod.
struct Identity {
    region: String,
    provider_id: String,
    token_file: PathBuf,
    role_arn: String,
}

/// What the identity is exchanged for, if the pod has one.
pub(super) async fn find(
    environment: &Environment,
    endpoint: Option<&Endpoint>,
    seams: &Seams,
) -> Result<Lookup, Error> {
    let Some(Identity { region, provider_id, token_file, role_arn }) = identity(environment)? else {
        return Ok(Lookup::not_configured(format!("`{ROLE_ARN}` is not set")));
    };
    // Read for every exchange, because the cluster replaces it.
    let token = token(environment, &token_file).await?;
    let parameters = Parameters {
        provider_id: &provider_id,
        web_identity_token: token.reveal(),
        role_arn: &role_arn,
        role_session_name: &session_name(&**seams.clock()),
        duration_seconds: DURATION.as_secs(),
    };
    let exchange = Exchange { action: "AssumeRoleWithWebIdentity", requests_per_second: 20, endpoint, region: &region };
    exchange.credentials(Credentials::unsigned(), &parameters, seams).await.map(Lookup::Found)
}

fn identity(environment: &Environment) -> Result<Option<Identity>, Error> {
    let variable = |name| environment.variable(name);
    match (variable(REGION)?, variable(PROVIDER_ID)?, variable(ROLE_ARN)?, environment.path(TOKEN_FILE)) {
        (Some(region), Some(provider_id), Some(role_arn), Some(token_file)) => {
            Ok(Some(Identity { region, provider_id, token_file, role_arn }))
        }
        // The region alone may be set for something else.
        (_, None, None, None) => Ok(None),
        _ => {
            let missing = VARIABLES.into_iter().filter(|name| environment.path(name).is_none());
            let missing: Vec<String> = missing.map(|name| format!("`{name}`")).collect();
            Err(Error::credentials(format!("{} not set, others of the pod are", missing.join(", "))))
        }
    }
}

async fn token(environment: &Environment, path: &Path) -> Result<Secret, Error> {
    let place = path.display();
    let Some(file) = environment.file(path).await? else {
        return Err(Error::credentials(format!("`{place}`, which `{TOKEN_FILE}` names, does not exist")));
    };
    match str::from_utf8(&file) {
        Ok(text) => check(&format!("the token in `{place}`"), Secret::new(text.trim().to_owned())),
        Err(_) => Err(Error::credentials(format!("the token in `{place}` is not UTF-8"))),
    }
}
