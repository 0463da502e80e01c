//! The messages to wrong configurations, as documentation lists them: a table for each type. The tests
//! in `mistakes` hold them against the checks.

/// The table of a type; an empty one for a type that isn't one of these.
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
