//! Default tags, from the provider block and from the environment: a resource's own tags win, a
//! plan knows them all, and a change of them is a change in place.

use serde_json::{Value as Json, json};

use super::stage::{REGION, Stage, WEB, provider_with, web};
use crate::support::aws_provider;
use crate::support::emulator::Emulator;
use crate::support::said::assert_says;
use crate::support::terraform::Terraform;

const DEFAULTS: &str = r#"  default_tags {
    tags = { team = "web", cost = "1", old = "" }
  }
"#;

#[test]
fn a_new_group_gets_default_tags_and_its_own_in_the_same_calls() {
    let own = "  tags = { cost = \"2\", Name = \"x\" }";
    let stage = Stage::new("", "");
    stage.emulator.reset_counts();
    stage.work.apply();
    let plain = stage.emulator.counts();
    stage.work.destroy();

    stage.write(DEFAULTS, own);
    let plan = stage.work.plan().text;
    let begin = r#"
      + tags_all = {
          + "Name" = "x"
          + "cost" = "2"
          + "old"  ="#;
    assert_says(&plan, &[begin, r#"+ "team" = "web" }"#]);
    let all = json!({"Name": "x", "cost": "2", "old": "", "team": "web"});
    assert_eq!(stage.work.planned(WEB)["after"]["tags_all"], all);
    stage.emulator.reset_counts();
    stage.work.apply();
    assert_eq!(stage.emulator.counts(), plain);
    assert_eq!(stage.tags(), all);
    assert_eq!(stage.state(), [json!({"Name": "x", "cost": "2"}), all]);
    stage.assert_settled();
}

#[test]
fn other_default_tags_change_a_group_in_place_and_nothing_but_its_tags() {
    let stage = Stage::new(DEFAULTS, "  tags = { cost = \"2\" }");
    stage.settle();
    let id = stage.emulator.group(REGION, "web")["id"].clone();

    let other = "  default_tags {\n    tags = { team = \"ops\", cost = \"3\" }\n  }";
    stage.write(other, "  tags = { cost = \"2\" }");
    let plan = stage.work.plan().text;
    let begin = r#"
      ~ tags_all = {
          - "old"  ="#;
    let end = r#"
          ~ "team" = "web" -> "ops"
            # (1 unchanged element hidden)
        }"#;
    assert_says(&plan, &["0 to add, 1 to change, 0 to destroy", begin, end]);
    let planned = stage.work.planned(WEB);
    let before = json!({"cost": "2", "old": "", "team": "web"});
    assert_eq!(planned["before"]["tags_all"], before);
    let after = json!({"cost": "2", "team": "ops"});
    assert_eq!(planned["after"]["tags_all"], after);
    // A tag that is no default tag any more is the group's own, until the apply takes it off.
    assert_eq!(planned["before"]["tags"], json!({"cost": "2", "old": ""}));
    assert_eq!(planned["after"]["tags"], json!({"cost": "2"}));
    assert_eq!(stage.settle(), ["CreateTags", "DeleteTags"]);
    assert_eq!(stage.tags(), json!({"team": "ops", "cost": "2"}));

    // What the group says like the provider block is no difference for EC2, nor forever one.
    stage.write(other, "  tags = { cost = \"2\", team = \"ops\" }");
    assert_eq!(stage.settle(), [""; 0]);
    let both = json!({"team": "ops", "cost": "2"});
    assert_eq!(stage.state(), [both.clone(), both]);
    for none in ["  tags = {}", "  tags = null", ""] {
        stage.write(other, none);
        stage.settle();
        let all = json!({"team": "ops", "cost": "3"});
        assert_eq!(stage.state(), [json!({}), all.clone()], "{none:?}");
        assert_eq!(stage.tags(), all, "{none:?}");
    }
    assert_eq!(stage.emulator.group(REGION, "web")["id"], id);

    stage.write(other, "  description = \"another group\"");
    stage.settle();
    assert_ne!(stage.emulator.group(REGION, "web")["id"], id);
    assert_eq!(stage.tags(), json!({"team": "ops", "cost": "3"}));

    stage.write("", "  description = \"another group\"");
    assert_eq!(stage.settle(), ["DeleteTags"]);
    assert_eq!(stage.state(), [json!({}), json!({})]);
}

#[test]
fn a_default_tag_that_somebody_changes_is_put_back() {
    let stage = Stage::new(DEFAULTS, "  exclusive = false\n  tags = { own = \"1\" }");
    stage.settle();
    for (action, tag, drift) in [
        (
            "CreateTags",
            &[("Tag.1.Key", "team"), ("Tag.1.Value", "ops")][..],
            r#"~ "team" = "ops" -> "web""#,
        ),
        (
            "DeleteTags",
            &[("Tag.1.Key", "team")],
            r#"+ "team" = "web""#,
        ),
    ] {
        stage.by_hand(action, tag);
        let plan = stage.work.plan();
        assert_says(&plan.text, &["~ tags_all", drift]);
        assert!(!plan.text.contains("~ tags "), "{}", plan.text);
        assert_eq!(stage.settle(), ["CreateTags"]);
        let all = json!({"team": "web", "cost": "1", "old": "", "own": "1"});
        assert_eq!(stage.tags(), all);
    }
    let stranger = [("Tag.1.Key", "stranger"), ("Tag.1.Value", "x")];
    stage.by_hand("CreateTags", &stranger);
    assert_says(
        &stage.work.plan().text,
        &["~ tags ", r#"- "stranger" = "x" -> null"#],
    );
    assert_eq!(stage.settle(), ["DeleteTags"]);
}

#[test]
fn a_tag_that_moves_between_default_tags_and_tags_is_no_change() {
    let defaults = |tags: &str| format!("  default_tags {{\n    tags = {{ {tags} }}\n  }}\n");
    let own = |tags: &str| format!("  tags = {{ {tags} }}\n");
    let both = r#"zone = "b", team = "web""#;
    let (zone, team) = (r#"zone = "b""#, r#"team = "web""#);
    let all = json!({"zone": "b", "team": "web"});

    let stage = Stage::new(&defaults(both), "");
    stage.settle();
    stage.write(&defaults(team), &own(zone));
    stage.assert_settled();
    stage.write("", &own(both));
    stage.assert_settled();
    assert_eq!(stage.settle(), [""; 0]);
    assert_eq!(stage.state(), [all.clone(), all.clone()]);

    stage.write(&defaults(team), &own(zone));
    stage.assert_settled();
    for none in ["  tags = {}", ""] {
        stage.write(&defaults(both), none);
        stage.assert_settled();
    }
    assert_eq!(stage.settle(), [""; 0]);
    assert_eq!(stage.tags(), all);

    // With the next change the state says again what the configuration does.
    stage.write(&defaults(both), &own(r#"new = "1""#));
    assert_eq!(stage.settle(), ["CreateTags"]);
    let all = json!({"zone": "b", "team": "web", "new": "1"});
    assert_eq!(stage.state(), [json!({"new": "1"}), all.clone()]);
    assert_eq!(stage.tags(), all);
}

#[test]
fn the_environment_gives_default_tags_and_the_provider_block_overrides_them() {
    let mut stage = Stage::new("", "");
    stage.work.env("TF_AWS_DEFAULT_TAGS_team", "ops");
    stage.work.env("TF_AWS_DEFAULT_TAGS_Cost center", "a=b");
    stage.settle();
    let all = json!({"team": "ops", "Cost center": "a=b"});
    assert_eq!(stage.state(), [json!({}), all.clone()]);
    assert_eq!(stage.tags(), all);

    stage.write(DEFAULTS, "");
    assert_eq!(stage.settle(), ["CreateTags"]);
    let all = json!({"team": "web", "Cost center": "a=b", "cost": "1", "old": ""});
    assert_eq!(stage.tags(), all);
}

#[test]
fn an_import_takes_default_tags_for_what_they_are() {
    let stage = Stage::new("", "");
    let tags = [("team", "web"), ("cost", "1"), ("old", ""), ("own", "1")];
    let mut group = vec![
        ("GroupName".to_owned(), "web".to_owned()),
        ("GroupDescription".to_owned(), "by hand".to_owned()),
        (
            "TagSpecification.1.ResourceType".to_owned(),
            "security-group".to_owned(),
        ),
    ];
    for (index, (key, value)) in tags.iter().enumerate() {
        let tag = format!("TagSpecification.1.Tag.{}", index + 1);
        group.push((format!("{tag}.Key"), (*key).to_owned()));
        group.push((format!("{tag}.Value"), (*value).to_owned()));
    }
    let group: Vec<(&str, &str)> = group.iter().map(|(n, v)| (&**n, &**v)).collect();
    stage.emulator.call(REGION, "CreateSecurityGroup", &group);
    let id = stage.emulator.group(REGION, "web")["id"].clone();
    let import = format!("import {{\n  to = {WEB}\n  id = {id}\n}}\n");

    stage.write_all(DEFAULTS, &import);
    let generated = stage
        .work
        .run(&["plan", "-no-color", "-generate-config-out=web.tf"]);
    assert_says(&generated.text(), &["1 to import, 0 to add, 0 to change"]);
    let text = std::fs::read_to_string(stage.work.path().join("web.tf")).expect("it is written");
    assert!(text.contains("own") && !text.contains("team"), "{text}");
    assert_eq!(stage.settle(), [""; 0]);
    let all = json!({"team": "web", "cost": "1", "old": "", "own": "1"});
    assert_eq!(stage.state(), [json!({"own": "1"}), all]);
}

#[test]
fn a_group_of_the_aws_provider_moves_in_with_its_default_and_ignored_tags() {
    let Some(aws) = aws_provider::aws_provider_or_skip("moving in with default_tags") else {
        return;
    };
    let emulator = Emulator::start();
    let blocks = format!("{DEFAULTS}  ignore_tags {{\n    key_prefixes = [\"k8s/\"]\n  }}");
    let head = "provider \"aws\" {\n";
    let of_aws = aws_provider::aws_block(emulator.endpoint());
    let of_aws = of_aws.replacen(head, &format!("{head}{blocks}\n"), 1);
    assert!(of_aws.contains("default_tags"), "{of_aws}");
    let providers = provider_with(emulator.endpoint(), &blocks) + &of_aws;
    let groups = [
        "own = \"1\"",
        "own = \"1\", team = \"web\"",
        "team = \"ops\"",
        "",
    ];
    let group = |ty: &str| -> String {
        let groups = groups.iter().enumerate();
        groups
            .map(|(n, tags)| {
                format!(
                    "resource \"{ty}\" \"g{n}\" {{\n  name = \"g{n}\"\n  tags = {{ {tags} }}\n}}\n"
                )
            })
            .collect()
    };
    let before = format!("{providers}{}", group("aws_security_group"));
    let work = aws_provider::work_dir(&Terraform::find(), &aws, &before);
    work.apply();
    for n in 0..groups.len() {
        let id = emulator.group(REGION, &format!("g{n}"))["id"].clone();
        let tag = [
            ("ResourceId.1", id.as_str().expect("it exists")),
            ("Tag.1.Key", "k8s/cluster"),
            ("Tag.1.Value", "owned"),
        ];
        emulator.call(REGION, "CreateTags", &tag);
    }

    let moves = (0..groups.len()).map(|n| {
        format!(
            "moved {{\n  from = aws_security_group.g{n}\n  to = curated_security_group.g{n}\n}}\n"
        )
    });
    let after = moves.fold(providers + &group("curated_security_group"), |all, m| {
        all + &m
    });
    work.write("main.tf", &after);
    emulator.reset_counts();
    let said = work.apply();
    assert_says(&said, &["Resources: 0 added, 0 changed, 0 destroyed"]);
    let again = work.plan();
    assert!(!again.changes, "{}", again.text);
    let writes = emulator.counts();
    assert!(
        !writes.contains_key("CreateTags") && !writes.contains_key("DeleteTags"),
        "{writes:?}"
    );
    for n in 0..groups.len() {
        let tags = &emulator.group(REGION, &format!("g{n}"))["tags"];
        assert_eq!(tags["k8s/cluster"], "owned", "{tags}");
    }
}

#[test]
fn a_default_tag_that_is_not_known_yet_keeps_the_plan_from_knowing_all_tags() {
    let waits = |owner: &str| {
        format!(
            "resource \"terraform_data\" \"owner\" {{\n  input = {owner}\n}}\n{}",
            web("")
        )
    };
    let one =
        "  default_tags {\n    tags = { owner = terraform_data.owner.output, team = \"web\" }\n  }";
    let stage = Stage::new("", "");
    stage.write_all(one, &waits("\"first\""));
    // It may turn out null, which is no tag.
    assert_eq!(unknown_tags(&stage), json!(true));
    stage.work.apply();
    assert_eq!(stage.tags(), json!({"owner": "first", "team": "web"}));
    stage.assert_settled();

    stage.write_all(one, &waits("\"second\""));
    assert_eq!(unknown_tags(&stage), json!(true));
    stage.work.apply();
    assert_eq!(stage.tags(), json!({"owner": "second", "team": "web"}));
    stage.assert_settled();

    let all = "  default_tags {\n    tags = terraform_data.owner.output\n  }";
    stage.write_all(all, &waits("{ owner = \"third\" }"));
    assert_eq!(unknown_tags(&stage), json!(true));
    stage.work.apply();
    assert_eq!(stage.tags(), json!({"owner": "third"}));
    stage.assert_settled();
}

/// What of `tags_all` a plan doesn't know.
#[track_caller]
fn unknown_tags(stage: &Stage) -> Json {
    let plan = stage.work.plan_json();
    let changes = plan["resource_changes"].as_array().expect("a list");
    let web = changes.iter().find(|change| change["address"] == WEB);
    web.expect("the group is planned")["change"]["after_unknown"]["tags_all"].clone()
}

#[test]
fn tags_that_ec2_would_refuse_are_errors_that_say_where_they_come_from() {
    let twice = "  default_tags {\n    tags = { a = \"1\" }\n  }\n".repeat(2);
    let stage = Stage::new(&twice, "");
    let said = stage.work.try_validate().failure();
    assert_says(&said, &["Too many default_tags blocks"]);

    stage.write(
        "  default_tags {\n    tags = { \"aws:x\" = \"1\" }\n  }",
        "",
    );
    let said = stage.work.try_validate().failure();
    assert_says(
        &said,
        &["The tag \"aws:x\" is reserved", "in provider \"curated\""],
    );

    let many = "  default_tags {\n    tags = { for n in range(50) : \"k${n}\" => \"\" }\n  }";
    stage.write(many, "  tags = { k1 = \"1\", mine = \"\" }");
    let said = stage.work.try_plan().failure();
    assert_says(
        &said,
        &[
            "51 tags are too many",
            "2 of them are in \"tags\"",
            "default_tags",
        ],
    );
}
