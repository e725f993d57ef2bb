//! Emits the programs of a README. Each calls the main action of the product with its first
//! example.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{error_code, example, number, strings};
use crate::model::{Action, Code, Example, Kind, Product};
use crate::print::snippets;

/// The time of scripted programs, in seconds since 1970. Any time will do: a scripted transport
/// does not check it.
const UNIX_TIME: u64 = 1_700_000_000;

/// A program, as imports and items.
pub(super) struct Program {
    pub(super) imports: TokenStream,
    pub(super) main: TokenStream,
}

impl Program {
    /// The lines of the program in a README.
    pub(super) fn lines(&self) -> [String; 3] {
        [snippets::line(&self.imports), String::new(), snippets::line(&self.main)]
    }
}

/// A program that calls the service.
pub(super) fn live(product: &Product) -> Option<Program> {
    let (action, example) = example::first(product)?;
    let call = call(action, example);
    let expect_deprecated = example::expect_deprecated(action, product);
    let main = quote! {
        #[tokio::main]
        #expect_deprecated
        async fn main() -> Result<(), Box<dyn std::error::Error>> {
            let client = Client::new(&Config::from_env()?);
            #call
            Ok(())
        }
    };
    Some(Program { imports: imports(action, example, product, &["Client", "Config"]), main })
}

/// A program that calls the emulator.
pub(super) fn emulated(product: &Product) -> Option<Program> {
    let (action, example) = example::first(product)?;
    let call = call(action, example);
    let expect_deprecated = example::expect_deprecated(action, product);
    let own = imports(action, example, product, &["Client", "Config", "Credentials"]);
    let imports = quote! {
        #own
        use tencentcloud_emulator::Emulator;
    };
    let main = quote! {
        #[tokio::main]
        #expect_deprecated
        async fn main() -> Result<(), Box<dyn std::error::Error>> {
            let emulator = Emulator::start().await?;
            let credentials = Credentials::new(emulator.secret_id(), emulator.secret_key())?;
            let config = Config::builder().credentials(credentials).endpoint(emulator.endpoint()).build()?;
            let client = Client::new(&config);
            #call
            Ok(())
        }
    };
    Some(Program { imports, main })
}

/// A program that plays a failure of the service with a scripted transport.
pub(super) fn scripted(product: &Product) -> Option<Program> {
    let (action, example) = example::first(product)?;
    let code = action.errors.iter().find(|code| code.kind == Kind::Quota).or_else(|| {
        let is_final =
            |code: &&Code| !matches!(code.kind, Kind::Throttled | Kind::ClockSkew | Kind::Auth | Kind::Server);
        action.errors.iter().find(is_final)
    })?;
    let (library, method, request) = (&product.library, &action.function, &example.request);
    let kind = error_code::kind(code.kind);
    let (response, time) = (error_response(&code.name.wire), number::literal(UNIX_TIME));
    let expect_deprecated = example::expect_deprecated(action, product);
    let own = imports(action, example, product, &["Client", "Config", "Credentials", "ErrorKind"]);
    let imports = quote! {
        use #library::runtime::testing::{ScriptedTransport, VirtualClock};
        #own
    };
    let main = quote! {
        #expect_deprecated
        fn main() -> Result<(), Box<dyn std::error::Error>> {
            let response = #response;
            let transport = ScriptedTransport::new().respond(200, response);
            let clock = VirtualClock::at_unix(#time);
            let credentials = Credentials::new("AKIDexample", "example-key")?;
            let config =
                Config::builder().credentials(credentials).transport(transport.clone()).clock(clock.clone()).build()?;
            let client = Client::new(&config);
            let request = #request;
            let error = clock.run(client.#method(request)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::#kind);
            assert_eq!(transport.requests().len(), 1, "this kind of failure is not retried");
            Ok(())
        }
    };
    Some(Program { imports, main })
}

fn imports(action: &Action, example: &Example, product: &Product, others: &[&str]) -> TokenStream {
    example::imports(std::slice::from_ref(example), action, product, others)
}

fn call(action: &Action, example: &Example) -> TokenStream {
    let (method, request) = (&action.function, &example.request);
    let (outcome, result, print) = (example::outcome(action), example::result(action), example::print_result(action));
    quote! {
        let request = #request;
        let #outcome = client.#method(request).await?#result;
        #print
    }
}

/// A response with an error code, as a string literal. Its lines are indented for the place where
/// it is used.
fn error_response(code: &str) -> Literal {
    let text = format!(
        r#"{{
            "Response": {{
                "Error": {{ "Code": "{code}", "Message": "an example" }},
                "RequestId": "1"
            }}
        }}"#
    );
    strings::raw(&text)
}
