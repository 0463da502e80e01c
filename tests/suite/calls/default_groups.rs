//! What adopting, refreshing and changing the default groups of many VPCs costs.

use super::calls;
use crate::support::emulator::Emulator;
use crate::support::stage::work_dir;
use crate::support::terraform::Terraform;

/// The default groups of these VPCs, with this in their blocks.
fn closed(vpcs: &[String], body: &str) -> String {
    format!(
        "resource \"curated_default_security_group\" \"all\" {{\n  for_each = toset({vpcs:?})\n  vpc_id = \
         each.key\n{body}}}\n"
    )
}

#[test]
fn twenty_default_groups_are_planned_together_and_cost_two_writes_each_to_close() {
    let emulator = Emulator::start();
    let work = work_dir(&Terraform::find(), &emulator, "");
    let vpcs: Vec<String> = (0..20)
        .map(|_| crate::associations::through_terraform::vpc(&emulator))
        .collect();
    let cost = |job: &str, reads: u64, writes: usize| {
        let all: u64 = calls(&emulator).values().sum();
        let written = emulator.writes().len();
        assert_eq!(written, writes, "{job}: {:?}", calls(&emulator));
        let read = all - written as u64;
        assert!(read <= reads, "{job}: {read} reads: {:?}", calls(&emulator));
        emulator.reset_counts();
    };
    emulator.reset_counts();
    work.write("groups.tf", &closed(&vpcs, ""));
    assert!(work.plan().changes);
    cost("plan", 4, 0);
    work.apply();
    // Each group is looked at once more before its rules go; the rest is shared.
    cost("close", 50, 40);
    assert!(!work.plan().changes);
    cost("refresh", 4, 0);
    work.write(
        "groups.tf",
        &closed(&vpcs, "  ingress_rules = { all = \"all from self\" }\n"),
    );
    work.apply();
    cost("add a rule", 12, 20);
    work.destroy();
    cost("let go", 4, 0);
}
