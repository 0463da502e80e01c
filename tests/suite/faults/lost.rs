//! A creation whose answer is lost, where what is optional fails too; and what is never taken for
//! the group that was made.

use std::time::{Duration, Instant};

use serde_json::json;
use terraform_provider_curated::tf_provider::value::Value;

use super::REGION;
use super::scene::existing;
use crate::support::bench::{Bench, element};
use crate::support::host::{Host, group, rule, texts};

fn web() -> Value {
    let https = rule([
        ("service", "https".into()),
        ("cidr_blocks", texts(["10.0.0.0/8"])),
    ]);
    group()
        .with("name", "web")
        .with("ingress", Value::set([https]))
}

#[tokio::test]
async fn a_lost_creation_is_found_without_the_permission_to_describe_vpcs() {
    for code in ["UnauthorizedOperation", "InvalidParameterValue"] {
        let bench = Bench::start();
        let host = Host::on(&bench, REGION).await;
        let denied = json!({
            "action": "DescribeVpcs", "do": "error", "code": code, "status": 403, "times": 100,
        });
        bench.config(&json!({ "faults": [denied] }));
        let planned = host.plan(&Value::Null, &web()).await.clean();
        let lost = json!({ "action": "CreateSecurityGroup", "do": "reset", "when": "after" });
        bench.config(&json!({ "faults": [denied, lost] }));
        bench.reset_counts();
        let created = host.apply(&Value::Null, &planned, &web()).await.found();
        assert_eq!(bench.counts()["CreateSecurityGroup"], 2, "{code}");
        host.assert_settled(&created, &web()).await;
        assert_eq!(existing(&bench).len(), 1, "{code}");
    }
}

#[tokio::test]
async fn optional_lookups_that_hang_take_a_few_seconds_and_fail_nothing() {
    let bench = Bench::start();
    let host = Host::on(&bench, REGION).await;
    let hangs = json!({ "action": "DescribeVpcs", "do": "delay", "times": 100, "ms": 40_000 });
    bench.config(&json!({ "faults": [hangs] }));
    let since = Instant::now();
    let planned = host.plan(&Value::Null, &web()).await.clean();
    let created = host.apply(&Value::Null, &planned, &web()).await.clean();
    assert!(
        since.elapsed() < Duration::from_secs(30),
        "{:?}",
        since.elapsed()
    );
    assert_eq!(existing(&bench).len(), 1);
    assert!(created.get("id").as_str().is_some());
}

/// Another run of the same configuration made it: by now it has rules, so it is no new one.
#[tokio::test]
async fn a_group_with_rules_of_others_is_not_taken_for_the_one_whose_id_was_lost() {
    let bench = Bench::start();
    let host = Host::on(&bench, REGION).await;
    let planned = host.plan(&Value::Null, &web()).await.clean();
    let theirs = [
        ("GroupName", "web"),
        ("GroupDescription", "Managed by Terraform"),
    ];
    let made = bench.call(REGION, "CreateSecurityGroup", &theirs);
    let rules = [
        ("GroupId", element(&made, "groupId")),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "443"),
        ("IpPermissions.1.ToPort", "443"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
    ];
    bench.call(REGION, "AuthorizeSecurityGroupIngress", &rules);
    let before = existing(&bench);
    let lost = json!([{ "action": "CreateSecurityGroup", "do": "reset" }]);
    bench.config(&json!({ "faults": lost }));
    let refused = host.apply(&Value::Null, &planned, &web()).await;
    assert!(refused.error().detail.contains("InvalidGroup.Duplicate"));
    assert_eq!(refused.state, Value::Null);
    assert_eq!(existing(&bench), before);
}

/// Nobody else makes a name of such a suffix: there is nothing to warn of.
#[tokio::test]
async fn a_lost_creation_of_a_made_up_name_is_found_and_nothing_is_said() {
    let bench = Bench::start();
    let host = Host::on(&bench, REGION).await;
    let config = web().with("name", Value::Null).with("name_prefix", "web-");
    let planned = host.plan(&Value::Null, &config).await.clean();
    let lost = json!([{ "action": "CreateSecurityGroup", "do": "reset", "when": "after" }]);
    bench.config(&json!({ "faults": lost }));
    let created = host.apply(&Value::Null, &planned, &config).await.clean();
    host.assert_settled(&created, &config).await;
    assert_eq!(existing(&bench).len(), 1);
}
