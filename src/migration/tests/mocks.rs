//! Tests of modules: what is mocked stays mocked.

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
