//! Rules about a product.

use std::collections::BTreeMap;

use super::actions::QUERIES;
use super::linter::Linter;
use crate::dates;
use crate::parse::File;
use crate::problem::{Place, Problems};
use crate::spec;
use crate::suggest;

/// Maximum number of keywords. crates.io takes five: two are the same for every crate, and one is
/// the service.
const MAX_KEYWORDS: usize = 2;
/// Maximum length of a keyword on crates.io.
const MAX_KEYWORD: usize = 20;

impl Linter<'_, spec::Product> {
    pub(super) fn product(&mut self) {
        self.check_service();
        self.check_hosts();
        self.check_keywords();
        self.check_defaults();
        self.check_schema();
        self.check_texts();
        self.check_deviations(&self.file.parsed.deviations);
    }

    fn check_service(&mut self) {
        let place = self.place();
        let spec::Product { service, version, .. } = &self.file.parsed;
        let is_valid = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
        if service.is_empty() || !service.chars().all(is_valid) {
            let message = format!("`{service}` is not the name of a service");
            let help = "write the first label of its host name, such as `cdn`";
            self.problems.add(&place.member("service"), message, help);
        }
        if !dates::is_date(version) {
            let message = format!("`{version}` is not the version of an API");
            self.problems.add(&place.member("version"), message, "write it as `2018-06-06`");
        }
    }

    fn check_hosts(&mut self) {
        let place = self.place().member("hosts");
        let spec::Hosts { mainland, international } = &self.file.parsed.hosts;
        for (key, host) in [("mainland", mainland), ("international", international)] {
            if !is_host(host) {
                let help = "write it without scheme, port and path, such as `cdn.example.com`";
                self.problems.add(&place.member(key), format!("`{host}` is not a host name"), help);
            }
        }
    }

    fn check_defaults(&mut self) {
        let place = self.place().member("defaults");
        let Some(spec::Defaults { requests_per_second, queries, source }) = &self.file.parsed.defaults else { return };
        self.check_rate(*requests_per_second, &place);
        self.check_source(source.as_ref(), &place.member("source"));
        for verb in queries.iter().flatten().filter(|verb| !QUERIES.contains(&verb.as_str())) {
            let message = format!("`{verb}` is not the verb of a query");
            let help = format!("use {}, or state `repeatable` for the action", suggest::one_of(QUERIES));
            self.problems.add(&place.member("queries").member(verb), message, help);
        }
    }

    /// The rules of crates.io about keywords.
    fn check_keywords(&mut self) {
        let place = self.place().member("keywords");
        let spec::Product { keywords, service, .. } = &self.file.parsed;
        let fixed = ["tencentcloud", "qcloud", service.as_str()];
        self.check_duplicates("keyword", keywords.iter().map(String::as_str).chain(fixed), &place);
        if keywords.len() > MAX_KEYWORDS {
            let message = format!("there are {} keywords, but a crate has {} already", keywords.len(), fixed.len());
            self.problems.add(&place, message, format!("keep at most {MAX_KEYWORDS}"));
        }
        for keyword in keywords.iter().filter(|keyword| !is_keyword(keyword)) {
            let help = format!("write a lower-case word of at most {MAX_KEYWORD} letters, digits and `-`");
            self.problems.add(&place.member(keyword), format!("`{keyword}` is not a keyword of a crate"), help);
        }
    }
}

fn is_keyword(word: &str) -> bool {
    let is_valid = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
    let starts_with_letter = word.starts_with(|first: char| first.is_ascii_lowercase());
    starts_with_letter && word.len() <= MAX_KEYWORD && word.chars().all(is_valid)
}

fn is_host(name: &str) -> bool {
    let is_valid = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let is_label = |label: &str| {
        let has_hyphen_at_end = label.starts_with('-') || label.ends_with('-');
        !label.is_empty() && !has_hyphen_at_end && label.chars().all(is_valid)
    };
    name.contains('.') && name.split('.').all(is_label)
}

/// What distinguishes a product from all others.
#[derive(Clone)]
pub(crate) struct Identity {
    /// Path of the file that states it.
    path: String,
    service: String,
    version: String,
}

impl Identity {
    pub(crate) fn of(file: &File<spec::Product>) -> Self {
        let spec::Product { service, version, .. } = &file.parsed;
        Self { path: file.path.clone(), service: service.clone(), version: version.clone() }
    }
}

/// Reports two folders that describe the same version of the same service.
pub(crate) fn report_duplicates(products: &[Identity], problems: &mut Problems) {
    let mut known: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for Identity { path, service, version } in products {
        if let Some(earlier) = known.get(&(service.as_str(), version.as_str())) {
            let message = format!("spec/{earlier} describes version `{version}` of `{service}` already");
            let help = "correct `service` or `version`, or remove one of the folders";
            problems.add(&Place::file(path).member("version"), message, help);
        } else {
            known.insert((service, version), path);
        }
    }
}
