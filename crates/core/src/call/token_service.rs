//! Sends the requests to the Security Token Service that providers of credentials need.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::by_name::GenericClient;
use crate::config::Config;
use crate::credentials::{ProviderContext, STS, TokenRequest, TokenResponse, TokenService};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::http::Transport;
use crate::time::{BoxFuture, Clock};

/// Sends each request with a configuration of its own, whose credentials are those of the request.
struct GenericTokenService;

impl TokenService for GenericTokenService {
    fn exchange<'a>(
        &'a self,
        request: TokenRequest,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<TokenResponse, Error>> {
        Box::pin(async move {
            let config = Config::builder()
                .credentials(request.signer)
                // `service_endpoint` instead of `endpoint`: if the signer assumes a role itself,
                // that request must go to this endpoint, too.
                .service_endpoint(STS, request.endpoint)
                .transport(Arc::clone(context.transport()))
                .clock(Arc::clone(context.clock()))
                .attempt_timeout(request.attempt_timeout)
                .call_timeout(request.call_timeout)
                .build()?;
            let client = GenericClient::new(&config);
            let call = client.call_json(STS, request.version, request.action, request.body);
            let call = call.region(request.region).repeatable(true).requests_per_second(request.requests_per_second);
            let json = Zeroizing::new(call.await?.as_str().to_owned());
            let server_time = config.skew().correction().apply(context.clock().now());
            Ok(TokenResponse { json, server_time })
        })
    }
}

impl ProviderContext {
    /// Creates the context for a test of a provider. The Security Token Service is that of the
    /// mainland.
    ///
    /// [`ProvideCredentials`](crate::credentials::ProvideCredentials) has an example.
    pub fn new(transport: impl Transport + 'static, clock: impl Clock + 'static) -> Self {
        Self::with_token_service(Arc::new(transport), Arc::new(clock), Endpoint::Mainland, &GenericTokenService)
    }
}

impl From<&Config> for ProviderContext {
    /// The context that calls of the configuration pass to its provider.
    fn from(config: &Config) -> Self {
        let (transport, clock) = (config.shared_transport(), config.shared_clock());
        Self::with_token_service(transport, clock, config.sts_endpoint().clone(), &GenericTokenService)
    }
}
