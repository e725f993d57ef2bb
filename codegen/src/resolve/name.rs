//! Derives Rust names from names of the API.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};

use super::resolver::Resolver;
use crate::model::Name;
use crate::problem::{Place, Remedy};

/// The case of a Rust name.
#[derive(Clone, Copy)]
enum Case {
    Snake,
    Pascal,
}

impl Case {
    fn apply(self, text: &str) -> String {
        match self {
            Self::Snake => text.to_snake_case(),
            Self::Pascal => text.to_upper_camel_case(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Snake => "snake_case",
            Self::Pascal => "PascalCase",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Snake => "other_name",
            Self::Pascal => "OtherName",
        }
    }
}

/// In each method, `explicit` is the Rust name that the specification gives, if it does.
impl Resolver<'_> {
    /// The name of a field: `UrlEncode` becomes `url_encode`.
    pub(super) fn field_name(&mut self, wire: &str, explicit: Option<&str>, place: &Place) -> Name {
        self.api_name(wire, explicit, Case::Snake, place)
    }

    /// The name of a type: `HTTPHeader` becomes `HttpHeader`.
    pub(super) fn type_name(&mut self, wire: &str, explicit: Option<&str>, place: &Place) -> Name {
        self.api_name(wire, explicit, Case::Pascal, place)
    }

    /// The name of a product's marker type, derived from its folder: `cdn` becomes `Cdn`.
    pub(super) fn product_name(&mut self, folder: &str, explicit: Option<&str>, place: &Place) -> Ident {
        self.name(folder, explicit, &folder.to_upper_camel_case(), Case::Pascal, place).ident
    }

    /// The name of a known value: `purge_url` becomes `PurgeUrl`.
    pub(super) fn variant_name(&mut self, wire: &str, explicit: Option<&str>, place: &Place) -> Name {
        self.name(wire, explicit, &wire.to_upper_camel_case(), Case::Pascal, place)
    }

    /// The name of an error code: the code without dots and other separators.
    pub(super) fn code_name(&mut self, wire: &str, explicit: Option<&str>, place: &Place) -> Name {
        let words = wire.split(|character: char| !character.is_ascii_alphanumeric()).map(|word| {
            let mut characters = word.chars();
            let first = characters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(characters).collect::<String>()
        });
        self.name(wire, explicit, &words.collect::<String>(), Case::Pascal, place)
    }

    /// The name of a module or method, derived from a type: `PurgeUrlsCache` becomes
    /// `purge_urls_cache`.
    pub(super) fn function_name(&mut self, ty: &Ident, place: &Place) -> Ident {
        let ty = ty.to_string();
        self.derived(&ty, &ty.to_snake_case(), Case::Snake, place)
    }

    /// The name of a function or field that the specification gives.
    pub(super) fn explicit_snake_name(&mut self, name: &str, place: &Place) -> Ident {
        self.explicit(name, Case::Snake, place)
    }

    /// A name that the API itself uses as an identifier.
    fn api_name(&mut self, wire: &str, explicit: Option<&str>, case: Case, place: &Place) -> Name {
        let is_valid = |character: char| character.is_ascii_alphanumeric() || character == '_';
        if wire.starts_with(|first: char| first.is_ascii_alphabetic()) && wire.chars().all(is_valid) {
            return self.name(wire, explicit, &case.apply(wire), case, place);
        }
        if let Some(list) = wire.strip_suffix(".N").filter(|list| list.chars().all(is_valid)) {
            let message = format!("`{wire}` is how the pages write the elements of a list");
            let help = format!("drop `.N`: write the name `{list}` and a type such as `string[]`");
            self.problems.add(place, message, help);
            return Name { wire: wire.to_owned(), ident: self.placeholder() };
        }
        let message = format!(
            "`{wire}` is not a name of the API: names contain letters, digits and `_`, and start with a letter"
        );
        self.problems.add(place, message, "write the name as on the API's page");
        Name { wire: wire.to_owned(), ident: self.placeholder() }
    }

    fn name(&mut self, wire: &str, explicit: Option<&str>, derived: &str, case: Case, place: &Place) -> Name {
        let ident = match explicit {
            Some(explicit) => self.explicit(explicit, case, &place.member("rust")),
            None => self.derived(wire, derived, case, place),
        };
        Name { wire: wire.to_owned(), ident }
    }

    /// A Rust name that is derived from another name.
    fn derived(&mut self, wire: &str, rust: &str, case: Case, place: &Place) -> Ident {
        parse(rust).unwrap_or_else(|reason| {
            let message = format!("`{wire}` becomes `{rust}`, which is {reason}");
            let help = format!("give it another name: add `\"rust\": \"{}\"`", case.example());
            self.problems.add_with_remedy(place, message, help, Remedy::NameForReserved);
            self.placeholder()
        })
    }

    /// A Rust name that the specification gives.
    fn explicit(&mut self, rust: &str, case: Case, place: &Place) -> Ident {
        let expected = case.apply(rust);
        match parse(rust) {
            Ok(ident) if rust == expected => return ident,
            Ok(_) => {
                let message = format!("`{rust}` is not written in {}", case.name());
                self.problems.add(place, message, format!("write `{expected}`"));
            }
            Err(reason) => {
                let help = format!("choose another name in {}, such as `{}`", case.name(), case.example());
                self.problems.add(place, format!("`{rust}` is {reason}"), help);
            }
        }
        self.placeholder()
    }

    /// Replaces an invalid name. It is never written to a file, because the problem stops the run.
    fn placeholder(&self) -> Ident {
        quote::format_ident!("placeholder_{}", self.problems.iter().count())
    }
}

/// An identifier, from a text that is known to be valid.
pub(super) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// Parses a Rust name, or returns the reason why it is invalid.
fn parse(rust: &str) -> Result<Ident, &'static str> {
    // `syn` also accepts white space and comments around a name.
    let is_valid = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let is_name = |text: &str| text.chars().all(is_valid) && syn::parse_str::<Ident>(text).is_ok();
    // `syn` accepts `gen`, which is reserved since the 2024 edition.
    if is_name(rust) && rust != "gen" {
        Ok(ident(rust))
    } else if !rust.is_empty() && is_name(&format!("{rust}_")) {
        Err("a reserved word of Rust")
    } else {
        Err("not a valid Rust name")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problems;

    /// The Rust name that is resolved, if it is accepted.
    fn accepted(resolve: impl Fn(&mut Resolver<'_>, &Place) -> Name) -> Option<String> {
        let mut problems = Problems::default();
        let name = resolve(&mut Resolver::new(&mut problems), &Place::file("demo/types.json"));
        problems.into_result().ok().map(|()| name.ident.to_string())
    }

    fn field(wire: &str, explicit: Option<&str>) -> Option<String> {
        accepted(|resolver, place| resolver.field_name(wire, explicit, place))
    }

    fn variant(wire: &str, explicit: Option<&str>) -> Option<String> {
        accepted(|resolver, place| resolver.variant_name(wire, explicit, place))
    }

    fn code(wire: &str) -> Option<String> {
        accepted(|resolver, place| resolver.code_name(wire, None, place))
    }

    #[test]
    fn names_follow_the_conventions_of_rust() {
        assert_eq!(field("UrlEncode", None).as_deref(), Some("url_encode"));
        assert_eq!(field("URLEncode", None).as_deref(), Some("url_encode"));
        let ty = accepted(|resolver, place| resolver.type_name("HTTPHeader", None, place));
        assert_eq!(ty.as_deref(), Some("HttpHeader"));
        assert_eq!(variant("purge_url", None).as_deref(), Some("PurgeUrl"));
        assert_eq!(code("LimitExceeded.DailyQuota").as_deref(), Some("LimitExceededDailyQuota"));
        assert_eq!(code("AuthFailure.MFAFailure").as_deref(), Some("AuthFailureMFAFailure"));
        assert_eq!(code("some.low_code").as_deref(), Some("SomeLowCode"));
    }

    #[test]
    fn an_explicit_name_takes_precedence() {
        assert_eq!(field("Type", Some("purge_type")).as_deref(), Some("purge_type"));
        assert_eq!(variant("1080p", Some("P1080")).as_deref(), Some("P1080"));
    }

    #[test]
    fn names_that_are_invalid_in_rust_are_refused() {
        for wire in ["Type", "Gen", "Self", "", "1st", "Ünder", "a b", "_"] {
            assert_eq!(field(wire, None), None, "{wire}");
        }
        for explicit in
            ["type", "PurgeType", "purge type", "", "_", "_type", "purge__type", "ürl", "url ", "\nurl", "url/**/"]
        {
            assert_eq!(field("Type", Some(explicit)), None, "{explicit}");
        }
        for wire in ["1080p", "é", "", "."] {
            assert_eq!(variant(wire, None), None, "{wire}");
            assert_eq!(code(wire), None, "{wire}");
        }
    }
}
