//! The README of a crate, which is also the first page of its documentation.

use std::fmt::Write;

use proc_macro2::TokenStream;
use quote::quote;

use super::snippets::Snippets;
use super::{doc, example};
use crate::model::Product;

/// Emits `README.md`.
pub(super) fn readme(product: &Product, snippets: &Snippets) -> String {
    let Product { folder, package, title, version, page, readme, .. } = product;
    let mut text = format!("# {package}\n\n");
    let retired = product.deprecated.as_ref().map(|note| format!("**Retired.** {note}"));
    for paragraph in retired.iter().chain(readme) {
        let _ = writeln!(text, "{}\n", filled(paragraph));
    }
    let _ = writeln!(text, "| action | what it is for |\n|---|---|");
    for action in &product.actions {
        // A bar would end the cell.
        let _ = writeln!(text, "| `{}` | {} |", action.name.wire, action.title.replace('|', "\\|"));
    }
    let _ = write!(
        text,
        "\n## Use\n\nThe crates are not published yet; until they are, name a checkout:\n\n\
         ```toml\n[dependencies]\n{package} = {{ path = \"../tencentcloud-purge/crates/{folder}\" }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n```\n\n"
    );
    if let Some(program) = program(product) {
        let program = program.map(|part| snippets.text(&part)).join("\n");
        let _ = writeln!(text, "```rust,no_run\n{program}```\n");
    }
    let sources = format!(
        "`TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY` hold the key that signs the requests. {}",
        "What a request takes, what it answers, its limits and its errors stand in the documentation of its type."
    );
    let _ = writeln!(text, "{}\n", filled(&sources));
    let made = format!("Made from the [documentation of the API]({page}), version {version}, of {title}.");
    let _ = writeln!(text, "{}", filled(&made));
    text
}

/// A paragraph, wrapped at the width of the workspace.
fn filled(paragraph: &str) -> String {
    doc::wrapped(paragraph, textwrap::Options::new(120)).join("\n")
}

/// All code that [`readme`] may need.
pub(super) fn snippets(product: &Product) -> Vec<TokenStream> {
    program(product).into_iter().flatten().collect()
}

/// A program that makes one call, as imports and `main`: the first example of the first action.
fn program(product: &Product) -> Option<[TokenStream; 2]> {
    let action = product.actions.first()?;
    let (library, method) = (&product.library, &action.function);
    let request = &action.examples.first()?.request;
    let names = example::names(action.examples.get(..1)?, action, &["Client", "Config"]);
    let shown = example::shown(action);
    let uses = quote! { use #library::{#(#names),*}; };
    let expectation = example::expectation(action, product);
    let main = quote! {
        #[tokio::main]
        #expectation
        async fn main() -> Result<(), Box<dyn std::error::Error>> {
            let client = Client::new(&Config::from_env()?);
            let request = #request;
            let response = client.#method(request).await?;
            #shown
            Ok(())
        }
    };
    Some([uses, main])
}
