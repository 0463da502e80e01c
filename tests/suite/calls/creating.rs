//! What a creation asks: nothing of what EC2's reply and a look at the VPCs already say.

use serde_json::json;
use terraform_provider_curated::tf_provider::value::Value;

use super::{DESCRIBE, REGION, calls};
use crate::support::emulator::Emulator;
use crate::support::host::{Host, group, rule, texts};

fn open(service: &str, cidr: &str) -> Value {
    rule([("service", service.into()), ("cidr_blocks", texts([cidr]))])
}

/// A group that lets HTTPS in, and out what this says.
fn web(egress: &[Value]) -> Value {
    group()
        .with("name", "web")
        .with("ingress", Value::set([open("https", "10.0.0.0/8")]))
        .with("egress", Value::set(egress.iter().cloned()))
}

/// Plans and creates, and gives the calls of the creation.
async fn create(host: &Host, emulator: &Emulator, config: &Value) -> Vec<(String, u64)> {
    let planned = host.plan(&Value::Null, config).await.clean();
    emulator.reset_counts();
    let state = host.apply(&Value::Null, &planned, config).await.clean();
    let calls = calls(emulator).into_iter().collect();
    host.assert_settled(&state, config).await;
    calls
}

fn once<const N: usize>(actions: [&str; N]) -> Vec<(String, u64)> {
    actions.map(|action| (action.to_owned(), 1)).into()
}

const CREATE: &str = "CreateSecurityGroup";
const ALLOW: &str = "AuthorizeSecurityGroupIngress";
const REVOKE: &str = "RevokeSecurityGroupEgress";

#[tokio::test]
async fn a_creation_is_nothing_but_its_writes() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let all = open("all", "0.0.0.0/0");
    assert_eq!(
        create(&host, &emulator, &web(&[all])).await,
        once([ALLOW, CREATE])
    );
    let closed = web(&[]).with("name", "closed");
    assert_eq!(
        create(&host, &emulator, &closed).await,
        once([ALLOW, CREATE, REVOKE])
    );
}

/// Nothing else would prove that EC2 has it.
#[tokio::test]
async fn a_group_to_which_nothing_is_written_is_looked_at_once() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let exodus = group().with("preset", "exodus");
    assert_eq!(
        create(&host, &emulator, &exodus).await,
        once([CREATE, DESCRIBE])
    );
}

#[tokio::test]
async fn what_a_reply_leaves_out_is_looked_up() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let omit =
        json!({ "action": CREATE, "do": "omit", "when": "after", "tag": "securityGroupArn" });
    emulator.config(&json!({ "faults": [omit] }));
    assert_eq!(
        create(&host, &emulator, &web(&[])).await,
        once([ALLOW, CREATE, DESCRIBE, REVOKE])
    );
}

#[tokio::test]
async fn where_vpcs_may_not_be_described_the_new_group_is_looked_at() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let denied = json!({
        "action": "DescribeVpcs",
        "do": "error",
        "code": "UnauthorizedOperation",
        "status": 403,
        "times": 100,
    });
    emulator.config(&json!({ "faults": [denied] }));
    assert_eq!(
        create(&host, &emulator, &web(&[])).await,
        once([ALLOW, CREATE, DESCRIBE, REVOKE])
    );
}

fn vpc_with_ipv6(emulator: &Emulator) -> String {
    let parameters = [
        ("CidrBlock", "10.9.0.0/16"),
        ("AmazonProvidedIpv6CidrBlock", "true"),
    ];
    let reply = emulator.call(REGION, "CreateVpc", &parameters);
    let id = reply
        .split_once("<vpcId>")
        .and_then(|(_, rest)| rest.split_once("</vpcId>"));
    id.expect("an id").0.to_owned()
}

#[tokio::test]
async fn what_a_vpc_with_ipv6_adds_is_known() {
    let emulator = Emulator::start();
    let vpc_id = vpc_with_ipv6(&emulator);
    let host = Host::on(&emulator, REGION).await;
    let closed = web(&[]).with("vpc_id", vpc_id.as_str());
    let vpcs = "DescribeVpcs";
    assert_eq!(
        create(&host, &emulator, &closed).await,
        once([ALLOW, CREATE, vpcs, REVOKE])
    );
    assert_eq!(emulator.group(REGION, "web")["egress"], json!([]));
    let all = open("all", "0.0.0.0/0").with("ipv6_cidr_blocks", texts(["::/0"]));
    let open = web(&[all])
        .with("vpc_id", vpc_id.as_str())
        .with("name", "open");
    assert_eq!(create(&host, &emulator, &open).await, once([ALLOW, CREATE]));
}

#[tokio::test]
async fn a_vpc_that_was_made_since_is_not_guessed_at() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    host.plan(&Value::Null, &web(&[])).await.clean();
    let vpc_id = vpc_with_ipv6(&emulator);
    let closed = web(&[]).with("vpc_id", vpc_id.as_str());
    assert_eq!(
        create(&host, &emulator, &closed).await,
        once([ALLOW, CREATE, DESCRIBE, REVOKE])
    );
    assert_eq!(emulator.group(REGION, "web")["egress"], json!([]));
}
