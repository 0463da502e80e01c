//! `curated migrate --tag-rules`: rules get tags that say whose they are, so that groups with rules of
//! their own leave them alone.

use serde_json::Value;

use super::proof::applied;
use super::stdout;

const BOTH: &str = r#"PROVIDER

resource "aws_security_group" "both" {
  name = "both"
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group_rule" "several" {
  security_group_id = aws_security_group.both.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = ["10.0.0.0/8", "10.0.0.0/9"]
  ipv6_cidr_blocks  = ["2001:db8::/32"]
}

resource "aws_vpc_security_group_ingress_rule" "one" {
  security_group_id            = aws_security_group.both.id
  referenced_security_group_id = aws_security_group.both.id
  ip_protocol                  = "-1"
  tags                         = { Team = "net" }
}
"#;

#[test]
fn a_group_with_both_kinds_of_rules_moves_once_the_rules_are_tagged() {
    let Some(applied) = applied("tagging rules", &[("main.tf", BOTH)]) else {
        return;
    };
    assert_eq!(
        applied.migrated_with_tags(),
        [
            "curated_security_group.both",
            "curated_security_group_rule.several",
            "curated_vpc_security_group_ingress_rule.one",
        ]
    );
    // The states say whose the rules are, and the tag says the same.
    let work = &applied.work;
    for (address, count) in [
        ("curated_security_group_rule.several", 3),
        ("curated_vpc_security_group_ingress_rule.one", 1),
    ] {
        let state = work.attributes(address);
        assert_eq!(state["owner"], state["id"], "{address}");
        let rules = state["rules"].as_object().expect("a map");
        assert_eq!(rules.len(), count, "{address}");
    }
    let group = work.attributes("curated_security_group.both");
    let rules = group["rules"].as_object().expect("a map");
    assert_eq!(
        rules.keys().collect::<Vec<_>>(),
        ["egress all to 0.0.0.0/0"]
    );
    // A second run has nothing to do, and rules still change as ever.
    let again = applied.tagging(&["--tag-rules", "--write"]);
    assert!(
        stdout(&again).contains("none: all have theirs"),
        "{}",
        stdout(&again)
    );
    let main = std::fs::read_to_string(work.path().join("main.tf")).expect("a file");
    work.write("main.tf", &main.replace("10.0.0.0/9", "10.128.0.0/9"));
    work.apply();
    let settled = work.plan();
    assert!(!settled.changes, "{}", settled.text);
}

#[test]
fn rules_that_have_moved_are_tagged_by_their_new_state() {
    let main = BOTH.replace(
        "  egress {\n    protocol    = \"-1\"\n    from_port   = 0\n    to_port     = 0\n    cidr_blocks = \
         [\"0.0.0.0/0\"]\n  }\n",
        "",
    );
    let Some(applied) = applied("tagging moved rules", &[("main.tf", &main)]) else {
        return;
    };
    applied.work.apply();
    assert_eq!(applied.migrated(&[]).len(), 3);
    applied.emulator.reset_counts();
    let said = applied.tagging(&["--tag-rules", "--write"]);
    assert_eq!(said.status.code(), Some(0), "{}", stdout(&said));
    let tagged: Vec<Value> = applied.emulator.writes();
    assert_eq!(tagged.len(), 2, "{tagged:?}");
    assert_eq!(stdout(&said).matches("curated:owner = ").count(), 4);
    // The state learns of the tags, and nothing is to be changed for that.
    applied.work.apply();
    let again = applied.work.plan();
    assert!(!again.changes, "{}", again.text);
}

#[test]
fn without_a_state_the_command_says_which_it_needs() {
    let directory = tempfile::TempDir::new().expect("a directory can be made");
    let said = super::migrate(directory.path(), &["--tag-rules"]);
    assert_eq!(said.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&said.stderr);
    assert!(
        errors.contains("--tag-rules needs a state") && errors.contains("terraform show -json"),
        "{errors}"
    );
}
