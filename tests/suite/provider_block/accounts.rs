//! The accounts that may be worked in: the wrong one is refused before EC2 is called at all.

use terraform_provider_curated::tf_provider::value::Value;

use super::scene::{block_for, configured, ec2_calls, look, refusal};
use crate::support::emulator::Emulator;
use crate::support::fake_aws::{ACCOUNT, FakeAws};
use crate::support::terraform::{self, Terraform};

const OTHER: &str = "210987654321";

fn listed(aws: &FakeAws, list: &str, ids: &[&str]) -> Value {
    block_for(aws).with(list, Value::set(ids.iter().copied()))
}

#[tokio::test]
async fn an_account_that_may_be_worked_in_passes() {
    for (list, ids) in [
        ("allowed_account_ids", &[ACCOUNT][..]),
        ("allowed_account_ids", &[OTHER, ACCOUNT]),
        ("allowed_account_ids", &[]),
        ("forbidden_account_ids", &[OTHER]),
    ] {
        let aws = FakeAws::start();
        let host = configured(&listed(&aws, list, ids), &[]).await;
        look(&host, None).await;
        assert_eq!(aws.names()[0], "GetCallerIdentity");
        assert!(!ec2_calls(&aws).is_empty(), "{list} {ids:?}");
    }
}

#[tokio::test]
async fn a_wrong_account_is_named_and_nothing_is_called_after_sts() {
    for (list, ids, words) in [
        ("allowed_account_ids", &[OTHER][..], OTHER),
        ("forbidden_account_ids", &[ACCOUNT, OTHER], "forbids"),
    ] {
        let aws = FakeAws::start();
        let said = refusal(&listed(&aws, list, ids), &[]).await;
        assert_eq!(said.path, list);
        assert!(said.summary.contains(ACCOUNT), "{said:?}");
        assert!(said.detail.contains(words), "{said:?}");
        assert_eq!(aws.names(), ["GetCallerIdentity"]);
    }
}

#[tokio::test]
async fn lists_have_sts_asked_though_credentials_are_not_to_be_validated() {
    let aws = FakeAws::start();
    let config = listed(&aws, "allowed_account_ids", &[OTHER]);
    let said = refusal(&config.with("skip_credentials_validation", true), &[]).await;
    assert_eq!(said.path, "allowed_account_ids");
    assert_eq!(aws.names(), ["GetCallerIdentity"]);
}

#[tokio::test]
async fn an_account_that_cannot_be_learnt_is_refused() {
    let reply = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
                 <GetCallerIdentityResult/></GetCallerIdentityResponse>";
    let aws = FakeAws::start();
    aws.on("GetCallerIdentity", 200, reply);
    for list in ["allowed_account_ids", "forbidden_account_ids"] {
        let said = refusal(&listed(&aws, list, &[OTHER]), &[]).await;
        assert_eq!(said.path, list);
        assert!(
            said.summary.contains("doesn't say which account"),
            "{said:?}"
        );
    }

    aws.as_usual("GetCallerIdentity");
    aws.refuse("GetCallerIdentity", "AccessDenied", "no");
    let said = refusal(&listed(&aws, "allowed_account_ids", &[ACCOUNT]), &[]).await;
    for words in ["AccessDenied", "nothing is done", "allowed_account_ids"] {
        assert!(said.detail.contains(words), "{words}: {said:?}");
    }
    assert_eq!(ec2_calls(&aws), [""; 0]);
}

#[test]
fn a_wrong_account_ends_plan_apply_and_destroy_before_ec2_is_called() {
    let emulator = Emulator::start();
    let group = "resource \"curated_security_group\" \"ssh\" { preset = \"ssh\" }\n";
    let right = terraform::provider(emulator.endpoint(), "eu-west-1") + group;
    let work = Terraform::find().work_dir(&right);
    work.apply();

    let list = format!("access_key = \"test\"\n  allowed_account_ids = [\"{OTHER}\"]");
    let wrong = right.replacen("access_key = \"test\"", &list, 1);
    work.write("main.tf", &wrong);
    emulator.reset_counts();
    for run in [work.try_plan(), work.try_apply(), work.try_destroy()] {
        let said = run.failure();
        let words = format!("The credentials are of the account {ACCOUNT}");
        assert_eq!(said.matches(&words).count(), 1, "{said}");
        assert_eq!(said.matches("Error:").count(), 1, "{said}");
    }
    let called: Vec<String> = emulator.counts().into_keys().collect();
    assert_eq!(called, ["GetCallerIdentity"]);
    assert!(!emulator.group("eu-west-1", "ssh").is_null());
}
