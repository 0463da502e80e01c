//! Everything that needs more than one module: the real process, the wire, a real Terraform.
//!
//! One binary, so that the EC2 SDK is linked once.

#![allow(
    unreachable_pub,
    reason = "the modules of a test binary have no outside"
)]

mod acceptance;
mod arguments;
mod complete;
mod examples;
mod faults;
mod gallery;
mod handshake;
mod layers;
mod lifecycle;
mod protocol;
mod support;
mod truth;
mod wire;
