//! The data sources, with every Terraform that there is.

use serde_json::json;

use crate::support::bench::Bench;
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
