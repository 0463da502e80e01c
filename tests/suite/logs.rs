//! What a run leaves behind in words: enough to follow each call, and never a secret.

use crate::support::emulator::Emulator;
use crate::support::held::text;
use crate::support::stage::REGION;
use crate::support::terraform::{Terraform, WorkDir};

const SECRET: &str = "wJalr/secret+that/nobody+may/see";
const TOKEN: &str = "IQoJtoken+that/nobody+may/see==";

/// A group, with secrets in the provider block.
fn work_dir(emulator: &Emulator) -> WorkDir {
    let endpoint = emulator.endpoint();
    let mut work = Terraform::find().work_dir(&format!(
        r#"
terraform {{
  required_providers {{
    curated = {{ source = "curated/curated" }}
  }}
}}
variable "secret" {{ sensitive = true }}
variable "token" {{ sensitive = true }}
provider "curated" {{
  region     = "{REGION}"
  access_key = "AKIATESTTESTTESTTEST"
  secret_key = var.secret
  token      = var.token
  endpoints {{
    ec2 = "{endpoint}"
    sts = "{endpoint}"
  }}
}}
resource "curated_security_group" "web" {{
  preset = "https"
  tags   = {{ team = "web" }}
}}
"#
    ));
    let values = format!("secret = \"{SECRET}\"\ntoken = \"{TOKEN}\"\n");
    work.write("terraform.tfvars", &values);
    work.env("TF_LOG", "trace");
    work
}

#[track_caller]
fn assert_no_secret(place: &str, words: &str) {
    for secret in [SECRET, TOKEN] {
        let found = words.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "a secret is in {place}");
    }
}

#[test]
fn log_of_a_whole_run_at_trace_holds_no_secret_and_every_call() {
    let emulator = Emulator::start();
    let work = work_dir(&emulator);
    // A refusal too: its words must not give anything away either.
    let faults = serde_json::json!({ "faults": [{
        "action": "RevokeSecurityGroupEgress", "do": "error", "code": "AuthFailure", "status": 403,
    }] });
    emulator.config(&faults);
    let outcomes = [work.try_apply(), work.try_apply(), work.try_destroy()];
    let codes = outcomes.each_ref().map(|outcome| outcome.code);
    assert_eq!(codes, [1, 0, 0]);
    let mut told = String::new();
    for outcome in outcomes {
        told += &outcome.text();
    }
    assert_no_secret("the log", &told);

    let calls = emulator.log();
    let mark = "[DEBUG] provider.terraform-provider-curated: AWS call:";
    let events: Vec<&str> = told.lines().filter(|line| line.contains(mark)).collect();
    assert_eq!(events.len(), calls.len(), "{events:#?}");
    for call in &calls {
        let action = format!(" action={} ", text(&call["action"]));
        let event = events.iter().find(|event| event.contains(&action));
        let event = event.unwrap_or_else(|| panic!("no event for{action}in {events:#?}"));
        for field in [
            "region=eu-west-1",
            "duration_ms=",
            "attempt=1",
            "request_id=",
        ] {
            assert!(event.contains(field), "{field} is not in {event}");
        }
    }
}

#[test]
fn state_after_an_apply_holds_no_secret() {
    let emulator = Emulator::start();
    let work = work_dir(&emulator);
    work.apply();
    let state = std::fs::read_to_string(work.path().join("terraform.tfstate"));
    let state = state.expect("an apply writes a state");
    assert!(state.contains("https"), "{state}");
    assert_no_secret("the state", &state);
}

#[test]
fn log_that_nobody_asked_for_is_silent() {
    let emulator = Emulator::start();
    let mut work = work_dir(&emulator);
    work.env("TF_LOG", "");
    let outcome = work.try_apply();
    assert_eq!(outcome.code, 0, "{outcome}");
    assert_eq!(outcome.stderr, "");
}
