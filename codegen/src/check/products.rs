//! Rules about a product.

use crate::calendar;
use crate::parse::{File, Readable};
use crate::problem::Problems;
use crate::spec;

pub(super) fn check(file: &File<spec::Product>, problems: &mut Problems) {
    let place = file.place();
    let spec::Product { service, version, hosts, .. } = &file.says;
    let is_label = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    if service.is_empty() || !service.chars().all(is_label) {
        let says = format!("`{service}` is not the name of a service");
        problems.add(&place.member("service"), says, "write the first label of its host name, as `cdn`");
    }
    if !calendar::is_date(version) {
        let says = format!("`{version}` is not the version of an API");
        problems.add(&place.member("version"), says, "write it as `2018-06-06`");
    }
    for (key, host) in [("mainland", &hosts.mainland), ("international", &hosts.international)] {
        if !is_host(host) {
            let says = format!("`{host}` is not the name of a host");
            problems.add(
                &place.member("hosts").member(key),
                says,
                "write it without scheme, port and path, as `cdn.example.com`",
            );
        }
    }
}

fn is_host(name: &str) -> bool {
    let is_label = |label: &str| {
        let ends = label.starts_with('-') || label.ends_with('-');
        !label.is_empty()
            && !ends
            && label.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
    };
    name.contains('.') && name.split('.').all(is_label)
}

/// No two folders may describe the same version of the same service.
pub(super) fn unique(folders: &[Readable], problems: &mut Problems) {
    let files: Vec<&File<spec::Product>> = folders.iter().filter_map(|folder| folder.product.as_ref()).collect();
    for (n, file) in files.iter().enumerate() {
        let spec::Product { service, version, .. } = &file.says;
        let is_same = |other: &&&File<spec::Product>| other.says.service == *service && other.says.version == *version;
        if let Some(earlier) = files.iter().take(n).find(is_same) {
            let says = format!("version `{version}` of `{service}` is described in spec/{} already", earlier.path);
            problems.add(
                &file.place().member("version"),
                says,
                "correct `service` or `version`, or remove one of the folders",
            );
        }
    }
}
