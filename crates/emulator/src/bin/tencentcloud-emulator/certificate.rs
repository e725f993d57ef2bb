//! What the program serves TLS with: a certificate that is given, or one that it makes for this run.

use std::fmt::Display;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use tencentcloud_emulator::products;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What a file begins with that may be written again: whatever reads PEM skips it.
const COMMENT: &str = "# Made by tencentcloud-emulator --tls for one run; the next one overwrites it.\n";

/// Serves with the certificate, and those that issued it, in one PEM file, and with the key in another.
///
/// # Errors
///
/// If a file cannot be read, or if the two do not belong together.
pub(crate) fn given(certificate: &Path, key: &Path) -> io::Result<Arc<ServerConfig>> {
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
    let chain: Vec<CertificateDer<'_>> = chain.map_err(|error| wrong(certificate, &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key, &error))?;
    config(chain, private).map_err(|error| wrong(certificate, &error))
}

/// Serves with a certificate that is made now, for `localhost`, for the names of the products, for the loopback addresses
/// and for this one. What clients have to trust is written into the file, as PEM; its key is kept nowhere.
///
/// # Errors
///
/// If the file cannot be written, or if it is there and was not made here.
pub(crate) fn made(ip: IpAddr, authority: &Path) -> io::Result<Arc<ServerConfig>> {
    let (issuer, trusted) = issuer().map_err(io::Error::other)?;
    let (certificate, key) = leaf(ip, &issuer).map_err(io::Error::other)?;
    write(authority, &trusted).map_err(|error| wrong(authority, &error))?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;
    config(vec![certificate], key).map_err(io::Error::other)
}

/// Writes a file that does not exist yet, or that was written here before: nothing else is overwritten.
fn write(path: &Path, trusted: &str) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let mut start = Vec::new();
            File::open(path)?.take(COMMENT.len() as u64).read_to_end(&mut start)?;
            if start != COMMENT.as_bytes() {
                return Err(io::Error::other(
                    "`--tls` did not make this file and does not overwrite it: name a new one, or serve with a \
                     certificate that you have by `--tls-certificate`",
                ));
            }
            OpenOptions::new().write(true).truncate(true).open(path)?
        }
        opened => opened?,
    };
    file.write_all(COMMENT.as_bytes())?;
    file.write_all(trusted.as_bytes())
}

/// An authority, and its certificate as PEM. Some clients refuse a certificate that vouches for itself and serves as well.
fn issuer() -> Result<(Issuer<'static, KeyPair>, String), rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "tencentcloud-emulator, an authority of one run");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate()?;
    let trusted = params.self_signed(&key)?.pem();
    Ok((Issuer::new(params, key), trusted))
}

fn leaf(ip: IpAddr, issuer: &Issuer<'_, KeyPair>) -> Result<(CertificateDer<'static>, KeyPair), rcgen::Error> {
    let mut params = CertificateParams::new(names(ip))?;
    params.distinguished_name.push(DnType::CommonName, "tencentcloud-emulator");
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    Ok((params.signed_by(&key, issuer)?.der().clone(), key))
}

/// All that a client may call the emulator; a name that is an IP address becomes one in the certificate.
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
) -> Result<Arc<ServerConfig>, tokio_rustls::rustls::Error> {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(Arc::new(config))
}

fn wrong(path: &Path, error: &impl Display) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}
