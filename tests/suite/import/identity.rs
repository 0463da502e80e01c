//! Hosts that keep identities: a group is imported by its identity, and every state holds one.

use std::fs;

use serde_json::{Value as Json, json};

use crate::support::emulator::{ACCOUNT, element};
use crate::support::said::{assert_says, skipped};
use crate::support::stage::{REGION, Stage, WEB};
use crate::support::terraform::Terraform;

const CONFIG: &str = "resource \"curated_security_group\" \"web\" {\n  preset = \"https\"\n}\n";

/// The identity in the state file.
fn stored(stage: &Stage) -> Json {
    let path = stage.work.path().join("terraform.tfstate");
    let text = fs::read_to_string(path).expect("there is a state");
    let state: Json = serde_json::from_str(&text).expect("a state is JSON");
    state["resources"][0]["instances"][0]["identity"].clone()
}

fn identity(id: &str) -> Json {
    json!({ "id": id, "region": REGION, "account_id": ACCOUNT })
}

#[test]
fn every_state_holds_the_identity() {
    let stage = Stage::under(&Terraform::with_identities(), CONFIG);
    stage.settle();
    let first = stage.id("https");
    assert_eq!(stored(&stage), identity(&first));

    // Another group is another identity.
    stage.write(&CONFIG.replace("preset", "name = \"web\"\n  preset"));
    stage.settle();
    assert_ne!(stage.id("web"), first);
    assert_eq!(stored(&stage), identity(&stage.id("web")));
}

#[test]
fn a_state_of_a_host_without_identities_gains_one() {
    let older = Terraform::find_all()
        .into_iter()
        .find(|t| !t.keeps_identities());
    let Some(older) = older else {
        return skipped("every host here keeps identities");
    };
    let before = Stage::under(&older, CONFIG);
    before.settle();
    assert!(stored(&before).is_null());

    // The same group under the newer host.
    let mut after = Stage::under(&Terraform::with_identities(), CONFIG);
    after.emulator = before.emulator;
    after.write(CONFIG);
    let state = before.work.path().join("terraform.tfstate");
    fs::copy(state, after.work.path().join("terraform.tfstate")).expect("the state can be copied");
    after.settle_without_a_write();
    after.work.run(&["apply", "-refresh-only", "-auto-approve"]);
    assert_eq!(stored(&after), identity(&after.id("https")));
}

#[test]
fn an_identity_imports_a_group_whole_or_by_its_id_alone() {
    let terraform = Terraform::with_identities();
    let stage = Stage::under(&terraform, "");
    let group = [("GroupName", "by-hand"), ("GroupDescription", "by hand")];
    let made = stage.emulator.call(REGION, "CreateSecurityGroup", &group);
    let id = element(&made, "groupId").to_owned();
    stage.emulator.reset_counts();

    let config = |identity: &str| {
        format!(
            r#"
resource "curated_security_group" "web" {{
  name        = "by-hand"
  description = "by hand"
  egress {{
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}
import {{
  to       = curated_security_group.web
  identity = {{ {identity} }}
}}
"#
        )
    };
    let whole = format!("id = \"{id}\", region = \"{REGION}\", account_id = \"{ACCOUNT}\"");
    for named in [whole, format!("id = \"{id}\"")] {
        stage.write(&config(&named));
        assert_says(
            &stage.work.apply(),
            &["1 imported, 0 added, 0 changed, 0 destroyed"],
        );
        assert_eq!(stored(&stage), identity(&id));
        stage.assert_settled();
        let forgotten = stage.work.run(&["state", "rm", WEB]);
        assert_eq!(forgotten.code, 0, "{forgotten}");
    }
    stage.assert_no_writes();

    for (named, words) in [
        (
            format!("id = \"{id}\", account_id = \"111111111111\""),
            "The group is of the account 111111111111",
        ),
        (
            format!("id = \"{id}\", region = \"us-east-1\""),
            "There is no security group",
        ),
        ("id = \"web\"".to_owned(), "not the id of a security group"),
    ] {
        stage.write(&config(&named));
        assert_says(&stage.work.try_plan().failure(), &[words]);
    }
}
