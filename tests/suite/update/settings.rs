//! Attributes beside name and rules: tags, timeouts, and what is revoked on deletion.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::Emulator;
use crate::support::host::{Host, group, timeouts};
use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage, WEB};

fn tagged(tags: &str) -> String {
    format!("resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n{tags}}}\n")
}

#[test]
fn tags_come_change_and_go() {
    let stage = Stage::new(&tagged(
        "  tags = { team = \"web\", Name = \"a: b/c @ d\" }\n",
    ));
    stage.settle();
    let both = json!({"team": "web", "Name": "a: b/c @ d"});
    let state = stage.work.attributes(WEB);
    assert_eq!((&state["tags"], &state["tags_all"]), (&both, &both));
    assert_eq!(stage.emulator.group(REGION, "web")["tags"], both);

    stage.write(&tagged("  tags = { team = \"ops\", cost = \"\" }\n"));
    stage.emulator.reset_counts();
    stage.settle();
    assert_eq!(stage.writes(), ["CreateTags", "DeleteTags"]);
    assert_eq!(
        stage.emulator.group(REGION, "web")["tags"],
        json!({"team": "ops", "cost": ""})
    );

    for none in ["  tags = {}\n", ""] {
        stage.write(&tagged(none));
        stage.settle();
        let state = stage.work.attributes(WEB);
        assert_eq!(state["tags_all"], json!({}), "{none:?}");
        assert_eq!(
            stage.emulator.group(REGION, "web")["tags"],
            json!({}),
            "{none:?}"
        );
    }
}

/// A group whose operation of that name may take a second.
fn hurried(operation: &str) -> Value {
    group()
        .with("name", "web")
        .with("timeouts", timeouts(operation, "1s"))
}

/// Has EC2 throttle a call whenever it is made.
fn throttle(emulator: &Emulator, action: &str) {
    let fault = json!({
        "action": action, "do": "error", "times": 1_000_000,
        "code": "RequestLimitExceeded", "status": 503,
    });
    emulator.config(&json!({ "faults": [fault] }));
}

#[tokio::test]
async fn every_timeout_ends_its_own_operation() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let plain = group().with("name", "web");
    let tagged = |config: Value| config.with("tags", Value::map([("team", "web")]));

    let config = hurried("create");
    let planned = host.plan(&Value::Null, &config).await.clean();
    throttle(&emulator, "CreateSecurityGroup");
    let begin = Instant::now();
    let created = host.apply(&Value::Null, &planned, &config).await;
    assert_in_time(begin, &created.error().detail, "create");

    emulator.config(&json!({ "faults": [] }));
    let state = host.settle(&Value::Null, &plain).await;

    let hurried_state = |operation| {
        state
            .clone()
            .with("timeouts", hurried(operation).get("timeouts").clone())
    };
    let read = hurried_state("read");
    throttle(&emulator, "DescribeSecurityGroups");
    let begin = Instant::now();
    assert_in_time(begin, &host.read(&read).await.error().detail, "read");

    emulator.config(&json!({ "faults": [] }));
    let config = tagged(hurried("update"));
    let planned = host.plan(&state, &config).await.clean();
    throttle(&emulator, "CreateTags");
    let begin = Instant::now();
    let updated = host.apply(&state, &planned, &config).await;
    assert_in_time(begin, &updated.error().detail, "update");

    throttle(&emulator, "DeleteSecurityGroup");
    let begin = Instant::now();
    let deleted = host
        .apply(&hurried_state("delete"), &Value::Null, &Value::Null)
        .await;
    assert_in_time(begin, &deleted.error().detail, "delete");
    assert_eq!(
        deleted.state.get("id"),
        state.get("id"),
        "it is still there"
    );
}

#[track_caller]
fn assert_in_time(begin: Instant, detail: &str, operation: &str) {
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(8), "{operation} took {took:?}");
    assert!(
        detail.contains("RequestLimitExceeded"),
        "{operation}: {detail}"
    );
}

fn referenced(revoke: bool) -> String {
    format!(
        "resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n  \
         revoke_rules_on_delete = {revoke}\n  timeouts {{ delete = \"20s\" }}\n}}\n"
    )
}

#[test]
fn rules_of_others_hold_a_group_unless_they_are_to_be_revoked() {
    let stage = Stage::new(&referenced(false));
    stage.settle();
    let other = [("GroupName", "other"), ("GroupDescription", "by hand")];
    stage.emulator.call(REGION, "CreateSecurityGroup", &other);
    let (web, other) = (stage.id("web"), stage.id("other"));
    for direction in ["Ingress", "Egress"] {
        let action = format!("AuthorizeSecurityGroup{direction}");
        let rule = [
            ("GroupId", other.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "8080"),
            ("IpPermissions.1.ToPort", "8080"),
            ("IpPermissions.1.Groups.1.GroupId", &web),
        ];
        stage.emulator.call(REGION, &action, &rule);
    }

    let refused = stage.work.try_destroy().failure();
    let held =
        format!("rule \"ingress tcp/8080 from {web}\" of the security group {other} (other)");
    assert_says(
        &refused,
        &[
            &format!("Can't delete the security group {web}: it is in use"),
            &held,
        ],
    );

    stage.write(&referenced(true));
    stage.settle_without_a_write();
    stage.work.destroy();
    assert!(stage.emulator.group(REGION, "web").is_null());
    let left = stage.emulator.group(REGION, "other");
    assert_eq!(left["ingress"], Json::Array(Vec::new()));
    let egress = left["egress"].as_array().map(Vec::len);
    assert_eq!(egress, Some(1), "only its first rule is left: {left}");
}

#[test]
fn timeouts_are_kept_and_changed_without_a_call() {
    let with = |timeouts: &str| tagged(&format!("  timeouts {{\n{timeouts}  }}\n"));
    let stage = Stage::new(&with("    create = \"5m\"\n    delete = \"1h30m\"\n"));
    stage.settle();
    let kept = &stage.work.attributes(WEB)["timeouts"];
    assert_eq!(
        (&kept["create"], &kept["delete"]),
        (&json!("5m"), &json!("1h30m"))
    );
    assert!(kept["read"].is_null() && kept["update"].is_null());
    for timeouts in [with("    read = \"90s\"\n"), with(""), tagged("")] {
        stage.write(&timeouts);
        stage.settle_without_a_write();
    }
    assert!(stage.work.attributes(WEB)["timeouts"].is_null());
    assert_eq!(stage.keys(WEB), [""; 0]);
}
