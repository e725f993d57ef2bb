//! Sends requests over a transport of one's own: here one that prints each request, and leaves the
//! rest to the standard one.
//!
//! A transport can also use another HTTP client, or return responses that it has recorded.

use std::error::Error;

use tencentcloud_cdn::runtime::http::{HttpRequest, HttpResponse, HttpsTransport, Transport, TransportError};
use tencentcloud_cdn::runtime::time::BoxFuture;
use tencentcloud_cdn::{Client, Config, PurgeUrlsCache};

struct Printing<T>(T);

impl<T: Transport> Transport for Printing<T> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            // The headers contain the signature: do not print them.
            println!("> {} {} with {} bytes", request.method(), request.url(), request.body().len());
            // Once per attempt: the client decides whether another one is made.
            let response = self.0.send(request).await?;
            println!("< {} with {} bytes", response.status(), response.body().len());
            Ok(response)
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // As `Config::from_env()`, with another transport.
    let config = Config::builder().transport(Printing(HttpsTransport::new()?)).build()?;
    let client = Client::new(&config);

    let request = PurgeUrlsCache::new(["https://www.example.com/logo.png"]);
    let response = client.purge_urls_cache(request).await?;
    println!("{}", response.task_id);
    Ok(())
}
