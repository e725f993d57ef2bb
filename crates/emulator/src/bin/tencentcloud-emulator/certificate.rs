//! Configures TLS, with a certificate that is read from files or generated for this run.

use std::fmt::Display;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use tencentcloud_emulator::products;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

/// The first line of a file that may be overwritten. PEM readers skip it.
const COMMENT: &str = "# Made by tencentcloud-emulator --tls for one run; the next one overwrites it.\n";

/// Reads a certificate chain from one PEM file, and its key from another.
///
/// # Errors
///
/// If a file cannot be read, or if the key does not belong to the certificate.
pub(crate) fn read(certificate: &Path, key: &Path) -> io::Result<Arc<ServerConfig>> {
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
    let chain: Vec<CertificateDer<'_>> = chain.map_err(|error| with_path(certificate, &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| with_path(key, &error))?;
    config(chain, private).map_err(|error| with_path(certificate, &error))
}

/// Generates a certificate for `localhost`, the names of the products, the loopback addresses and
/// `ip`. The certificate to trust is written into the file `authority`, as PEM. Its key is not
/// kept.
///
/// # Errors
///
/// If the file cannot be written, or if it exists and was not written by this function.
pub(crate) fn generate(ip: IpAddr, authority: &Path) -> io::Result<Arc<ServerConfig>> {
    let (issuer, trusted) = issuer().map_err(io::Error::other)?;
    let (certificate, key) = leaf(ip, &issuer).map_err(io::Error::other)?;
    write(authority, &trusted).map_err(|error| with_path(authority, &error))?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;
    config(vec![certificate], key).map_err(io::Error::other)
}

/// Writes a file that does not exist, or that an earlier run wrote.
fn write(path: &Path, trusted: &str) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            check_ours(path)?;
            OpenOptions::new().write(true).truncate(true).open(path)?
        }
        opened => opened?,
    };
    file.write_all(COMMENT.as_bytes())?;
    file.write_all(trusted.as_bytes())
}

/// Checks that a file begins with the comment.
fn check_ours(path: &Path) -> io::Result<()> {
    let mut start = Vec::new();
    // Opening a FIFO would wait for another program.
    if fs::metadata(path)?.is_file() {
        File::open(path)?.take(COMMENT.len() as u64).read_to_end(&mut start)?;
    }
    if start == COMMENT.as_bytes() {
        return Ok(());
    }
    Err(io::Error::other(
        "the file exists, and was not written by `--tls`; \
         help: name a new file, or use a certificate of your own with `--tls-certificate`",
    ))
}

/// An authority, and its certificate as PEM. It is not the server's certificate, because some
/// clients refuse one that is its own authority.
fn issuer() -> Result<(Issuer<'static, KeyPair>, String), rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "tencentcloud-emulator, authority of one run");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate()?;
    let trusted = params.self_signed(&key)?.pem();
    Ok((Issuer::new(params, key), trusted))
}

/// The server's certificate and its key.
fn leaf(ip: IpAddr, issuer: &Issuer<'_, KeyPair>) -> Result<(CertificateDer<'static>, KeyPair), rcgen::Error> {
    let mut params = CertificateParams::new(names(ip))?;
    params.distinguished_name.push(DnType::CommonName, "tencentcloud-emulator");
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    Ok((params.signed_by(&key, issuer)?.der().clone(), key))
}

/// The names by which clients may call the emulator. rcgen converts IP addresses among them.
fn names(ip: IpAddr) -> Vec<String> {
    let mut names = vec!["localhost".to_owned()];
    for product in products() {
        let service = product.service;
        names.extend(["localhost", "tencentcloudapi.com"].map(|domain| format!("{service}.{domain}")));
    }
    let addresses = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    names.extend(addresses.map(|address| address.to_string()));
    if !addresses.contains(&ip) && !ip.is_unspecified() {
        names.push(ip.to_string());
    }
    names
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(Arc::new(config))
}

fn with_path(path: &Path, error: &impl Display) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}
