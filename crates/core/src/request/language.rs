//! The language that the service answers in.

/// Language of the messages that the service answers with; codes are the same in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// Chinese, `zh-CN`.
    Chinese,
    /// English, `en-US`.
    English,
}

impl Language {
    /// The language as `X-TC-Language` writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en-US",
        }
    }
}
