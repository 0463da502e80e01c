//! Ignored tags: what other tools put on is neither shown nor removed, whatever else changes.

use serde_json::{Value as Json, json};
use terraform_provider_curated::tf_provider::value::Value;

use super::stage::{REGION, Stage};
use crate::support::emulator::Emulator;
use crate::support::host::{Host, group, provider_config};
use crate::support::said::assert_says;

const IGNORED: &str = r#"  ignore_tags {
    keys         = ["LastScanned"]
    key_prefixes = ["k8s/"]
  }
"#;

/// What other tools put on.
const OTHERS: [(&str, &str); 4] = [
    ("Tag.1.Key", "LastScanned"),
    ("Tag.1.Value", "today"),
    ("Tag.2.Key", "k8s/cluster"),
    ("Tag.2.Value", "owned"),
];

fn with_others(own: Json) -> Json {
    let mut all = own;
    all["LastScanned"] = json!("today");
    all["k8s/cluster"] = json!("owned");
    all
}

#[test]
fn an_ignored_tag_that_others_put_on_survives_all_that_happens_to_a_group() {
    let stage = Stage::new(IGNORED, "  tags = { own = \"1\" }");
    stage.settle();
    stage.by_hand("CreateTags", &OTHERS);
    let plan = stage.assert_settled();
    assert!(!plan.text.contains("k8s/cluster"), "{}", plan.text);
    let refreshed = ["apply", "-refresh-only", "-auto-approve", "-no-color"];
    let said = stage.work.run(&refreshed).text();
    assert!(
        !said.contains("k8s/cluster") && !said.contains("LastScanned"),
        "{said}"
    );

    stage.write(IGNORED, "  tags = { other = \"2\" }");
    assert_eq!(stage.settle(), ["CreateTags", "DeleteTags"]);
    let own = json!({"other": "2"});
    assert_eq!(stage.state(), [own.clone(), own.clone()]);
    assert_eq!(stage.tags(), with_others(own));
    stage.write(IGNORED, "");
    assert_eq!(stage.settle(), ["DeleteTags"]);
    assert_eq!(stage.tags(), with_others(json!({})));

    // Nobody ignores them any more.
    stage.write("", "");
    let plan = stage.work.plan().text;
    assert_says(&plan, &[r#"- "k8s/cluster" = "owned" -> null"#]);
    stage.write(IGNORED, "");
    stage.work.destroy();
    assert!(stage.emulator.group(REGION, "web").is_null());
}

#[test]
fn the_environment_names_ignored_tags_beside_the_provider_block() {
    let mut stage = Stage::new("  ignore_tags {\n    keys = [\"scanned\"]\n  }", "");
    stage.work.env("TF_AWS_IGNORE_TAGS_KEYS", "x, LastScanned");
    stage.work.env("TF_AWS_IGNORE_TAGS_KEY_PREFIXES", "k8s/,");
    stage.settle();
    stage.by_hand("CreateTags", &OTHERS);
    let scanned = [("Tag.1.Key", "scanned"), ("Tag.1.Value", "now")];
    stage.by_hand("CreateTags", &scanned);
    stage.assert_settled();
    assert_eq!(stage.state(), [json!({}), json!({})]);
}

#[test]
fn a_configured_tag_that_is_ignored_is_put_on_once_and_is_no_difference_for_ever() {
    let provider = format!(
        "{IGNORED}  default_tags {{\n    tags = {{ \"k8s/made\" = \"by us\", team = \"web\" }}\n  }}"
    );
    let stage = Stage::new(
        &provider,
        "  tags = { LastScanned = \"never\", own = \"1\" }",
    );
    let said = stage.work.apply();
    assert_says(
        &said,
        &[
            "Warning: The default tag \"k8s/made\" is ignored",
            "Warning: The tag \"LastScanned\" is ignored",
        ],
    );
    let made = json!({"k8s/made": "by us", "LastScanned": "never", "team": "web", "own": "1"});
    assert_eq!(stage.tags(), made);
    let plan = stage.assert_settled().text;
    assert_says(&plan, &["Warning: The tag \"LastScanned\" is ignored"]);

    stage.by_hand("CreateTags", &OTHERS);
    let other = "  tags = { LastScanned = \"never\", own = \"2\" }";
    stage.write(&provider, other);
    assert_eq!(stage.settle(), ["CreateTags"]);
    let all = with_others(json!({"k8s/made": "by us", "team": "web", "own": "2"}));
    assert_eq!(stage.tags(), all);
    let tags_all = &stage.state()[1];
    assert_eq!(tags_all, &json!({"team": "web", "own": "2"}));
    stage.write(&provider, "  tags = { own = \"2\" }");
    assert_eq!(stage.settle(), [""; 0]);
    assert_eq!(stage.tags(), all);
}

#[test]
fn a_tag_that_is_ignored_from_now_on_stays_where_it_is_even_without_a_refresh() {
    let stage = Stage::new("", "  tags = { LastScanned = \"never\", own = \"1\" }");
    stage.settle();
    stage.write(IGNORED, "  tags = { own = \"2\" }");
    let apply = ["apply", "-refresh=false", "-auto-approve", "-no-color"];
    let applied = stage.work.run(&apply);
    assert_eq!(applied.code, 0, "{applied}");
    assert_eq!(stage.tags(), json!({"LastScanned": "never", "own": "2"}));
    stage.assert_settled();
}

#[tokio::test]
async fn a_group_whose_making_went_unanswered_is_found_again_whatever_is_ignored() {
    let emulator = Emulator::start();
    let set = |text: &str| Value::set([text]);
    let tags = Value::map([("k8s/made", "by us"), ("team", "web")]);
    let config = provider_config(emulator.endpoint(), REGION)
        .with(
            "default_tags",
            Value::list([Value::object([("tags", tags)])]),
        )
        .with(
            "ignore_tags",
            Value::list([Value::object([
                ("keys", set("LastScanned")),
                ("key_prefixes", set("k8s/")),
            ])]),
        );
    let host = Host::start();
    let said = host.configure(&config).await;
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        !said[0].is_error && said[0].path == "default_tags",
        "{said:?}"
    );

    let lost = json!({"action": "CreateSecurityGroup", "do": "close", "when": "after"});
    emulator.config(&json!({ "faults": [lost] }));
    let web = group().with("name", "web");
    let planned = host.plan(&Value::Null, &web).await.clean();
    let state = host.apply(&Value::Null, &planned, &web).await.clean();
    assert_eq!(state.get("tags_all"), &Value::map([("team", "web")]));
    host.assert_settled(&state, &web).await;
    let groups = emulator.groups(REGION);
    let groups = groups.as_array().expect("a list").iter();
    assert_eq!(groups.filter(|g| g["name"] == "web").count(), 1);
    let tags = &emulator.group(REGION, "web")["tags"];
    assert_eq!(tags, &json!({"k8s/made": "by us", "team": "web"}));
}

/// Terraform plans twice then, and holds the second plan against the first.
#[test]
fn a_tag_that_is_known_at_apply_only_may_stand_beside_an_ignored_one() {
    let tags = |version: &str| {
        format!(
            "  tags = {{ LastScanned = \"never\", own = terraform_data.own.output }}\n}}\n\
             resource \"terraform_data\" \"own\" {{\n  input = \"1\"\n  triggers_replace = \
             \"{version}\"\n"
        )
    };
    let stage = Stage::new(IGNORED, &tags("1"));
    stage.settle();
    stage.write(IGNORED, &tags("2"));
    stage.settle();
    assert_eq!(stage.tags(), json!({"LastScanned": "never", "own": "1"}));
}

/// What `curated prune --mark` puts on.
const MARK: [(&str, &str); 2] = [
    ("Tag.1.Key", "curated:unused-since"),
    ("Tag.1.Value", "2025-11-30T00:00:00Z"),
];

#[test]
fn the_mark_of_a_prune_was_a_difference_in_each_plan_and_each_apply_wiped_it() {
    let stage = Stage::new("", "  tags = { own = \"1\" }");
    stage.settle();
    stage.by_hand("CreateTags", &MARK);
    let plan = stage.assert_settled();
    assert!(!plan.text.contains("unused-since"), "{}", plan.text);
    stage.write("", "  tags = { other = \"2\" }");
    assert_eq!(stage.settle(), ["CreateTags", "DeleteTags"]);
    assert_eq!(
        stage.state(),
        [json!({"other": "2"}), json!({"other": "2"})]
    );
    let mark = "2025-11-30T00:00:00Z";
    let marked = json!({"other": "2", "curated:unused-since": mark});
    assert_eq!(stage.tags(), marked);

    // A configuration that says the tag itself has it as any other.
    stage.write("", "  tags = { \"curated:unused-since\" = \"never\" }");
    stage.settle();
    assert_eq!(stage.tags(), json!({"curated:unused-since": "never"}));
    stage.by_hand("CreateTags", &MARK);
    assert_eq!(stage.settle(), ["CreateTags"]);
    stage.write("", "");
    assert_eq!(stage.settle(), ["DeleteTags"]);
    assert_eq!(stage.tags(), json!({}));
}
