//! What a check needs to know from EC2 is looked up once and shared; where the permission is
//! missing, the check is left out with a debug line, and never an error.

use serde_json::json;
use terraform_provider_curated::tf_provider::value::Value;

use crate::replace::in_use::worn;
use crate::support::emulator::Emulator;
use crate::support::host::{Host, Planned, many, provider_config, rule, tcp, texts, web};
use crate::support::stage::REGION;

fn named(name: &str) -> Value {
    let listed = rule([
        ("service", "https".into()),
        ("prefix_list_ids", texts(["pl-0123abcd"])),
    ]);
    web([listed, tcp(22, ["10.0.0.0/8"])]).with("name", name)
}

#[tokio::test]
async fn many_groups_of_one_run_ask_once() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let configs = ["a", "b", "c", "d", "e", "f", "g", "h"].map(named);
    let null = Value::Null;
    let plan = |at: usize| host.plan(&null, &configs[at]);
    // At once, as hosts do, and then the rest.
    let (a, b, c, d) = tokio::join!(plan(0), plan(1), plan(2), plan(3));
    for planned in [a, b, c, d] {
        planned.clean();
    }
    for at in 4..configs.len() {
        plan(at).await.clean();
    }
    let expected = [
        ("DescribeManagedPrefixLists", 1),
        ("DescribeSecurityGroups", 1),
        ("DescribeVpcs", 1),
    ];
    let expected = expected.map(|(action, count)| (action.to_owned(), count));
    assert_eq!(emulator.counts(), expected.into());
}

#[tokio::test]
async fn every_region_and_vpc_is_asked_for_itself() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    for (name, region) in [
        ("a", REGION),
        ("a", "us-east-1"),
        ("b", REGION),
        ("b", "us-east-1"),
    ] {
        let config = web([tcp(22, ["10.0.0.0/8"])]).with("region", region);
        let config = config.with("name", name);
        host.plan(&Value::Null, &config).await.clean();
    }
    let expected = [("DescribeSecurityGroups", 2), ("DescribeVpcs", 2)];
    let expected = expected.map(|(action, count)| (action.to_owned(), count));
    assert_eq!(emulator.counts(), expected.into());
}

/// Plans while one action is denied, and tells what came of it and how often a line of the log says
/// that a check is left out for want of the action.
async fn planned_without(
    emulator: &Emulator,
    action: &str,
    prior: &Value,
    config: &Value,
) -> (Planned, usize) {
    let host = Host::start_with(&[("TF_LOG", "debug")]);
    let provider = provider_config(emulator.endpoint(), REGION);
    assert_eq!(host.configure(&provider).await, []);
    let denied = json!({
        "action": action,
        "do": "error",
        "code": "UnauthorizedOperation",
        "status": 403,
        "message": "You are not authorized to perform this operation.",
        "times": 100,
    });
    emulator.config(&json!({ "faults": [denied] }));
    let planned = host.plan(prior, config).await;
    let another = config.clone().with("name", "another");
    let again = host.plan(prior, if prior.is_null() { &another } else { config });
    assert_eq!(planned.messages, again.await.messages);
    emulator.config(&json!({ "faults": [] }));
    let log = host.process.shut_down().await.stderr;
    let skipped = log.lines().filter(|line| {
        line.contains("a check is skipped") && line.contains(&format!("\"{action}\""))
    });
    let skipped: Vec<&str> = skipped.collect();
    for line in &skipped {
        assert!(line.contains("debug"), "{line}");
        assert!(line.contains("UnauthorizedOperation"), "{line}");
    }
    (planned, skipped.len())
}

#[tokio::test]
async fn a_permission_that_is_missing_leaves_its_check_out() {
    let emulator = Emulator::start();
    emulator.create_group(REGION, "web");
    let taken = web([tcp(22, ["10.0.0.0/8"])]);
    for action in ["DescribeVpcs", "DescribeSecurityGroups"] {
        let (planned, skipped) = planned_without(&emulator, action, &Value::Null, &taken).await;
        planned.clean();
        assert_eq!(skipped, 1, "{action}");
    }
    let (planned, skipped) = planned_without(
        &emulator,
        "DescribeManagedPrefixLists",
        &Value::Null,
        &named("a"),
    )
    .await;
    planned.clean();
    assert_eq!(skipped, 1);
}

#[tokio::test]
async fn without_weights_a_prefix_list_counts_once() {
    let emulator = Emulator::start();
    let listed = rule([
        ("service", "https".into()),
        ("prefix_list_ids", texts(["pl-0123abcd"])),
    ]);
    let with = |count| {
        let blocks = many(1, count).into_iter().chain([listed.clone()]);
        web([]).with("ingress", Value::set(blocks))
    };
    let action = "DescribeManagedPrefixLists";
    let (planned, _) = planned_without(&emulator, action, &Value::Null, &with(59)).await;
    planned.clean();
    let (planned, _) = planned_without(&emulator, action, &Value::Null, &with(60)).await;
    let breakdown = "IPv4: 61 (60 with IPv4 blocks + 1 for prefix list pl-0123abcd)";
    assert!(planned.messages[0].detail.contains(breakdown));
}

#[tokio::test]
async fn a_replacement_is_planned_without_knowing_who_uses_the_group() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = web([tcp(22, ["10.0.0.0/8"])]);
    let state = host.settle(&Value::Null, &config).await;
    worn(&emulator, state.get("id").as_str().expect("made"));
    let changed = config.with("description", "another");
    assert_eq!(host.plan(&state, &changed).await.messages.len(), 2);

    let action = "DescribeNetworkInterfaces";
    let (planned, skipped) = planned_without(&emulator, action, &state, &changed).await;
    assert_eq!(planned.replace, ["description"]);
    let [kept] = planned.messages.as_slice() else {
        panic!("not only of the name: {:?}", planned.messages);
    };
    assert!(kept.summary.ends_with("keeps the name \"web\""));
    assert_eq!(skipped, 2, "it isn't shared: each group has its own users");
}
