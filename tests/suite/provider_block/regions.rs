//! One configuration, several regions; and a provider block that waits for something else.

use serde_json::json;

use crate::support::emulator::Emulator;
use crate::support::held::{rules_in, rules_of};
use crate::support::stage::{ELSEWHERE, REGION, Stage};
use crate::support::terraform::{Terraform, provider};

const MODULE: &str = r#"
terraform {
  required_providers {
    curated = { source = "curated/curated" }
  }
}
variable "ports" { type = map(number) }
resource "curated_security_group" "web" {
  name = "web"
  dynamic "ingress" {
    for_each = var.ports
    content {
      description = ingress.key
      protocol    = "tcp"
      from_port   = ingress.value
      cidr_blocks = ["10.0.0.0/8"]
    }
  }
}
output "id" { value = curated_security_group.web.id }
"#;

#[test]
fn module_called_with_two_provider_aliases_makes_its_group_in_both_regions() {
    let emulator = Emulator::start();
    let endpoint = emulator.endpoint();
    let main_tf = provider(endpoint, REGION)
        + &format!(
            r#"
provider "curated" {{
  alias      = "elsewhere"
  region     = "{ELSEWHERE}"
  access_key = "test"
  secret_key = "test"
  endpoints {{
    ec2 = "{endpoint}"
    sts = "{endpoint}"
  }}
}}
module "here" {{
  source = "./web"
  ports  = {{ web = 443, metrics = 9100 }}
}}
module "there" {{
  source    = "./web"
  ports     = {{ web = 443 }}
  providers = {{ curated = curated.elsewhere }}
}}
output "ids" {{ value = [module.here.id, module.there.id] }}
"#
        );
    let work = Terraform::find().work_dir(&main_tf);
    std::fs::create_dir(work.path().join("web")).expect("the directory is ours");
    work.write("web/main.tf", MODULE);
    let got = work.run(&["get"]);
    assert_eq!(got.code, 0, "{got}");

    work.apply();
    let (here, there) = (
        emulator.group(REGION, "web"),
        emulator.group(ELSEWHERE, "web"),
    );
    assert_eq!(rules_of(&here).len(), 2, "{here}");
    assert_eq!(rules_of(&there).len(), 1, "{there}");
    let ids = &work.state()["values"]["outputs"]["ids"]["value"];
    assert_eq!(*ids, json!([here["id"], there["id"]]));
    let plan = work.plan();
    assert!(!plan.changes, "{}", plan.text);
}

#[test]
fn resource_for_each_region_makes_its_group_in_every_one_of_them() {
    let stage = Stage::new(
        r#"
resource "curated_security_group" "ssh" {
  for_each = toset(["eu-west-1", "us-east-1", "ap-southeast-2"])
  preset   = "ssh"
  region   = each.key
}
"#,
    );
    stage.work.apply();
    for region in [REGION, ELSEWHERE, "ap-southeast-2"] {
        let group = stage.emulator.group(region, "ssh");
        let address = format!("curated_security_group.ssh[{region:?}]");
        let attributes = stage.work.attributes(&address);
        assert_eq!(attributes["id"], group["id"], "{region}");
        assert_eq!(attributes["region"], region);
    }
    stage.assert_settled();
    stage.work.destroy();
    for region in [REGION, ELSEWHERE, "ap-southeast-2"] {
        assert_eq!(stage.names(region), [""; 0], "{region}");
    }
}

/// A provider block whose region and keys come from another resource.
fn waiting(endpoint: &str, note: &str) -> String {
    format!(
        r#"
terraform {{
  required_providers {{
    curated = {{ source = "curated/curated" }}
  }}
}}
resource "terraform_data" "account" {{
  input = {{
    region = "{REGION}"
    key    = "test"
    note   = "{note}"
  }}
}}
provider "curated" {{
  region     = terraform_data.account.output.region
  access_key = terraform_data.account.output.key
  secret_key = terraform_data.account.output.key
  endpoints {{
    ec2 = "{endpoint}"
    sts = "{endpoint}"
  }}
}}
resource "curated_security_group" "web" {{
  preset = "https"
  ingress {{
    service     = "http"
    description = "{note}"
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}
"#
    )
}

#[test]
fn provider_that_waits_for_a_resource_plans_as_far_as_it_can() {
    let emulator = Emulator::start();
    let work = Terraform::find().work_dir(&waiting(emulator.endpoint(), "first"));
    let plan = work.plan_json();
    let changes = plan["resource_changes"].as_array().expect("a list").iter();
    let change = changes
        .filter(|change| change["address"] == "curated_security_group.web")
        .map(|change| &change["change"])
        .next()
        .expect("the group is planned");
    assert_eq!(rules_in(&change["after"]).len(), 2, "{change}");
    assert_eq!(change["after"]["name"], "https");
    assert_eq!(change["after_unknown"]["region"], true);
    assert!(emulator.counts().is_empty(), "nobody can be asked yet");

    work.apply();
    assert_eq!(emulator.group(REGION, "https")["description"], "HTTPS");
    let plan = work.plan();
    assert!(!plan.changes, "{}", plan.text);
}

#[test]
fn provider_that_waits_again_keeps_the_group_and_changes_it() {
    let emulator = Emulator::start();
    let work = Terraform::find().work_dir(&waiting(emulator.endpoint(), "first"));
    work.apply();
    let id = emulator.group(REGION, "https")["id"].clone();

    // Now the region is unknown once more while planning, with a group in state.
    work.write("main.tf", &waiting(emulator.endpoint(), "second"));
    let said = work.apply();
    assert!(said.contains("isn't refreshed"), "{said}");
    let group = emulator.group(REGION, "https");
    assert_eq!(group["id"], id);
    let rules = rules_of(&group);
    assert_eq!(rules["ingress tcp/80 from 0.0.0.0/0"], "second");
}
