//! Describes the targets of a request: which parameters contain them, and in which format.

use std::slice;

/// Documented format of the targets in a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TargetFormat {
    /// A URL that begins with `http://` or `https://`.
    Url,
    /// A URL without a query, whose path is a directory.
    Directory,
    /// A host name without a wildcard.
    Host,
    /// A cache tag, one of those in a `Cache-Tag` header.
    Tag,
    /// The id of a zone, or `*` for all zones.
    ZoneId,
}

/// A parameter that contains targets. They are checked before the request is sent.
#[derive(Clone, Copy, Debug)]
pub struct Targets<'a> {
    pub(crate) parameter: &'static str,
    pub(crate) texts: &'a [String],
    pub(crate) is_list: bool,
    /// `None`: the format is not documented, and any text is sent.
    pub(crate) format: Option<TargetFormat>,
    /// Whether the request sets the parameter that says how the service encodes them.
    pub(crate) encoding_is_set: bool,
}

impl<'a> Targets<'a> {
    /// A list of targets. Its format is not documented unless it is set.
    #[must_use]
    pub const fn list(parameter: &'static str, texts: &'a [String]) -> Self {
        Self { parameter, texts, is_list: true, format: None, encoding_is_set: false }
    }

    /// A single target, if there is one. Its format is not documented unless it is set.
    #[must_use]
    pub fn single(parameter: &'static str, text: impl Into<Option<&'a String>>) -> Self {
        let texts = text.into().map(slice::from_ref).unwrap_or_default();
        Self { is_list: false, ..Self::list(parameter, texts) }
    }

    /// Sets the format.
    #[must_use]
    pub const fn format(self, format: TargetFormat) -> Self {
        Self { format: Some(format), ..self }
    }

    /// Sets the format that another parameter selects with its value.
    #[must_use]
    pub fn format_by(self, value: &str, formats: &[(&str, TargetFormat)]) -> Self {
        let format = formats.iter().find(|(listed, _)| *listed == value).map(|&(_, format)| format);
        Self { format, ..self }
    }

    /// Sets whether the request sets the parameter that says how the service encodes characters
    /// outside ASCII. If so, the path and the query of a URL are sent as they are.
    #[must_use]
    pub const fn encoding_is_set(self, is_set: bool) -> Self {
        Self { encoding_is_set: is_set, ..self }
    }
}
