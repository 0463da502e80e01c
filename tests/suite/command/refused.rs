//! Calls that EC2 refuses: what is unknown is said to be unknown, and what is indispensable ends the
//! command with the code for that.

use serde_json::json;

use super::{Emulator, REGION, bare, create, curated, found, group, report, run};

/// Calls whose answers may show a use of a group.
const SHOW_USES: [&str; 11] = [
    "DescribeNetworkInterfaces",
    "DescribeLaunchTemplateVersions",
    "DescribeSecurityGroupVpcAssociations",
    "DescribeSpotFleetRequests",
    "DescribeSpotInstanceRequests",
    "DescribeVpcEndpoints",
    "DescribeClientVpnEndpoints",
    "DescribeInstanceConnectEndpoints",
    "DescribeVerifiedAccessEndpoints",
    "DescribeVpcPeeringConnections",
    "DescribeTransitGatewayVpcAttachments",
];

fn refuse(emulator: &Emulator, action: &str, code: &str) {
    let fault = json!({ "action": action, "do": "error", "code": code, "status": 403,
                        "message": "You may not.", "times": 99 });
    emulator.config(&json!({ "faults": [fault] }));
}

#[test]
fn unused_is_unknown_where_a_call_that_could_show_a_use_is_refused() {
    let emulator = Emulator::start();
    let id = create(&emulator, REGION, "left-over");
    for code in [
        "UnauthorizedOperation",
        "InvalidAction",
        "UnsupportedOperation",
    ] {
        for action in SHOW_USES {
            refuse(&emulator, action, code);
            let report = report(&emulator, &[]);
            assert_eq!(group(&report, &id)["use"], "unknown", "{action} {code}");
            assert_eq!(found(&report, "unused"), [""; 0], "{action} {code}");
            let refusal = &report["not_looked_at"][0];
            assert_eq!(refusal["operation"], action);
            assert_eq!(refusal["code"], code);
        }
    }
    emulator.config(&json!({ "faults": [] }));
    assert_eq!(group(&report(&emulator, &[]), &id)["use"], "unused");
}

#[test]
fn a_region_without_its_groups_can_not_be_judged_and_others_can() {
    let emulator = Emulator::start();
    let id = create(&emulator, "us-east-1", "web");
    let fault = json!({ "action": "DescribeSecurityGroups", "do": "error", "region": REGION,
                        "code": "UnauthorizedOperation", "status": 403, "message": "You may not.",
                        "times": 99 });
    emulator.config(&json!({ "faults": [fault] }));
    let arguments = [
        "audit",
        "--format",
        "json",
        "--region",
        REGION,
        "--region",
        "us-east-1",
        "--fail-on",
        "note",
    ];
    let ran = run(&mut curated(&emulator, &arguments));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let needles = [
        "eu-west-1 of the account 123456789012 can't be looked at",
        "UnauthorizedOperation",
        "Allow ec2:DescribeSecurityGroups",
    ];
    for needle in needles {
        assert!(ran.stderr.contains(needle), "{}", ran.stderr);
    }
    let report = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(group(&report, &id)["region"], "us-east-1");
    assert_eq!(report["not_looked_at"][0]["region"], REGION);
}

#[test]
fn credentials_and_regions_are_asked_for_in_plain_words() {
    let emulator = Emulator::start();
    for (name, value, needles) in [
        (
            "AWS_REGION",
            "",
            &["No region", "--region", "AWS_REGION"][..],
        ),
        (
            "AWS_ACCESS_KEY_ID",
            "",
            &["No AWS credentials", "AWS_ACCESS_KEY_ID"],
        ),
        ("AWS_RETRY_MODE", "brisk", &["AWS_RETRY_MODE can't be read"]),
    ] {
        let ran = run(curated(&emulator, &["audit"]).env(name, value));
        assert_eq!(ran.code, Some(3), "{name}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{name}");
        for needle in needles {
            assert!(ran.stderr.contains(needle), "{name}: {}", ran.stderr);
        }
        assert!(!ran.stderr.contains("provider block"), "{}", ran.stderr);
    }
}

#[test]
fn a_profile_that_is_not_there_is_named() {
    let emulator = Emulator::start();
    let ran = run(&mut curated(&emulator, &["audit", "--profile", "nope"]));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let needle = "There is no profile \"nope\"";
    assert!(ran.stderr.contains(needle), "{}", ran.stderr);
}

#[test]
fn wrong_usage_ends_with_its_own_code() {
    for (arguments, needle) in [
        (&["audit", "--format", "xml"][..], "xml"),
        (&["audit", "--fail-on", "urgent"], "critical, high"),
        (&["audit", "--region", "eu-wset-1"], "eu-west-1"),
        (
            &["audit", "--region", REGION, "--all-regions"],
            "--all-regions",
        ),
        (&["audit", "--state", "/nowhere/at/all"], "/nowhere/at/all"),
        (&["audit", "--max-rules-per-group", "0"], "max-rules"),
        (
            &["audit", "--max-rules-per-group", "x"],
            "write a number of rules",
        ),
        (
            &["audit", "-o", "a.pdf"],
            "Let the name end in .txt, .json, .csv",
        ),
        (&["prune", "--min-age", "x"], "write a number of days"),
        (
            &["show", "web", "--max-rules-per-group", "0"],
            "write a number of rules",
        ),
        (&["show"], "<GROUP>"),
    ] {
        let ran = run(&mut bare(arguments));
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(needle), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn the_read_only_policy_of_the_guide_allows_what_the_audit_calls_and_no_more() {
    let emulator = Emulator::start();
    let id = create(&emulator, REGION, "web");
    // A list of the account's own, and a group of another account, so that more is asked.
    let list = emulator.call(
        REGION,
        "CreateManagedPrefixList",
        &[
            ("PrefixListName", "office"),
            ("AddressFamily", "IPv4"),
            ("MaxEntries", "5"),
            ("Entry.1.Cidr", "10.0.0.0/8"),
        ],
    );
    let list = crate::support::emulator::element(&list, "prefixListId").to_owned();
    emulator.call(
        REGION,
        "AuthorizeSecurityGroupIngress",
        &[
            ("GroupId", id.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "22"),
            ("IpPermissions.1.ToPort", "22"),
            ("IpPermissions.1.PrefixListIds.1.PrefixListId", &list),
        ],
    );
    emulator.reset_counts();
    report(&emulator, &["--all-regions"]);
    let guide = include_str!("../../../docs/guides/iam-policy.md");
    let policy = guide.split("\"Sid\": \"Audit\"").nth(1).expect("a policy");
    let policy = policy.split("```").next().unwrap_or_default();
    for action in emulator.counts().keys() {
        let is_free = action == "GetCallerIdentity";
        let is_allowed = policy.contains(&format!("\"ec2:{action}\""));
        assert!(is_free || is_allowed, "{action}");
        assert!(action.starts_with("Describe") || action.starts_with("Get"));
    }
    assert!(
        emulator
            .counts()
            .contains_key("GetManagedPrefixListEntries")
    );
}
