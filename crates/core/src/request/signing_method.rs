//! Selects how requests are signed and sent.

use crate::signing::V1Hash;

/// How the requests of a configuration are signed, and which part of the request contains their
/// parameters.
///
/// Requires the feature `legacy-signing`. The default is the method that the service recommends,
/// and the only one for large requests. The others are for networks whose gateways let nothing else
/// through, and for tests of a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SigningMethod {
    /// TC3-HMAC-SHA256, parameters as JSON in the body of a `POST`; up to 10 MiB.
    #[default]
    Tc3Post,
    /// TC3-HMAC-SHA256, parameters in the query of a `GET`; up to 32 KiB.
    Tc3Get,
    /// Signature V1, everything in the query of a `GET`, the token of temporary credentials
    /// included; up to 32 KiB.
    V1Get(V1Hash),
    /// Signature V1, everything in a form in the body of a `POST`; up to 1 MiB.
    V1Post(V1Hash),
}
