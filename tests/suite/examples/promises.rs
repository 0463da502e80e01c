//! What single examples say of themselves, beyond being applied, planned clean and destroyed.

use super::{REGION, Stage, scene};
use crate::support::held::{Rules, rules_of};

/// The example, with what all examples get.
fn stage(name: &str) -> Stage {
    scene::common(Stage::new(name).expect("it needs no other provider"))
}

impl Stage {
    /// The keys of a group's rules in EC2.
    fn rules(&self, group: &str) -> Vec<String> {
        let rules: Rules = rules_of(&self.emulator.group(REGION, group));
        rules.into_keys().collect()
    }

    fn id(&self, group: &str) -> String {
        self.emulator.id(REGION, group)
    }

    /// Applies what needs no change in EC2.
    #[track_caller]
    fn settle_without_a_write(&self) -> String {
        self.emulator.reset_counts();
        let said = self.settle().text();
        // Moving has the AWS provider at work too: only calls about groups count.
        let log = self.emulator.log();
        let actions = log.iter().filter_map(|call| call["action"].as_str());
        let about_groups = actions.filter(|action| action.contains("SecurityGroup"));
        let writes = about_groups.filter(|action| !action.starts_with("Describe"));
        assert_eq!(writes.collect::<Vec<_>>(), [""; 0]);
        said
    }

    /// What a plan that is refused says.
    #[track_caller]
    fn refusal(&self) -> String {
        self.run(&["plan", "-no-color"]).failure()
    }
}

#[test]
fn importing_takes_over_what_the_console_made_as_it_is() {
    let stage = scene::set(Stage::new("import").expect("it needs no other provider"));
    let said = stage.settle_without_a_write();
    assert!(said.contains("2 imported, 0 added"), "{said}");
    assert!(stage.emulator.group(REGION, "launch-wizard-7").is_object());
    stage.destroy();
}

#[test]
fn moving_from_aws_changes_nothing() {
    // Where the AWS provider isn't, that has been said.
    let Some(stage) = Stage::new("moving-from-aws") else {
        return;
    };
    let stage = scene::set(stage);
    let made = (stage.id("web"), stage.id("app"));
    let said = stage.settle_without_a_write();
    let nothing = "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.";
    assert!(said.contains(nothing), "{said}");
    assert_eq!((stage.id("web"), stage.id("app")), made);
    stage.destroy();
}

#[test]
fn each_tier_is_called_by_the_one_before_it_only() {
    let stage = stage("web-tier");
    stage.apply();
    let (front, app) = (stage.id("web-load-balancer"), stage.id("web-app"));
    let from = |traffic: &str, group: &str| format!("ingress {traffic} from {group}");
    assert_eq!(
        stage.rules("web-app"),
        [
            "egress tcp/443 to 0.0.0.0/0".to_owned(),
            "egress tcp/5432 to 172.31.0.0/16".to_owned(),
            from("tcp/8080", &front),
        ]
    );
    let calls = [from("tcp/5432", "self"), from("tcp/5432", &app)];
    let mut found = stage.rules("web-database");
    found.sort_by_key(|key| !key.ends_with("self"));
    assert_eq!(found, calls);
    stage.destroy();
}

#[test]
fn private_hosts_are_reached_by_the_bastion_only_and_it_by_the_office_only() {
    let stage = stage("bastion").with("office_cidr_blocks", r#"["203.0.113.0/24"]"#);
    let list = scene::prefix_list(&stage.emulator);
    let stage = stage.with("office_prefix_list_id", &list);
    stage.apply();
    assert_eq!(
        stage.rules("bastion"),
        [
            "egress tcp/22 to 172.31.0.0/16".to_owned(),
            "ingress tcp/22 from 203.0.113.0/24".to_owned(),
            format!("ingress tcp/22 from {list}"),
        ]
    );
    let bastion = format!("ingress tcp/22 from {}", stage.id("bastion"));
    let egress = "egress tcp/443 to 0.0.0.0/0".to_owned();
    assert_eq!(stage.rules("private"), [egress, bastion]);
    stage.destroy();
}

#[test]
fn a_bastion_is_open_neither_to_nobody_nor_to_everybody() {
    let nobody = stage("bastion").refusal();
    assert!(nobody.contains("Say where the office is"), "{nobody}");
    let everybody = stage("bastion").with("office_cidr_blocks", r#"["0.0.0.0/0"]"#);
    let everybody = everybody.refusal();
    assert!(everybody.contains("isn't an office"), "{everybody}");
}

#[test]
fn the_vpns_clients_alone_reach_what_is_behind_it() {
    let people = r#"{ ann = "203.0.113.7/32", bob = "198.51.100.0/24" }"#;
    let stage = stage("openvpn").with("administrators", people);
    stage.apply();
    let clients = stage.id("openvpn");
    let behind = ["22", "3838", "443"];
    let behind = behind.map(|port| format!("ingress tcp/{port} from {clients}"));
    assert_eq!(stage.rules("openvpn-internal"), behind);
    assert_eq!(
        stage.rules("openvpn-administration"),
        [
            "ingress tcp/22 from 198.51.100.0/24",
            "ingress tcp/22 from 203.0.113.7/32"
        ]
    );
    assert_eq!(stage.rules("exodus"), ["egress all to 0.0.0.0/0"]);
    stage.destroy();
}

#[test]
fn another_tools_tags_stay_while_default_ones_change_in_place() {
    let stage = stage("tags");
    stage.apply();
    let made = stage.id("metrics");
    let by_others = [
        ("ResourceId.1", made.as_str()),
        ("Tag.1.Key", "last-scanned"),
        ("Tag.1.Value", "today"),
        ("Tag.2.Key", "cost:center"),
        ("Tag.2.Value", "42"),
    ];
    stage.emulator.call(REGION, "CreateTags", &by_others);
    let stage = stage.with("environment", "production");
    let said = stage.settle().text();
    assert!(said.contains("0 added, 2 changed, 0 destroyed"), "{said}");
    let tags = serde_json::json!({
        "cost:center": "42",
        "environment": "production",
        "last-scanned": "today",
        "managed-by": "platform team",
        "team": "platform",
    });
    assert_eq!(stage.emulator.group(REGION, "metrics")["tags"], tags);
    assert_eq!(stage.id("metrics"), made);
    stage.destroy();
}
