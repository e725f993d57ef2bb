//! Tests real files: of any kind, replaced while the program runs, and slow to read.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use tencentcloud_core::credentials::{CredentialSource, ProvideCredentials, ProviderContext};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Client, Credentials, CredentialsChain, Error, ErrorKind};

use super::InContext;
use crate::sample::{Cdn, NOW, config, purge};

const CREDENTIALS: &str = "[default]\r\nsecret_id = AKIDfile\r\nsecret_key = key\r\n";

/// A temporary folder, which is removed when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tencentcloud-core-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The path at which a source looks for its file.
    fn place(&self, source: CredentialSource) -> PathBuf {
        let place = self.0.join(match source {
            CredentialSource::File => ".tencentcloud/credentials",
            CredentialSource::Tccli => ".tccli/default.credential",
            _ => "identity/token",
        });
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        place
    }

    fn chain(&self, source: CredentialSource) -> CredentialsChain {
        let (home, token) = (self.0.clone(), self.place(CredentialSource::WebIdentity));
        CredentialsChain::from_sources([source]).variables(move |name| match name {
            "HOME" => Some(home.clone().into()),
            "TKE_REGION" | "TKE_PROVIDER_ID" | "TKE_ROLE_ARN" => Some(OsString::from("ap-guangzhou")),
            "TKE_WEB_IDENTITY_TOKEN_FILE" => Some(token.clone().into()),
            _ => None,
        })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Searches on another thread, so that a search that hangs fails the test.
fn found(chain: CredentialsChain) -> Result<Credentials, Error> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let clock = VirtualClock::at_unix(NOW);
        sender.send(clock.run(InContext::new(chain, &ScriptedTransport::new(), &clock).credentials()))
    });
    receiver.recv_timeout(Duration::from_secs(10)).expect("the search hangs")
}

#[test]
fn a_path_that_is_not_a_credentials_file_is_an_error_and_does_not_hang() {
    type Create = fn(&Path);
    let folder = Folder::new("odd");
    let pipe: Create = |place| assert!(std::process::Command::new("mkfifo").arg(place).status().unwrap().success());
    let large: Create = |place| fs::write(place, " ".repeat(1024 * 1024 + 1)).unwrap();
    let binary: Create = |place| fs::write(place, b"\x1f\x8bhidden\xff").unwrap();
    let device: Create = |place| std::os::unix::fs::symlink("/dev/zero", place).unwrap();
    let cases: [(Create, [&str; 3]); 5] = [
        (|place| fs::create_dir(place).unwrap(), ["cannot be read: it is not a regular file"; 3]),
        (pipe, ["cannot be read: it is not a regular file"; 3]),
        (device, ["cannot be read: it is not a regular file"; 3]),
        (large, ["cannot be read: it has more than 1048576 bytes"; 3]),
        (binary, [": it is not UTF-8", ": it is not a JSON object", " is not UTF-8"]),
    ];
    for (create, messages) in cases {
        for (source, message) in
            [CredentialSource::File, CredentialSource::Tccli, CredentialSource::WebIdentity].into_iter().zip(messages)
        {
            let place = folder.place(source);
            create(&place);
            let error = found(folder.chain(source)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Credentials);
            let (shown, place) = (error.message(), place.to_str().unwrap());
            assert!(shown.contains(place) && shown.ends_with(message) && !shown.contains("hidden"), "{shown}");
            let _ = fs::remove_dir(place);
            let _ = fs::remove_file(place);
        }
    }
}

#[test]
fn a_file_in_place_of_the_folder_counts_as_missing() {
    let folder = Folder::new("plain");
    let place = folder.place(CredentialSource::File);
    fs::write(&place, CREDENTIALS).unwrap();
    assert_eq!(found(folder.chain(CredentialSource::File)).unwrap().secret_id(), "AKIDfile");
    fs::remove_dir_all(place.parent().unwrap()).unwrap();
    fs::write(place.parent().unwrap(), "a file where the folder should be").unwrap();
    let error = found(folder.chain(CredentialSource::File)).unwrap_err();
    assert!(error.message().contains("no `/etc/tencentcloud/credentials`"), "{error}");
}

#[test]
fn a_replaced_file_is_used_within_five_minutes() {
    let folder = Folder::new("replaced");
    let place = folder.place(CredentialSource::File);
    fs::write(&place, CREDENTIALS).unwrap();
    let clock = VirtualClock::at_unix(NOW);
    let chain = InContext::new(folder.chain(CredentialSource::File), &ScriptedTransport::new(), &clock);
    let id = || clock.run(chain.credentials()).unwrap().secret_id().to_owned();
    assert_eq!(id(), "AKIDfile");
    let next = place.with_extension("next");
    fs::write(&next, CREDENTIALS.replace("AKIDfile", "AKIDrotated")).unwrap();
    fs::rename(&next, &place).unwrap();
    for (seconds, expected) in [(299, "AKIDfile"), (1, "AKIDrotated")] {
        clock.advance(Duration::from_secs(seconds));
        assert_eq!(id(), expected);
    }
}

/// A chain whose file hangs until the sender is used or dropped, and the number of reads.
fn hanging() -> (CredentialsChain, mpsc::Sender<()>, Arc<AtomicUsize>) {
    let (release, released) = mpsc::channel();
    let (released, read) = (Mutex::new(released), Arc::<AtomicUsize>::default());
    let reading = Arc::clone(&read);
    let chain = CredentialsChain::from_sources([CredentialSource::File])
        .variables(|name| (name == "HOME").then(|| "/home/me".into()));
    let chain = chain.files(move |_| {
        reading.fetch_add(1, Ordering::Relaxed);
        released.lock().unwrap().recv_timeout(Duration::from_secs(10)).map_err(io::Error::other)?;
        Ok(CREDENTIALS.into())
    });
    (chain, release, read)
}

#[test]
fn a_hanging_file_does_not_hold_up_the_shutdown_of_the_runtime() {
    let (chain, _release, read) = hanging();
    let chain = InContext::new(chain, &ScriptedTransport::new(), &VirtualClock::at_unix(NOW));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let call = async { tokio::time::timeout(Duration::from_millis(10), chain.credentials()).await };
    assert!(runtime.block_on(call).is_err());
    while read.load(Ordering::Relaxed) == 0 {
        thread::yield_now();
    }
    let begin = Instant::now();
    drop(runtime);
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_hanging_file_does_not_block_other_tasks() {
    let (chain, release, _) = hanging();
    let chain = InContext::new(chain, &ScriptedTransport::new(), &VirtualClock::at_unix(NOW));
    // Both run on one thread.
    let (outcome, ()) = tokio::join!(chain.credentials(), async { release.send(()).unwrap() });
    assert_eq!(outcome.unwrap().secret_id(), "AKIDfile");
}

#[test]
fn calls_time_out_while_a_file_hangs_and_it_is_read_once() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (chain, release, read) = hanging();
    let chain = Arc::new(chain);
    let clock = VirtualClock::at_unix(NOW);
    let config = config(&ScriptedTransport::new(), &clock).credentials(Arc::clone(&chain)).build().unwrap();
    let client = Client::<Cdn>::new(&config);
    for calls in 1..=2 {
        let _inside = runtime.enter();
        let error = clock.run(client.call(&purge()).into_future()).unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 0));
        assert!(error.to_string().contains("no credentials within the call's timeout of 60s"), "{error}");
        assert_eq!(clock.unix(), NOW + 60 * calls);
    }
    release.send(()).unwrap();
    assert_eq!(runtime.block_on(chain.credentials(&ProviderContext::from(&config))).unwrap().secret_id(), "AKIDfile");
    assert_eq!(read.load(Ordering::Relaxed), 1);
}
