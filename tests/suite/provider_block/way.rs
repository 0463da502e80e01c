//! Support for the tests of the way to AWS: a configuration that has one group, planned by a real
//! Terraform. Knows no proxy and no certificate.

use crate::support::terraform::{Plan, Terraform, WorkDir};

/// A configuration whose provider block has these arguments besides region and keys.
pub(crate) fn work(arguments: &str) -> WorkDir {
    let text = format!(
        r#"
terraform {{
  required_providers {{
    curated = {{ source = "curated/curated" }}
  }}
}}

provider "curated" {{
  region     = "eu-west-1"
  access_key = "AKIATEST"
  secret_key = "a-secret-of-the-test"
{arguments}
}}

resource "curated_security_group" "web" {{
  name   = "web"
  vpc_id = "vpc-12345678"
}}
"#
    );
    Terraform::find().work_dir(&text)
}

/// Both services at one address.
pub(crate) fn endpoints(address: &str) -> String {
    format!("  endpoints {{\n    ec2 = \"{address}\"\n    sts = \"{address}\"\n  }}\n")
}

/// What a plan says that has to work.
#[track_caller]
pub(crate) fn planned(work: &WorkDir) -> String {
    let plan: Plan = work.plan();
    assert!(plan.changes, "{}", plan.text);
    plan.text
}

/// What a plan says that has to fail, and that none of these secrets is in it.
#[track_caller]
pub(crate) fn refused(work: &WorkDir, secrets: &[&str]) -> String {
    let failure = work.try_plan().failure();
    for secret in secrets {
        assert!(!failure.contains(secret), "{failure}");
    }
    failure
}
