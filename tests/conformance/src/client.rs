//! Lists the official clients, and what each of them can do.

use std::path::PathBuf;
use std::process::Command;
use std::{fs, io};

use crate::folder::Folder;
use crate::workspace;

/// An official client.
pub(crate) struct Client {
    pub(crate) title: &'static str,
    /// Its folder in `tests/conformance/`.
    source: &'static str,
    /// The folder that it is installed into.
    pub(crate) installed: &'static str,
    pub(crate) kind: Kind,
    /// The beginning of the names of the packages that the report lists.
    packages: &'static str,
    /// Its type of error for a refusal.
    pub(crate) error_type: &'static str,
    /// The ways in which it can sign and send.
    pub(crate) styles: &'static [Style],
    /// The actions that it has.
    pub(crate) actions: &'static [&'static str],
}

/// A way to sign and send.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub(crate) signature: &'static str,
    pub(crate) method: &'static str,
}

/// The language of a client, and with it the program that installs it.
pub(crate) enum Kind {
    /// Installed with pip, from this list of packages.
    Python(&'static str),
    /// Installed with npm.
    Node,
}

/// All actions of the current products, and that of the retired one. A task is submitted before it
/// is described.
const ALL_ACTIONS: &[&str] = &[
    "cdn.PurgeUrlsCache",
    "cdn.PurgePathCache",
    "cdn.PushUrlsCache",
    "cdn.DescribePurgeTasks",
    "cdn.DescribePushTasks",
    "cdn.DescribePurgeQuota",
    "cdn.DescribePushQuota",
    "teo.CreatePurgeTask",
    "teo.CreatePrefetchTask",
    "teo.DescribePurgeTasks",
    "teo.DescribePrefetchTasks",
    "teo.DescribeContentQuota",
    "teo.DescribeZones",
    "ecdn.DescribePurgeTasks",
];

/// The actions without that of the retired product, which is the last one.
const CURRENT_ACTIONS: &[&str] = ALL_ACTIONS.split_at(ALL_ACTIONS.len() - 1).0;

const TC3_POST: Style = style("TC3-HMAC-SHA256", "POST");
const TC3_GET: Style = style("TC3-HMAC-SHA256", "GET");
const SHA1_GET: Style = style("HmacSHA1", "GET");
const SHA1_POST: Style = style("HmacSHA1", "POST");
const SHA256_GET: Style = style("HmacSHA256", "GET");
const SHA256_POST: Style = style("HmacSHA256", "POST");

/// The body is not signed. Only the SDK for Python can do this.
const UNSIGNED: Style = style("TC3-HMAC-SHA256 unsigned", "POST");

/// The request goes over TLS, to a server whose certificate the client is given.
const TLS: Style = style("TC3-HMAC-SHA256 tls", "POST");

/// The host is signed without its port. The SDK for Node does this if its endpoint has a port.
const WITHOUT_PORT: Style = style("TC3-HMAC-SHA256 port", "POST");

/// The clients, in the order of the report.
pub(crate) const CLIENTS: [Client; 4] = [
    Client {
        title: "Python SDK",
        source: "python",
        installed: "python",
        kind: Kind::Python("requirements.txt"),
        packages: "tencentcloud-sdk-python-",
        error_type: "TencentCloudSDKException",
        styles: &[TC3_POST, TC3_GET, SHA1_GET, SHA1_POST, SHA256_GET, SHA256_POST, TLS, UNSIGNED],
        actions: ALL_ACTIONS,
    },
    Client {
        title: "Node SDK",
        source: "node",
        installed: "node",
        kind: Kind::Node,
        packages: "tencentcloud-sdk-nodejs-",
        error_type: "TencentCloudSDKHttpException",
        styles: &[TC3_POST, TC3_GET, SHA1_GET, SHA1_POST, SHA256_GET, SHA256_POST, TLS, WITHOUT_PORT],
        actions: ALL_ACTIONS,
    },
    Client {
        title: "tccli",
        source: "tccli",
        installed: "tccli",
        kind: Kind::Python("requirements.txt"),
        packages: "tccli",
        error_type: "TencentCloudSDKException",
        // It can only sign in this way.
        styles: &[TC3_POST],
        actions: CURRENT_ACTIONS,
    },
    Client {
        title: "tccli, before ecdn lost the action",
        source: "tccli",
        installed: "tccli-ecdn",
        kind: Kind::Python("requirements-ecdn.txt"),
        packages: "tccli",
        error_type: "TencentCloudSDKException",
        // It can only sign in the old way.
        styles: &[SHA256_POST],
        actions: ALL_ACTIONS,
    },
];

const fn style(signature: &'static str, method: &'static str) -> Style {
    Style { signature, method }
}

impl Client {
    /// The folder with its script and its list of packages.
    pub(crate) fn source(&self) -> io::Result<PathBuf> {
        Ok(workspace::conformance()?.join(self.source))
    }

    /// Its list of packages.
    pub(crate) fn list(&self) -> io::Result<PathBuf> {
        let name = match self.kind {
            Kind::Python(list) => list,
            Kind::Node => "package.json",
        };
        Ok(self.source()?.join(name))
    }

    /// Its packages with the versions that the list pins.
    pub(crate) fn versions(&self) -> io::Result<String> {
        let text = fs::read_to_string(self.list()?)?;
        let versions = text.lines().filter_map(|line| {
            let line = line.trim().trim_end_matches(',').replace("\": \"", "==").replace('"', "");
            line.starts_with(self.packages).then(|| line.replace("==", " "))
        });
        Ok(versions.collect::<Vec<_>>().join(", "))
    }

    /// The interpreter of its language, with its packages.
    pub(crate) fn interpreter(&self, folder: &Folder) -> Command {
        let installed = folder.path().join(self.installed);
        match self.kind {
            Kind::Python(_) if cfg!(windows) => Command::new(installed.join("Scripts/python.exe")),
            Kind::Python(_) => Command::new(installed.join("bin/python")),
            Kind::Node => Command::new("node"),
        }
    }
}
