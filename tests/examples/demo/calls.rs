//! Makes the calls of the demonstration. Each function is printed as the code of a program.

use tencentcloud_core::{Config, Error};

pub(crate) async fn purge_urls_cache(config: &Config) -> Result<String, Error> {
    use tencentcloud_cdn::{Client, PurgeUrlsCache};

    let client = Client::new(config);
    let task = client.purge_urls_cache(PurgeUrlsCache::new(["https://www.example.com/logo.png"])).await?;
    Ok(format!("the task is {}", task.task_id))
}

pub(crate) async fn purge_path_cache(config: &Config) -> Result<String, Error> {
    use tencentcloud_cdn::{Client, FlushType, PurgePathCache};

    let client = Client::new(config);
    let request = PurgePathCache::new(["https://www.example.com/images/"], FlushType::Flush);
    let task = client.purge_path_cache(request).await?;
    Ok(format!("the task is {}", task.task_id))
}

pub(crate) async fn create_purge_task(config: &Config) -> Result<String, Error> {
    use tencentcloud_teo::{Client, CreatePurgeTask};

    let client = Client::new(config);
    let request = CreatePurgeTask::hosts("zone-2qzj5k3v", ["www.example.com", "*.example.com"]);
    // With the check, the client would refuse the wildcard. Without it, the service reports it.
    let task = client.create_purge_task(request).unchecked_targets().await?;
    Ok(format!("the job is {}, and {} of its targets failed", task.job_id, task.failed_list.len()))
}

#[expect(clippy::disallowed_methods, reason = "a program does this, which has no clock of its own")]
#[expect(deprecated, reason = "the product is retired, and the demonstration calls every product")]
pub(crate) async fn describe_purge_tasks(config: &Config) -> Result<String, Error> {
    use std::time::{Duration, SystemTime};
    use tencentcloud_ecdn::runtime::time::{DateTime, UtcOffset};
    use tencentcloud_ecdn::{Client, DescribePurgeTasks};

    let client = Client::new(config);
    let yesterday = DateTime::at_offset(SystemTime::now() - Duration::from_secs(86_400), UtcOffset::CHINA);
    let listed = client.describe_purge_tasks(DescribePurgeTasks::since(yesterday)).await?;
    let urls: Vec<&str> = listed.purge_logs.iter().map(|log| log.url.as_str()).collect();
    Ok(format!("{} purges: {}", listed.total_count, urls.join(", ")))
}

pub(crate) async fn wildcard(config: &Config) -> Result<String, Error> {
    use tencentcloud_cdn::{Client, PurgeUrlsCache};

    let client = Client::new(config);
    let request = PurgeUrlsCache::new(["https://*.example.com/logo.png"]);
    let task = client.purge_urls_cache(request).unchecked_targets().await?;
    Ok(task.task_id)
}
