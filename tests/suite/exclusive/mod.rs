//! `exclusive`: whether rules that the configuration doesn't declare are its business.

mod no_rules;
mod owners;
mod through_terraform;

use crate::support::stage::{REGION, Stage};

/// The ports that EC2 lets in.
fn ports(stage: &Stage) -> Vec<u64> {
    let group = stage.emulator.group(REGION, "web");
    let rules = group["ingress"].as_array().into_iter().flatten();
    let mut ports: Vec<u64> = rules.filter_map(|r| r["from_port"].as_u64()).collect();
    ports.sort_unstable();
    ports
}
