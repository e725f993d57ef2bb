//! Selects the language of the service's messages.

/// Language of the service's messages. Error codes are the same in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// Chinese, `zh-CN`.
    Chinese,
    /// English, `en-US`.
    English,
}

impl Language {
    /// The value of the header `X-TC-Language`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en-US",
        }
    }
}
