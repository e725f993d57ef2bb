//! Defines a generated file, before and after it is formatted.

use proc_macro2::TokenStream;

/// A generated file before it is formatted.
pub(crate) struct EmittedFile {
    /// Its path below the root of the workspace.
    pub(crate) path: String,
    /// The file or folder that it is generated from.
    pub(crate) from: String,
    pub(crate) content: Content,
}

/// The content of a file, by its language.
pub(crate) enum Content {
    Rust(TokenStream),
    Toml(String),
    Markdown(String),
    /// An object with a member on each line. It gets the header as its member `$comment`.
    Json(String),
    /// A licence text, which is copied without a header.
    Licence(&'static str),
}

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Its path below the root of the workspace, with `/` between folders.
    pub path: String,
    /// The whole content, with the header if the file has one.
    pub text: String,
}
