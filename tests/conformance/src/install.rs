//! Installs the official clients into a folder.

use std::error::Error;
use std::process::Command;
use std::{fs, thread};

use crate::client::{CLIENTS, Client, Kind};
use crate::command;
use crate::folder::Folder;

/// Installs all clients at the same time, except those that are installed already.
pub(crate) fn clients(folder: &Folder) -> Result<(), Box<dyn Error>> {
    thread::scope(|scope| {
        let installing: Vec<_> = CLIENTS
            .iter()
            .map(|client| scope.spawn(move || install(client, folder).map_err(|error| error.to_string())))
            .collect();
        for client in installing {
            client.join().map_err(|_| "an installation panicked")??;
        }
        Ok(())
    })
}

/// Installs a client. A file next to it, written last, marks the installation as complete.
fn install(client: &Client, folder: &Folder) -> Result<(), Box<dyn Error>> {
    let marker = folder.path().join(format!("{}.installed", client.installed));
    let target = folder.path().join(client.installed);
    let listed = fs::read(client.list()?)?;
    if fs::read(&marker).is_ok_and(|installed| installed == listed) {
        return Ok(());
    }
    let _ = fs::remove_dir_all(&target);
    match client.kind {
        Kind::Python(_) => {
            command::run(Command::new("python3").args(["-m", "venv"]).arg(&target))?;
            let pip = ["-m", "pip", "install", "--quiet", "--no-compile", "--no-deps", "--requirement"];
            command::run(client.interpreter(folder).args(pip).arg(client.list()?))?;
        }
        Kind::Node => {
            fs::create_dir_all(&target)?;
            for file in ["package.json", "package-lock.json"] {
                fs::copy(client.source()?.join(file), target.join(file))?;
            }
            let npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
            command::run(Command::new("npm").args(npm).current_dir(&target))?;
        }
    }
    Ok(fs::write(&marker, listed)?)
}
