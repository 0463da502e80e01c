//! A tag whose value is null is none, as with the AWS provider: modules pass null on for what nobody
//! sets.

use serde_json::json;

use super::stage::{Stage, web};

#[test]
fn a_null_tag_is_left_out_and_lets_the_default_count() {
    let null = "  tags = { team = null, own = \"1\", empty = \"\" }";
    let stage = Stage::new(
        "  default_tags {\n    tags = { team = \"web\", nobody = null }\n  }",
        null,
    );
    stage.work.apply();
    assert_eq!(
        stage.tags(),
        json!({"team": "web", "own": "1", "empty": ""})
    );
    stage.assert_settled();

    stage.write("", null);
    stage.work.apply();
    assert_eq!(stage.tags(), json!({"own": "1", "empty": ""}));
    stage.assert_settled();
    let without = "  tags = { own = \"1\", empty = \"\" }";
    for same in [without, null] {
        stage.write("", same);
        let plan = stage.work.plan();
        assert!(!plan.changes, "{}", plan.text);
    }
}

#[test]
fn a_tag_that_turns_out_null_is_applied_as_it_was_planned() {
    let stage = Stage::new("", "");
    stage.work.apply();
    let waits = "resource \"terraform_data\" \"late\" {\n  input = { a = null, b = \"2\" }\n}\n";
    let tags = "  tags = { a = terraform_data.late.output.a, b = terraform_data.late.output.b }";
    stage.write_all("", &format!("{waits}{}", web(tags)));
    stage.work.apply();
    assert_eq!(stage.tags(), json!({"b": "2"}));
    stage.assert_settled();
}
