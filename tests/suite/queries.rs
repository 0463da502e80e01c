//! `terraform query` and generated configuration, beyond the main way: whom it leaves out, in which order
//! it lists, and where it names presets.

use serde_json::{Value as Json, json};

use crate::data_sources::groups::{CIDR, make, query, with_queries};
use crate::support::emulator::{ACCOUNT, Emulator, element};
use crate::support::said::assert_says;
use crate::support::stage::{REGION, work_dir};
use crate::support::terraform::{Terraform, WorkDir};

/// Makes a group without a rule; its id.
fn bare(emulator: &Emulator, name: &str, description: &str, more: &[(&str, &str)]) -> String {
    let group = [("GroupName", name), ("GroupDescription", description)];
    let parameters: Vec<(&str, &str)> = group.iter().chain(more).copied().collect();
    let reply = emulator.call(REGION, "CreateSecurityGroup", &parameters);
    element(&reply, "groupId").to_owned()
}

/// Takes the rule away that EC2 gives every new group.
fn close(emulator: &Emulator, id: &str) {
    let rule = [
        ("GroupId", id),
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    emulator.call(REGION, "RevokeSecurityGroupEgress", &rule);
}

/// A group with exactly the rules of the preset https; its id.
fn https(emulator: &Emulator, name: &str, description: &str) -> String {
    let id = bare(emulator, name, description, &[]);
    close(emulator, &id);
    let rule = [
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "443"),
        ("IpPermissions.1.ToPort", "443"),
        (CIDR, "0.0.0.0/0"),
    ];
    emulator.call(REGION, "AuthorizeSecurityGroupIngress", &rule);
    id
}

const ALL: &str =
    "list \"curated_security_group\" \"all\" {\n  provider = curated\n  limit    = 2000\n}\n";

/// The display names of a query, in their order.
fn listed(work: &WorkDir) -> Vec<String> {
    let found = query(work, &["-json"]).stdout;
    let events = found
        .lines()
        .filter_map(|line| serde_json::from_str::<Json>(line).ok());
    let found = events.filter(|event| event["type"] == "list_resource_found");
    found
        .filter_map(|event| {
            let name = event["list_resource_found"]["display_name"].as_str()?;
            Some(name.to_owned())
        })
        .collect()
}

#[test]
fn unmanaged_leaves_out_what_the_audit_calls_service_managed() {
    for terraform in with_queries() {
        let emulator = Emulator::start();
        bare(&emulator, "web", "by hand", &[]);
        bare(&emulator, "awseb-e-abc-stack-Group-1", "x", &[]);
        bare(&emulator, "rds-ec2-1", "x", &[]);
        bare(
            &emulator,
            "nodes",
            "EKS created security group applied to ENI",
            &[],
        );
        let tag = |key| {
            [
                ("TagSpecification.1.ResourceType", "security-group"),
                ("TagSpecification.1.Tag.1.Key", key),
                ("TagSpecification.1.Tag.1.Value", "blue"),
            ]
        };
        bare(&emulator, "lb", "x", &tag("elbv2.k8s.aws/cluster"));
        bare(
            &emulator,
            "beans",
            "x",
            &tag("elasticbeanstalk:environment-name"),
        );
        let work = work_dir(&terraform, &emulator, "");
        work.write("groups.tfquery.hcl", ALL);
        assert_eq!(listed(&work).len(), 6);
        let unmanaged = ALL.replace("limit    = 2000", "config {\n    unmanaged = true\n  }");
        work.write("groups.tfquery.hcl", &unmanaged);
        let names = listed(&work);
        assert_eq!(names.len(), 1, "{names:?}");
        assert!(names[0].starts_with("web · "), "{names:?}");
    }
}

#[test]
fn two_queries_over_pages_list_in_the_same_order() {
    for terraform in with_queries() {
        let emulator = Emulator::start();
        emulator.seed(REGION, 1300, 1);
        let work = work_dir(&terraform, &emulator, "");
        work.write("groups.tfquery.hcl", ALL);
        emulator.reset_counts();
        let first = listed(&work);
        assert_eq!(emulator.counts()["DescribeSecurityGroups"], 2);
        assert_eq!(first.len(), 1300);
        assert_eq!(listed(&work), first);
    }
}

#[test]
fn generated_configuration_names_the_preset_that_a_group_equals() {
    for terraform in with_queries() {
        let emulator = Emulator::start();
        https(&emulator, "front", "by hand");
        https(&emulator, "https", "HTTPS");
        bare(&emulator, "exodus", "All outbound ports", &[]);
        // It has the rule that EC2 gave it, and nobody chose any.
        bare(&emulator, "untouched", "by hand", &[]);
        let work = work_dir(&terraform, &emulator, "");
        work.write("groups.tfquery.hcl", ALL);
        query(&work, &["-generate-config-out=generated.tf"]);
        let text = std::fs::read_to_string(work.path().join("generated.tf")).expect("a file");
        assert_eq!(text.matches("\"https\"").count(), 2, "{text}");
        assert_eq!(text.matches("\"exodus\"").count(), 1, "{text}");
        assert_eq!(text.matches("egress {").count(), 1, "{text}");
        assert!(!text.contains("ingress {"), "{text}");
        assert_eq!(text.matches("\"by hand\"").count(), 2, "{text}");
        // What a preset gives isn't repeated.
        assert!(!text.contains("\"HTTPS\""), "{text}");
        assert!(!text.contains("= \"All outbound ports\""), "{text}");
        std::fs::remove_file(work.path().join("groups.tfquery.hcl")).expect("it is there");

        emulator.reset_counts();
        let plan = work.try_plan();
        let clean = "Plan: 4 to import, 0 to add, 0 to change, 0 to destroy.";
        assert_says(&plan.text(), &[clean]);
        work.apply();
        assert!(!work.plan().changes);
        assert!(emulator.writes().is_empty(), "{:?}", emulator.writes());
    }
}

/// An import block, and a resource where there is one.
fn import(by: &str, resource: &str) -> String {
    format!("import {{\n  to = curated_security_group.x\n  {by}\n}}\n{resource}\n")
}

#[test]
fn import_blocks_generate_the_text_that_a_query_generates() {
    for terraform in with_queries() {
        let emulator = Emulator::start();
        let id = https(&emulator, "front", "by hand");
        let identity = format!(
            "identity = {{ id = \"{id}\", region = \"{REGION}\", account_id = \"{ACCOUNT}\" }}"
        );
        let mut texts = Vec::new();
        for by in [identity, format!("id = \"{id}#preset\"")] {
            let work = work_dir(&terraform, &emulator, &import(&by, ""));
            let plan = work.run(&["plan", "-no-color", "-generate-config-out=generated.tf"]);
            let clean = "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.";
            assert_says(&plan.text(), &[clean]);
            let text = std::fs::read_to_string(work.path().join("generated.tf"));
            let text = text.expect("a file");
            let begin = text.find("resource \"").expect("a resource");
            texts.push(text[begin..].to_owned());
        }
        let work = work_dir(&terraform, &emulator, "");
        work.write("groups.tfquery.hcl", &ALL.replace("\"all\"", "\"x\""));
        query(&work, &["-generate-config-out=generated.tf"]);
        let text = std::fs::read_to_string(work.path().join("generated.tf")).expect("a file");
        let begin = text.find("resource \"").expect("a resource");
        let end = text[begin..].find("\n}\n").expect("its end") + begin + 3;
        texts.push(text[begin..end].replace("\"x_0\"", "\"x\""));
        // Terraform itself adds the provider to what a query finds.
        let lines = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| !line.contains(" provider "));
            lines
                .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
                .filter(|line| !line.is_empty())
                .collect()
        };
        assert_eq!(lines(&texts[0]), lines(&texts[1]));
        assert_eq!(lines(&texts[0]), lines(&texts[2]));
        assert!(texts[0].contains("\"https\""), "{}", texts[0]);
    }
}

/// Somebody may write by hand what stands for the same rules, or leave the rules to others.
#[test]
fn an_import_by_identity_revokes_nothing_whatever_form_the_configuration_has() {
    let terraforms = Terraform::find_all().into_iter();
    for terraform in terraforms.filter(Terraform::keeps_identities) {
        for resource in [
            "resource \"curated_security_group\" \"x\" {\n  name = \"front\"\n  description = \"by hand\"\n}",
            "resource \"curated_security_group\" \"x\" {\n  name = \"front\"\n  description = \"by hand\"\n  \
             ingress {\n    service = \"https\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}",
            "resource \"curated_security_group\" \"x\" {\n  name = \"front\"\n  description = \"by hand\"\n  \
             ingress_rules = { web = \"https from anywhere-ipv4\" }\n}",
        ] {
            let emulator = Emulator::start();
            let id = https(&emulator, "front", "by hand");
            let by = format!("identity = {{ id = \"{id}\" }}");
            let work = work_dir(&terraform, &emulator, &import(&by, resource));
            emulator.reset_counts();
            work.apply();
            assert!(!work.plan().changes, "{resource}");
            assert!(
                emulator.writes().is_empty(),
                "{resource}: {:?}",
                emulator.writes()
            );
        }
    }
}

#[test]
fn a_group_of_a_users_own_preset_is_generated_by_its_name() {
    for terraform in with_queries() {
        let emulator = Emulator::start();
        let id = make(&emulator, "billing", "8443", (CIDR, "10.0.0.0/8"));
        close(&emulator, &id);
        let work = work_dir(&terraform, &emulator, "");
        let text = std::fs::read_to_string(work.path().join("main.tf")).expect("a file");
        let preset = "  preset {\n    name          = \"billing\"\n    description   = \"by hand\"\n    \
                      ingress_rules = { api = \"tcp/8443 from 10.0.0.0/8\" }\n  }\n";
        let begin = "provider \"curated\" {\n";
        work.write("main.tf", &text.replace(begin, &format!("{begin}{preset}")));
        work.write("groups.tfquery.hcl", ALL);
        query(&work, &["-generate-config-out=generated.tf"]);
        let text = std::fs::read_to_string(work.path().join("generated.tf")).expect("a file");
        assert!(text.contains("= \"billing\""), "{text}");
        assert!(!text.contains("ingress {"), "{text}");
        std::fs::remove_file(work.path().join("groups.tfquery.hcl")).expect("it is there");
        let clean = "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.";
        assert_says(&work.try_plan().text(), &[clean]);
    }
}

#[test]
fn generated_configuration_names_no_default_vpc() {
    for terraform in with_queries() {
        let emulator = Emulator::start();
        let made = emulator.call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
        let vpc = element(&made, "vpcId").to_owned();
        let in_default = bare(&emulator, "web", "by hand", &[]);
        bare(&emulator, "other", "by hand", &[("VpcId", vpc.as_str())]);
        let work = work_dir(&terraform, &emulator, "");
        work.write("groups.tfquery.hcl", ALL);
        emulator.reset_counts();
        query(&work, &["-generate-config-out=generated.tf"]);
        assert_eq!(emulator.counts()["DescribeVpcs"], 1);
        let text = std::fs::read_to_string(work.path().join("generated.tf")).expect("a file");
        let vpcs = text.lines().filter(|line| line.contains(" vpc_id "));
        let vpcs: Vec<&str> = vpcs.map(str::trim).collect();
        assert_eq!(vpcs.len(), 1, "{text}");
        assert!(vpcs[0].ends_with(&format!("\"{vpc}\"")), "{text}");
        std::fs::remove_file(work.path().join("groups.tfquery.hcl")).expect("it is there");
        let clean = "Plan: 2 to import, 0 to add, 0 to change, 0 to destroy.";
        assert_says(&work.try_plan().text(), &[clean]);
        work.apply();
        assert!(!work.plan().changes);

        // An import by itself says the same, and whoever may not see VPCs gets the id.
        let by = format!("id = \"{in_default}\"");
        let generate = ["plan", "-no-color", "-generate-config-out=generated.tf"];
        let denied = json!({"faults": [{
            "action": "DescribeVpcs",
            "do": "error",
            "code": "UnauthorizedOperation",
            "message": "You are not authorized",
            "status": 403,
            "times": 100,
        }]});
        for is_denied in [false, true] {
            if is_denied {
                emulator.config(&denied);
            }
            let work = work_dir(&terraform, &emulator, &import(&by, ""));
            let plan = work.run(&generate).text();
            assert_says(
                &plan,
                &["1 to import, 0 to add, 0 to change, 0 to destroy."],
            );
            let text = std::fs::read_to_string(work.path().join("generated.tf")).expect("a file");
            assert_eq!(text.contains(" vpc_id "), is_denied, "{text}");
        }
    }
}
