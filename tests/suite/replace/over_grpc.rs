//! What another group is needed for, and what not.

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::host::{Host, made, tcp, web_both};
use crate::support::stage::REGION;

#[tokio::test]
async fn name_description_vpc_and_region_need_another_group() {
    let host = Host::without_ec2(REGION).await;
    let config = web_both([tcp(22, ["10.0.0.0/8"])], []);
    let state = made(&host.plan(&Value::Null, &config).await.clean());
    let others = [
        ("name", Value::from("other")),
        ("name", Value::Unknown),
        ("description", "other".into()),
        ("vpc_id", "vpc-0fedcba9876543210".into()),
        ("vpc_id", Value::Unknown),
        ("region", "us-east-1".into()),
    ];
    for (name, value) in others {
        let changed = config.clone().with(name, value.clone());
        let planned = host.plan(&state, &changed).await;
        assert_eq!(planned.replace, [name], "{value:?}");
        assert!(!planned.messages.iter().any(|message| message.is_error));
        assert_eq!(planned.state.get(name), &value);
        // The second half of a replacement is a plan from nothing.
        let anew = host.plan(&Value::Null, &changed).await.clean();
        assert!(anew.get("id").is_unknown());
    }
}

#[tokio::test]
async fn rules_tags_and_what_is_spelt_out_need_none() {
    let host = Host::without_ec2(REGION).await;
    let config = web_both([tcp(22, ["10.0.0.0/8"])], []);
    let state = made(&host.plan(&Value::Null, &config).await.clean());
    let others = [
        ("tags", Value::map([("team", "web")])),
        ("ingress", Value::set([tcp(443, ["10.0.0.0/8"])])),
        ("egress", Value::set([tcp(443, ["10.0.0.0/8"])])),
        ("preset", "https".into()),
        // What the provider filled in before, now in the configuration.
        ("region", REGION.into()),
        ("description", "Managed by Terraform".into()),
        ("vpc_id", state.get("vpc_id").clone()),
    ];
    for (name, value) in others {
        let planned = host.plan(&state, &config.clone().with(name, value)).await;
        assert_eq!(planned.replace, [""; 0], "{name}");
        let planned = planned.clean();
        for fixed in ["id", "arn", "owner_id", "vpc_id", "region", "name"] {
            assert_eq!(planned.get(fixed), state.get(fixed), "{name}: {fixed}");
        }
    }
}

#[tokio::test]
async fn a_region_that_the_provider_gave_follows_the_provider() {
    let config = web_both([tcp(22, ["10.0.0.0/8"])], []);
    let here = Host::without_ec2(REGION).await;
    let state = made(&here.plan(&Value::Null, &config).await.clean());
    let there = Host::without_ec2("us-east-1").await;

    let moved = there.plan(&state, &config).await;
    assert_eq!(moved.replace, ["region"]);
    assert_eq!(moved.state.get("region"), &"us-east-1".into());

    let stays = there.plan(&state, &config.with("region", REGION)).await;
    assert_eq!(stays.replace, [""; 0]);
    assert_eq!(stays.clean(), state);
}
