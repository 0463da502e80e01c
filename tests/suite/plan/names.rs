//! A name is unique in its VPC, whatever the case: one that is taken is refused before anything is
//! made, with the way to the group that has it.

use terraform_provider_curated::tf_provider::codec::json;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::{Emulator, element};
use crate::support::host::{
    Host, Message, TYPE, assert_refused, assert_warned, block, encode, group, messages,
    provider_config, tcp, web,
};
use crate::support::stage::REGION;
use crate::support::terraform::{self, Terraform};

fn config() -> Value {
    web([tcp(22, ["10.0.0.0/8"])])
}

#[track_caller]
fn assert_taken(said: &[Message], name: &str, id: &str, detail: &str) {
    let summary = format!("The name \"{name}\" is taken by {id}");
    assert_refused(said, "name", &summary, detail);
}

/// The new group has the name of the one that it replaces.
#[track_caller]
fn assert_keeps(said: &[Message], state: &Value) {
    let id = state.get("id").as_str().expect("made");
    let summary = format!("The group that replaces {id} keeps the name \"web\"");
    assert_warned(said, "name", &summary, "create_before_destroy");
}

/// A group that an earlier run has made, and its state.
async fn made_before(emulator: &Emulator, config: &Value) -> Value {
    let host = Host::on(emulator, REGION).await;
    host.settle(&Value::Null, config).await
}

/// Shows a stored group to the provider, as hosts do before they plan it.
async fn show(host: &Host, state: &Value) {
    let request = pb::upgrade_resource_state::Request {
        type_name: TYPE.to_owned(),
        version: 0,
        raw_state: Some(pb::RawState {
            json: json::encode(state, &block().ty()).expect("a state"),
            ..Default::default()
        }),
    };
    let answer = host.client().upgrade_resource_state(request).await;
    let said = answer.expect("an answer").into_inner().diagnostics;
    assert_eq!(messages(said), []);
}

/// Plans that a group is destroyed.
async fn plan_destroy(host: &Host, state: &Value) {
    let ty = block().ty();
    let request = pb::plan_resource_change::Request {
        type_name: TYPE.to_owned(),
        prior_state: encode(state, &ty),
        proposed_new_state: encode(&Value::Null, &ty),
        config: encode(&Value::Null, &ty),
        ..Default::default()
    };
    let answer = host.client().plan_resource_change(request).await;
    let said = answer.expect("an answer").into_inner().diagnostics;
    assert_eq!(messages(said), []);
}

#[tokio::test]
async fn a_name_that_a_stranger_has_is_refused_with_an_import_block() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let (web, https) = (
        emulator.create_group(REGION, "WEB"),
        emulator.create_group(REGION, "https"),
    );
    let import = |id: &str| {
        format!("import {{\n    to = curated_security_group.NAME\n    id = \"{REGION}/{id}\"\n  }}")
    };
    let said = host.plan(&Value::Null, &config()).await.messages;
    assert_taken(&said, "web", &web, &import(&web));
    let vpc = emulator.default_vpc(REGION);
    let spelt_out = config().with("vpc_id", vpc);
    let host = Host::on(&emulator, REGION).await;
    let said = host.plan(&Value::Null, &spelt_out).await.messages;
    assert_taken(&said, "web", &web, &import(&web));
    let preset = group().with("preset", "https");
    let said = host.plan(&Value::Null, &preset).await.messages;
    assert_taken(&said, "https", &https, &import(&https));
    // The id leads to the group.
    let imported = host.import(&format!("{REGION}/{web}")).await.clean();
    assert_eq!(imported.get("id"), &web.as_str().into());
}

#[tokio::test]
async fn a_name_is_free_in_another_vpc_and_region_and_as_a_prefix() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    emulator.create_group(REGION, "web");
    let vpc = emulator.call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
    let vpc = element(&vpc, "vpcId");
    let prefix = config()
        .with("name", Value::Null)
        .with("name_prefix", "web");
    for free in [
        config().with("vpc_id", vpc),
        config().with("region", "us-east-1"),
        config().with("name", "web-2"),
        config().with("vpc_id", Value::Unknown),
        config().with("name", Value::Unknown),
        prefix,
    ] {
        host.plan(&Value::Null, &free).await.clean();
    }
}

#[tokio::test]
async fn a_name_that_is_set_free_meanwhile_is_free() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let id = emulator.create_group(REGION, "web");
    let said = host.plan(&Value::Null, &config()).await.messages;
    assert_taken(&said, "web", &id, "import {");
    emulator.call(REGION, "DeleteSecurityGroup", &[("GroupId", &id)]);
    host.settle(&Value::Null, &config()).await;
}

#[tokio::test]
async fn a_group_that_is_replaced_leaves_its_name_to_the_next() {
    let emulator = Emulator::start();
    let state = made_before(&emulator, &config()).await;
    let host = Host::on(&emulator, REGION).await;
    show(&host, &state).await;
    let changed = config().with("description", "other");
    let first = host.plan(&state, &changed).await;
    assert_eq!(first.replace, ["description"]);
    assert_keeps(&first.messages, &state);
    assert_keeps(&host.plan(&Value::Null, &changed).await.messages, &state);
}

/// To EC2 they are the same name, and the new one was said to be free.
#[tokio::test]
async fn a_name_that_changes_in_case_alone_is_kept() {
    let emulator = Emulator::start();
    let state = made_before(&emulator, &config()).await;
    let host = Host::on(&emulator, REGION).await;
    show(&host, &state).await;
    let changed = config().with("name", "Web");
    let first = host.plan(&state, &changed).await;
    assert_eq!(first.replace, ["name"]);
    let id = state.get("id").as_str().expect("made");
    let summary = format!(
        "The group that replaces {id} keeps the name \"web\": \"Web\" differs in case alone"
    );
    assert_warned(&first.messages, "name", &summary, "create_before_destroy");
    let second = host.plan(&Value::Null, &changed).await.messages;
    assert_warned(&second, "name", &summary, "name_prefix");
    let another = host.plan(&state, &config().with("name", "webs")).await;
    another.clean();
}

/// `-replace` is no part of any request: hosts plan a change, which is none, and then a new group.
/// Terraform shows no warnings of the second plan.
#[tokio::test]
async fn a_replacement_that_was_asked_for_is_known_in_its_second_plan_alone() {
    let emulator = Emulator::start();
    let state = made_before(&emulator, &config()).await;
    let host = Host::on(&emulator, REGION).await;
    show(&host, &state).await;
    assert_eq!(host.plan(&state, &config()).await.clean(), state);
    assert_keeps(&host.plan(&Value::Null, &config()).await.messages, &state);
}

#[tokio::test]
async fn a_tainted_group_leaves_its_name_to_the_next() {
    let emulator = Emulator::start();
    let state = made_before(&emulator, &config()).await;
    let host = Host::on(&emulator, REGION).await;
    show(&host, &state).await;
    assert_keeps(&host.plan(&Value::Null, &config()).await.messages, &state);
}

#[tokio::test]
async fn a_taken_name_is_no_error_in_the_plan_within_an_apply() {
    // Terraform has deposed the old group by then, and restores it only if the creation fails.
    let emulator = Emulator::start();
    let state = made_before(&emulator, &config()).await;
    let id = state.get("id").as_str().expect("made");
    let host = Host::on(&emulator, REGION).await;
    let applying = pb::ClientCapabilities {
        deferral_allowed: true,
        write_only_attributes_allowed: true,
    };
    let anew = config();
    let planned = host.plan_as(Some(applying), &Value::Null, &anew).await;
    let planned = planned.clean();
    let failed = host.apply(&Value::Null, &planned, &anew).await;
    assert!(failed.error().detail.contains("name_prefix"));
    assert!(failed.state.is_null());

    // A host that doesn't say when it plans.
    let said = host.plan_as(None, &Value::Null, &anew).await.messages;
    let summary = format!("The name \"web\" is taken by {id}");
    assert_warned(&said, "name", &summary, "or a name_prefix");
    assert!(!said[0].detail.contains("import {"));
}

#[tokio::test]
async fn what_speaks_against_a_group_within_an_apply_is_said_by_its_creation() {
    let emulator = Emulator::start();
    let host = Host::start();
    let provider = provider_config(emulator.endpoint(), REGION).with("max_rules_per_group", 1);
    assert_eq!(host.configure(&provider).await, []);
    let applying = pb::ClientCapabilities {
        deferral_allowed: true,
        write_only_attributes_allowed: true,
    };
    let full = web([tcp(22, ["10.0.0.0/8", "192.168.0.0/16"])]);
    let planned = host.plan_as(Some(applying), &Value::Null, &full).await;
    let planned = planned.clean();
    let failed = host.apply(&Value::Null, &planned, &full).await;
    assert_eq!(failed.error().summary, "More ingress rules than EC2 allows");
    assert!(failed.state.is_null());
    assert!(emulator.group(REGION, "web").is_null());
}

#[tokio::test]
async fn a_group_that_goes_at_another_address_is_a_move() {
    let emulator = Emulator::start();
    let state = made_before(&emulator, &config()).await;
    let host = Host::on(&emulator, REGION).await;
    show(&host, &state).await;
    plan_destroy(&host, &state).await;
    let said = host.plan(&Value::Null, &config()).await.messages;
    let id = state.get("id").as_str().expect("made");
    let moved = "moved {\n    from = curated_security_group.OLD\n    to   = \
                 curated_security_group.NEW\n  }";
    assert_taken(&said, "web", id, moved);
    assert!(said[0].detail.contains("the plan destroys it there"));
    assert!(!said[0].detail.contains("import {"));
}

#[tokio::test]
async fn a_group_that_stays_at_another_address_keeps_its_name() {
    let emulator = Emulator::start();
    let state = made_before(&emulator, &config()).await;
    let host = Host::on(&emulator, REGION).await;
    show(&host, &state).await;
    host.plan(&state, &config()).await.clean();
    let second = config().with("name", "Web");
    let said = host.plan(&Value::Null, &second).await.messages;
    let id = state.get("id").as_str().expect("made");
    assert_taken(&said, "Web", id, "choose another name");
    assert!(
        said[0]
            .detail
            .contains("this state holds it at another address")
    );
}

/// Both were planned without a word, and the second creation failed.
#[test]
fn two_new_groups_of_one_name_are_told_by_the_plan() {
    for terraform in Terraform::find_all() {
        let emulator = Emulator::start();
        let vpc = emulator.call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
        let vpc = element(&vpc, "vpcId");
        let block = |label: &str, lines: &str| {
            format!("resource \"curated_security_group\" \"{label}\" {{\n{lines}\n}}\n")
        };
        let provider = terraform::provider(emulator.endpoint(), REGION);
        // In another VPC, in another region, and with a prefix, the name is free.
        let free = [
            block("one", "  name = \"web\"\n  description = \"The first\""),
            block("vpc", &format!("  name = \"web\"\n  vpc_id = \"{vpc}\"")),
            block("region", "  name = \"web\"\n  region = \"us-east-1\""),
            block("prefix", "  name_prefix = \"web\""),
            block("preset", "  preset = \"ssh\""),
        ];
        let work = terraform.work_dir(&format!("{provider}{}", free.concat()));
        assert!(work.plan().changes);
        let default = emulator.default_vpc(REGION);
        let twice = [
            (
                block(
                    "two",
                    &format!("  name = \"WEB\"\n  vpc_id = \"{default}\""),
                ),
                ["web", "The first"],
            ),
            (block("two", "  name = \"SSH\""), ["ssh", "SSH"]),
        ];
        for (second, [name, description]) in twice {
            let text = format!("{provider}{}{second}", free.concat());
            let refused = terraform.work_dir(&text).try_plan().failure();
            assert!(
                refused.contains("Two groups of this plan have the name"),
                "{refused}"
            );
            // Which of the two is refused is chance, and the other one is named.
            let other = [name.to_owned(), name.to_uppercase()];
            let names = |name: &String| refused.contains(&format!("called \"{name}\""));
            assert!(other.iter().any(names), "{refused}");
            let describes = [description, "Managed by Terraform"];
            assert!(
                describes.iter().any(|text| refused.contains(text)),
                "{refused}"
            );
        }
        let counted = block("counted", "  count = 2\n  name = \"app\"");
        let work = terraform.work_dir(&format!("{provider}{counted}"));
        let refused = work.try_apply().failure();
        assert!(refused.contains("from its index or key"), "{refused}");
        assert_eq!(emulator.writes().len(), 1, "nothing but the VPC is made");
    }
}

/// A group that is made anew is planned twice, with its state and without.
#[test]
fn a_group_that_is_replaced_is_no_second_one_of_its_name() {
    let emulator = Emulator::start();
    let provider = terraform::provider(emulator.endpoint(), REGION);
    let text = |description: &str| {
        format!(
            "{provider}resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n  \
             description = \"{description}\"\n}}\n"
        )
    };
    let work = Terraform::find().work_dir(&text("one"));
    work.apply();
    let again = work.run(&[
        "apply",
        "-no-color",
        "-auto-approve",
        "-replace=curated_security_group.web",
    ]);
    assert_eq!(again.code, 0, "{again}");
    let tainted = work.run(&["taint", "-no-color", "curated_security_group.web"]);
    assert_eq!(tainted.code, 0, "{tainted}");
    work.apply();
    work.write("main.tf", &text("two"));
    work.apply();
    assert!(!work.plan().changes);
}

/// Pulumi plans a resource again before it makes it; and from others nobody knows whether they apply.
#[tokio::test]
async fn hosts_that_do_not_tell_when_they_plan_are_warned_of_a_name_that_two_groups_have() {
    let emulator = Emulator::start();
    for (version, is_told) in [("1.10.9", true), ("1.0.0+pulumi-terraform-bridge", false)] {
        let host = Host::start();
        let provider = provider_config(emulator.endpoint(), REGION);
        assert_eq!(host.configure_as(version, &provider).await, []);
        host.plan_in_run(None, &Value::Null, &config())
            .await
            .clean();
        let again = host.plan_in_run(None, &Value::Null, &config()).await;
        assert_eq!(!again.messages.is_empty(), is_told, "{version}");
        let second = config().with("name", "Web").with("description", "another");
        let said = host.plan_in_run(None, &Value::Null, &second).await.messages;
        let summary = "Two groups of this plan have the name \"Web\"";
        assert_warned(&said, "name", summary, "is called \"web\"");
    }
}

#[tokio::test]
async fn the_plans_of_one_run_come_in_any_order() {
    let emulator = Emulator::start();
    let state = made_before(&emulator, &config()).await;
    let host = Host::on(&emulator, REGION).await;
    show(&host, &state).await;
    // The new address is planned while nothing is known of the old one.
    let config = config();
    emulator.reset_counts();
    let (new, ()) = tokio::join!(host.plan(&Value::Null, &config), async {
        emulator.called("DescribeSecurityGroups", 1).await;
        plan_destroy(&host, &state).await;
    });
    let id = state.get("id").as_str().expect("made");
    assert_taken(&new.messages, "web", id, "moved {");
}
