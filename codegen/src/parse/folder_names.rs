//! Decides whether a product can have a folder: it is part of the name of the product's crate.

use proc_macro2::Ident;

use crate::problem::{Place, Problems};

/// Folders that a product cannot have: a crate or a module of this name exists already.
const TAKEN_FOLDERS: [&str; 8] =
    ["cli", "codegen", "common-codes", "core", "emulator", "purge-cli", "rate-redis", "tests"];

/// The name of a product's folder, which is part of the name of its crate. If no crate can have it,
/// that is reported.
pub(super) fn crate_name(name: &str, problems: &mut Problems) -> Option<String> {
    let place = Place::file(name);
    if !is_crate_name(name) {
        let help = "rename the folder: lower-case letters and digits, with `-` between words";
        problems.add(&place, format!("`{name}` cannot be the name of a crate"), help);
        None
    } else if TAKEN_FOLDERS.contains(&name) {
        let message = format!("`{name}` is the name of a part of this workspace that is not generated");
        problems.add(&place, message, "rename the folder");
        None
    } else {
        Some(name.to_owned())
    }
}

/// Whether a product can have this folder.
pub(crate) fn is_free_folder(folder: &str) -> bool {
    is_crate_name(folder) && !TAKEN_FOLDERS.contains(&folder)
}

fn is_crate_name(folder: &str) -> bool {
    let is_valid = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    let is_word = |word: &str| !word.is_empty() && word.chars().all(is_valid);
    // A name of one word can be a keyword of Rust.
    let is_reserved = !folder.contains('-') && syn::parse_str::<Ident>(folder).is_err();
    folder.starts_with(|first: char| first.is_ascii_lowercase()) && folder.split('-').all(is_word) && !is_reserved
}
