//! Tests of what a limiter is created with.

use tencentcloud_rate_redis::RedisLimiter;

#[test]
fn an_invalid_argument_is_an_error_that_says_what_to_write() {
    let error = |url, label, processes| RedisLimiter::open(url, label, processes).unwrap_err().to_string();
    assert_eq!(
        error("redis://localhost/", "", 8),
        "the label of the account is empty, or has characters other than letters, digits and `-_.`; help: choose \
         a name, such as `production`, and use it in all processes that share the account"
    );
    assert_eq!(error("redis://localhost/", "a:b", 8), error("redis://localhost/", "", 8));
    assert_eq!(
        error("redis://localhost/", "production", 0),
        "the number of processes is 0; help: give the number of processes that share the account"
    );
    let message = error("http://user:secret-password@localhost/", "production", 8);
    assert!(message.starts_with("the URL of the store is invalid: "), "{message}");
    assert!(message.ends_with("; help: write it as `redis://user:password@host:6379/0`"), "{message}");
    assert!(!message.contains("secret-password"), "{message}");
}

#[test]
fn a_password_is_not_printed() {
    let limiter = RedisLimiter::open("redis://user:secret-password@127.0.0.1:1/", "production", 8).unwrap();
    assert_eq!(format!("{limiter:?}"), r#"RedisLimiter { label: "production", processes: 8, .. }"#);
}
