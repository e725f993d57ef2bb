//! Value sets: strings of which the service documents the values, and may add some.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Error, Visitor};

/// Gives an enum of documented values its behaviour: text, serde, and the conversions between them.
///
/// The enum has a variant per value and a last one `Other(String)`. Case is ignored when a value is read, because the
/// service does not write its values as it documents them; a value that is not known is kept as it came.
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
///     /// A value this version of the crate does not know.
///     Other(String),
/// }
///
/// tencentcloud_core::value_set!(Area { Mainland: "mainland", Overseas: "overseas" });
///
/// assert_eq!(Area::Mainland.as_str(), "mainland");
/// assert_eq!(Area::from("OVERSEAS"), Area::Overseas);
/// assert_eq!(Area::from("Moon").to_string(), "Moon");
/// ```
#[macro_export]
macro_rules! value_set {
    ($name:ident { $($variant:ident: $value:literal),+ $(,)? }) => {
        impl $name {
            /// The documented values, in the order of the documentation.
            pub const VALUES: &'static [Self] = &[$(Self::$variant),+];

            /// The value as it is sent.
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

/// Reads a value from a string without allocating for the known ones; anything but a string is refused.
///
/// # Errors
///
/// The deserializer's, if there is no string.
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
