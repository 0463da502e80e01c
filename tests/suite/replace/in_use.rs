//! What is said of a group that another is to take the place of, while something uses it.

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::{Emulator, element};
use crate::support::host::{Host, assert_warned, many, provider_config, tcp, web};
use crate::support::stage::REGION;

/// Has an interface wear the group; the interface's id.
pub(crate) fn worn(emulator: &Emulator, group: &str) -> String {
    let vpc = emulator.default_vpc(REGION);
    let filter = [("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", &vpc)];
    let subnets = emulator.call(REGION, "DescribeSubnets", &filter);
    let subnet = element(&subnets, "subnetId");
    let parameters = [("SubnetId", subnet), ("SecurityGroupId.1", group)];
    let interface = emulator.call(REGION, "CreateNetworkInterface", &parameters);
    element(&interface, "networkInterfaceId").to_owned()
}

/// Has a rule of another group name the group; the other group's id.
fn named(emulator: &Emulator, group: &str) -> String {
    let other = emulator.create_group(REGION, "other");
    let parameters = [
        ("GroupId", other.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "9100"),
        ("IpPermissions.1.ToPort", "9100"),
        ("IpPermissions.1.Groups.1.GroupId", group),
    ];
    emulator.call(REGION, "AuthorizeSecurityGroupIngress", &parameters);
    other
}

#[tokio::test]
async fn everything_that_uses_the_group_is_named() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = web([tcp(22, ["10.0.0.0/8"])]);
    let state = host.settle(&Value::Null, &config).await;
    let id = state.get("id").as_str().expect("made");
    let (interface, other) = (worn(&emulator, id), named(&emulator, id));
    let vpc = emulator.call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
    let vpc = element(&vpc, "vpcId");
    for (attribute, value) in [
        ("name", "web-2"),
        ("description", "another"),
        ("vpc_id", vpc),
        ("region", "us-east-1"),
    ] {
        let changed = config.clone().with(attribute, value);
        let mut planned = host.plan(&state, &changed).await;
        // What is said of a name that stays is another matter.
        planned.messages.retain(|m| m.path == attribute);
        assert_eq!(planned.replace, [attribute]);
        let summary = format!("{id} is to be replaced, and is in use");
        let rule = format!(
            "  - rule \"ingress tcp/9100 from {id}\" of the security group {other} (other)"
        );
        assert_warned(&planned.messages, attribute, &summary, &rule);
        let detail = &planned.messages[0].detail;
        assert!(
            detail.contains(&format!("  - network interface {interface} (")),
            "{detail}"
        );
        assert!(detail.starts_with(&format!("A change of {attribute} makes another group")));
    }
    // What changes in place has no need to go.
    let tagged = config.with("tags", Value::map([("team", "web")]));
    host.plan(&state, &tagged).await.clean();
}

#[tokio::test]
async fn what_the_new_group_has_to_say_is_said_once() {
    // A group that nobody used was said to interrupt traffic when it was replaced at the quota,
    // though nothing of it is changed.
    let emulator = Emulator::start();
    let host = Host::start();
    let provider = provider_config(emulator.endpoint(), REGION).with("max_rules_per_group", 2);
    assert_eq!(host.configure(&provider).await, []);
    let config = web([]).with("ingress", Value::set(many(1, 2)));
    let state = host.settle(&Value::Null, &config).await;
    let ipv4 = tcp(80, ["10.0.0.0/8", "10.1.0.0/16"]);
    let changed = web([ipv4]).with("description", "another");
    let first = host.plan(&state, &changed).await;
    assert_eq!(first.replace, ["description"]);
    let id = state.get("id").as_str().expect("made");
    let summary = format!("The group that replaces {id} keeps the name \"web\"");
    assert_warned(&first.messages, "name", &summary, "name_prefix");
    let second = host.plan(&Value::Null, &changed).await;
    let summary = "The rule \"ingress tcp/80 from 10.1.0.0/16\" changes nothing";
    assert_warned(&second.messages, "ingress", summary, "from 10.0.0.0/8");
}
