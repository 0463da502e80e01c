//! Tests that a configuration has for itself, with mocks: they pass before and after.

use super::proof::applied;
use super::{migrate, stdout};

#[test]
fn tests_with_mocks_pass_before_and_after() {
    let main = r#"PROVIDER
resource "aws_security_group" "app" {
  name = "app"
}
resource "aws_vpc_security_group_ingress_rule" "app" {
  security_group_id = aws_security_group.app.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "10.0.0.0/8"
}
"#;
    let test = r#"mock_provider "aws" {
  source = "./tests/mocks"
}

override_resource {
  target = aws_vpc_security_group_ingress_rule.app
  values = { arn = "arn:aws:ec2:eu-west-1:123456789012:security-group-rule/sgr-00000001" }
}

run "all" {
  plan_options {
    target = [aws_security_group.app]
  }
  assert {
    condition     = aws_security_group.app.arn == "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-00000001"
    error_message = "mocked: ${aws_security_group.app.arn}"
  }
}
"#;
    let mock = r#"mock_resource "aws_security_group" {
  defaults = {
    arn = "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-00000001"
    id  = "sg-00000001"
  }
}
"#;
    let files = [
        ("main.tf", main),
        ("tests/app.tftest.hcl", test),
        ("tests/mocks/aws.tfmock.hcl", mock),
    ];
    let Some(applied) = applied("tests with mocks", &files) else {
        return;
    };
    let work = &applied.work;
    work.run(&["test", "-no-color"]).expect(&[0]);
    assert_eq!(applied.migrated(&[]).len(), 2);
    let tested = work.run(&["test", "-no-color"]).expect(&[0]);
    assert!(tested.stdout.contains("1 passed, 0 failed"), "{tested}");
    let again = migrate(work.path(), &["--write", "--check"]);
    assert!(stdout(&again).contains("Nothing is to be migrated here."));
}
