//! `redact_rules` of rules outside of their group: peers and descriptions are in nothing that is said.

use serde_json::json;

use super::{Stage, ingress};
use crate::support::said::assert_says;
use crate::support::terraform::Outcome;

const SECRETS: [&str; 2] = ["198.51.100.", "home of the chief"];

const ADDRESS: [&str; 3] = [
    "curated_vpc_security_group_ingress_rule.web",
    "curated_security_group_rule.web",
    "curated_security_group_rules.web",
];

/// A resource of each type.
fn resources(cidr: &str) -> [String; 3] {
    let variables = format!(
        "variable \"peer\" {{\n  sensitive = true\n  default = \"{cidr}\"\n}}\nvariable \"why\" {{\n  \
         sensitive = true\n  default = \"home of the chief\"\n}}\n"
    );
    let common = "  security_group_id = \"GROUP\"\n  redact_rules = true\n";
    let ports = "  from_port = 80\n  to_port = 80\n  description = var.why\n";
    let one = ingress(
        "web",
        &format!("{common}{ports}  ip_protocol = \"tcp\"\n  cidr_ipv4 = var.peer\n"),
    );
    let older = format!(
        "resource \"curated_security_group_rule\" \"web\" {{\n{common}{ports}  type = \
         \"ingress\"\n  protocol = \"tcp\"\n  cidr_blocks = [var.peer]\n}}\n"
    );
    let bundle = format!(
        "resource \"curated_security_group_rules\" \"web\" {{\n{common}  ingress_rules = {{ web = \
         \"http from ${{var.peer}} # ${{var.why}}\" }}\n}}\n"
    );
    [one, older, bundle].map(|resource| variables.clone() + &resource)
}

#[track_caller]
fn assert_silent(outcome: &Outcome, code: i32) {
    assert_eq!(outcome.code, code, "{outcome}");
    for secret in SECRETS {
        let said = outcome.text();
        let line = said.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}

/// The attributes of a single rule have no room for two, and with digests nothing else names them.
#[test]
fn a_revoke_that_fails_leaves_a_rule_that_the_state_still_knows() {
    let [_, at_80, _] = resources("198.51.100.7/32");
    let at_81 = at_80.replace("= 80", "= 81");
    for (old, new, left) in [(&at_80, &at_81, "81"), (&at_81, &at_80, "80")] {
        for ends in [false, true] {
            let stage = Stage::new(old);
            assert_silent(&stage.work.try_apply(), 0);
            stage.write(new);
            let fault = json!({
                "action": "RevokeSecurityGroupIngress", "do": "error",
                "code": "UnauthorizedOperation", "message": "no",
            });
            stage.emulator.config(&json!({ "faults": [fault] }));
            assert_silent(&stage.work.try_apply(), 1);
            assert_eq!(stage.rules().len(), 2);
            let sources = &stage.work.attributes(ADDRESS[1])["cidr_blocks"];
            assert_eq!(sources.as_array().map(Vec::len), Some(1), "{sources}");
            stage.emulator.config(&json!({ "faults": [] }));
            if ends {
                assert_silent(&stage.work.try_destroy(), 0);
                assert_eq!(stage.keys(), [""; 0]);
                continue;
            }
            assert_silent(&stage.work.try_apply(), 0);
            let key = format!("ingress tcp/{left} from 198.51.100.7/32");
            assert_eq!(stage.keys(), [key]);
            let id = &stage.work.attributes(ADDRESS[1])["security_group_rule_id"];
            assert!(id.is_string(), "{id}");
            assert_silent(&stage.work.try_plan(), 0);
        }
    }
}

#[test]
fn nothing_that_a_run_says_has_a_marked_peer_or_description() {
    let (first, second) = (resources("198.51.100.7/32"), resources("198.51.100.8/32"));
    for (index, address) in ADDRESS.into_iter().enumerate() {
        let stage = Stage::new(&first[index]);
        assert_silent(&stage.work.try_plan(), 2);
        assert_silent(&stage.work.try_apply(), 0);
        assert_silent(&stage.work.try_plan(), 0);
        let rules = stage.work.attributes(address)["rules"].to_string();
        assert!(rules.contains("ingress tcp/80 from sha256:"), "{rules}");
        assert!(
            !SECRETS.iter().any(|secret| rules.contains(secret)),
            "{rules}"
        );
        let held = stage.emulator.group(super::REGION, "shared")["ingress"].to_string();
        assert!(held.contains("198.51.100.7/32") && held.contains("home of the chief"));

        // Another peer, which EC2 refuses in words that quote it, and then takes.
        stage.write(&second[index]);
        let refusal = |action: &str| {
            json!({
                "action": action, "do": "error", "code": "InvalidParameterValue",
                "message": "198.51.100.8/32 'home of the chief' is refused",
            })
        };
        let actions = ["AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules"];
        let faults = json!({ "faults": actions.map(refusal) });
        stage.emulator.config(&faults);
        let refused = stage.work.try_apply();
        assert_silent(&refused, 1);
        assert_says(&refused.text(), &["is refused"]);
        stage.emulator.config(&json!({ "faults": [] }));
        assert_silent(&stage.work.try_apply(), 0);
        assert_silent(&stage.work.try_plan(), 0);
        assert_eq!(stage.keys(), ["ingress tcp/80 from 198.51.100.8/32"]);
        // Somebody takes it away, and it comes back.
        let gone = [
            ("GroupId", stage.group.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "80"),
            ("IpPermissions.1.ToPort", "80"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "198.51.100.8/32"),
        ];
        let action = "RevokeSecurityGroupIngress";
        stage.emulator.call(super::REGION, action, &gone);
        assert_silent(&stage.work.try_apply(), 0);
        assert_eq!(stage.rules().len(), 1);
        assert_silent(&stage.work.try_destroy(), 0);
        assert_eq!(stage.keys(), [""; 0]);
    }
}
