//! The data sources, with every Terraform that there is.

use serde_json::json;

use crate::complete::field;
use crate::support::bench::{Bench, element};
use crate::support::said::assert_says;
use crate::support::terraform::{Terraform, provider};

const REGION: &str = "eu-west-1";

#[test]
fn the_catalog_is_read_in_the_plan_and_searched() {
    let config = r#"
        data "curated_catalog" "all" {}
        data "curated_catalog" "remote" { search = "Remote-Access" }
        data "curated_catalog" "port" { search = "1194" }
        data "curated_catalog" "none" { search = "no such thing" }
        output "ssh" { value = [for s in data.curated_catalog.all.services : s if s.name == "ssh"] }
        output "presets" { value = { for p in data.curated_catalog.all.presets : p.name => p.rules } }
        output "remote" { value = distinct(data.curated_catalog.remote.services[*].category) }
        output "port" { value = data.curated_catalog.port.services[*].name }
        output "found_presets" { value = data.curated_catalog.port.presets }
        output "none" { value = data.curated_catalog.none.services }
        output "id" { value = data.curated_catalog.all.id }
    "#;
    let bench = Bench::start();
    for terraform in Terraform::find_all() {
        let text = format!("{}{config}", provider(bench.endpoint(), REGION));
        let work = terraform.work_dir(&text);
        work.apply();
        let state = work.state();
        let output = |name: &str| state["values"]["outputs"][name]["value"].clone();
        let ssh = &output("ssh")[0];
        assert_eq!(ssh["traffic"], json!(["tcp/22"]), "{ssh}");
        assert_eq!(ssh["category"], "remote-access");
        let presets = output("presets");
        assert_eq!(presets["https"], json!(["ingress tcp/443 from 0.0.0.0/0"]));
        assert_eq!(presets.as_object().map(serde_json::Map::len), Some(7));
        let remote = output("remote");
        let remote = remote.as_array().expect("a list");
        assert!(remote.contains(&json!("remote-access")), "{remote:?}");
        let port = output("port");
        let port = port.as_array().expect("a list");
        assert!(port.contains(&json!("openvpn")), "{port:?}");
        assert_eq!(output("found_presets")[0]["name"], "openvpn");
        assert_eq!(output("none"), json!([]));
        assert_eq!(output("id"), "catalog");
        assert!(!work.plan().changes);
    }
}

/// Makes a group that is open to the world on a port; its id.
fn open(bench: &Bench, name: &str, port: &str) -> String {
    let group = [("GroupName", name), ("GroupDescription", "by hand")];
    let id = field(
        &bench.call(REGION, "CreateSecurityGroup", &group),
        "groupId",
    );
    let rule = [
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", port),
        ("IpPermissions.1.ToPort", port),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    bench.call(REGION, "AuthorizeSecurityGroupIngress", &rule);
    id
}

/// The provider block with more in it.
fn provider_with(bench: &Bench, more: &str) -> String {
    let block = provider(bench.endpoint(), REGION);
    let begin = format!("provider \"curated\" {{\n{more}\n");
    block.replace("provider \"curated\" {\n", &begin)
}

#[test]
fn an_audit_finds_what_the_command_finds_and_what_guardrails_forbid() {
    let guardrail = r#"
        guardrail {
          name   = "no-databases"
          traffic = ["postgresql"]
          reason = "Use the proxy."
        }
    "#;
    let config = r#"
        data "curated_audit" "all" {}
        data "curated_audit" "worst" { severity = "medium" }
        data "curated_audit" "unused" { ids = ["unused"] }
        data "curated_audit" "elsewhere" { vpc_id = "vpc-0123456789abcdef0" }
        data "curated_audit" "there" { region = "us-east-1" }
        output "all" { value = data.curated_audit.all }
        output "worst" { value = data.curated_audit.worst.findings[*].id }
        output "unused" { value = data.curated_audit.unused.findings }
        output "elsewhere" { value = data.curated_audit.elsewhere.findings }
        output "there" { value = data.curated_audit.there.findings[*].group_id }
    "#;
    for terraform in Terraform::find_all() {
        let bench = Bench::start();
        let ssh = open(&bench, "launch-wizard-7", "22");
        let database = open(&bench, "database", "5432");
        let text = format!("{}{config}", provider_with(&bench, guardrail));
        let work = terraform.work_dir(&text);
        work.apply();
        let state = work.state();
        let output = |name: &str| state["values"]["outputs"][name]["value"].clone();
        let all = output("all");
        let findings = all["findings"].as_array().expect("a list").clone();
        let of = |id: &str, group: &str| {
            let mut all = findings.iter();
            all.find(|it| it["id"] == id && it["group_id"] == group)
                .unwrap_or_else(|| panic!("{id} of {group}: {findings:#?}"))
        };
        let finding = of("open-admin", &ssh);
        // Nothing has the group: two steps less than critical.
        assert_eq!(finding["severity"], "medium");
        assert_eq!(finding["group_name"], "launch-wizard-7");
        assert_eq!(finding["rules"], json!(["ingress tcp/22 from 0.0.0.0/0"]));
        assert_eq!(finding["region"], REGION);
        for text in ["message", "remediation", "fingerprint"] {
            assert_ne!(finding[text], "", "{text}");
        }
        let forbidden = of("guardrail", &database);
        assert_eq!(forbidden["severity"], "high");
        assert!(
            forbidden["evidence"].to_string().contains("Use the proxy."),
            "{forbidden}"
        );
        of("launch-wizard", &ssh);
        let weights = findings.iter().map(|it| it["severity"].as_str());
        let weights: Vec<usize> = weights
            .map(|name| {
                let names = ["critical", "high", "medium", "low", "info", "note"];
                let mut names = names.iter();
                names.position(|it| Some(*it) == name).expect("a severity")
            })
            .collect();
        assert!(weights.is_sorted(), "{findings:#?}");
        let total: u64 = all["summary"]
            .as_object()
            .expect("a map")
            .values()
            .filter_map(serde_json::Value::as_u64)
            .sum();
        assert_eq!(total, findings.len() as u64);
        assert_eq!(all["summary"]["high"], 1);
        assert_eq!(all["group_count"], 3);
        assert_eq!(all["not_looked_at"], json!([]));
        assert_eq!(all["id"], REGION);

        let worst = output("worst").to_string();
        assert!(worst.contains("open-admin") && !worst.contains("launch-wizard"));
        let unused = output("unused");
        let unused: Vec<&str> = unused
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|it| it["group_id"].as_str())
            .collect();
        assert!(unused.contains(&ssh.as_str()), "{unused:?}");
        assert_eq!(output("elsewhere"), json!([]));
        assert!(!output("there").to_string().contains(&ssh));
        assert!(!work.plan().changes, "the same account was told otherwise");
    }
}

#[test]
fn an_audit_tells_what_it_may_not_look_at_and_names_wrong_arguments() {
    let bench = Bench::start();
    let id = open(&bench, "left-over", "443");
    bench.config(&json!({ "faults": [{
        "action": "DescribeVpcEndpoints",
        "do": "error",
        "code": "UnauthorizedOperation",
        "message": "You are not authorized",
        "status": 403,
        "times": 100,
    }] }));
    let config = "data \"curated_audit\" \"all\" {}\n\
                  output \"all\" { value = data.curated_audit.all }\n";
    let text = format!("{}{config}", provider(bench.endpoint(), REGION));
    let work = Terraform::find().work_dir(&text);
    work.apply();
    let all = work.state()["values"]["outputs"]["all"]["value"].clone();
    let refused = &all["not_looked_at"][0];
    assert_eq!(refused["operation"], "DescribeVpcEndpoints");
    assert_eq!(refused["code"], "UnauthorizedOperation");
    assert_ne!(refused["consequence"], "");
    let findings = all["findings"].as_array().expect("a list");
    assert!(
        !findings
            .iter()
            .any(|it| it["id"] == "unused" && it["group_id"] == id.as_str()),
        "what can't be known was told: {findings:#?}"
    );

    for (argument, said) in [
        ("severity = \"urgent\"", "\"urgent\" is not a severity"),
        (
            "ids = [\"open-admn\"]",
            "\"open-admn\" is not a finding of the audit",
        ),
    ] {
        let config = format!("data \"curated_audit\" \"x\" {{\n{argument}\n}}\n");
        let text = format!("{}{config}", provider(bench.endpoint(), REGION));
        let refused = Terraform::find().work_dir(&text).try_plan().failure();
        assert_says(&refused, &[said]);
    }
}

#[test]
fn an_audit_takes_pages_and_no_call_for_each_group() {
    let bench = Bench::start();
    bench.seed(REGION, 1500, 2);
    let config = "data \"curated_audit\" \"all\" { severity = \"critical\" }\n";
    let text = format!("{}{config}", provider(bench.endpoint(), REGION));
    let work = Terraform::find().work_dir(&text);
    bench.reset_counts();
    let plan = work.try_plan();
    assert_eq!(plan.code, 0, "{plan}");
    let calls = bench.counts();
    assert_eq!(calls["DescribeSecurityGroups"], 2, "{calls:?}");
    let others: u64 = calls.values().sum();
    assert!(others <= 20, "{calls:?}");
}

#[test]
fn the_examples_check_warns_of_what_the_audit_finds() {
    let example = include_str!("../../examples/data-sources/curated_audit/data-source.tf");
    for terraform in Terraform::find_all() {
        let bench = Bench::start();
        let ssh = open(&bench, "ssh", "22");
        let text = format!("{}{example}", provider(bench.endpoint(), REGION));
        let work = terraform.work_dir(&text);
        let quiet = work.try_plan();
        assert!(
            !quiet.text().contains("Check block assertion failed"),
            "{quiet}"
        );
        // What a guardrail forbids is severe, whether or not anything has the group.
        let guardrail =
            "guardrail {\n  name = \"no-ssh\"\n  traffic = [\"ssh\"]\n  reason = \"No.\"\n}\n";
        let text = format!("{}{example}", provider_with(&bench, guardrail));
        work.write("main.tf", &text);
        let warned = work.try_plan().expect(&[0, 2]);
        let violation = format!("ssh ({ssh}) violates the guardrail no-ssh.");
        assert_says(
            &warned.text(),
            &["Check block assertion failed", &violation],
        );
    }
}

#[test]
fn a_provider_block_that_is_not_known_yet_leaves_what_needs_no_call() {
    for terraform in Terraform::find_all() {
        let bench = Bench::start();
        let block = provider(bench.endpoint(), REGION);
        let unknown = "region = terraform_data.region.output";
        let block = block.replace(&format!("region     = \"{REGION}\""), unknown);
        let main_tf = |source: &str| {
            format!(
                "{block}\nresource \"terraform_data\" \"region\" {{\n  input = \"{REGION}\"\n}}\n{source}\n"
            )
        };
        let catalog = "data \"curated_catalog\" \"ssh\" { search = \"ssh\" }\n\
                       output \"names\" { value = data.curated_catalog.ssh.services[*].name }";
        let plan = terraform.work_dir(&main_tf(catalog)).try_plan();
        let plan = plan.expect(&[0, 2]);
        assert_says(&plan.text(), &["\"ssh\""]);
        for source in [
            "data \"curated_security_group\" \"x\" { name = \"web\" }",
            "data \"curated_security_groups\" \"x\" {}",
            "data \"curated_audit\" \"x\" {}",
        ] {
            let refused = terraform.work_dir(&main_tf(source)).try_plan().failure();
            assert_says(
                &refused,
                &["The provider's configuration isn't known yet", "region"],
            );
        }
        assert_eq!(bench.counts().get("DescribeSecurityGroups"), None);
    }
}

#[test]
fn each_data_source_looks_in_a_region_of_its_own() {
    let bench = Bench::start();
    let group = [("GroupName", "there"), ("GroupDescription", "by hand")];
    let made = bench.call("us-east-1", "CreateSecurityGroup", &group);
    let id = field(&made, "groupId");
    let config = format!(
        r#"
        data "curated_security_group" "one" {{
          id     = "{id}"
          region = "us-east-1"
        }}
        data "curated_security_groups" "all" {{
          name   = "there"
          region = "us-east-1"
        }}
        data "curated_security_groups" "here" {{ name = "there" }}
        output "one" {{ value = data.curated_security_group.one.region }}
        output "all" {{ value = data.curated_security_groups.all.ids }}
        output "here" {{ value = data.curated_security_groups.here.ids }}
        "#
    );
    let text = format!("{}{config}", provider(bench.endpoint(), REGION));
    let work = Terraform::find().work_dir(&text);
    work.apply();
    let state = work.state();
    let output = |name: &str| state["values"]["outputs"][name]["value"].clone();
    assert_eq!(output("one"), "us-east-1");
    assert_eq!(output("all"), json!([id]));
    assert_eq!(output("here"), json!([]));

    let near = "data \"curated_security_groups\" \"x\" { region = \"us-esat-1\" }\n";
    let text = format!("{}{near}", provider(bench.endpoint(), REGION));
    let refused = Terraform::find().work_dir(&text).try_plan().failure();
    assert_says(&refused, &["us-east-1"]);
}

#[test]
fn used_by_names_interfaces_with_their_owners_and_rules_of_other_groups() {
    let bench = Bench::start();
    let web = open(&bench, "web", "443");
    let app = open(&bench, "app", "8443");
    for group in [&web, &app] {
        // A rule of the group itself is no use of it by another.
        let rule = [
            ("GroupId", group.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "9000"),
            ("IpPermissions.1.ToPort", "9000"),
            ("IpPermissions.1.Groups.1.GroupId", web.as_str()),
        ];
        bench.call(REGION, "AuthorizeSecurityGroupIngress", &rule);
    }
    let subnets = bench.call(REGION, "DescribeSubnets", &[]);
    let interface = [
        ("SubnetId", element(&subnets, "subnetId")),
        ("SecurityGroupId.1", web.as_str()),
        ("Description", "of the test"),
    ];
    let made = bench.call(REGION, "CreateNetworkInterface", &interface);
    let interface = element(&made, "networkInterfaceId").to_owned();
    let config = format!(
        "data \"curated_security_group\" \"web\" {{ id = \"{web}\" }}\n\
         output \"used_by\" {{ value = data.curated_security_group.web.used_by }}\n"
    );
    let text = format!("{}{config}", provider(bench.endpoint(), REGION));
    let work = Terraform::find().work_dir(&text);
    work.apply();
    let used_by = work.state()["values"]["outputs"]["used_by"]["value"].clone();
    assert_eq!(
        used_by,
        json!([
            {
                "kind": "interface",
                "id": interface,
                "owner": "123456789012",
                "description": "of the test",
            },
            {
                "kind": "rule",
                "id": app,
                "owner": "app",
                "description": format!("ingress tcp/9000 from {web}"),
            },
        ])
    );
}
