//! Tests TLS, with a client that trusts one certificate only.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::{env, fs, process};

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::client::PATIENCE;
use crate::program::{Running, address, purge, run};

/// A temporary folder. Dropping it deletes it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("tencentcloud-emulator-tls-{name}-{}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The response to a purge. The client trusts the file `trusted`, and calls the emulator by `name`.
fn purge_over_tls(address: SocketAddr, name: &str, trusted: &str) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(trusted).unwrap() {
        roots.add(certificate.unwrap()).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let tcp = TcpStream::connect(address)?;
    tcp.set_read_timeout(Some(PATIENCE))?;
    let mut stream = StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), tcp);
    let request = purge("http://www.example.com/").request();
    write!(stream, "POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", request.body.len())?;
    for (name, value) in &request.headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    write!(stream, "\r\n")?;
    stream.write_all(&request.body)?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    Ok(response)
}

#[test]
fn the_generated_certificate_has_every_name() {
    let folder = Folder::new("made");
    let trusted = folder.file("authority.pem");
    let mut running = Running::start(&["--tls", &trusted]);
    let greeting = running.greeting();
    let address = address(&greeting);
    assert_eq!(greeting[0], format!("listening on https://{address}"));
    assert!(greeting.contains(&format!("trust       {trusted}")), "{greeting:?}");
    for name in ["127.0.0.1", "::1", "localhost", "teo.localhost", "cdn.tencentcloudapi.com"] {
        let response = purge_over_tls(address, name, &trusted).unwrap();
        assert!(response.contains("\"TaskId\""), "{name}: {response}");
    }
    purge_over_tls(address, "example.com", &trusted).unwrap_err();
}

#[test]
fn each_run_has_its_own_authority_and_does_not_keep_the_key() {
    let folder = Folder::new("own");
    let [first, second] = ["first.pem", "second.pem"].map(|name| folder.file(name));
    let mut running = Running::start(&["--tls", &first]);
    let address = address(&running.greeting());
    let mut other = Running::start(&["--tls", &second]);
    other.greeting();
    purge_over_tls(address, "localhost", &second).unwrap_err();
    let text = fs::read_to_string(&first).unwrap();
    assert!(text.contains("BEGIN CERTIFICATE") && !text.contains("PRIVATE KEY"), "{text}");
}

#[test]
fn only_a_file_of_an_earlier_run_is_overwritten() {
    let folder = Folder::new("overwritten");
    let trusted = folder.file("authority.pem");
    Running::start(&["--tls", &trusted]).greeting();
    let earlier = fs::read_to_string(&trusted).unwrap();
    let mut running = Running::start(&["--tls", &trusted]);
    let address = address(&running.greeting());
    assert_ne!(fs::read_to_string(&trusted).unwrap(), earlier);
    purge_over_tls(address, "localhost", &trusted).unwrap();

    let precious = folder.file("precious.pem");
    let (_, without_comment) = earlier.split_once('\n').unwrap();
    for text in [without_comment, "# notes\n"] {
        fs::write(&precious, text).unwrap();
        let (code, _, stderr) = run(&["--tls", &precious]);
        assert_eq!(code, Some(1));
        assert!(stderr.contains("precious.pem") && stderr.contains("`--tls-certificate`"), "{stderr}");
        assert_eq!(fs::read_to_string(&precious).unwrap(), text);
    }
}

#[test]
fn a_certificate_from_files_is_served() {
    let folder = Folder::new("given");
    let files = ["certificate.pem", "key.pem"].map(|name| folder.file(name));
    let [certificate, key] = &files;
    let generated = rcgen::generate_simple_self_signed(["purges.example".to_owned()]).unwrap();
    fs::write(certificate, generated.cert.pem()).unwrap();
    fs::write(key, generated.signing_key.serialize_pem()).unwrap();
    let mut running = Running::start(&["--tls-certificate", certificate, "--tls-key", key]);
    let address = address(&running.greeting());
    let response = purge_over_tls(address, "purges.example", certificate).unwrap();
    assert!(response.contains("\"TaskId\""), "{response}");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = Folder::new("wrong");
    let absent = folder.file("absent.pem");
    let (code, _, stderr) = run(&["--tls-certificate", &absent, "--tls-key", &absent]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains(&absent), "{stderr}");
    let (code, _, stderr) = run(&["--tls", &folder.file("no/such/folder.pem")]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("folder.pem"), "{stderr}");
}
