//! Emits examples as code: those of an action, and that of a client.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::doc;
use crate::model::{Action, BuilderCalls, Example, Literal, Product, Type};
use crate::print::snippets;

/// The function around an example. Lines that start with `#` are not shown.
const RUNTIME: &str = r#"# #[tokio::main(flavor = "current_thread")]"#;
const OPENING: &str = "# async fn main() -> Result<(), Box<dyn std::error::Error>> {";
const CLOSING: [&str; 2] = ["# Ok(())", "# }"];

/// The lines of an action's examples in its documentation. They run against the emulator.
pub(super) fn of_action(action: &Action, product: &Product) -> Vec<String> {
    let Some((first, others)) = action.examples.split_first() else { return Vec::new() };
    let mut lines = opening(action, product);
    lines.push(format!("# {}", snippets::line(&emulator(product))));
    lines.push(snippets::line(&imports(&action.examples, action, product, &["Client"])));
    lines.extend([String::new(), comment(first)]);
    lines.push(snippets::line(&first_call(first, action, &quote! { &config })));
    for example in others {
        lines.extend([String::new(), comment(example), snippets::line(&further_call(example, action))]);
    }
    lines.extend(CLOSING.map(str::to_owned));
    lines
}

/// The lines of a client's example: the first example of the product's main action. They call the
/// service.
pub(super) fn of_client(product: &Product) -> Vec<String> {
    let Some((action, example)) = first(product) else { return Vec::new() };
    let mut lines = opening(action, product);
    let imports = imports(std::slice::from_ref(example), action, product, &["Client", "Config"]);
    let call = first_call(example, action, &quote! { &Config::from_env()? });
    lines.extend([snippets::line(&imports), String::new(), snippets::line(&call)]);
    lines.extend(CLOSING.map(str::to_owned));
    lines
}

/// The example that represents a product: the first one of its main action.
pub(super) fn first(product: &Product) -> Option<(&Action, &Example)> {
    let action = product.actions.get(product.main_action)?;
    Some((action, action.examples.first()?))
}

fn opening(action: &Action, product: &Product) -> Vec<String> {
    let mut lines = vec![RUNTIME.to_owned()];
    lines.extend(expect_deprecated(action, product).map(|_| "# #[expect(deprecated)]".to_owned()));
    lines.push(OPENING.to_owned());
    lines
}

/// The attribute of a function that calls the action, if the compiler would warn about the call.
pub(super) fn expect_deprecated(action: &Action, product: &Product) -> Option<TokenStream> {
    product.deprecation_note(action).map(|_| quote! { #[expect(deprecated)] })
}

/// Starts an emulator, and configures a client for it.
fn emulator(product: &Product) -> TokenStream {
    let library = &product.library;
    quote! {
        let emulator = tencentcloud_emulator::Emulator::start().await?;
        let credentials = #library::Credentials::new(emulator.secret_id(), emulator.secret_key())?;
        let config = #library::Config::builder().credentials(credentials).endpoint(emulator.endpoint()).build()?;
    }
}

/// The imports of a program with these examples.
pub(super) fn imports(examples: &[Example], action: &Action, product: &Product, others: &[&str]) -> TokenStream {
    let library = &product.library;
    let names = names(examples, action, others);
    quote! { use #library::{#(#names),*}; }
}

/// The types of these examples, and other names, sorted.
fn names(examples: &[Example], action: &Action, others: &[&str]) -> Vec<Ident> {
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
fn types_of(built: &BuilderCalls, names: &mut Vec<Ident>) {
    names.extend(built.struct_of_arguments.clone());
    let mut open: Vec<&Literal> = built.arguments.iter().chain(&built.setters).map(|(_, literal)| literal).collect();
    while let Some(literal) = open.pop() {
        match literal {
            Literal::KnownValue { ty, .. } => names.push(ty.clone()),
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
            | Literal::DateTime(_)
            | Literal::NoStrings => {}
        }
    }
}

fn comment(example: &Example) -> String {
    format!("// {}", doc::sentence(&example.title))
}

fn first_call(example: &Example, action: &Action, config: &TokenStream) -> TokenStream {
    let (request, method) = (&example.request, &action.function);
    let (outcome, result, print) = (outcome(action), result(action), print_result(action));
    quote! {
        let client = Client::new(#config);
        let request = #request;
        let #outcome = client.#method(request).await?#result;
        #print
    }
}

fn further_call(example: &Example, action: &Action) -> TokenStream {
    let (request, method, result) = (&example.request, &action.function, result(action));
    quote! {
        let request = #request;
        client.#method(request).await?#result;
    }
}

/// Turns failed targets into an error, if the response can report them.
pub(super) fn result(action: &Action) -> Option<TokenStream> {
    action.failures.as_ref().map(|_| quote! { .into_result()? })
}

/// The name of what a call returns: its response, or the id of the task if targets can fail.
pub(super) fn outcome(action: &Action) -> Ident {
    action.failures.as_ref().map_or(format_ident!("response"), |failures| failures.task.ident.clone())
}

/// Prints the part of the response that a reader wants to see first.
pub(super) fn print_result(action: &Action) -> TokenStream {
    if action.failures.is_some() {
        let text = format!("{{{}}}", outcome(action));
        return quote! { println!(#text); };
    }
    let is_plain =
        |ty: &Type| matches!(ty, Type::String | Type::Integer | Type::Unsigned | Type::Boolean | Type::Float);
    let first = action.response.iter().find(|field| is_plain(&field.ty) && !field.optional_in_response);
    let ident = first.map_or(format_ident!("request_id"), |field| field.name.ident.clone());
    quote! { println!("{}", response.#ident); }
}
