//! What others did to a group shows in the plan: as its line in `rules`, and in its block.

use crate::support::held::keys;
use crate::support::said::assert_says;
use crate::support::stage::{AUTHORIZE, DESCRIBE, REVOKE, Stage, WEB};

const CONFIG: &str = r#"
resource "curated_security_group" "web" {
  name = "web"
  ingress {
    description = "staff"
    service     = "ssh"
    cidr_blocks = ["10.0.0.0/8", "192.168.0.0/16"]
  }
  ingress {
    service     = "https"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"#;

#[test]
fn a_rule_that_came_went_or_was_described_anew_is_its_line_and_its_block() {
    let stage = Stage::new(CONFIG);
    stage.settle();
    let declared = stage.rules(WEB);

    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "just for today");
    let plan = stage.work.plan().text;
    assert_says(
        &plan,
        &[
            "~ rules = {",
            "- \"ingress tcp/3389 from 0.0.0.0/0\" = \"just for today\" -> null",
            "# (3 unchanged elements hidden)",
            "- ingress {",
            "- from_port = 3389 -> null",
            "# (2 unchanged blocks hidden)",
        ],
    );
    stage.emulator.reset_counts();
    stage.settle();
    assert_eq!(stage.writes(), [REVOKE]);

    stage.by_hand(REVOKE, "web", "22", "10.0.0.0/8", "");
    let plan = stage.work.plan().text;
    assert_says(
        &plan,
        &[
            "+ \"ingress tcp/22 from 10.0.0.0/8\" = \"staff\"",
            "# (2 unchanged elements hidden)",
            "+ \"10.0.0.0/8\",",
            "# (1 unchanged block hidden)",
        ],
    );
    stage.emulator.reset_counts();
    stage.settle();
    assert_eq!(stage.writes(), [AUTHORIZE]);

    stage.by_hand(DESCRIBE, "web", "443", "0.0.0.0/0", "everybody");
    let plan = stage.work.plan().text;
    assert_says(
        &plan,
        &[
            "~ \"ingress tcp/443 from 0.0.0.0/0\" = \"everybody\" ->",
            "- description = \"everybody\" -> null",
            "+ service = \"https\"",
        ],
    );
    let planned = stage.work.planned(WEB);
    assert_eq!(
        planned["after"]["rules"]["ingress tcp/443 from 0.0.0.0/0"],
        ""
    );
    stage.emulator.reset_counts();
    stage.settle();
    assert_eq!(stage.writes(), [DESCRIBE]);
    assert_eq!(stage.rules(WEB), declared);
    assert_eq!(keys(&declared).len(), 3);
}

#[test]
fn a_refresh_alone_writes_the_drift_down_and_the_next_plan_still_mends_it() {
    let stage = Stage::new(CONFIG);
    stage.settle();
    let declared = stage.rules(WEB);
    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
    let refreshed = stage
        .work
        .run(&["apply", "-refresh-only", "-no-color", "-auto-approve"]);
    assert_eq!(refreshed.code, 0, "{refreshed}");
    assert_eq!(stage.rules(WEB).len(), declared.len() + 1);
    stage.settle();
    assert_eq!(stage.rules(WEB), declared);
}
