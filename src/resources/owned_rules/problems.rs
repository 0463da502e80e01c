//! The tables of messages to wrong configurations, one for each type, which documentation lists. The tests in
//! `mistakes` compare them with the checks.

/// The table of a type; empty for other types.
pub(super) fn of_type(name: &str) -> &'static str {
    match name {
        "curated_security_group_rules" => include_str!("problems/security_group_rules.tsv"),
        "curated_security_group_rule" => include_str!("problems/security_group_rule.tsv"),
        "curated_vpc_security_group_ingress_rule" => {
            include_str!("problems/vpc_security_group_ingress_rule.tsv")
        }
        "curated_vpc_security_group_egress_rule" => {
            include_str!("problems/vpc_security_group_egress_rule.tsv")
        }
        _ => "",
    }
}
