//! Writes what the program prints when it has started.

use tencentcloud_emulator::{Credential, Emulator, SECRET_ID, SECRET_KEY};

use crate::options::{Options, Tls};

/// The endpoint, the credentials, and how to point clients at the endpoint: three paragraphs.
pub(crate) fn greeting(options: &Options, emulator: &Emulator) -> String {
    let default = [Credential::default()];
    let credentials = if options.credentials.is_empty() { &default[..] } else { &options.credentials };
    let credentials: String = credentials.iter().map(credential).collect();
    let endpoint = emulator.endpoint();
    format!("listening on {endpoint}\n\n{credentials}\n{}\n", clients(options, &endpoint))
}

/// A credential. Only the default key is shown: one that was passed as an option may be a secret.
fn credential(credential: &Credential) -> String {
    let id = credential.secret_id();
    let is_default = id == SECRET_ID && credential.secret_key() == SECRET_KEY;
    let key = if is_default { SECRET_KEY } else { "as given" };
    let token = if credential.token().is_some() { "token       as given\n" } else { "" };
    format!("secret id   {id}\nsecret key  {key}\n{token}")
}

/// A line for each kind of client. The README has more about each.
fn clients(options: &Options, endpoint: &str) -> String {
    let (scheme, address) = endpoint.split_once("://").unwrap_or_default();
    let (_, port) = address.rsplit_once(':').unwrap_or_default();
    let mut text = format!("Rust        Config::builder().endpoint(\"{endpoint}\")\n");
    let certification = match &options.tls {
        Some(Tls::Generated { authority }) => format!(", certification=\"{}\"", authority.display()),
        _ => String::new(),
    };
    text += &format!("Python      HttpProfile(protocol=\"{scheme}\", endpoint=\"{address}\"{certification})\n");
    text += &if options.host_without_port {
        format!("Node        httpProfile: {{ protocol: \"{scheme}://\", endpoint: \"cdn.localhost:{port}\" }}\n")
    } else {
        format!(
            "Node        httpProfile: {{ protocol: \"{scheme}://\", agent }}, an agent that connects to {address}\n"
        )
    };
    match &options.tls {
        None => text += &format!("tccli       tccli --endpoint {endpoint}\n"),
        // tccli has no option for a certificate to trust.
        Some(Tls::Generated { authority }) => text += &format!("trust       {}\n", authority.display()),
        Some(Tls::Files { .. }) => {}
    }
    text + &format!("browser     {endpoint}/\ncontrol API {endpoint}/_emulator/\n")
}
