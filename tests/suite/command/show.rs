//! `curated show`: one group, for people and as the AWS CLI prints it.

use std::process::Command;

use super::{Emulator, REGION, create, curated, open, run};
use crate::support::emulator::python;

/// Prints a group as the AWS CLI does: boto3's answer, in Python's JSON.
const AS_THE_CLI: &str = r#"
import boto3, json, sys
ec2 = boto3.client("ec2", endpoint_url=sys.argv[1], region_name=sys.argv[2],
                   aws_access_key_id="x", aws_secret_access_key="x")
found = ec2.describe_security_groups(GroupIds=[sys.argv[3]])
found.pop("ResponseMetadata")
print(json.dumps(found, indent=4, ensure_ascii=False))
"#;

#[test]
fn json_is_byte_for_byte_what_the_aws_cli_prints() {
    let emulator = Emulator::start();
    let id = create(&emulator, REGION, "web");
    open(&emulator, REGION, &id, "443");
    let parameters = [
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.Groups.1.GroupId", &id),
        ("IpPermissions.1.Groups.1.Description", "its own"),
        ("IpPermissions.1.Ipv6Ranges.1.CidrIpv6", "2001:db8::/32"),
    ];
    emulator.call(REGION, "AuthorizeSecurityGroupIngress", &parameters);
    let tags = [
        ("ResourceId.1", id.as_str()),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "Küche"),
    ];
    emulator.call(REGION, "CreateTags", &tags);
    let shown = run(&mut curated(
        &emulator,
        &["show", "web", "--format", "json"],
    ));
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let mut python = Command::new(python());
    let expected = run(python.args(["-c", AS_THE_CLI, emulator.endpoint(), REGION, &id]));
    assert_eq!(expected.code, Some(0), "{}", expected.stderr);
    assert_eq!(shown.stdout, expected.stdout);
}

#[test]
fn a_group_is_found_by_id_and_name_and_told_with_what_holds_it() {
    let emulator = Emulator::start();
    let web = create(&emulator, REGION, "web");
    let app = create(&emulator, REGION, "app");
    let parameters = [
        ("GroupId", app.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "80"),
        ("IpPermissions.1.ToPort", "80"),
        ("IpPermissions.1.Groups.1.GroupId", &web),
    ];
    emulator.call(REGION, "AuthorizeSecurityGroupIngress", &parameters);
    for wanted in ["web", web.as_str()] {
        let shown = run(&mut curated(&emulator, &["show", wanted]));
        assert_eq!(shown.code, Some(0), "{}", shown.stderr);
        let reference = format!("{app} (app): ingress tcp/80 from {web}");
        let block = format!("blocked: a rule of {app} (app), by reference");
        for needle in ["web (sg-", reference.as_str(), block.as_str()] {
            assert!(shown.stdout.contains(needle), "{needle}: {}", shown.stdout);
        }
    }
}

#[test]
fn a_group_that_is_not_there_or_there_twice_is_an_error_with_the_nearest() {
    let emulator = Emulator::start();
    create(&emulator, REGION, "webserver");
    let absent = run(&mut curated(&emulator, &["show", "webservr"]));
    assert_eq!(absent.code, Some(3));
    assert!(absent.stderr.contains("webserver"), "{}", absent.stderr);
    let arguments = [
        "show",
        "default",
        "--region",
        REGION,
        "--region",
        "us-east-1",
    ];
    let several = run(&mut curated(&emulator, &arguments));
    assert_eq!(several.code, Some(3));
    for region in [REGION, "us-east-1"] {
        assert!(several.stderr.contains(region), "{}", several.stderr);
    }
}
