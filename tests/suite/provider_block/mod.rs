//! The provider block: each argument seen at work on the wire, and not merely parsed.

mod network;
mod proxy;
mod user_agent;
mod way;
