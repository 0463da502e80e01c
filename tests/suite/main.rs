//! Everything that needs more than one module: the real process, the wire, a real Terraform.
//!
//! One binary, so that the EC2 SDK is linked once.

#![allow(
    unreachable_pub,
    reason = "the modules of a test binary have no outside"
)]

mod acceptance;
mod arguments;
mod calls;
mod complete;
mod faults;
mod handshake;
mod layers;
mod lifecycle;
mod protocol;
mod support;
mod truth;
mod wire;
