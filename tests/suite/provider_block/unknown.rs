//! A provider block that isn't known yet: plans go as far as they can, and say what they wait for.

use terraform_provider_curated::tf_provider::value::Value;

use super::scene::{REGION, block_for, configured, ec2_calls, look, refusal};
use crate::support::emulator::Emulator;
use crate::support::fake_aws::FakeAws;
use crate::support::host::{group, rule, texts};
use crate::support::terraform::Terraform;

#[tokio::test]
async fn what_says_nothing_of_the_connection_holds_nothing_up() {
    for name in [
        "max_rules_per_group",
        "skip_region_validation",
        "s3_use_path_style",
        "s3_us_east_1_regional_endpoint",
    ] {
        let aws = FakeAws::start();
        let host = configured(&block_for(&aws).with(name, Value::Unknown), &[]).await;
        look(&host, None).await;
        assert!(!ec2_calls(&aws).is_empty(), "{name}");
    }
}

#[tokio::test]
async fn what_the_connection_needs_is_waited_for_and_named() {
    for name in [
        "region",
        "secret_key",
        "sts_region",
        "use_fips_endpoint",
        "allowed_account_ids",
        "skip_requesting_account_id",
        "endpoints",
    ] {
        let aws = FakeAws::start();
        let host = configured(&block_for(&aws).with(name, Value::Unknown), &[]).await;
        let config = group().with("preset", "ssh");
        let planned = host.plan(&Value::Null, &config).await.clean();
        assert_eq!(planned.get("name"), &"ssh".into());
        let region = planned.get("region");
        match name {
            "region" => assert!(region.is_unknown()),
            _ => assert_eq!(region, &REGION.into(), "{name}"),
        }
        let refused = host.apply(&Value::Null, &planned, &config).await;
        assert!(refused.error().detail.contains(name), "{name}: {refused:?}");
        assert_eq!(aws.names(), [""; 0], "{name}");
    }
}

#[tokio::test]
async fn a_region_of_the_environment_is_known_while_the_keys_are_not() {
    let aws = FakeAws::start();
    let config = block_for(&aws)
        .with("region", Value::Null)
        .with("secret_key", Value::Unknown);
    let group = group().with("preset", "ssh");
    let host = configured(&config, &[("AWS_REGION", "us-west-2")]).await;
    let planned = host.plan(&Value::Null, &group).await.clean();
    assert_eq!(planned.get("region"), &"us-west-2".into());

    let host = configured(&config, &[]).await;
    let planned = host.plan(&Value::Null, &group).await.clean();
    assert!(planned.get("region").is_unknown(), "a profile may name it");

    let said = refusal(&config, &[("AWS_REGION", "us-wset-2")]).await;
    assert_eq!(said.path, "region");
}

#[tokio::test]
async fn a_group_is_kept_as_it_is_while_the_block_is_not_known() {
    let aws = FakeAws::start();
    let state = group()
        .with("id", "sg-0123456789abcdef0")
        .with("name", "web")
        .with("region", REGION);
    let host = configured(&block_for(&aws).with("token", Value::Unknown), &[]).await;
    let read = host.read(&state).await;
    assert_eq!(read.state, state);
    let [warning] = read.messages.as_slice() else {
        panic!("not one message: {:?}", read.messages);
    };
    assert!(
        !warning.is_error && warning.detail.contains("token"),
        "{warning:?}"
    );

    let imported = host.import("sg-0123456789abcdef0").await;
    assert!(imported.error().detail.contains("token"), "{imported:?}");
    assert_eq!(aws.names(), [""; 0]);
}

#[tokio::test]
async fn a_quota_that_is_not_known_yet_refuses_no_plan() {
    let emulator = Emulator::start();
    let aws = FakeAws::start().with_ec2(&emulator);
    let blocks: Vec<String> = (0..61).map(|n| format!("10.0.{n}.0/24")).collect();
    let many = rule([
        ("protocol", "tcp".into()),
        ("from_port", 443.into()),
        ("cidr_blocks", Value::set(blocks.iter().map(String::as_str))),
    ]);
    let config = group()
        .with("name", "web")
        .with("ingress", Value::set([many]));
    let quota = |max| block_for(&aws).with("max_rules_per_group", max);
    let host = configured(&quota(Value::Unknown), &[]).await;
    host.plan(&Value::Null, &config).await.clean();
    let host = configured(&quota(Value::Null), &[]).await;
    let refused = host.plan(&Value::Null, &config).await;
    assert!(refused.messages.iter().any(|m| m.is_error), "{refused:?}");
    let few = rule([
        ("service", "ssh".into()),
        ("cidr_blocks", texts(["10.0.0.0/8"])),
    ]);
    let config = config.with("ingress", Value::set([few]));
    host.plan(&Value::Null, &config).await.clean();
}

/// A provider block whose region and accounts come from another resource.
fn waiting(endpoint: &str, account: &str) -> String {
    format!(
        r#"
terraform {{
  required_providers {{
    curated = {{ source = "curated/curated" }}
  }}
}}
resource "terraform_data" "account" {{
  input = {{ region = "{REGION}", id = "{account}" }}
}}
provider "curated" {{
  region              = terraform_data.account.output.region
  allowed_account_ids = [terraform_data.account.output.id]
  access_key          = "test"
  secret_key          = "test"
  endpoints {{
    ec2 = "{endpoint}"
    sts = "{endpoint}"
  }}
}}
resource "curated_security_group" "ssh" {{
  preset = "ssh"
}}
"#
    )
}

#[test]
fn accounts_that_become_known_on_the_way_are_kept() {
    let emulator = Emulator::start();
    let work = Terraform::find().work_dir(&waiting(emulator.endpoint(), "210987654321"));
    assert!(work.plan().changes);
    assert!(emulator.counts().is_empty(), "nobody can be asked yet");
    let refused = work.try_apply().failure();
    let words = "The credentials are of the account 123456789012";
    assert!(refused.contains(words), "{refused}");
    let called: Vec<String> = emulator.counts().into_keys().collect();
    assert_eq!(called, ["GetCallerIdentity"]);

    work.write("main.tf", &waiting(emulator.endpoint(), "123456789012"));
    work.apply();
    assert!(!emulator.group(REGION, "ssh").is_null());
    let plan = work.plan();
    assert!(!plan.changes, "{}", plan.text);
    work.destroy();
    assert!(emulator.group(REGION, "ssh").is_null());
}
