//! What the program tells whoever started it.

use tencentcloud_emulator::{Credential, Emulator, SECRET_ID, SECRET_KEY};

use crate::options::{Options, Tls};

/// Where it listens, what to sign with, and how to point clients at it: three paragraphs.
pub(crate) fn greeting(options: &Options, emulator: &Emulator) -> String {
    let example = [Credential::default()];
    let credentials = if options.credentials.is_empty() { &example[..] } else { &options.credentials };
    let credentials: String = credentials.iter().map(credential).collect();
    let endpoint = emulator.endpoint();
    format!("listening on {endpoint}\n\n{credentials}\n{}\n", pointers(options, &endpoint))
}

/// What to sign with; what was given may be a secret, whatever it was meant to be.
fn credential(credential: &Credential) -> String {
    let id = credential.secret_id();
    let is_example = id == SECRET_ID && credential.secret_key() == SECRET_KEY;
    let key = if is_example { SECRET_KEY } else { "as given" };
    let token = if credential.session_token().is_some() { "token       as given\n" } else { "" };
    format!("secret id   {id}\nsecret key  {key}\n{token}")
}

/// A line for each kind of client; the README has more of it.
fn pointers(options: &Options, endpoint: &str) -> String {
    let (scheme, address) = endpoint.split_once("://").unwrap_or_default();
    let (_, port) = address.rsplit_once(':').unwrap_or_default();
    let mut text = format!("Rust        Config::builder().endpoint(\"{endpoint}\")\n");
    let certification = match &options.tls {
        Some(Tls::Made { authority }) => format!(", certification=\"{}\"", authority.display()),
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
        // It has no option for a certificate to trust.
        Some(Tls::Made { authority }) => text += &format!("trust       {}\n", authority.display()),
        Some(Tls::Given { .. }) => {}
    }
    text + &format!("a browser   {endpoint}/\nthe rest    {endpoint}/_emulator/\n")
}
