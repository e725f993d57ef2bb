//! Examples: the requests that the specification spells out, as code.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::{doc, number};
use crate::format;
use crate::model::{Action, Built, Example, Literal, Product, Type};

/// The function that an example stands in; hidden, as all lines that begin with `#`.
const RUNTIME: &str = r#"# #[tokio::main(flavor = "current_thread")]"#;
const OPENING: &str = "# async fn main() -> Result<(), Box<dyn std::error::Error>> {";
const CLOSING: [&str; 2] = ["# Ok(())", "# }"];

/// The lines of an action's examples, as they stand in its documentation.
pub(super) fn lines(action: &Action, product: &Product) -> Vec<String> {
    let Some((first, others)) = action.examples.split_first() else { return Vec::new() };
    let mut lines = vec![RUNTIME.to_owned()];
    lines.extend(expected(action, product).map(|_| "# #[expect(deprecated)]".to_owned()));
    lines.push(OPENING.to_owned());
    lines.extend(printed(&emulator(product)).into_iter().map(|line| format!("# {line}")));
    lines.extend(printed(&imports(action, product)));
    lines.push(String::new());
    lines.push(comment(first));
    lines.extend(printed(&first_call(first, action)));
    if !others.is_empty() {
        lines.push(String::new());
    }
    for example in others {
        lines.push(comment(example));
        lines.extend(further_call(example, action));
    }
    lines.extend(CLOSING.map(str::to_owned));
    lines
}

/// What stands above a function that calls the action, if the compiler would warn of it.
pub(super) fn expected(action: &Action, product: &Product) -> Option<TokenStream> {
    product.retired(action).map(|_| quote! { #[expect(deprecated)] })
}

/// What stands in for the service.
fn emulator(product: &Product) -> TokenStream {
    let library = &product.library;
    quote! {
        let emulator = tencentcloud_emulator::Emulator::start().await?;
        let credentials = #library::Credentials::new(emulator.secret_id(), emulator.secret_key())?;
        let config = #library::Config::builder().credentials(credentials).endpoint(emulator.endpoint()).build()?;
    }
}

fn imports(action: &Action, product: &Product) -> TokenStream {
    let library = &product.library;
    let names = names(&action.examples, action, &["Client"]);
    quote! { use #library::{#(#names),*}; }
}

/// The names that a program with these examples imports, sorted.
pub(super) fn names(examples: &[Example], action: &Action, others: &[&str]) -> Vec<Ident> {
    let mut names: Vec<Ident> = others.iter().map(|name| format_ident!("{name}")).collect();
    names.push(action.name.ident.clone());
    for example in examples {
        types_of(&example.request, &mut names);
    }
    names.sort();
    names.dedup();
    names
}

/// The types that a request names.
fn types_of(built: &Built, names: &mut Vec<Ident>) {
    let setters = built.setters.iter().map(|(_, literal)| literal);
    let mut open: Vec<&Literal> = built.arguments.iter().chain(setters).collect();
    while let Some(literal) = open.pop() {
        match literal {
            Literal::Listed { ty, .. } => names.push(ty.clone()),
            Literal::Record(built) => {
                names.push(built.ty.clone());
                types_of(built, names);
            }
            Literal::List(elements) => open.extend(elements),
            Literal::String(_)
            | Literal::Boolean(_)
            | Literal::Integer(_)
            | Literal::Unsigned(_)
            | Literal::Float(_)
            | Literal::DateTime(_) => {}
        }
    }
}

fn comment(example: &Example) -> String {
    format!("// {}", doc::sentence(&example.title))
}

fn first_call(example: &Example, action: &Action) -> TokenStream {
    let (request, method) = (&example.request, &action.function);
    let shown = shown(action);
    quote! {
        let client = Client::new(&config);
        let request = #request;
        let response = client.#method(request).await?;
        #shown
    }
}

/// One statement if that is one line, otherwise two.
fn further_call(example: &Example, action: &Action) -> Vec<String> {
    let (request, method) = (&example.request, &action.function);
    let at_once = printed(&quote! { client.#method(#request).await?; });
    if at_once.len() == 1 {
        return at_once;
    }
    printed(&quote! {
        let request = #request;
        client.#method(request).await?;
    })
}

/// What a reader would print first of the response.
pub(super) fn shown(action: &Action) -> TokenStream {
    let is_plain =
        |ty: &Type| matches!(ty, Type::String | Type::Integer | Type::Unsigned | Type::Boolean | Type::Float);
    let first = action.response.iter().find(|field| is_plain(&field.ty) && !field.nullable);
    let ident = first.map_or(format_ident!("request_id"), |field| field.name.ident.clone());
    quote! { println!("{}", response.#ident); }
}

/// Statements as lines.
fn printed(statements: &TokenStream) -> Vec<String> {
    format::statements(statements).lines().map(str::to_owned).collect()
}

impl ToTokens for Built {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { ty, constructor, arguments, setters } = self;
        let setters = setters.iter().map(|(ident, literal)| quote! { .#ident(#literal) });
        tokens.extend(quote! { #ty::#constructor(#(#arguments),*) #(#setters)* });
    }
}

impl ToTokens for Literal {
    /// The value as an argument: a constructor or a setter makes of it what it stores.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Self::String(text) => quote! { #text },
            Self::Boolean(value) => quote! { #value },
            Self::Integer(value) => number::literal(*value).into_token_stream(),
            Self::Unsigned(value) => number::literal(*value).into_token_stream(),
            Self::Float(value) => proc_macro2::Literal::f64_unsuffixed(*value).into_token_stream(),
            Self::DateTime(text) => quote! { #text.parse()? },
            Self::Listed { ty, variant } => quote! { #ty::#variant },
            Self::Record(built) => quote! { #built },
            Self::List(elements) => quote! { [#(#elements),*] },
        });
    }
}

/// The value as it is stored: of the types that a constructor may fix.
pub(super) fn owned(literal: &Literal) -> TokenStream {
    match literal {
        Literal::String(text) => quote! { #text.to_owned() },
        Literal::List(elements) => {
            let elements = elements.iter().map(owned);
            quote! { vec![#(#elements),*] }
        }
        Literal::Boolean(_)
        | Literal::Integer(_)
        | Literal::Unsigned(_)
        | Literal::Float(_)
        | Literal::DateTime(_)
        | Literal::Listed { .. }
        | Literal::Record(_) => quote! { #literal },
    }
}
