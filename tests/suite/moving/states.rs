//! Moving in, by what terraform-provider-aws stored: version 4, 5 and 6, of any registry.

use serde_json::{Value as Json, json};
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::{ACCOUNT, Emulator, element};
use crate::support::host::{Answer, Host, TYPE, block, decode, group, messages, rule, texts};
use crate::support::stage::REGION;

const HOSTS: [&str; 3] = [
    "registry.terraform.io",
    "registry.opentofu.org",
    "mirror.example.com",
];

/// An `aws_security_group` as version 5 stores it: everything is there, most of it empty.
fn stored(id: &str, vpc: &str) -> Json {
    let rule = |protocol: &str, port: u16, cidr: &str, own: bool| {
        json!({
            "cidr_blocks": [cidr], "description": "", "from_port": port,
            "ipv6_cidr_blocks": [], "prefix_list_ids": [], "protocol": protocol,
            "security_groups": [], "self": own, "to_port": port,
        })
    };
    json!({
        "id": id,
        "arn": format!("arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/{id}"),
        "name": "web", "name_prefix": "", "description": "Managed by Terraform",
        "owner_id": ACCOUNT, "vpc_id": vpc, "revoke_rules_on_delete": false,
        "tags": null, "tags_all": {}, "timeouts": null,
        "ingress": [rule("tcp", 443, "10.0.0.0/8", true)],
        "egress": [rule("-1", 0, "0.0.0.0/0", false)],
    })
}

/// The configuration that only renamed the type.
fn renamed() -> Value {
    let ingress = rule([
        ("protocol", "tcp".into()),
        ("from_port", 443.into()),
        ("to_port", 443.into()),
        ("cidr_blocks", texts(["10.0.0.0/8"])),
        ("self", true.into()),
    ]);
    let egress = rule([
        ("protocol", "-1".into()),
        ("from_port", 0.into()),
        ("to_port", 0.into()),
        ("cidr_blocks", texts(["0.0.0.0/0"])),
    ]);
    group()
        .with("name", "web")
        .with("ingress", Value::set([ingress]))
        .with("egress", Value::set([egress]))
}

async fn take_over(host: &Host, address: &str, version: i64, state: &Json) -> Answer {
    let request = pb::move_resource_state::Request {
        source_provider_address: address.to_owned(),
        source_type_name: "aws_security_group".to_owned(),
        source_schema_version: version,
        source_state: Some(pb::RawState {
            json: state.to_string().into_bytes(),
            ..Default::default()
        }),
        target_type_name: TYPE.to_owned(),
        source_private: br#"{"schema_version":"1"}"#.to_vec(),
        ..Default::default()
    };
    let answer = host.client().move_resource_state(request).await;
    let answer = answer.expect("an answer").into_inner();
    Answer {
        state: decode(answer.target_state.as_ref(), &block().ty()),
        messages: messages(answer.diagnostics),
    }
}

#[tokio::test]
async fn states_of_versions_4_5_and_6_of_any_registry_plan_no_change() {
    let emulator = Emulator::start();
    let made = [
        ("GroupName", "web"),
        ("GroupDescription", "Managed by Terraform"),
    ];
    let id = element(
        &emulator.call(REGION, "CreateSecurityGroup", &made),
        "groupId",
    )
    .to_owned();
    let vpc = emulator.default_vpc(REGION);
    let rules = [
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "443"),
        ("IpPermissions.1.ToPort", "443"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
        ("IpPermissions.1.Groups.1.GroupId", &id),
    ];
    emulator.call(REGION, "AuthorizeSecurityGroupIngress", &rules);

    let version_5 = stored(&id, &vpc);
    // Without a description, version 4 has a rule's as it was written; before its first refresh.
    let mut version_4 = version_5.clone();
    version_4["ingress"][0]["description"] = Json::Null;
    version_4["name_prefix"] = Json::Null;
    let mut version_6 = version_5.clone();
    version_6["region"] = json!(REGION);

    // Terraform asks a process that nobody has configured, and goes on with another.
    let asked = Host::start();
    let host = Host::on(&emulator, REGION).await;
    emulator.reset_counts();
    for (version, state) in [(4, version_4), (5, version_5), (6, version_6)] {
        for registry in HOSTS {
            let address = format!("{registry}/hashicorp/aws");
            let moved = take_over(&asked, &address, 1, &state).await.clean();
            let read = host.read(&moved).await.clean();
            assert_eq!(read, moved, "{version} {registry}");
            let planned = host.plan(&read, &renamed()).await;
            assert_eq!(planned.replace, [""; 0], "{version} {registry}");
            assert_eq!(planned.clean(), read, "{version} {registry}");
        }
    }
    let counts = emulator.counts();
    assert!(
        counts.keys().all(|action| action.starts_with("Describe")),
        "{counts:?}"
    );
}

#[tokio::test]
async fn the_region_of_an_older_state_is_its_arns_in_every_partition() {
    let host = Host::start();
    for arn in [
        "arn:aws-us-gov:ec2:us-gov-west-1:123456789012:security-group/sg-0123456789abcdef0",
        "arn:aws-cn:ec2:cn-north-1:123456789012:security-group/sg-0123456789abcdef0",
    ] {
        let mut state = stored("sg-0123456789abcdef0", "vpc-0123456789abcdef0");
        state["arn"] = json!(arn);
        let address = "registry.terraform.io/hashicorp/aws";
        let moved = take_over(&host, address, 1, &state).await.clean();
        let region = moved.get("region").as_str().unwrap_or_default();
        assert!(
            arn.contains(&format!(":{region}:")) && region.len() > 4,
            "{arn}: {region}"
        );
    }
}

#[tokio::test]
async fn what_is_no_security_group_of_the_aws_provider_is_refused_in_words() {
    let host = Host::start();
    let state = stored("sg-0123456789abcdef0", "vpc-0123456789abcdef0");
    let refused = take_over(&host, "registry.terraform.io/someone/awscc", 1, &state).await;
    let error = refused.error();
    assert!(error.summary.contains("aws_security_group"), "{error:?}");
    assert!(error.detail.contains("someone/awscc"), "{error:?}");
    assert!(error.detail.contains("Import"), "{error:?}");
}
