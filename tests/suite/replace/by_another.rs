//! One group takes the place of another while both exist.

use crate::support::held::keys;
use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage, WEB};

fn described(description: &str) -> String {
    format!(
        r#"
resource "curated_security_group" "web" {{
  name_prefix = "web-"
  description = "{description}"
  ingress {{
    service     = "https"
    cidr_blocks = ["0.0.0.0/0"]
  }}
  lifecycle {{ create_before_destroy = true }}
}}

resource "curated_security_group" "app" {{
  name = "app"
  ingress {{
    protocol        = "tcp"
    from_port       = 8080
    security_groups = [curated_security_group.web.id]
  }}
}}
"#
    )
}

#[test]
fn the_new_group_is_there_and_referenced_before_the_old_one_goes() {
    let stage = Stage::new(&described("a"));
    stage.settle();
    let before = stage.work.attributes(WEB);
    stage.write(&described("b"));
    let plan = stage.work.plan().text;
    assert_says(
        &plan,
        &[
            "+/- create replacement and then destroy",
            "\"a\" -> \"b\" # forces replacement",
            "is to be replaced, and is in use",
            "rule \"ingress tcp/8080 from",
        ],
    );

    stage.emulator.reset_counts();
    stage.settle();
    let after = stage.work.attributes(WEB);
    assert_ne!(after["id"], before["id"]);
    assert_ne!(after["name"], before["name"]);
    let old = before["name"].as_str().unwrap_or_default();
    assert!(stage.emulator.group(REGION, old).is_null());

    // Nobody had to wait for anybody, and traffic to "app" was let through all the time.
    let writes = stage.writes();
    let at = |action: &str| {
        let place = writes.iter().position(|write| write == action);
        place.unwrap_or_else(|| panic!("no {action} in {writes:?}"))
    };
    assert!(at("CreateSecurityGroup") < at("DeleteSecurityGroup"));
    let last_but_one = writes.len() - 1;
    assert_eq!(at("DeleteSecurityGroup"), last_but_one, "{writes:?}");
    let by = after["id"].as_str().unwrap_or_default();
    let rule = format!("ingress tcp/8080 from {by}");
    let app = stage.rules("curated_security_group.app");
    assert_eq!(keys(&app), [rule.as_str()]);
}
