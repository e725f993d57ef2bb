//! The emulator as its clients see it: over HTTP, by a client that shares no code with it.

#[cfg(test)]
mod actions;
#[cfg(test)]
mod client;
#[cfg(test)]
mod http;
#[cfg(test)]
mod program;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod running;
#[cfg(test)]
mod signatures;
