//! Implements value sets: enums of the values that the service documents for a string.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Error, Visitor};

/// Implements the conversions of an enum of documented values from and to text, and serde's traits.
///
/// The enum has a variant for each value, and a last one `Other(String)`. The case of a value is
/// ignored, because the service writes some values in another case than documented. An unknown
/// value is kept verbatim.
///
/// ```
/// /// A region.
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// #[non_exhaustive]
/// pub enum Area {
///     /// Inside the Chinese mainland.
///     Mainland,
///     /// Outside it.
///     Overseas,
///     /// A value that this version does not know, verbatim.
///     Other(String),
/// }
///
/// tencentcloud_core::value_set!(Area { Mainland: "mainland", Overseas: "overseas" });
///
/// assert_eq!(Area::Mainland.as_str(), "mainland");
/// assert_eq!(Area::from("OVERSEAS"), Area::Overseas);
/// assert_eq!(Area::from("Moon").to_string(), "Moon");
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! value_set {
    ($name:ident { $($variant:ident: $value:literal),+ $(,)? }) => {
        impl $name {
            /// The documented values, in the order of the documentation.
            pub const VALUES: &'static [Self] = &[$(Self::$variant),+];

            /// The value as the service writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)+
                    Self::Other(value) => value,
                }
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                $(if value.eq_ignore_ascii_case($value) {
                    return Self::$variant;
                })+
                Self::Other(::std::borrow::ToOwned::to_owned(value))
            }
        }

        $crate::__text_conversions!($name);

        impl $crate::__private::Serialize for $name {
            fn serialize<S>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error>
            where
                S: $crate::__private::Serializer,
            {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::__private::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> ::core::result::Result<Self, D::Error>
            where
                D: $crate::__private::Deserializer<'de>,
            {
                $crate::__private::deserialize(deserializer)
            }
        }
    };
}

/// Deserializes a value from a string. Known values do not allocate.
///
/// # Errors
///
/// The deserializer's error for anything but a string.
pub fn deserialize<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: for<'a> From<&'a str>,
{
    struct Text<T>(PhantomData<T>);

    impl<T: for<'a> From<&'a str>> Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            Ok(T::from(text))
        }
    }

    deserializer.deserialize_str(Text(PhantomData))
}
