//! Identities as the AWS provider's tests have them: of a group in another region than the provider's,
//! and of a state that has none yet.

use std::fs;

use serde_json::{Value as Json, json};

use crate::support::emulator::ACCOUNT;
use crate::support::said::assert_says;
use crate::support::said::skipped;
use crate::support::stage::{Stage, WEB};
use crate::support::terraform::Terraform;

const ELSEWHERE: &str = "us-east-1";

/// The identity in the state file.
fn stored(stage: &Stage) -> Json {
    let path = stage.work.path().join("terraform.tfstate");
    let text = fs::read_to_string(path).expect("there is a state");
    let state: Json = serde_json::from_str(&text).expect("a state is JSON");
    state["resources"][0]["instances"][0]["identity"].clone()
}

#[test]
fn a_group_in_another_region_is_imported_by_its_identity_and_by_its_id() {
    let config = format!(
        "resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n  region = \
         \"{ELSEWHERE}\"\n}}\n"
    );
    let stage = Stage::under(&Terraform::with_identities(), &config);
    stage.settle();
    let id = stage.emulator.group(ELSEWHERE, "web")["id"].clone();
    let id = id.as_str().expect("the group exists");
    let identity = json!({ "id": id, "region": ELSEWHERE, "account_id": ACCOUNT });
    assert_eq!(stored(&stage), identity);

    for by in [
        format!("id = \"{id}@{ELSEWHERE}\""),
        format!("id = \"{ELSEWHERE}/{id}\""),
        format!("identity = {{ id = \"{id}\", region = \"{ELSEWHERE}\" }}"),
    ] {
        stage.run(&["state", "rm", WEB]);
        stage.write(&format!("{config}import {{\n  to = {WEB}\n  {by}\n}}\n"));
        let said = stage.work.apply();
        assert_says(&said, &["1 imported, 0 added, 0 changed, 0 destroyed"]);
        assert_eq!(stored(&stage), identity, "{by}");
        stage.assert_settled();
    }
}

#[test]
fn a_state_without_an_identity_is_no_change_without_a_refresh() {
    let all = Terraform::find_all();
    let Some(older) = all.iter().find(|t| !t.keeps_identities()) else {
        return skipped("every host here keeps identities");
    };
    let config = "resource \"curated_security_group\" \"web\" {\n  preset = \"https\"\n}\n";
    let mut before = Stage::under(older, config);
    before.settle();
    assert!(stored(&before).is_null());

    // The same group under the newer host.
    let mut after = Stage::under(&Terraform::with_identities(), config);
    std::mem::swap(&mut after.emulator, &mut before.emulator);
    after.write(config);
    let state = before.work.path().join("terraform.tfstate");
    fs::copy(state, after.work.path().join("terraform.tfstate")).expect("the state can be copied");
    let plan = ["plan", "-refresh=false", "-detailed-exitcode", "-no-color"];
    after.run(&plan);
    after.run(&["apply", "-refresh=false", "-auto-approve", "-no-color"]);
    assert!(stored(&after).is_null());
    after.run(&plan);
}
