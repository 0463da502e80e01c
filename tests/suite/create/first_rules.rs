//! The first rules of a group: EC2's default rule makes room for them, and stays where it is wanted.

use serde_json::Value as Json;

use crate::support::held::keys;
use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage, WEB};
use crate::support::terraform;

/// A group with this many egress rules, and a provider that believes in any number of them.
fn full(stage: &Stage, rules: usize, more: &str) {
    let provider = terraform::provider(stage.emulator.endpoint(), REGION);
    let head = "provider \"curated\" {\n";
    let trusting = format!("{head}  max_rules_per_group = 200\n");
    let provider = provider.replacen(head, &trusting, 1);
    assert!(provider.contains("200"), "{provider}");
    stage.work.write(
        "main.tf",
        &format!(
            r#"{provider}
resource "curated_security_group" "web" {{
  name = "full"
  egress {{
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = [for i in range({rules}) : "10.${{i}}.0.0/16"]
  }}
{more}
}}
"#
        ),
    );
}

#[test]
fn a_group_may_be_full_from_the_start() {
    let ingress = "  ingress {\n    service     = \"https\"\n    \
                   cidr_blocks = [for i in range(60) : \"10.${i}.0.0/16\"]\n  }";
    let stage = Stage::new("");
    full(&stage, 60, ingress);
    stage.emulator.reset_counts();
    stage.settle();
    let writes = [
        "CreateSecurityGroup",
        "RevokeSecurityGroupEgress",
        "AuthorizeSecurityGroupIngress",
        "AuthorizeSecurityGroupEgress",
    ];
    assert_eq!(stage.writes(), writes);
    assert_eq!(stage.rules(WEB).len(), 120);
}

#[test]
fn a_group_with_one_rule_too_many_is_undone_and_can_be_made_later() {
    let stage = Stage::new("");
    full(&stage, 61, "");
    let refused = stage.work.try_apply().failure();
    assert_says(
        &refused,
        &["RulesPerSecurityGroupLimitExceeded", "was deleted again"],
    );
    assert_eq!(stage.emulator.group(REGION, "full"), Json::Null);

    full(&stage, 60, "");
    stage.settle();
    assert_eq!(stage.rules(WEB).len(), 60);
}

#[test]
fn the_default_rule_stays_where_a_block_asks_for_it() {
    for (description, calls) in [
        ("", vec!["CreateSecurityGroup"]),
        (
            "description = \"anywhere\"",
            vec![
                "CreateSecurityGroup",
                "UpdateSecurityGroupRuleDescriptionsEgress",
            ],
        ),
    ] {
        let stage = Stage::new(&format!(
            r#"
resource "curated_security_group" "web" {{
  name = "web"
  egress {{
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
    {description}
  }}
}}
"#
        ));
        stage.emulator.reset_counts();
        stage.settle();
        assert_eq!(stage.writes(), calls);
        let rules = stage.rules(WEB);
        assert_eq!(keys(&rules), ["egress all to 0.0.0.0/0"]);
    }
}
