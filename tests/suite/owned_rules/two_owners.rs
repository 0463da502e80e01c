//! A rule that a group declares and that a resource outside of it has too: both would revoke it, whenever
//! one of them goes. It is refused, and a rule that the group declares is never revoked by the other one.

use serde_json::json;

use super::{ingress, tcp};
use crate::support::said::assert_says;
use crate::support::stage::{REGION, REVOKE, Stage};

const SSH: &str = "ingress tcp/22 from 10.0.0.0/8";
const TWICE: &str = "Two resources have the rule \"ingress tcp/22 from 10.0.0.0/8\"";
const ALONE: &str = "https from 10.0.0.0/8";
const WITH_SSH: &str = "ssh, https from 10.0.0.0/8";

fn group(line: &str) -> String {
    format!(
        "resource \"curated_security_group\" \"s\" {{\n  name = \"s\"\n  ingress_rules = {{ w = \
         \"{line}\" }}\n}}\n"
    )
}

fn default_group(line: &str) -> String {
    format!(
        "resource \"curated_default_security_group\" \"s\" {{\n  ingress_rules = {{ w = \
         \"{line}\" }}\n}}\n"
    )
}

/// A resource with a rule of that group.
fn outside(group: &str, line: &str) -> String {
    format!(
        "resource \"curated_security_group_rules\" \"a\" {{\n  security_group_id = \
         {group}.s.id\n  ingress_rules = {{ a = \"{line} from 10.0.0.0/8\" }}\n}}\n"
    )
}

const GROUP: &str = "curated_security_group";
const DEFAULT: &str = "curated_default_security_group";

/// A kind of group: its type, its name in EC2, and a configuration with a line of the short form.
type Kind = (&'static str, &'static str, fn(&str) -> String);

const KINDS: [Kind; 2] = [(GROUP, "s", group), (DEFAULT, "default", default_group)];

/// "2 added", and the next plan had no changes.
#[test]
fn a_rule_of_a_new_group_and_of_a_resource_is_refused_while_applying() {
    for (kind, name, of) in KINDS {
        let stage = Stage::new("");
        let both = of(WITH_SSH) + &outside(kind, "ssh");
        assert_says(&stage.try_apply(&both).failure(), &[TWICE]);
        assert_says(&stage.work.try_plan().failure(), &[TWICE]);
        // What the error advises.
        stage.write(&of(WITH_SSH));
        stage.settle();
        assert!(stage.held(name).contains_key(SSH), "{kind}");
    }
}

#[test]
fn a_rule_that_a_group_and_a_resource_have_is_refused_by_the_plan() {
    for (kind, _, of) in KINDS {
        let stage = Stage::applied(&(of(ALONE) + &outside(kind, "ssh")));
        stage.write(&(of(WITH_SSH) + &outside(kind, "ssh")));
        assert_says(&stage.work.try_plan().failure(), &[TWICE]);
        let stage = Stage::applied(&of(WITH_SSH));
        stage.write(&(of(WITH_SSH) + &outside(kind, "ssh")));
        assert_says(&stage.work.try_plan().failure(), &[TWICE]);
    }
}

/// The group's plan may come after the other one's, where that names the group by its id.
#[test]
fn the_later_plan_of_two_refuses_a_rule_of_both() {
    let stage = Stage::applied(&group(ALONE));
    let by_id = outside(GROUP, "ssh").replace(
        "curated_security_group.s.id",
        &format!("\"{}\"", stage.id("s")),
    );
    let late = group(WITH_SSH).replace(
        "  name",
        "  depends_on = [curated_security_group_rules.a]\n  name",
    );
    stage.write(&(late + &by_id));
    assert_says(
        &stage.work.try_plan().failure(),
        &[
            TWICE,
            "A new curated_security_group_rules is to have it too",
        ],
    );
}

/// A stage whose state has the rule twice, as runs of before left it. The resource has another one too.
fn with_both(line: &str) -> Stage {
    let stage = Stage::applied(&group(WITH_SSH));
    stage.ingress_by_hand("Authorize", "s", 23, "10.0.0.0/8");
    stage.write(&(group(WITH_SSH) + &outside(GROUP, line)));
    let shown = stage.emulator.group(REGION, "s");
    let held = shown["ingress"].as_array().expect("a list of rules");
    let ids = held.iter().filter(|rule| rule["from_port"] != json!(443));
    let ids: Vec<&str> = ids.filter_map(|rule| rule["id"].as_str()).collect();
    let import = format!("{}/{}", stage.id("s"), ids.join(","));
    stage.work.import("curated_security_group_rules.a", &import);
    stage
}

/// The plan said "1 to destroy", and the apply cut the traffic of a rule that the group declares.
#[test]
fn a_resource_that_goes_leaves_a_rule_that_its_group_declares() {
    for option in [None, Some("-refresh=false")] {
        let stage = with_both("ssh, tcp/23");
        stage.write(&group(WITH_SSH));
        let apply = ["apply", "-no-color", "-auto-approve"];
        let apply: Vec<&str> = apply.into_iter().chain(option).collect();
        let said = stage.work.run(&apply).expect(&[0]).text();
        let id = stage.id("s");
        assert_says(
            &said,
            &[
                &format!("Rules of a resource that goes stay in {id}"),
                &format!("- {SSH}"),
            ],
        );
        let held = stage.held("s");
        assert!(held.contains_key(SSH), "{held:?}");
        assert_eq!(held.len(), 2, "the other rule is gone: {held:?}");
        stage.settle_without_a_write();
    }
}

#[test]
fn a_rule_that_a_resource_gives_up_is_left_to_its_group() {
    let stage = with_both("tcp/24");
    stage.settle();
    let held: Vec<String> = stage.held("s").into_keys().collect();
    let ports = [22, 24, 443].map(|port| format!("ingress tcp/{port} from 10.0.0.0/8"));
    assert_eq!(held, ports);
}

/// The two changes come in any order.
#[test]
fn a_rule_passes_from_a_resource_to_its_group_without_a_gap() {
    for (kind, name, of) in KINDS {
        let stage = Stage::applied(&(of(ALONE) + &outside(kind, "ssh")));
        stage.emulator.reset_counts();
        stage.write(&of(WITH_SSH));
        stage.settle();
        assert_eq!(stage.emulator.counts().get(REVOKE), None, "{kind}");
        let group = stage.emulator.group(REGION, name);
        let held = group["ingress"].as_array().expect("a list of rules");
        for rule in held {
            assert_eq!(rule["tags"], json!({}), "{kind}: {rule}");
        }
        assert!(stage.held(name).contains_key(SSH), "{kind}");
    }
}

#[test]
fn a_destroy_of_all_revokes_what_the_default_group_and_a_resource_have() {
    let stage = Stage::applied(&(default_group(ALONE) + &outside(DEFAULT, "ssh")));
    stage.work.destroy();
    assert!(!stage.held("default").contains_key(SSH));
}

/// Two resources with the same arguments were taken for the halves of a replacement: the first apply
/// failed, and one that added the second later made both own the rule.
#[test]
fn two_resources_of_one_configuration_are_refused_by_the_plan() {
    let of =
        |name: &str| ingress(name, &tcp("22")).replace("\"GROUP\"", "curated_security_group.s.id");
    let base = group(ALONE);
    let both = base.clone() + &of("a") + &of("b");
    let stage = Stage::applied(&base);
    stage.write(&both);
    assert_says(&stage.work.try_plan().failure(), &[TWICE]);
    stage.apply(&(base + &of("a")));
    stage.write(&both);
    assert_says(&stage.work.try_plan().failure(), &[TWICE]);
}
