//! Tags as the AWS provider's tests have them: none in two spellings, empty values, values that an
//! apply decides, and null.

use serde_json::{Value as Json, json};

use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage, WEB};

fn tagged(tags: &str) -> String {
    format!("resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n{tags}}}\n")
}

/// What of the group's attribute a plan doesn't know.
fn unknown(stage: &Stage, name: &str) -> Json {
    let plan = stage.work.plan_json();
    let changes = plan["resource_changes"].as_array().cloned();
    let mut changes = changes.unwrap_or_default().into_iter();
    let web = changes.find(|change| change["address"] == WEB);
    web.expect("the group is planned")["change"]["after_unknown"][name].clone()
}

/// `tags`, `tags_all`, and what EC2 holds.
fn all(stage: &Stage) -> [Json; 3] {
    let state = stage.work.attributes(WEB);
    let held = stage.emulator.group(REGION, "web")["tags"].clone();
    [state["tags"].clone(), state["tags_all"].clone(), held]
}

#[track_caller]
fn assert_tags(stage: &Stage, expected: &Json) {
    assert_eq!(all(stage), [(); 3].map(|()| expected.clone()));
}

#[test]
fn no_tags_are_one_and_the_same_however_they_are_written() {
    for first in ["  tags = {}\n", "  tags = null\n", ""] {
        let stage = Stage::new(&tagged(first));
        stage.settle();
        assert_tags(&stage, &json!({}));
        for other in ["  tags = {}\n", "  tags = null\n", ""] {
            stage.write(&tagged(other));
            stage.assert_settled();
        }
    }
}

#[test]
fn a_group_without_tags_gets_some_later() {
    let stage = Stage::new(&tagged(""));
    stage.settle();
    stage.write(&tagged("  tags = { team = \"web\" }\n"));
    assert_says(
        &stage.work.plan().text,
        &["0 to add, 1 to change", "+ \"team\" = \"web\""],
    );
    assert_eq!(stage.settle_counting(), ["CreateTags"]);
    assert_tags(&stage, &json!({"team": "web"}));
}

#[test]
fn a_tag_may_have_an_empty_value_from_the_start_or_later() {
    let stage = Stage::new(&tagged("  tags = { team = \"\" }\n"));
    stage.settle();
    assert_tags(&stage, &json!({"team": ""}));
    // One more, one in the place of a value, and back.
    for (tags, expected) in [
        ("team = \"\", cost = \"\"", json!({"team": "", "cost": ""})),
        (
            "team = \"web\", cost = \"\"",
            json!({"team": "web", "cost": ""}),
        ),
        (
            "team = \"\", cost = \"1\"",
            json!({"team": "", "cost": "1"}),
        ),
    ] {
        stage.write(&tagged(&format!("  tags = {{ {tags} }}\n")));
        assert_eq!(stage.settle_counting(), ["CreateTags"], "{tags}");
        assert_tags(&stage, &expected);
    }
    stage.write(&tagged(""));
    assert_eq!(stage.settle_counting(), ["DeleteTags"]);
    assert_tags(&stage, &json!({}));
}

#[test]
fn empty_values_of_default_and_own_tags_stand_beside_each_other() {
    let defaults = "  default_tags {\n    tags = { zone = \"\", team = \"web\" }\n  }\n";
    let stage = Stage::with_provider(defaults, &tagged("  tags = { team = \"\", own = \"\" }\n"));
    stage.settle();
    let own = json!({"team": "", "own": ""});
    let both = json!({"zone": "", "team": "", "own": ""});
    assert_eq!(all(&stage), [own, both.clone(), both]);
}

/// The group beside a resource that decides what its tag says.
fn decided(input: &str, tags: &str) -> String {
    format!(
        "resource \"terraform_data\" \"owner\" {{\n  input = \"{input}\"\n}}\n{}",
        tagged(&format!("  tags = {{ {tags} }}\n"))
    )
}

#[test]
fn a_tag_whose_value_an_apply_decides_is_put_on_by_it() {
    const OUTPUT: &str = "owner = terraform_data.owner.output";
    // From the start, as one more tag, and in the place of another value.
    let stage = Stage::new(&decided("first", OUTPUT));
    for (before, input, tags, expected) in [
        (None, "first", OUTPUT.to_owned(), json!({"owner": "first"})),
        (
            Some(tagged("  tags = { team = \"web\" }\n")),
            "second",
            format!("team = \"web\", {OUTPUT}"),
            json!({"team": "web", "owner": "second"}),
        ),
        (
            Some(tagged("  tags = { owner = \"nobody\" }\n")),
            "third",
            OUTPUT.to_owned(),
            json!({"owner": "third"}),
        ),
    ] {
        if let Some(before) = before {
            stage.write(&before);
            stage.settle();
        }
        stage.write(&decided(input, &tags));
        assert_eq!(unknown(&stage, "tags"), json!({"owner": true}));
        // It may turn out to be null: then there is no such tag.
        assert_eq!(unknown(&stage, "tags_all"), json!(true));
        stage.settle();
        assert_tags(&stage, &expected);
    }
}

/// The plan within the apply left the key out, which hosts call inconsistent with the first one.
#[test]
fn a_tag_of_a_group_that_exists_may_turn_out_null_while_applying() {
    for more in ["", "own = \"1\", "] {
        let stage = Stage::new(&tagged(&format!("  tags = {{ {more} }}\n")));
        stage.settle();
        let before = stage.work.attributes(WEB)["tags_all"].clone();
        stage.write(&format!(
            "resource \"terraform_data\" \"made\" {{\n  input = null\n}}\n{}",
            tagged(&format!(
                "tags = {{ {more}team = terraform_data.made.id == \"\" ? \"x\" : null }}\n"
            ))
        ));
        stage.settle();
        assert_eq!(stage.work.attributes(WEB)["tags_all"], before);
    }
}

/// So did those of a rule's resource and of a default group's.
#[test]
fn a_tag_of_a_rule_or_default_group_may_turn_out_null_while_applying() {
    for more in ["", "own = \"1\", "] {
        let resources = |tags: &str| {
            format!(
                "resource \"terraform_data\" \"made\" {{\n  input = null\n}}\n\
                 resource \"curated_default_security_group\" \"main\" {{\n  tags = {{ {tags} }}\n}}\n\
                 resource \"curated_vpc_security_group_ingress_rule\" \"web\" {{\n  security_group_id = \
                 curated_default_security_group.main.id\n  ip_protocol = \"-1\"\n  cidr_ipv4 = \
                 \"10.0.0.0/8\"\n  tags = {{ {tags} }}\n}}\n\
                 resource \"curated_security_group_rules\" \"web\" {{\n  security_group_id = \
                 curated_default_security_group.main.id\n  ingress_rules = {{ ssh = \"ssh from \
                 10.0.0.0/8\" }}\n  tags = {{ {tags} }}\n}}\n"
            )
        };
        let addresses = [
            "curated_default_security_group.main",
            "curated_vpc_security_group_ingress_rule.web",
            "curated_security_group_rules.web",
        ];
        let shown = |stage: &Stage| {
            addresses.map(|address| stage.work.attributes(address)["tags_all"].clone())
        };
        let first = resources(more).replace(
            "resource \"terraform_data\" \"made\" {\n  input = null\n}\n",
            "",
        );
        let stage = Stage::new(&first);
        stage.settle();
        let before = shown(&stage);
        stage.write(&resources(&format!(
            "{more}team = terraform_data.made.id == \"\" ? \"x\" : null"
        )));
        stage.settle();
        assert_eq!(shown(&stage), before);
        // A null that is known from the start changes nothing.
        stage.write(&resources(&format!("{more}other = null")));
        stage.assert_settled();
    }
}

/// With another change beside it, the null is planned as it stands.
#[test]
fn a_null_tag_beside_another_change_is_applied_and_planned_empty() {
    let group = |tags: &str, port: &str| {
        tagged(&format!(
            "  tags = {{ {tags} }}\n  ingress {{\n    protocol = \"tcp\"\n    from_port = {port}\n    \
             cidr_blocks = [\"10.0.0.0/8\"]\n  }}\n"
        ))
    };
    let stage = Stage::new(&group("own = \"1\"", "80"));
    stage.settle();
    stage.write(&group("own = \"1\", team = null", "81"));
    stage.settle();
    stage.write(&group("own = \"1\", team = null, other = null", "81"));
    stage.assert_settled();
}

#[test]
fn a_null_tag_is_none_beside_default_tags_and_without() {
    let defaults = "  default_tags {\n    tags = { team = \"web\", gone = null }\n  }\n";
    for (provider, tags, expected) in [
        ("", "team = null", json!({})),
        ("", "team = null, own = \"1\"", json!({"own": "1"})),
        // Of the same key as a default tag, and of another one.
        (defaults, "team = null", json!({"team": "web"})),
        (defaults, "other = null", json!({"team": "web"})),
        (
            defaults,
            "other = null, own = \"1\"",
            json!({"team": "web", "own": "1"}),
        ),
    ] {
        let stage = Stage::with_provider(provider, &tagged(&format!("  tags = {{ {tags} }}\n")));
        stage.settle();
        let [_, tags_all, held] = all(&stage);
        assert_eq!((&tags_all, &held), (&expected, &expected), "{tags}");
        if !tags.contains("own") {
            stage.write(&tagged(""));
            stage.assert_settled();
        }
    }
}

#[test]
fn an_ignored_default_tag_is_put_on_once_and_then_never_looked_at() {
    let provider = |made: &str| {
        format!(
            "  default_tags {{\n    tags = {{ made = \"{made}\" }}\n  }}\n  \
             ignore_tags {{\n    keys = [\"made\"]\n  }}\n"
        )
    };
    let mut stage = Stage::with_provider(&provider("first"), &tagged("  tags = { own = \"1\" }\n"));
    stage.settle();
    for (made, own, calls) in [
        ("second", "1", &[][..]),
        ("third", "2", &["CreateTags"][..]),
    ] {
        stage.provider = provider(made);
        stage.write(&tagged(&format!("  tags = {{ own = \"{own}\" }}\n")));
        assert_eq!(stage.settle_counting(), calls, "{made}");
        let shown = json!({ "own": own });
        let held = json!({ "own": own, "made": "first" });
        assert_eq!(all(&stage), [shown.clone(), shown, held]);
    }
}
