//! Everything that needs more than one module: the real process, the wire, a real Terraform.
//!
//! One binary, so that the EC2 SDK is linked once.

#![allow(
    unreachable_pub,
    reason = "the modules of a test binary have no outside"
)]

mod acceptance;
mod arguments;
mod audit_source;
mod aws_provider;
mod calls;
mod command;
mod complete;
mod configuration;
mod data_sources;
mod default_group;
mod documentation;
mod examples;
mod faults;
mod functions;
mod gallery;
mod handshake;
mod hostile;
mod layers;
mod lifecycle;
mod linear;
mod looking;
mod migrate;
mod mocks;
mod opentofu;
mod own_catalog;
mod owned_rules;
mod packages;
mod policies;
mod probe;
mod protocol;
mod provider_block;
mod queries;
mod report;
mod scanners;
mod starts;
mod starts_in_need;
mod support;
mod truth;
mod wire;
