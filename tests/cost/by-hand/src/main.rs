//! Makes one call without the crate: the reference for `with-crate`.

use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const HOST: &str = "cdn.tencentcloudapi.com";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    urls: &'a [&'a str],
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    task_id: Option<String>,
    error: Option<Failure>,
    request_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Failure {
    code: String,
    message: String,
}

fn hmac(key: &[u8], text: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)?;
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Year, month and day of a number of days since 1970-01-01.
fn date(days: u64) -> String {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (id, key) = (std::env::var("TENCENTCLOUD_SECRET_ID")?, std::env::var("TENCENTCLOUD_SECRET_KEY")?);
    let _ = rustls::crypto::ring::default_provider().install_default();
    let body = serde_json::to_string(&Request { urls: &["http://www.example.com/1.jpg"] })?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let date = date(now / 86_400);
    let scope = format!("{date}/cdn/tc3_request");
    let canonical = format!(
        "POST\n/\n\ncontent-type:application/json\nhost:{HOST}\n\ncontent-type;host\n{}",
        hex(&Sha256::digest(&body))
    );
    let to_sign = format!("TC3-HMAC-SHA256\n{now}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
    let key = hmac(&hmac(&hmac(format!("TC3{key}").as_bytes(), &date)?, "cdn")?, "tc3_request")?;
    let signature = hex(&hmac(&key, &to_sign)?);
    let authorization =
        format!("TC3-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders=content-type;host, Signature={signature}");
    let body = reqwest::Client::new()
        .post(format!("https://{HOST}/"))
        .header("Authorization", authorization)
        .header("Content-Type", "application/json")
        .header("X-TC-Action", "PurgeUrlsCache")
        .header("X-TC-Version", "2018-06-06")
        .header("X-TC-Timestamp", now.to_string())
        .body(body)
        .send()
        .await?
        .bytes()
        .await?;
    let Response { task_id, error, request_id } = serde_json::from_slice::<Envelope>(&body)?.response;
    if let Some(Failure { code, message }) = error {
        return Err(format!("{code}: {message} ({request_id:?})").into());
    }
    println!("{}", task_id.unwrap_or_default());
    Ok(())
}
