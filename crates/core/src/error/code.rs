//! The codes a product answers with: what is known about each, and the macro that gives an enum of them its behaviour.

use std::fmt::{Debug, Display};

use crate::error::ErrorKind;

/// Every code that a product documents, one variant each, and `Other` for the rest.
///
/// Implemented by [`error_codes!`](crate::error_codes).
pub trait ErrorCode: Clone + Debug + Display + for<'a> From<&'a str> + Send + Sync + 'static {
    /// What is known about each code, in the order of the variants.
    const FACTS: &'static [CodeFacts];

    /// The code as the service writes it.
    fn as_str(&self) -> &str;
}

/// What is known about one code of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeFacts {
    code: &'static str,
    kind: ErrorKind,
    hint: Option<&'static str>,
}

impl CodeFacts {
    /// Facts about a code without a hint.
    #[must_use]
    pub const fn new(code: &'static str, kind: ErrorKind) -> Self {
        Self { code, kind, hint: None }
    }

    /// Adds what to do about the code: imperative, lower case, no full stop.
    #[must_use]
    pub const fn with_hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The code as the service writes it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What kind of failure the code is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What to do about the code, if there is something to say.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        self.hint
    }
}

/// Gives an enum of codes its behaviour: [`ErrorCode`], `kind`, `hint`, and the conversions from and to text.
///
/// The enum has a variant per code, in the order given here, and a last one `Other(String)` for codes it does not know. A
/// code is matched exactly; anything else becomes `Other`.
///
/// ```
/// use tencentcloud_core::{CodeFacts, ErrorKind};
///
/// /// Codes of the service.
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// #[non_exhaustive]
/// pub enum ErrorCode {
///     /// The account sends too many requests.
///     RequestLimitExceeded,
///     /// A code this version of the crate does not know.
///     Other(String),
/// }
///
/// tencentcloud_core::error_codes!(ErrorCode {
///     RequestLimitExceeded: CodeFacts::new("RequestLimitExceeded", ErrorKind::Throttled).with_hint("send fewer requests"),
/// });
///
/// let code = ErrorCode::from("RequestLimitExceeded");
/// assert_eq!(code, ErrorCode::RequestLimitExceeded);
/// assert_eq!(code.kind(), ErrorKind::Throttled);
/// assert_eq!(code.hint(), Some("send fewer requests"));
/// assert_eq!(ErrorCode::from("LimitExceeded.New").kind(), ErrorKind::Quota);
/// ```
#[macro_export]
macro_rules! error_codes {
    ($name:ident { $($variant:ident: $facts:expr),+ $(,)? }) => {
        impl $name {
            /// The code as the service writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => const { $crate::error::CodeFacts::code(&$facts) },)+
                    Self::Other(code) => code,
                }
            }

            /// What kind of failure the code is; by its first segment if it is not a documented one.
            #[must_use]
            pub fn kind(&self) -> $crate::error::ErrorKind {
                match self {
                    $(Self::$variant => const { $crate::error::CodeFacts::kind(&$facts) },)+
                    Self::Other(code) => $crate::error::ErrorKind::from_code(code),
                }
            }

            /// What to do about the code, if there is something to say.
            #[must_use]
            pub fn hint(&self) -> ::core::option::Option<&'static str> {
                match self {
                    $(Self::$variant => const { $crate::error::CodeFacts::hint(&$facts) },)+
                    Self::Other(_) => ::core::option::Option::None,
                }
            }
        }

        impl $crate::error::ErrorCode for $name {
            const FACTS: &'static [$crate::error::CodeFacts] = &[$($facts),+];

            fn as_str(&self) -> &str {
                self.as_str()
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(code: &str) -> Self {
                $(if code == const { $crate::error::CodeFacts::code(&$facts) } {
                    return Self::$variant;
                })+
                Self::Other(::std::borrow::ToOwned::to_owned(code))
            }
        }

        $crate::__text_conversions!($name);
    };
}

/// The conversions that codes and value sets share, all of them from `as_str` and `From<&str>`.
#[doc(hidden)]
#[macro_export]
macro_rules! __text_conversions {
    ($name:ident) => {
        impl ::core::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(Self::from(text))
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::cmp::PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl ::core::cmp::PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }
    };
}
