//! Reads any data as a file of credentials: of the official SDKs, of the command line, or the token
//! of a pod.
//!
//! In a file, `$SECRET` is replaced by the secret.

#![no_main]

use std::io;
use std::path::Path;

use fuzz::{NOW, SECRET, check_line, check_secret, contains_secret, obtain, split};
use libfuzzer_sys::fuzz_target;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{CredentialsChain, ErrorKind};
use tencentcloud_core::credentials::CredentialSource;

/// The response of the Security Token Service, for profiles and pods with a role.
const ROLE: &str = r#"{"Response":{"Credentials":{"TmpSecretId":"id","TmpSecretKey":"key","Token":"token"},
    "ExpiredTime":1700007200,"RequestId":"1"}}"#;

fuzz_target!(|data: &[u8]| {
    if contains_secret(data) {
        return;
    }
    let file = split(data, b"$SECRET").join(SECRET.as_bytes());
    read(CredentialSource::File, file.clone());
    read(CredentialSource::Tccli, file.clone());
    read(CredentialSource::WebIdentity, [SECRET.as_bytes(), &file].concat());
});

fn read(source: CredentialSource, file: Vec<u8>) {
    let variable = |name: &str| match name {
        "HOME" => Some("/home/me".into()),
        "TKE_REGION" => Some("ap-guangzhou".into()),
        "TKE_PROVIDER_ID" | "TKE_ROLE_ARN" => Some("qcs::cam::uin/1:roleName/r".into()),
        "TKE_WEB_IDENTITY_TOKEN_FILE" => Some("/token".into()),
        _ => None,
    };
    let files = move |path: &Path| match path.to_str() {
        Some("/home/me/.tencentcloud/credentials" | "/home/me/.tccli/default.credential" | "/token") => {
            Ok(file.clone())
        }
        _ => Err(io::ErrorKind::NotFound.into()),
    };
    let chain = CredentialsChain::from_sources([source]).variables(variable).files(files);
    let clock = VirtualClock::at_unix(NOW);
    match obtain(&chain, &ScriptedTransport::new().respond(200, ROLE), &clock) {
        Ok(credentials) => assert!(!format!("{credentials:?} {chain:?}").contains(SECRET)),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Credentials);
            check_line(&error);
            // The name of a session is not secret.
            if !error.message().contains("is not a valid session name") {
                check_secret(&error);
            }
        }
    }
}
