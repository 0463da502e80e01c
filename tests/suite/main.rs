//! Everything that needs more than one module: the real process, the wire, a real Terraform.
//!
//! One binary, so that the EC2 SDK is linked once.

#![allow(
    unreachable_pub,
    reason = "the modules of a test binary have no outside"
)]

mod arguments;
mod associations;
mod aws_provider;
mod calls;
mod command;
mod configuration;
mod create;
mod data_sources;
mod default_group;
mod delete;
mod documentation;
mod drift;
mod examples;
mod exclusive;
mod faults;
mod functions;
mod gallery;
mod handshake;
mod hostile;
mod import;
mod layers;
mod linear;
mod logs;
mod migrate;
mod mocks;
mod moving;
mod opentofu;
mod own_catalog;
mod owned_rules;
mod packages;
mod plan;
mod policies;
mod probe;
mod protocol;
mod provider_block;
mod queries;
mod redact_rules;
mod replace;
mod report;
mod scanners;
mod short_form;
mod smoke;
mod starts;
mod starts_in_need;
mod support;
mod update;
mod wire;
