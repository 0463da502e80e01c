//! Looking at groups that exist: the data sources, `terraform query`, and the configuration that hosts
//! generate, against every Terraform that there is.

use serde_json::{Value as Json, json};

use crate::support::emulator::{Emulator, element};
use crate::support::said::assert_says;
use crate::support::stage::{REGION, work_dir};
use crate::support::terraform::{Outcome, Terraform, WorkDir};

/// Makes a group with one TCP rule; its id.
pub(crate) fn make(emulator: &Emulator, name: &str, port: &str, peer: (&str, &str)) -> String {
    let group = [("GroupName", name), ("GroupDescription", "by hand")];
    let reply = emulator.call(REGION, "CreateSecurityGroup", &group);
    let id = element(&reply, "groupId").to_owned();
    let rule = [
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", port),
        ("IpPermissions.1.ToPort", port),
        peer,
    ];
    emulator.call(REGION, "AuthorizeSecurityGroupIngress", &rule);
    id
}

pub(crate) const CIDR: &str = "IpPermissions.1.IpRanges.1.CidrIp";
const GROUP: &str = "IpPermissions.1.Groups.1.GroupId";

/// The hosts that have `terraform query`.
pub(crate) fn with_queries() -> Vec<Terraform> {
    let all = Terraform::find_all().into_iter();
    let has_queries = |t: &Terraform| {
        let mut parts = t
            .version
            .split('.')
            .map(|part| part.parse::<u32>().unwrap_or(0));
        (parts.next(), parts.next()) >= (Some(1), Some(14)) && t.program.ends_with("terraform")
    };
    let found: Vec<Terraform> = all.filter(has_queries).collect();
    assert!(!found.is_empty(), "`make venv` fetches a host with queries");
    found
}

/// How often an action was called.
fn calls(emulator: &Emulator, action: &str) -> usize {
    emulator
        .log()
        .iter()
        .filter(|call| call["action"] == action)
        .count()
}

#[test]
fn one_group_is_found_with_its_rules_and_users() {
    for terraform in Terraform::find_all() {
        let emulator = Emulator::start();
        let web = make(&emulator, "web", "443", (CIDR, "0.0.0.0/0"));
        let app = make(&emulator, "app", "8443", (GROUP, &web));
        let vpc = emulator.default_vpc(REGION);
        let config = format!(
            r#"
            data "curated_security_group" "by_id" {{ id = "{web}" }}
            data "curated_security_group" "by_name" {{
              name   = "app"
              vpc_id = "{vpc}"
            }}
            output "web" {{ value = data.curated_security_group.by_id }}
            output "app" {{ value = data.curated_security_group.by_name }}
            "#
        );
        let work = work_dir(&terraform, &emulator, &config);
        work.apply();
        let state = work.state();
        let output = |name: &str| state["values"]["outputs"][name]["value"].clone();
        let (found, other) = (output("web"), output("app"));
        assert_eq!(found["name"], "web");
        assert_eq!(found["vpc_id"], vpc.as_str());
        assert_eq!(found["region"], REGION);
        assert_eq!(
            found["rules"],
            json!({ "ingress tcp/443 from 0.0.0.0/0": "", "egress all to 0.0.0.0/0": "" })
        );
        assert_eq!(found["quota"], 60);
        assert_eq!(
            found["rule_counts"]["ingress"],
            json!({ "ipv4": 1, "ipv6": 0 })
        );
        let rule = &found["rule_list"][0];
        assert_eq!(rule["key"], "ingress tcp/443 from 0.0.0.0/0");
        assert_eq!(
            (&rule["from_port"], &rule["peer"]),
            (&json!(443), &json!("0.0.0.0/0"))
        );
        assert!(
            rule["rule_id"]
                .as_str()
                .is_some_and(|id| id.starts_with("sgr-")),
            "{rule}"
        );
        let user = json!({
            "kind": "rule",
            "id": app,
            "owner": "app",
            "description": format!("ingress tcp/8443 from {web}"),
        });
        let user_of_web = &found["used_by"][0];
        assert_eq!(user_of_web["kind"], user["kind"]);
        assert_eq!(user_of_web["id"], user["id"]);
        assert_eq!(other["id"], app.as_str());
        assert!(!work.plan().changes);
    }
}

#[test]
fn none_and_several_are_errors_that_list_what_there_is() {
    let emulator = Emulator::start();
    let web = make(&emulator, "web-1", "443", (CIDR, "0.0.0.0/0"));
    make(&emulator, "web-2", "443", (CIDR, "0.0.0.0/0"));
    let terraform = Terraform::find();
    let refused = |config: &str| {
        let config = format!("data \"curated_security_group\" \"x\" {{\n{config}\n}}\n");
        work_dir(&terraform, &emulator, &config)
            .try_plan()
            .failure()
    };
    let none = refused("name = \"wbe-1\"");
    assert_says(
        &none,
        &[
            "No security group in eu-west-1 fits",
            &format!("- {web} \"web-1\""),
        ],
    );
    let several = refused("filter {\n name = \"group-name\"\n values = [\"web-*\"]\n}");
    assert_says(
        &several,
        &["2 security groups in eu-west-1 fit", "\"web-2\""],
    );
    let nothing = refused("");
    assert_says(&nothing, &["Nothing says which security group is meant"]);
    let wrong = refused("id = \"web\"");
    assert_says(&wrong, &["\"web\" is not the id of a security group"]);
}

#[test]
fn what_may_not_be_asked_is_warned_of_and_the_rest_is_told() {
    let emulator = Emulator::start();
    let web = make(&emulator, "web", "443", (CIDR, "0.0.0.0/0"));
    let refused = |action: &str| {
        json!({
            "action": action,
            "do": "error",
            "code": "UnauthorizedOperation",
            "message": "You are not authorized",
            "status": 403,
            "times": 100,
        })
    };
    let actions = ["DescribeNetworkInterfaces", "DescribeSecurityGroupRules"];
    emulator.config(&json!({ "faults": actions.map(refused) }));
    let config = format!("data \"curated_security_group\" \"x\" {{ id = \"{web}\" }}\n");
    let work = work_dir(&Terraform::find(), &emulator, &config);
    let plan = work.try_plan();
    assert_eq!(plan.code, 0, "{plan}");
    let words = plan.text();
    assert_says(
        &words,
        &["\"used_by\" isn't complete", "\"rule_list\" isn't complete"],
    );
}

#[test]
fn all_groups_come_from_one_listing() {
    let emulator = Emulator::start();
    for n in 0..12 {
        make(&emulator, &format!("web-{n}"), "443", (CIDR, "0.0.0.0/0"));
    }
    let config = r#"
        data "curated_security_groups" "web" {
          filter {
            name   = "group-name"
            values = ["web-*"]
          }
        }
        data "curated_security_groups" "none" { name = "nobody" }
        output "names" { value = sort([for g in data.curated_security_groups.web.groups : g.name]) }
        output "rules" { value = distinct([for g in data.curated_security_groups.web.groups : keys(g.rules)]) }
        output "count" { value = length(data.curated_security_groups.web.ids) }
        output "none" { value = data.curated_security_groups.none.ids }
    "#;
    let work = work_dir(&Terraform::find(), &emulator, config);
    emulator.reset_counts();
    work.apply();
    assert_eq!(
        calls(&emulator, "DescribeSecurityGroups"),
        2,
        "one for each data source"
    );
    let state = work.state();
    let output = |name: &str| state["values"]["outputs"][name]["value"].clone();
    assert_eq!(output("count"), 12);
    assert_eq!(output("none"), json!([]));
    assert_eq!(
        output("rules"),
        json!([["egress all to 0.0.0.0/0", "ingress tcp/443 from 0.0.0.0/0"]])
    );
}

pub(crate) fn query(work: &WorkDir, arguments: &[&str]) -> Outcome {
    let outcome = work.run(&[&["query", "-no-color"], arguments].concat());
    assert_eq!(outcome.code, 0, "{outcome}");
    outcome
}

#[test]
fn a_query_finds_groups_and_writes_what_plans_clean() {
    let example = include_str!(
        "../../../examples/list-resources/curated_security_group/list-resource.tfquery.hcl"
    );
    for terraform in with_queries() {
        let emulator = Emulator::start();
        let wizard = make(&emulator, "launch-wizard-7", "22", (CIDR, "0.0.0.0/0"));
        make(&emulator, "web", "443", (GROUP, &wizard));
        make(&emulator, "other", "443", (CIDR, "10.0.0.0/8"));
        let vpc = emulator.default_vpc(REGION);
        let work = work_dir(&terraform, &emulator, "");
        work.write("groups.tfquery.hcl", example);
        let found = query(&work, &[]).stdout;
        assert_says(
            &found,
            &[
                &format!("launch-wizard-7 · {vpc} · tcp/22 open to the world"),
                &format!("web · {vpc} · 1 ingress, 1 egress"),
                &format!("id={wizard}"),
            ],
        );
        assert!(!found.contains("other ·"), "{found}");

        query(&work, &["-generate-config-out=generated.tf"]);
        let text = std::fs::read_to_string(work.path().join("generated.tf")).expect("a file");
        assert_says(&text, &["service", "\"ssh\"", "\"https\"", "import {"]);
        assert!(!text.contains("from_port       = 22"), "{text}");
        std::fs::remove_file(work.path().join("groups.tfquery.hcl")).expect("it is there");
        let plan = work.try_plan();
        assert_says(
            &plan.text(),
            &["Plan: 2 to import, 0 to add, 0 to change, 0 to destroy."],
        );
        emulator.reset_counts();
        work.apply();
        assert!(!work.plan().changes);
        let log = emulator.log();
        let mut actions = log.iter().filter_map(|call| call["action"].as_str());
        assert!(
            actions.all(|a| a.starts_with("Describe") || a.starts_with("Get")),
            "{log:?}"
        );
    }
}

#[test]
fn a_limit_and_thousand_groups_take_few_calls() {
    for terraform in with_queries() {
        let emulator = Emulator::start();
        for n in 0..30 {
            let name = format!("g{n:02}");
            let group = [("GroupName", name.as_str()), ("GroupDescription", "x")];
            emulator.call(REGION, "CreateSecurityGroup", &group);
        }
        let work = work_dir(&terraform, &emulator, "");
        emulator.seed(REGION, 1000, 1);
        let list = |limit: u32| {
            format!(
                "list \"curated_security_group\" \"all\" {{\n  provider = curated\n  limit = {limit}\n}}\n"
            )
        };
        for (limit, expected) in [(5, 5), (2000, 1030)] {
            work.write("groups.tfquery.hcl", &list(limit));
            emulator.reset_counts();
            let found = query(&work, &["-json"]).stdout;
            let events = found
                .lines()
                .filter_map(|line| serde_json::from_str::<Json>(line).ok());
            let names: Vec<String> = events
                .filter(|event| event["type"] == "list_resource_found")
                .filter_map(|event| {
                    let found = &event["list_resource_found"];
                    Some(found["display_name"].as_str()?.to_owned())
                })
                .collect();
            assert_eq!(names.len(), expected, "{found}");
            assert!(limit > 5 || names.is_sorted(), "{names:?}");
            assert!(
                !names.iter().any(|name| name.starts_with("default ")),
                "{names:?}"
            );
            let most = if limit == 5 { 1 } else { 3 };
            assert!(
                calls(&emulator, "DescribeSecurityGroups") <= most,
                "{limit}"
            );
        }
    }
}
