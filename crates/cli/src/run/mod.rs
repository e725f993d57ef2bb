//! Sends targets, waits for the tasks, and records what became of every target.

mod actions;
mod collect;
mod drive;
mod steps;
mod tasks;
mod wait;

pub(crate) use self::actions::What;
pub(crate) use self::drive::Session;
