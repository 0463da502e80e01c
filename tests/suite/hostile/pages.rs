//! Listings that never end: a token that leads back, and a new one each time.

use serde_json::{Value as Json, json};
use terraform_provider_curated::tf_provider::value::Value;

use super::{REGION, before, from_list, list};
use crate::support::emulator::Emulator;
use crate::support::host::{Host, provider_config};

/// Has each reply of an action be an empty page, and have the token of another.
fn goes_on(action: &str, token: &str) -> Json {
    let list = match action {
        "DescribeSecurityGroups" => "securityGroupInfo",
        "DescribeSecurityGroupRules" => "securityGroupRuleSet",
        "DescribeManagedPrefixLists" => "prefixListSet",
        "DescribeNetworkInterfaces" => "networkInterfaceSet",
        "DescribeVpcs" => "vpcSet",
        other => panic!("{other} has no pages"),
    };
    json!({
        "action": action,
        "do": "reply",
        "status": 200,
        "times": 100_000,
        "body": format!(
            "<{action}Response><{list}/><nextToken>{token}</nextToken></{action}Response>"
        ),
    })
}

async fn made(emulator: &Emulator, config: &Value) -> (Host, Value) {
    let host = Host::start();
    let provider = provider_config(emulator.endpoint(), REGION);
    assert_eq!(host.configure(&provider).await, []);
    let state = host.settle(&Value::Null, config).await;
    (host, state)
}

#[tokio::test]
async fn a_page_that_leads_back_to_itself_is_asked_for_once_more_and_no_oftener() {
    let emulator = Emulator::start();
    let (host, state) = made(&emulator, &before()).await;
    emulator.config(&json!({ "faults": [goes_on("DescribeSecurityGroups", "again")] }));
    emulator.reset_counts();
    let said = host.read(&state).await.error().detail.clone();
    assert!(
        said.contains("the same page was to come a second time"),
        "{said}"
    );
    assert!(
        emulator.counts()["DescribeSecurityGroups"] <= 2,
        "{:?}",
        emulator.counts()
    );
}

#[tokio::test]
async fn pages_without_end_are_given_up() {
    let emulator = Emulator::start();
    let (host, state) = made(&emulator, &before()).await;
    emulator.config(&json!({ "faults": [goes_on("DescribeSecurityGroups", "page-{n}")] }));
    emulator.reset_counts();
    let said = host.read(&state).await.error().detail.clone();
    assert!(said.contains("goes on after"), "{said}");
    assert!(
        emulator.counts()["DescribeSecurityGroups"] <= 301,
        "{:?}",
        emulator.counts()
    );
}

#[tokio::test]
async fn listings_that_are_optional_end_without_a_word() {
    let emulator = Emulator::start();
    let list = list(&emulator, "office", "10");
    let optional = ["DescribeVpcs", "DescribeManagedPrefixLists"];
    emulator.config(&json!({ "faults": optional.map(|action| goes_on(action, "again")) }));
    made(&emulator, &from_list(&list)).await;
    for action in optional {
        let count = emulator.counts().get(action).copied().unwrap_or(0);
        assert!((1..=4).contains(&count), "{action}: {count}");
    }
}

#[tokio::test]
async fn a_listing_of_rules_without_end_is_said() {
    let emulator = Emulator::start();
    let (old, new) = (list(&emulator, "old", "40"), list(&emulator, "new", "50"));
    let (host, state) = made(&emulator, &from_list(&old)).await;
    let config = from_list(&new);
    let planned = host.plan(&state, &config).await.clean();
    emulator.config(&json!({ "faults": [goes_on("DescribeSecurityGroupRules", "again")] }));
    emulator.reset_counts();
    let answer = host.apply(&state, &planned, &config).await;
    let said = &answer.error().detail;
    assert!(said.contains("the list can't be read to its end"), "{said}");
    assert_eq!(emulator.counts()["DescribeSecurityGroupRules"], 2);
    assert_eq!(answer.state.get("rules"), state.get("rules"));
}
