//! `redact_rules` through a real Terraform: a peer and a description that the configuration marks as
//! sensitive are in nothing that a run says or logs.

use std::sync::LazyLock;

use crate::support::stage::{AUTHORIZE, DESCRIBE, REGION, REVOKE, Stage, WEB};
use crate::support::terraform::{Outcome, Terraform};

static TERRAFORM: LazyLock<Terraform> = LazyLock::new(Terraform::find);

const SECRETS: [&str; 3] = ["198.51.100.", "203.0.113.", "home of the chief"];

fn config(cidrs: &str) -> String {
    format!(
        r#"
variable "peers" {{
  type      = list(string)
  sensitive = true
  default   = [{cidrs}]
}}
variable "why" {{
  sensitive = true
  default   = "home of the chief"
}}
resource "curated_security_group" "web" {{
  name         = "web"
  redact_rules = true
  ingress {{
    service     = "ssh"
    cidr_blocks = var.peers
    description = var.why
  }}
}}
output "rules" {{
  value = curated_security_group.web.rules
}}
"#
    )
}

/// What a command said and logged, which must have ended so.
#[track_caller]
fn assert_silent(outcome: &Outcome, code: i32) {
    assert_eq!(outcome.code, code, "{outcome}");
    let said = outcome.text();
    assert!(
        said.contains("provider.terraform-provider-curated"),
        "nothing was logged"
    );
    assert_none(&outcome.command, &said);
}

#[track_caller]
fn assert_none(place: &str, text: &str) {
    for secret in SECRETS {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in {place}");
    }
}

#[test]
fn nothing_that_a_run_says_or_logs_has_a_marked_peer_or_description() {
    let mut stage = Stage::under(
        &TERRAFORM,
        &config("\"198.51.100.7/32\", \"203.0.113.0/24\""),
    );
    stage.work.env("TF_LOG", "trace");
    assert_silent(&stage.work.try_plan(), 2);
    assert_silent(&stage.work.try_apply(), 0);
    assert_silent(&stage.work.try_plan(), 0);
    let rules = stage.work.attributes(WEB)["rules"].clone();
    assert_none("the state's rules", &rules.to_string());
    assert_eq!(rules.as_object().map(serde_json::Map::len), Some(2));
    let held = stage.emulator.group(REGION, "web")["ingress"].to_string();
    assert!(held.contains("198.51.100.7/32") && held.contains("home of the chief"));

    // Others take one rule away, describe the other anew, and add one.
    stage.by_hand(REVOKE, "web", "22", "198.51.100.7/32", "");
    stage.by_hand(
        DESCRIBE,
        "web",
        "22",
        "203.0.113.0/24",
        "not the home of the chief",
    );
    stage.by_hand(AUTHORIZE, "web", "3389", "10.0.0.0/8", "");
    let drifted = stage.work.try_plan();
    assert_silent(&drifted, 2);
    let shown = drifted.text();
    assert!(shown.contains("ingress tcp/3389 from sha256:93997fe8a8121085"));
    assert_silent(&stage.work.try_apply(), 0);
    assert_silent(&stage.work.try_plan(), 0);

    // EC2 refuses in words that quote both.
    stage.write(&config("\"203.0.113.0/25\""));
    let message = "peer: 203.0.113.0/25, was 203.0.113.0/24, 'home of the chief', is refused";
    let refusal = |action: &str| {
        serde_json::json!({
            "action": action, "do": "error", "code": "InvalidParameterValue", "message": message,
        })
    };
    let actions = [AUTHORIZE, REVOKE, "ModifySecurityGroupRules"];
    let faults = serde_json::json!({ "faults": actions.map(refusal) });
    stage.emulator.config(&faults);
    let refused = stage.work.try_apply();
    assert_silent(&refused, 1);
    assert!(refused.text().contains("is refused"), "{refused}");
    stage.emulator.config(&serde_json::json!({ "faults": [] }));
    assert_silent(&stage.work.try_apply(), 0);
    assert_silent(&stage.work.try_plan(), 0);
    assert_silent(&stage.work.try_destroy(), 0);
}
