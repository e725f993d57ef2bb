//! Describes the error codes of a product, and implements the methods of the enum that lists them.

use std::fmt::{Debug, Display};

use super::ErrorKind;

/// The error codes of a product: an enum with a variant for each documented code, and `Other`.
///
/// Implemented by [`error_codes!`](crate::error_codes).
pub trait ErrorCode: Clone + Debug + Display + for<'a> From<&'a str> + Send + Sync + 'static {
    /// The facts about each documented code, in the order of the variants.
    const FACTS: &'static [CodeFacts];

    /// The code as the service writes it.
    fn as_str(&self) -> &str;
}

/// What the service rejects a request for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// A target of the request. A request without it may succeed.
    Target,
    /// The rest of the request, or the account. A request with other targets fails as well.
    Request,
}

/// The facts about one error code: its text, its kind, its hint, and what the kind leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeFacts {
    code: &'static str,
    kind: ErrorKind,
    about: Option<About>,
    may_have_been_carried_out: bool,
    hint: Option<&'static str>,
}

impl CodeFacts {
    /// Creates the facts about a code without a hint.
    #[must_use]
    pub const fn new(code: &'static str, kind: ErrorKind) -> Self {
        Self { code, kind, about: None, may_have_been_carried_out: false, hint: None }
    }

    /// Sets that the request is rejected for a target of it. A request without it may succeed.
    #[must_use]
    pub const fn about_a_target(mut self) -> Self {
        self.about = Some(About::Target);
        self
    }

    /// Sets that the request is rejected whatever its targets are.
    #[must_use]
    pub const fn about_the_request(mut self) -> Self {
        self.about = Some(About::Request);
        self
    }

    /// Sets that the action may have been carried out, although the kind does not say so.
    #[must_use]
    pub const fn that_may_have_been_carried_out(mut self) -> Self {
        self.may_have_been_carried_out = true;
        self
    }

    /// Sets the hint, which says what to do about the code: imperative, lower case, no full stop.
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

    /// The kind of failure that the code means.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What to do about the code, if there is a hint.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        self.hint
    }

    /// What the request is rejected for, if that is known.
    pub(crate) const fn about(&self) -> Option<About> {
        self.about
    }

    pub(crate) const fn may_have_been_carried_out(&self) -> bool {
        self.may_have_been_carried_out
    }
}

/// Implements [`ErrorCode`] for an enum of codes, with the methods `as_str`, `kind` and `hint`, and
/// the conversions from and to text.
///
/// The enum has a variant for each code, in the order given here, and a last one `Other(String)`
/// for any other code. A code is compared exactly, case included.
///
/// ```
/// use tencentcloud_core::ErrorKind;
/// use tencentcloud_core::error::CodeFacts;
///
/// /// Codes of the service.
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// #[non_exhaustive]
/// pub enum ErrorCode {
///     /// The account sends too many requests.
///     RequestLimitExceeded,
///     /// A code that this version does not know, verbatim.
///     Other(String),
/// }
///
/// tencentcloud_core::error_codes!(ErrorCode {
///     RequestLimitExceeded: CodeFacts::new("RequestLimitExceeded", ErrorKind::Throttled)
///         .with_hint("send fewer requests"),
/// });
///
/// let code = ErrorCode::from("RequestLimitExceeded");
/// assert_eq!(code, ErrorCode::RequestLimitExceeded);
/// assert_eq!(code.kind(), ErrorKind::Throttled);
/// assert_eq!(code.hint(), Some("send fewer requests"));
/// assert_eq!(ErrorCode::from("LimitExceeded.New").kind(), ErrorKind::Quota);
/// ```
#[doc(hidden)]
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

            /// The kind of failure that the code means. The kind of an undocumented code follows
            /// from its first segment.
            #[must_use]
            pub fn kind(&self) -> $crate::error::ErrorKind {
                match self {
                    $(Self::$variant => const { $crate::error::CodeFacts::kind(&$facts) },)+
                    Self::Other(code) => $crate::error::ErrorKind::from_code(code),
                }
            }

            /// What to do about the code, if there is a hint.
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

/// Implements the conversions that error codes and value sets share, by `as_str` and `From<&str>`.
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
