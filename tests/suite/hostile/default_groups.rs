//! Replies that no EC2 sends in place of each call of a default group's life, once: the next apply
//! at the latest ends where the first was to end, and no other group is touched.

use serde_json::json;

use super::REGION;
use super::kinds::{self, Kind};
use crate::associations::through_terraform::vpc;
use crate::support::emulator::Emulator;
use crate::support::stage::Stage;

const ACTIONS: [&str; 4] = [
    "DescribeSecurityGroups",
    "AuthorizeSecurityGroupIngress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
];

fn kinds() -> Vec<Kind> {
    vec![
        kinds::login_page(),
        kinds::cut(0.5),
        kinds::of_another_group(),
    ]
}

/// The rules of the default groups by VPC, in order.
fn held(emulator: &Emulator, vpc_id: &str) -> Vec<(String, String)> {
    let groups = emulator.groups(REGION);
    let groups = groups.as_array().expect("a list").iter();
    let group = groups
        .into_iter()
        .find(|group| group["vpc_id"] == vpc_id)
        .expect("a VPC has its group");
    let rules = |direction: &str| {
        let rules = group[direction].as_array().cloned().unwrap_or_default();
        rules
            .into_iter()
            .map(|rule| (direction.to_owned(), rule["from_port"].to_string()))
            .collect::<Vec<_>>()
    };
    [rules("ingress"), rules("egress")].concat()
}

#[test]
fn no_reply_that_is_not_ec2s_leads_an_adoption_astray() {
    let stage = Stage::new("");
    let other = vpc(&stage.emulator);
    let before = held(&stage.emulator, &other);
    assert_eq!(before.len(), 2, "AWS's own rules");
    for kind in kinds() {
        for action in ACTIONS.iter().filter(|action| (kind.fits)(action)) {
            for when in kind.times() {
                let own = vpc(&stage.emulator);
                stage.write(&format!(
                    "resource \"curated_default_security_group\" \"own\" {{\n  vpc_id = \"{own}\"\n  \
                     ingress_rules = {{ web = \"https from 10.0.0.0/8\" }}\n}}\n"
                ));
                let fault = kind.fault(action, when, 1);
                stage.emulator.config(&json!({ "faults": [fault] }));
                stage.work.try_apply();
                stage.emulator.config(&json!({ "faults": [] }));
                stage.settle();
                let web = [("ingress".to_owned(), "443".to_owned())];
                assert_eq!(
                    held(&stage.emulator, &own),
                    web,
                    "{} {action} {when}",
                    kind.words
                );
            }
        }
    }
    assert_eq!(held(&stage.emulator, &other), before);
}
