//! What the provider answers over the protocol, whatever its resources do: the real process over
//! mutual TLS, call by call. What a group's calls come to is the matter of `lifecycle`.

mod answers;
mod client;
mod forms;
mod liberties;
mod lives;
mod lookups;
mod panics;
mod runs;
mod schema;
mod shapes;
mod values;
