//! Finds the credentials of a pod in Tencent Kubernetes Engine, by exchanging its web identity.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::assume_role::{DEFAULT_DURATION, default_session_name};
use super::lookup::Lookup;
use super::outside::Outside;
use super::sts::StsAction;
use super::{Credentials, ProviderContext, check};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::secret::Secret;

const REGION: &str = "TKE_REGION";
const PROVIDER_ID: &str = "TKE_PROVIDER_ID";
const TOKEN_FILE: &str = "TKE_WEB_IDENTITY_TOKEN_FILE";
pub(super) const ROLE_ARN: &str = "TKE_ROLE_ARN";
/// The variables that the cluster sets, all together, in a pod that has an identity.
const VARIABLES: [&str; 4] = [REGION, PROVIDER_ID, TOKEN_FILE, ROLE_ARN];
/// The account's documented rate limit for `AssumeRoleWithWebIdentity`.
const REQUESTS_PER_SECOND: u32 = 20;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Parameters<'a> {
    provider_id: &'a str,
    web_identity_token: &'a str,
    role_arn: &'a str,
    role_session_name: &'a str,
    duration_seconds: u64,
}

/// The identity of a pod, as its variables describe it.
struct Identity {
    region: String,
    provider_id: String,
    token_file: PathBuf,
    role_arn: String,
}

/// Exchanges the pod's identity for credentials, if the pod has one.
pub(super) async fn find(
    outside: &Outside,
    endpoint: Option<&Endpoint>,
    context: &ProviderContext,
) -> Result<Lookup, Error> {
    let Some(Identity { region, provider_id, token_file, role_arn }) = identity(outside)? else {
        return Ok(Lookup::not_configured(format!("`{ROLE_ARN}` is not set")));
    };
    // Read for every exchange, because the cluster replaces the token.
    let token = token(outside, &token_file).await?;
    let parameters = Parameters {
        provider_id: &provider_id,
        web_identity_token: token.reveal(),
        role_arn: &role_arn,
        role_session_name: &default_session_name(&**context.clock()),
        duration_seconds: DEFAULT_DURATION.as_secs(),
    };
    let exchange = StsAction {
        action: "AssumeRoleWithWebIdentity",
        requests_per_second: REQUESTS_PER_SECOND,
        endpoint,
        region: &region,
    };
    exchange.send(Arc::new(Credentials::unsigned()), &parameters, context).await.map(Lookup::found)
}

fn identity(outside: &Outside) -> Result<Option<Identity>, Error> {
    let variable = |name| outside.variable(name);
    match (variable(REGION)?, variable(PROVIDER_ID)?, variable(ROLE_ARN)?, outside.path(TOKEN_FILE)) {
        (Some(region), Some(provider_id), Some(role_arn), Some(token_file)) => {
            Ok(Some(Identity { region, provider_id, token_file, role_arn }))
        }
        // The region alone may be set for another purpose.
        (_, None, None, None) => Ok(None),
        _ => {
            let missing = VARIABLES.into_iter().filter(|name| outside.path(name).is_none());
            let missing: Vec<String> = missing.map(|name| format!("`{name}`")).collect();
            Err(Error::credentials(format!(
                "{} not set, but other variables of the pod's identity are",
                missing.join(", ")
            )))
        }
    }
}

async fn token(outside: &Outside, path: &Path) -> Result<Secret, Error> {
    let shown = path.display();
    let Some(file) = outside.file(path).await? else {
        return Err(Error::credentials(format!("`{shown}`, the value of `{TOKEN_FILE}`, does not exist")));
    };
    match str::from_utf8(&file) {
        Ok(text) => check(&format!("the token in `{shown}`"), Secret::new(text.trim().to_owned())),
        Err(_) => Err(Error::credentials(format!("the token in `{shown}` is not UTF-8"))),
    }
}
