//! Tests of mocks: a module's tests still call no cloud.

use super::*;

const GROUP: &str = "resource \"aws_security_group\" \"a\" {}\n";

#[test]
fn a_mocked_provider_gets_a_mocked_twin_with_its_resources() {
    let test = r#"mock_provider "aws" {
  alias = "fake"

  mock_resource "aws_security_group" {
    defaults = {
      arn = "arn:x"
    }
  }

  mock_data "aws_vpc" {}
}

mock_provider "aws" {}

override_resource {
  target = module.m.aws_security_group.a
}

run "one" {
  providers = {
    aws = aws.fake
  }

  assert {
    condition     = aws_security_group.a.name == "a"
    error_message = "no"
  }
}
"#;
    let twin = r#"

mock_provider "curated" {
  alias = "fake"

  mock_resource "curated_security_group" {
    defaults = {
      arn = "arn:x"
    }
  }
}

mock_provider "aws" {}

mock_provider "curated" {}
"#;
    let expected = test
        .replace("\n\nmock_provider \"aws\" {}\n", twin)
        .replace("module.m.aws_", "module.m.curated_")
        .replace(
            "= aws_security_group.a.name",
            "= curated_security_group.a.name",
        )
        .replace(
            "    aws = aws.fake\n",
            "    aws = aws.fake\n\n    curated = curated.fake\n",
        );
    let main = format!("{GROUP}module \"m\" {{\n  source = \"./m\"\n}}\n");
    for ends in ["\n", "\r\n"] {
        let test = test.replace('\n', ends);
        let files = [
            ("main.tf", main.as_str()),
            ("m/main.tf", GROUP),
            ("tests/a.tftest.hcl", &test),
        ];
        let (after, notes) = settled(&files);
        assert_eq!(after["tests/a.tftest.hcl"], expected.replace('\n', ends));
        assert_eq!(lines(&notes), [""; 0]);
    }
}

#[test]
fn a_run_of_another_module_speaks_of_its_resources() {
    let test = "run \"setup\" {\n  module {\n    source = \"./testing/setup\"\n  }\n  assert {\n    condition     = \
                aws_security_group.there.name != aws_security_group.a.name\n    error_message = \"no\"\n  }\n  plan_options \
                {\n    target  = [aws_security_group.there, module.x.aws_security_group.a]\n    replace = \
                [aws_security_group.a]\n  }\n}\nrun \"own\" {\n  plan_options {\n    target = \
                [module.m.aws_security_group.a[\"k\"], aws_security_group.a, aws_vpc.v]\n  }\n}\n";
    let expected = test
        .replace(
            "= aws_security_group.there",
            "= curated_security_group.there",
        )
        .replace("[aws_security_group.there", "[curated_security_group.there")
        .replace("module.m.aws_", "module.m.curated_")
        .replace("\"k\"], aws_", "\"k\"], curated_");
    let main = format!("{GROUP}module \"m\" {{\n  source = \"./m\"\n}}\n");
    let (after, notes) = settled(&[
        ("main.tf", &main),
        ("m/main.tf", GROUP),
        (
            "testing/setup/main.tf",
            "resource \"aws_security_group\" \"there\" {}\n",
        ),
        ("tests/a.tftest.hcl", test),
    ]);
    assert_eq!(after["tests/a.tftest.hcl"], expected);
    assert_eq!(lines(&notes), [""; 0]);
}

#[test]
fn files_of_mocks_get_the_renamed_types_too() {
    let mock = "mock_resource \"aws_security_group\" {\n  defaults = {\n    arn = \"arn:x\"\n  }\n}\nmock_resource \
                \"aws_security_group_rule\" {}\nmock_data \"aws_vpc\" {}\n";
    let expected = mock.replacen(
        "\n}\n",
        "\n}\n\nmock_resource \"curated_security_group\" {\n  defaults = {\n    arn = \"arn:x\"\n  }\n}\n",
        1,
    );
    for ends in ["\n", "\r\n"] {
        let mock = mock.replace('\n', ends);
        let test = "mock_provider \"aws\" {\n  source = \"./tests/mocks\"\n}\n";
        let (after, _) = settled(&[
            ("main.tf", GROUP),
            ("tests/a.tftest.hcl", test),
            ("tests/mocks/aws.tfmock.hcl", &mock),
        ]);
        assert_eq!(
            after["tests/mocks/aws.tfmock.hcl"],
            expected.replace('\n', ends)
        );
        let twin = test.replace("\"aws\"", "\"curated\"");
        assert_eq!(after["tests/a.tftest.hcl"], format!("{test}\n{twin}"));
    }
}
