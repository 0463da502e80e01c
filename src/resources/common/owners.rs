//! Rules of a group that other resources own, by a tag on the rules. A group that revokes undeclared rules
//! leaves them alone. Must not know any of the resource types.

use crate::ec2::{Ec2, Error, Group, GroupRule, RuleFreshness, Scope};
use crate::rules::{Rule, RuleSet, rules_where};
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::path::Path;

/// Rules of a group that the resource doesn't declare, as far as their owners are known.
#[derive(Debug, Default)]
pub(in crate::resources) struct UndeclaredRules {
    /// Rules that other resources own.
    pub(in crate::resources) owned: RuleSet,
    /// Rules whose owners can't be looked up, and the error.
    pub(in crate::resources) unclear: Option<(RuleSet, Error)>,
}

impl UndeclaredRules {
    /// Looks up the owners of a group's rules, without the `known` ones. EC2 is asked only if there are
    /// others.
    ///
    /// # Errors
    /// EC2 fails for another reason than a lack of permission.
    pub(in crate::resources) async fn among(
        ec2: &Ec2,
        group: &Group,
        known: &RuleSet,
        scope: &Scope,
    ) -> Result<Self, Error> {
        let mut unknown = group.rules.clone();
        unknown.retain(|rule, _| !known.contains_key(rule));
        if unknown.is_empty() {
            return Ok(Self::default());
        }
        match owned(ec2, group, &unknown, scope).await {
            Ok(owned) => Ok(Self {
                owned,
                unclear: None,
            }),
            Err(error) if is_refused(&error) => Ok(Self {
                owned: RuleSet::new(),
                unclear: Some((unknown, error)),
            }),
            Err(error) => Err(error),
        }
    }

    /// Whether a rule is to be left alone: another resource owns it, or may own it.
    pub(in crate::resources) fn may_be_owned(&self, rule: &Rule) -> bool {
        let is_unclear = |(rules, _): &(RuleSet, Error)| rules.contains_key(rule);
        self.owned.contains_key(rule) || self.unclear.as_ref().is_some_and(is_unclear)
    }

    /// The warning about rules whose owner can't be looked up.
    pub(in crate::resources) fn warning(&self, id: &str) -> Option<Diagnostic> {
        let (rules, error) = self.unclear.as_ref()?;
        let lines: Vec<String> = rules.keys().map(|rule| format!("  - {rule}")).collect();
        let warning = Diagnostic::warning(
            format!("The owners of rules of {id} can't be looked up"),
            format!(
                "EC2 holds rules that the state doesn't know. They may belong to other resources, \
                 which their tag \"{}\" would say, so they are left alone: they are neither \
                 shown as drift nor revoked.\n{}\n\n{error}.\n\nHave the permission \
                 ec2:DescribeSecurityGroupRules added to the IAM policy of the credentials.",
                GroupRule::OWNER_TAG,
                lines.join("\n")
            ),
        );
        Some(warning.at(Path::root().attribute("rules")))
    }
}

/// Those of these rules that have an owner's tag.
async fn owned(ec2: &Ec2, group: &Group, rules: &RuleSet, scope: &Scope) -> Result<RuleSet, Error> {
    let mut freshness = RuleFreshness::Cached("group");
    loop {
        let shown = ec2.rules_of_group(&group.id, freshness, scope).await?;
        let seen = shown.iter().map(|shown| {
            let rule = shown.rule.clone().seen_from(&group.owner_id, &group.id);
            (rule, shown.owner.is_some())
        });
        let seen: std::collections::BTreeMap<Rule, bool> = seen.collect();
        // A cached answer may be older than a rule.
        if freshness != RuleFreshness::Now && !rules.keys().all(|rule| seen.contains_key(rule)) {
            freshness = RuleFreshness::Now;
            continue;
        }
        return Ok(rules_where(rules, |rule, _| seen.get(rule) == Some(&true)));
    }
}

/// Whether EC2 refuses the action itself: the credentials lack the permission, or the endpoint doesn't have
/// the action.
pub(in crate::resources) fn is_refused(error: &Error) -> bool {
    let codes = [
        "UnauthorizedOperation",
        "AccessDenied",
        "InvalidAction",
        "UnsupportedOperation",
    ];
    codes.into_iter().any(|code| error.is(code))
}
