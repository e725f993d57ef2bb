//! From the names of the API to names of Rust.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};

use crate::model::Name;
use crate::problem::{Place, Problems};

/// How a name of Rust is written.
#[derive(Clone, Copy)]
enum Case {
    Snake,
    Pascal,
}

impl Case {
    fn of(self, text: &str) -> String {
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

/// A field: `UrlEncode` becomes `url_encode`.
pub(super) fn field(wire: &str, own: Option<&str>, place: &Place, problems: &mut Problems) -> Name {
    named(wire, own, Case::Snake, place, problems)
}

/// A type: `HTTPHeader` becomes `HttpHeader`.
pub(super) fn ty(wire: &str, own: Option<&str>, place: &Place, problems: &mut Problems) -> Name {
    named(wire, own, Case::Pascal, place, problems)
}

/// A listed value: `purge_url` becomes `PurgeUrl`.
pub(super) fn variant(wire: &str, own: Option<&str>, place: &Place, problems: &mut Problems) -> Name {
    let ident = match own {
        Some(own) => chosen(own, Case::Pascal, &place.member("rust"), problems),
        None => made(wire, &wire.to_upper_camel_case(), Case::Pascal, place, problems),
    };
    Name { wire: wire.to_owned(), ident }
}

/// An error code: the code without its dots, and without what else separates words.
pub(super) fn code(wire: &str, own: Option<&str>, place: &Place, problems: &mut Problems) -> Name {
    let ident = match own {
        Some(own) => chosen(own, Case::Pascal, &place.member("rust"), problems),
        None => {
            let words = wire.split(|character: char| !character.is_ascii_alphanumeric()).map(|word| {
                let mut characters = word.chars();
                let first = characters.next().map(|first| first.to_ascii_uppercase());
                first.into_iter().chain(characters).collect::<String>()
            });
            made(wire, &words.collect::<String>(), Case::Pascal, place, problems)
        }
    };
    Name { wire: wire.to_owned(), ident }
}

/// A module or method, from the name of a type: `PurgeUrlsCache` becomes `purge_urls_cache`.
pub(super) fn function(ty: &Ident, place: &Place, problems: &mut Problems) -> Ident {
    let ty = ty.to_string();
    made(&ty, &ty.to_snake_case(), Case::Snake, place, problems)
}

/// A function that the specification names itself.
pub(super) fn own_function(name: &str, place: &Place, problems: &mut Problems) -> Ident {
    chosen(name, Case::Snake, place, problems)
}

/// A name that is known to be one.
pub(super) fn known(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// Stands where no name could be made; it never reaches a file, since the problem that goes with it refuses the run.
fn nameless(problems: &Problems) -> Ident {
    quote::format_ident!("nameless_{}", problems.iter().count())
}

fn named(wire: &str, own: Option<&str>, case: Case, place: &Place, problems: &mut Problems) -> Name {
    let starts = wire.starts_with(|first: char| first.is_ascii_alphabetic());
    let ident = if !starts || !wire.chars().all(|character| character.is_ascii_alphanumeric() || character == '_') {
        let says = format!("`{wire}` is not a name that the API uses: letters, digits and `_`, a letter first");
        problems.add(place, says, "write the name as the API's page has it");
        nameless(problems)
    } else if let Some(own) = own {
        chosen(own, case, &place.member("rust"), problems)
    } else {
        made(wire, &case.of(wire), case, place, problems)
    };
    Name { wire: wire.to_owned(), ident }
}

/// A name of Rust that follows from another name.
fn made(wire: &str, rust: &str, case: Case, place: &Place, problems: &mut Problems) -> Ident {
    parsed(rust).unwrap_or_else(|what| {
        let says = format!("`{wire}` becomes `{rust}`, which is {what}");
        problems.add(place, says, format!("give it another name: add `\"rust\": \"{}\"`", case.example()));
        nameless(problems)
    })
}

/// A name of Rust that someone chose.
fn chosen(rust: &str, case: Case, place: &Place, problems: &mut Problems) -> Ident {
    let written = case.of(rust);
    match parsed(rust) {
        Ok(ident) if rust == written => return ident,
        Ok(_) => {
            let says = format!("`{rust}` is not written in {}", case.name());
            problems.add(place, says, format!("write `{written}`"));
        }
        Err(what) => {
            let says = format!("`{rust}` is {what}");
            problems.add(place, says, format!("choose another name in {}, as `{}`", case.name(), case.example()));
        }
    }
    nameless(problems)
}

/// The name, or what keeps the text from being one.
fn parsed(rust: &str) -> Result<Ident, &'static str> {
    let is_name = |text: &str| text.is_ascii() && syn::parse_str::<Ident>(text).is_ok();
    // `gen` is reserved since the edition of 2024, which `syn` does not go by.
    if is_name(rust) && rust != "gen" {
        Ok(known(rust))
    } else if !rust.is_empty() && is_name(&format!("{rust}_")) {
        Err("a reserved word of Rust")
    } else {
        Err("not a name in Rust")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Make = fn(&str, Option<&str>, &Place, &mut Problems) -> Name;

    fn ident(make: Make, wire: &str, own: Option<&str>) -> Option<String> {
        let mut problems = Problems::default();
        let name = make(wire, own, &Place::file("demo/types.json"), &mut problems);
        problems.refuse().ok().map(|()| name.ident.to_string())
    }

    #[test]
    fn names_follow_the_rules_of_rust() {
        assert_eq!(ident(field, "UrlEncode", None).as_deref(), Some("url_encode"));
        assert_eq!(ident(field, "URLEncode", None).as_deref(), Some("url_encode"));
        assert_eq!(ident(ty, "HTTPHeader", None).as_deref(), Some("HttpHeader"));
        assert_eq!(ident(variant, "purge_url", None).as_deref(), Some("PurgeUrl"));
        assert_eq!(ident(code, "LimitExceeded.DailyQuota", None).as_deref(), Some("LimitExceededDailyQuota"));
        assert_eq!(ident(code, "AuthFailure.MFAFailure", None).as_deref(), Some("AuthFailureMFAFailure"));
        assert_eq!(ident(code, "some.low_code", None).as_deref(), Some("SomeLowCode"));
    }

    #[test]
    fn a_chosen_name_goes_first() {
        assert_eq!(ident(field, "Type", Some("purge_type")).as_deref(), Some("purge_type"));
        assert_eq!(ident(variant, "1080p", Some("P1080")).as_deref(), Some("P1080"));
    }

    #[test]
    fn what_rust_does_not_take_as_a_name_is_refused() {
        for wire in ["Type", "Gen", "Self", "", "1st", "Ünder", "a b", "_"] {
            assert_eq!(ident(field, wire, None), None, "{wire}");
        }
        for own in ["type", "PurgeType", "purge type", "", "_", "_type", "purge__type", "ürl"] {
            assert_eq!(ident(field, "Type", Some(own)), None, "{own}");
        }
        for wire in ["1080p", "é", "", "."] {
            assert_eq!(ident(variant, wire, None), None, "{wire}");
            assert_eq!(ident(code, wire, None), None, "{wire}");
        }
    }
}
