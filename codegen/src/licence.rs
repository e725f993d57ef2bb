//! Contains the licence texts of the workspace, of which every published package needs a copy.

/// The name of each file with its text.
pub(crate) const LICENCES: [(&str, &str); 2] =
    [("LICENSE-APACHE", include_str!("../../LICENSE-APACHE")), ("LICENSE-MIT", include_str!("../../LICENSE-MIT"))];

/// Whether a file is a copy of a licence text.
pub(crate) fn is_copy(path: &str, content: &[u8]) -> bool {
    let name = path.rsplit('/').next();
    LICENCES.iter().any(|(file, text)| name == Some(file) && content == text.as_bytes())
}
