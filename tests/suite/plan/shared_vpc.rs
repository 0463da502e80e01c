//! In a VPC that is shared, each account has names of its own, sees the others' groups if the VPC is
//! its own, and can change none of them.

use serde_json::json;
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::{ACCOUNT, Emulator};
use crate::support::host::{Answer, Host, assert_warned, provider_config, tcp, web};
use crate::support::stage::REGION;

/// An account with which the VPC is shared.
const PARTICIPANT: &str = "210987654321";

/// A provider that knows which account it works in.
async fn host(emulator: &Emulator) -> Host {
    let host = Host::start();
    let provider = provider_config(emulator.endpoint(), REGION)
        .with("skip_credentials_validation", Value::Null)
        .with("skip_requesting_account_id", Value::Null);
    assert_eq!(host.configure(&provider).await, []);
    host
}

/// The id of a group of the participant's.
fn participants(emulator: &Emulator, name: &str) -> String {
    let id = emulator.create_group(REGION, name);
    emulator.hand_over(REGION, &id, PARTICIPANT);
    id
}

#[track_caller]
fn assert_refused(imported: &Answer, id: &str) {
    let error = imported.error();
    assert_eq!(
        error.summary,
        format!("The group {id} is of the account {PARTICIPANT}")
    );
    assert!(error.detail.contains(ACCOUNT), "{error:?}");
    assert!(error.detail.contains("its VPC is shared"), "{error:?}");
}

#[tokio::test]
async fn a_name_that_another_account_has_in_a_shared_vpc_is_free() {
    let emulator = Emulator::start();
    let theirs = participants(&emulator, "web");
    let config = web([tcp(22, ["10.0.0.0/8"])]);
    let host = host(&emulator).await;
    let state = host.settle(&Value::Null, &config).await;
    assert_ne!(state.get("id").as_str(), Some(theirs.as_str()));
    assert_eq!(state.get("owner_id").as_str(), Some(ACCOUNT));
}

/// The other's group is what a new one is, down to its tags: it has none.
#[tokio::test]
async fn another_accounts_group_is_not_taken_for_the_one_whose_id_was_lost() {
    for when in ["before", "after"] {
        let emulator = Emulator::start();
        let description = "by hand";
        let theirs = participants(&emulator, "web");
        let config = web([tcp(22, ["10.0.0.0/8"])])
            .with("description", description)
            .with("vpc_id", emulator.default_vpc(REGION));
        let host = host(&emulator).await;
        let planned = host.plan(&Value::Null, &config).await.clean();
        let lost = json!({ "action": "CreateSecurityGroup", "do": "reset", "when": when });
        emulator.config(&json!({ "faults": [lost] }));
        let answer = host.apply(&Value::Null, &planned, &config).await;
        let state = match when {
            "after" => answer.found(),
            _ => answer.clean(),
        };
        assert_ne!(state.get("id").as_str(), Some(theirs.as_str()), "{when}");
        host.assert_settled(&state, &config).await;
    }
}

#[tokio::test]
async fn another_accounts_group_is_not_imported() {
    let emulator = Emulator::start();
    let theirs = participants(&emulator, "web");
    let host = host(&emulator).await;
    let by_name = format!("web@{}", emulator.default_vpc(REGION));
    for by in [theirs.as_str(), &format!("{REGION}/{theirs}"), &by_name] {
        let imported = host.import(by).await.clean();
        assert_refused(&host.read(&imported).await, &theirs);
    }
    // One's own of the same name is the one that is meant.
    let own = emulator.create_group(REGION, "web");
    let imported = host.import(&by_name).await.clean();
    assert_eq!(imported.get("id").as_str(), Some(own.as_str()));
    let read = host.read(&imported).await.clean();
    assert_eq!(read.get("owner_id").as_str(), Some(ACCOUNT));
}

/// Which account it works in, nobody may ask.
#[tokio::test]
async fn a_name_that_may_be_another_accounts_is_no_error() {
    let emulator = Emulator::start();
    let theirs = participants(&emulator, "web");
    let host = Host::on(&emulator, REGION).await;
    let config = web([tcp(22, ["10.0.0.0/8"])]);
    let planned = host.plan(&Value::Null, &config).await;
    let summary = format!("The name \"web\" is taken by {theirs}");
    assert_warned(
        &planned.messages,
        "name",
        &summary,
        "skip_requesting_account_id",
    );
    let state = host.apply(&Value::Null, &planned.state, &config).await;
    assert_eq!(state.clean().get("owner_id").as_str(), Some(ACCOUNT));
}
