//! `terraform test` with mocks: hosts validate what their mocks make up, and ask for no plan. The
//! blocks of the guide are run as they stand.

use std::path::Path;

use crate::documentation::{blocks, read, root};
use crate::support::aws_provider;
use crate::support::emulator::Emulator;
use crate::support::terraform::{self, Terraform, WorkDir};

/// The guide's blocks: a configuration, three files of tests for it, and twice another configuration with
/// its tests.
fn guide() -> [String; 8] {
    let page = read(&root().join("docs/guides/testing.md"));
    let found: Vec<String> = blocks(&page, "terraform")
        .into_iter()
        .map(str::to_owned)
        .collect();
    found.try_into().expect("eight blocks")
}

/// Hosts that have mocks: Terraform from 1.7, OpenTofu from 1.8.
fn hosts() -> Vec<Terraform> {
    let has_mocks = |terraform: &Terraform| {
        let minor = terraform.version.split('.').nth(1);
        minor.and_then(|minor| minor.parse().ok()) >= Some(8)
    };
    let found: Vec<Terraform> = Terraform::find_all()
        .into_iter()
        .filter(has_mocks)
        .collect();
    assert!(!found.is_empty());
    found
}

/// Runs these tests in a directory; each has to pass, and nothing may be left behind.
#[track_caller]
fn assert_passes(work: &WorkDir, tests: &[&str]) {
    for (index, text) in tests.iter().enumerate() {
        work.write(&format!("{index}.tftest.hcl"), text);
    }
    let outcome = work.run(&["test", "-no-color"]);
    assert_eq!(outcome.code, 0, "{outcome}");
    let runs: usize = tests
        .iter()
        .map(|text| text.matches("run \"").count())
        .sum();
    let passed = format!("Success! {runs} passed, 0 failed.");
    assert!(outcome.stdout.contains(&passed), "{passed:?}: {outcome}");
    assert!(!outcome.text().contains("cleaned up"), "{outcome}");
}

/// A configuration's first lines, for tests in which no provider is configured.
const REQUIRED: &str = r#"
terraform {
  required_providers {
    curated = { source = "curated/curated" }
  }
}
"#;

#[test]
fn the_guides_tests_pass() {
    let [main_tf, on_blocks, with_values, with_functions, ..] = guide();
    for terraform in hosts() {
        let work = terraform.work_dir(&main_tf);
        assert_passes(&work, &[&on_blocks, &with_values, &with_functions]);
    }
}

#[test]
fn the_examples_tests_pass_and_are_those_of_the_guide() {
    let folder = root().join("examples/testing");
    let main_tf = read(&folder.join("main.tf"));
    let test = read(&folder.join("tests/rules.tftest.hcl"));
    let [_, _, _, _, shown, tested, ..] = guide();
    assert_eq!([shown.trim(), tested.trim()], [main_tf.trim(), test.trim()]);
    for terraform in hosts() {
        let work = terraform.work_dir(&main_tf);
        assert_passes(&work, &[&test]);
    }
    // A line that opens more is found.
    let open = main_tf.replace("tcp/9100 from", "tcp/9100, ssh from");
    assert_ne!(open, main_tf);
    let work = Terraform::find().work_dir(&open);
    work.write("rules.tftest.hcl", &test);
    let outcome = work.run(&["test", "-no-color"]);
    assert_eq!(outcome.code, 1, "{outcome}");
    let text = outcome.text();
    assert!(text.contains("Something else comes in."), "{text}");
    assert!(text.contains("SSH is open."), "{text}");
}

#[test]
fn the_guides_first_test_fails_where_the_world_comes_in() {
    let [main_tf, on_blocks, ..] = guide();
    let open = main_tf.replace("default = \"198.51.100.0/24\"", "default = \"0.0.0.0/0\"");
    assert_ne!(open, main_tf);
    let work = Terraform::find().work_dir(&open);
    work.write("main.tftest.hcl", &on_blocks);
    let outcome = work.run(&["test", "-no-color"]);
    assert_eq!(outcome.code, 1, "{outcome}");
    assert!(
        outcome
            .text()
            .contains("The servers are open to the world.")
    );
}

#[test]
fn ids_that_the_mock_of_another_provider_makes_up_are_taken() {
    let Some(aws) = aws_provider::aws_provider_or_skip("ids_that_the_mock_makes_up") else {
        return;
    };
    let [.., main_tf, test] = guide();
    for terraform in hosts() {
        let work = aws_provider::work_dir(&terraform, &aws, &main_tf);
        assert_passes(&work, &[&test]);
    }
}

#[test]
fn every_type_of_resource_and_data_source_takes_ids_that_mocks_make_up() {
    let Some(aws) = aws_provider::aws_provider_or_skip("every_type_takes_made_up_ids") else {
        return;
    };
    let vpc = "resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    let found = "data \"curated_security_group\" \"old\" {\n  id = aws_security_group.old.id\n}\n\
                 data \"curated_security_groups\" \"main\" {\n  vpc_id = aws_vpc.main.id\n}\n";
    let runs = "mock_provider \"aws\" {}\nmock_provider \"curated\" {}\nrun \"plan\" {\n  command = \
                plan\n}\nrun \"apply\" {}\nrun \"again\" {}\n";
    for terraform in hosts() {
        let main_tf = format!("{REQUIRED}{vpc}{found}{BESIDE}");
        let work = aws_provider::work_dir(&terraform, &aws, &main_tf);
        assert_passes(&work, &[runs]);
    }
}

#[test]
fn groups_that_refer_to_each_other_pass_with_ids_from_the_host_and_with_ones_for_all() {
    let main_tf = format!(
        r#"{REQUIRED}
variable "name" {{ default = "web" }}
resource "curated_security_group" "lb" {{
  for_each = toset(["one", "other"])
  name     = "${{var.name}}-${{each.key}}"
}}
resource "curated_security_group" "web" {{
  name = var.name
  dynamic "ingress" {{
    for_each = curated_security_group.lb
    content {{
      description     = ingress.key
      protocol        = "tcp"
      from_port       = 8080
      security_groups = [ingress.value.id]
    }}
  }}
  tags = {{ lb = curated_security_group.lb["one"].id }}
}}
"#
    );
    let runs = r#"
run "plan" {
  command = plan
  assert {
    condition     = curated_security_group.web.name == "web"
    error_message = "name"
  }
}
run "apply" {
  assert {
    condition     = length(curated_security_group.web.ingress) == 2
    error_message = "two blocks"
  }
}
run "update" {
  variables { name = "other" }
  assert {
    condition     = curated_security_group.web.name == "other"
    error_message = "name"
  }
}
"#;
    // All groups have one id here, so the blocks ask for one and the same rule.
    let one_id = "mock_provider \"curated\" {\n  mock_resource \"curated_security_group\" {\n    \
                  defaults = { id = \"sg-0123456789abcdef0\" }\n  }\n}\n";
    for terraform in hosts() {
        let work = terraform.work_dir(&main_tf);
        let made_up = format!("mock_provider \"curated\" {{}}\n{runs}");
        let given = format!("{one_id}{runs}");
        assert_passes(&work, &[&made_up, &given]);
    }
}

#[test]
fn what_needs_no_id_is_still_judged_in_a_mocked_run() {
    let terraform = Terraform::find();
    for (lines, said) in [
        (
            "service = \"htps\"\n    self = true",
            "\"htps\" is not a service",
        ),
        ("service = \"ssh\"", "An ingress block names no source"),
        (
            "service = \"ssh\"\n    security_groups = [\"10.0.0.0/8\"]",
            "Move it to cidr_blocks.",
        ),
        (
            "service = \"ssh\"\n    prefix_list_ids = [\" pl-0123abcd\"]",
            "has characters around the value",
        ),
    ] {
        let main_tf = format!(
            "{REQUIRED}resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n  ingress \
             {{\n    {lines}\n  }}\n}}\n"
        );
        let work = terraform.work_dir(&main_tf);
        work.write(
            "main.tftest.hcl",
            "mock_provider \"curated\" {}\nrun \"apply\" {}\n",
        );
        let outcome = work.run(&["test", "-no-color"]);
        let message = outcome.failure();
        assert!(message.contains(said), "{said:?}: {outcome}");
    }
}

/// Every other type of resource, with ids that a mock makes up wherever an id may stand.
const BESIDE: &str = r#"
resource "aws_security_group" "old" {
  vpc_id = aws_vpc.main.id
}
resource "aws_ec2_managed_prefix_list" "office" {
  name           = "office"
  address_family = "IPv4"
  max_entries    = 5
}
resource "curated_default_security_group" "main" {
  vpc_id = aws_vpc.main.id
  ingress {
    service         = "ssh"
    security_groups = [aws_security_group.old.id]
    prefix_list_ids = [aws_ec2_managed_prefix_list.office.id]
  }
}
resource "curated_security_group_rules" "bundle" {
  security_group_id = aws_security_group.old.id
  egress_rules      = { web = "https to ${aws_security_group.old.id}" }
  ingress {
    service         = "ssh"
    security_groups = ["123456789012/${aws_security_group.old.id}"]
    prefix_list_ids = [aws_ec2_managed_prefix_list.office.id]
  }
}
resource "curated_security_group_rule" "single" {
  type                     = "ingress"
  security_group_id        = aws_security_group.old.id
  protocol                 = "tcp"
  from_port                = 80
  to_port                  = 80
  source_security_group_id = aws_security_group.old.id
}
resource "curated_security_group_rule" "listed" {
  type              = "egress"
  security_group_id = aws_security_group.old.id
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
  prefix_list_ids   = [aws_ec2_managed_prefix_list.office.id]
}
resource "curated_vpc_security_group_ingress_rule" "in" {
  security_group_id            = aws_security_group.old.id
  ip_protocol                  = "-1"
  referenced_security_group_id = aws_security_group.old.id
}
resource "curated_vpc_security_group_egress_rule" "out" {
  security_group_id = aws_security_group.old.id
  ip_protocol       = "-1"
  prefix_list_id    = aws_ec2_managed_prefix_list.office.id
}
"#;

/// A real group in a mocked VPC with all that can be beside it, and one that can be made.
fn in_a_mocked_vpc(terraform: &Terraform, aws: &Path, emulator: &Emulator, run: &str) -> WorkDir {
    let provider = terraform::provider(emulator.endpoint(), "eu-west-1");
    let main_tf = format!(
        r#"{provider}
resource "aws_vpc" "main" {{
  cidr_block = "10.0.0.0/16"
}}
resource "curated_security_group" "app" {{
  name   = "app"
  vpc_id = aws_vpc.main.id
}}
resource "curated_security_group" "kept" {{
  preset = "https"
}}
{BESIDE}
"#
    );
    let work = aws_provider::work_dir(terraform, aws, &main_tf);
    let test = format!("mock_provider \"aws\" {{}}\nrun \"app\" {{\n{run}\n}}\n");
    work.write("main.tftest.hcl", &test);
    work
}

#[test]
fn a_real_group_in_a_mocked_vpc_is_planned_and_not_made() {
    let Some(aws) = aws_provider::aws_provider_or_skip("a_real_group_in_a_mocked_vpc") else {
        return;
    };
    for terraform in hosts() {
        let emulator = Emulator::start();
        let work = in_a_mocked_vpc(&terraform, &aws, &emulator, "  command = plan");
        let planned = work.run(&["test", "-no-color"]);
        assert_eq!(planned.code, 0, "{planned}");

        let work = in_a_mocked_vpc(&terraform, &aws, &emulator, "");
        let applied = work.run(&["test", "-no-color"]);
        let message = applied.failure();
        for address in [
            "curated_security_group.app",
            "curated_default_security_group.main",
            "curated_security_group_rules.bundle",
            "curated_security_group_rule.single",
            "curated_security_group_rule.listed",
            "curated_vpc_security_group_ingress_rule.in",
            "curated_vpc_security_group_egress_rule.out",
        ] {
            assert!(message.contains(address), "{address}: {applied}");
        }
        assert!(message.contains("is not the id of a VPC"), "{applied}");
        assert!(emulator.group("eu-west-1", "app").is_null(), "{applied}");
        // The plan of the removal was refused, too, and what had been made stayed.
        assert!(emulator.group("eu-west-1", "https").is_null(), "{applied}");
        assert!(!applied.text().contains("cleaned up"), "{applied}");
    }
}
