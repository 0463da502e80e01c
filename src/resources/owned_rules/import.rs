//! Finds the rules of an import, by its id or identity.

use super::error_context::ErrorContext;
use super::import_id::{self, AwsProviderId, ImportTarget};
use super::rule_type::{self, RuleType};
use super::run_registry;
use crate::ec2::{Connection, Ec2, Error, GroupRule, RuleFreshness, Scope};
use crate::resources::common::desired_rules::{self, RuleContext};
use crate::rules::{Direction, normalise, rule_set};
use crate::session::Session;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::host::Host;
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::ImportBy;
use crate::tf_provider::value::{Attr, Value};

/// An import.
pub(super) struct ImportRequest<'a> {
    pub(super) ty: &'a dyn RuleType,
    pub(super) session: &'a Session,
    pub(super) connection: &'a Connection,
    pub(super) scope: &'a Scope,
    pub(super) host: &'a Host,
}

/// Rules that are to be imported.
pub(super) struct Found {
    region: String,
    group_id: String,
    rules: Vec<GroupRule>,
    /// Attributes that the id of the import sets.
    written: Vec<(&'static str, Value)>,
}

/// The description of `id` in the identity of a type.
pub(super) fn id_description(ty: &dyn RuleType) -> &'static str {
    if ty.may_be_empty() {
        "The group's id, `sg-…`, for all of its rules that have no owner; or their owner, `sgrules-…`, \
         from the tag on the rules, together with `security_group_id`."
    } else if ty.keeps_rule_id() {
        "The rule's id, `sgr-…`."
    } else {
        "The rule's id, `sgr-…`, or the rule in the AWS provider's form, \
         `sg-…_ingress_tcp_80_80_10.0.0.0/8`."
    }
}

impl Found {
    /// The first state, which a read completes.
    pub(super) fn state(&self, ty: &dyn RuleType, empty: Value) -> Value {
        let shown = self.rules.iter();
        let rules = rule_set(shown.map(|shown| (shown.rule.clone(), shown.description.clone())));
        let owner = self.rules.first().and_then(|shown| shown.owner.clone());
        let id = match (ty.id_prefix(), self.rules.as_slice(), &owner) {
            (Some(_), _, Some(owner)) if ty.is_its_own_owner() => owner.clone(),
            (Some(prefix), rules, _) if ty.is_its_own_owner() || rules.len() != 1 => {
                run_registry::new_id(prefix)
            }
            (_, [only, ..], _) => only.id.clone(),
            (_, [], _) => String::new(),
        };
        let mut state = empty
            .with("id", id)
            .with("region", self.region.as_str())
            .with("security_group_id", self.group_id.as_str())
            .with("rules", desired_rules::rules_value(&rules))
            .with("owner", owner)
            .with("owner_tag", true);
        if ty.keeps_rule_id()
            && let Some(only) = self.rules.first()
        {
            state = state.with("security_group_rule_id", only.id.as_str());
        }
        let written = self.written.iter().cloned();
        written.fold(state, |state, (name, value)| state.with(name, value))
    }
}

impl ImportRequest<'_> {
    /// Finds the rules of an import.
    ///
    /// # Errors
    /// The id or the region is malformed, there are no such rules, or they have several owners.
    pub(super) async fn find(&self, by: ImportBy<'_>) -> Result<Found, Diagnostics> {
        let (region, meant) = match by {
            ImportBy::Id(text) => import_id::read(text).ok_or_else(|| self.unread(text))?,
            ImportBy::Identity(identity) => {
                let text = |name: &str| identity.get(name).as_str();
                let (id, group) = (text("id").unwrap_or_default(), text("security_group_id"));
                let meant = match group {
                    Some(group) if self.ty.is_its_own_owner() => ImportTarget::Owned(group, id),
                    _ => import_id::read(id).ok_or_else(|| self.unread(id))?.1,
                };
                (text("region"), meant)
            }
        };
        let region = region.unwrap_or_else(|| self.connection.default_region());
        if let Some(wrong) = self.session.check_region(Attr::Known(region)) {
            return Err(wrong.into());
        }
        let ec2 = self.connection.ec2(region);
        let is_one = !self.ty.may_be_empty();
        let found = match meant {
            ImportTarget::Rule(id) if is_one => self.by_rule_id(&ec2, id).await?,
            ImportTarget::Rules(_, ids) if is_one && ids.len() == 1 => {
                self.by_rule_id(&ec2, ids[0]).await?
            }
            ImportTarget::Group(group) if !is_one => {
                let shown = self.rules(&ec2, group).await?;
                let is_free = |rule: &GroupRule| rule.owner.is_none();
                let free = shown.into_iter().filter(is_free).collect();
                self.found(&ec2, group, free, "without an owner")?
            }
            ImportTarget::Rules(group, ids) if !is_one => {
                let shown = self.rules(&ec2, group).await?;
                let is_named = |rule: &GroupRule| ids.contains(&rule.id.as_str());
                let shown: Vec<GroupRule> = shown.into_iter().filter(is_named).collect();
                let lacks = |id: &&&str| !shown.iter().any(|rule| rule.id == ***id);
                if let Some(missing) = ids.iter().find(lacks) {
                    return Err(not_found(missing, ec2.region()).into());
                }
                self.found(&ec2, group, shown, "of these ids")?
            }
            ImportTarget::Owned(group, owner) if !is_one => {
                let shown = self.rules(&ec2, group).await?;
                let is_owned = |rule: &GroupRule| rule.owner.as_deref() == Some(owner);
                let owned = shown.into_iter().filter(is_owned).collect();
                self.found(&ec2, group, owned, &format!("of the owner \"{owner}\""))?
            }
            ImportTarget::AwsProviderId(aws_provider_id)
                if is_one && self.ty.id_prefix().is_some() =>
            {
                self.aws_provider_id(&ec2, &aws_provider_id).await?
            }
            _ => return Err(self.unread_id().into()),
        };
        Ok(found)
    }

    async fn by_rule_id(&self, ec2: &Ec2, id: &str) -> Result<Found, Diagnostics> {
        let shown = ec2.describe_security_group_rule(id, self.scope).await;
        let shown = shown.map_err(|error| self.failed(id, error))?;
        let shown = shown.ok_or_else(|| not_found(id, ec2.region()))?;
        let group_id = shown.group_id.clone();
        if let Some(other) = self.other_type(shown.rule.direction) {
            return Err(Diagnostic::error(
                format!("{id} is an {} rule", shown.rule.direction.name()),
                format!("Import it as a {other}."),
            )
            .at(Path::root().attribute("id"))
            .into());
        }
        self.found(ec2, &group_id, vec![shown], "of this id")
    }

    /// The type for rules of this direction, if this type is for the other one.
    fn other_type(&self, direction: Direction) -> Option<String> {
        let name = self.ty.name();
        let other = Direction::BOTH.into_iter().find(|d| *d != direction)?;
        let of_other = format!("_{}_rule", other.name());
        let of_this = format!("_{}_rule", direction.name());
        name.ends_with(&of_other)
            .then(|| name.replace(&of_other, &of_this))
    }

    /// The rules of an id in the form of the AWS provider, with the attributes that the id spells.
    async fn aws_provider_id(
        &self,
        ec2: &Ec2,
        aws_provider_id: &AwsProviderId<'_>,
    ) -> Result<Found, Diagnostics> {
        let of = |is: &dyn Fn(&str) -> bool| {
            let elements: Vec<&str> = aws_provider_id
                .sources
                .iter()
                .copied()
                .filter(|s| is(s))
                .collect();
            if elements.is_empty() {
                Value::Null
            } else {
                Value::list(elements)
            }
        };
        let is_group = |source: &str| source.rsplit('/').next().is_some_and(is_group_id);
        let group = aws_provider_id
            .sources
            .iter()
            .copied()
            .find(|s| is_group(s));
        let is_list = |source: &str| source.starts_with("pl-");
        let is_ipv6 = |source: &str| source.contains(':');
        let itself = aws_provider_id.sources.contains(&"self").then_some(true);
        let is_ipv4 = |source: &str| {
            !is_group(source) && !is_list(source) && !is_ipv6(source) && source != "self"
        };
        // The AWS provider's ids may have 65536 as the last of all ports.
        let to_port = if aws_provider_id.to_port == 65536 {
            65535
        } else {
            aws_provider_id.to_port
        };
        let written = vec![
            ("type", Value::from(aws_provider_id.direction.name())),
            ("protocol", aws_provider_id.protocol.into()),
            ("from_port", aws_provider_id.from_port.into()),
            ("to_port", to_port.into()),
            ("cidr_blocks", of(&is_ipv4)),
            ("ipv6_cidr_blocks", of(&is_ipv6)),
            ("prefix_list_ids", of(&is_list)),
            ("source_security_group_id", group.into()),
            ("self", itself.into()),
        ];
        let catalog = self.session.catalog();
        let context = RuleContext {
            account: self.connection.account_id().unwrap_or_default(),
            id: aws_provider_id.group,
            catalog: &catalog,
        };
        let unset = self.ty.block().empty();
        let config = written
            .iter()
            .cloned()
            .fold(unset, |config, (name, value)| config.with(name, value));
        let desired = rule_type::desired(self.ty, &config, context);
        let mut faults = desired.faults;
        faults.extend(desired.id_faults);
        if faults.has_errors() {
            return Err(faults);
        }
        let shown = self.rules(ec2, aws_provider_id.group).await?;
        for rule in desired.rules.keys() {
            if !shown.iter().any(|shown| shown.rule == *rule) {
                let what = format!("with the rule \"{rule}\" in {}", aws_provider_id.group);
                return Err(not_found(&what, ec2.region()).into());
            }
        }
        let is_meant = |shown: &GroupRule| desired.rules.contains_key(&shown.rule);
        let rules = shown.into_iter().filter(is_meant).collect();
        Ok(Found {
            written,
            ..self.found(ec2, aws_provider_id.group, rules, "of this spelling")?
        })
    }

    async fn rules(&self, ec2: &Ec2, group_id: &str) -> Result<Vec<GroupRule>, Diagnostics> {
        if normalise::group(group_id).is_err() {
            return Err(self.unread_id().into());
        }
        let shown = ec2.rules_of_group(group_id, RuleFreshness::Now, self.scope);
        let shown = shown.await.map_err(|error| self.failed(group_id, error))?;
        Ok(shown.to_vec())
    }

    /// The rules of an import, which have one owner or none. `looked_for` says in a message which rules
    /// were looked for in the group: "without an owner".
    fn found(
        &self,
        ec2: &Ec2,
        group_id: &str,
        rules: Vec<GroupRule>,
        looked_for: &str,
    ) -> Result<Found, Diagnostics> {
        let Some(first) = rules.first() else {
            let what = format!("{looked_for} in {group_id}");
            return Err(not_found(&what, ec2.region()).into());
        };
        if let Some(other) = rules.iter().find(|rule| rule.owner != first.owner) {
            return Err(several_owners(first, other).into());
        }
        Ok(Found {
            region: ec2.region().to_owned(),
            group_id: group_id.to_owned(),
            rules,
            written: Vec::new(),
        })
    }

    fn failed(&self, what: &str, error: Error) -> Diagnostics {
        let doing = format!("look for rules of {what}");
        let failure = super::apply::Failure::Ec2(error);
        let about = ErrorContext {
            ty: self.ty,
            region: self.connection.default_region(),
            group_id: what,
            is_stored: false,
            host: self.host,
        };
        about.failed(&doing, &failure).into()
    }

    fn unread(&self, text: &str) -> Diagnostics {
        tracing::debug!(text, "an import's id can't be read");
        self.unread_id().into()
    }

    fn unread_id(&self) -> Diagnostic {
        let forms = if self.ty.may_be_empty() {
            "\"sg-0123456789abcdef0\" for all rules of a group that nobody owns, or \
             \"sg-…/sgr-…,sgr-…\" for some, with \"#short\" behind it for the short form"
        } else if self.ty.keeps_rule_id() {
            "\"sgr-0123456789abcdef0\""
        } else {
            "\"sgr-0123456789abcdef0\" or \"sg-…_ingress_tcp_80_80_10.0.0.0/8\""
        };
        Diagnostic::error(
            format!("That is not the id of a {}", self.ty.name()),
            format!(
                "Import by {forms}; for another region than the provider's, with \"eu-west-1/\" \
                 before it or \"@eu-west-1\" behind it."
            ),
        )
        .at(Path::root().attribute("id"))
    }
}

/// The warning that imported rules have different tags, whereas a resource has the same for all of its rules.
pub(super) fn different_tags(group_id: &str) -> Diagnostic {
    Diagnostic::warning(
        format!("These rules have different tags: {group_id}"),
        "A resource has the same \"tags\" for all of its rules: the plan after this import gives each of \
         them those that the configuration says, and takes away the others. To keep the tags that a \
         rule has, import it into a resource of its own.",
    )
    .at(Path::root().attribute("tags"))
}

fn is_group_id(text: &str) -> bool {
    text.starts_with("sg-")
}

fn not_found(what: &str, region: &str) -> Diagnostic {
    let what = if what.starts_with("sgr-") {
        format!("security group rule {what} in {region}")
    } else {
        format!("rule {what} in {region}")
    };
    Diagnostic::error(
        format!("There is no {what}"),
        "Only rules that exist can be imported. Are they in this region, and of the account of \
         these credentials?",
    )
    .at(Path::root().attribute("id"))
}

fn several_owners(one: &GroupRule, other: &GroupRule) -> Diagnostic {
    let owner = |rule: &GroupRule| match &rule.owner {
        Some(owner) => format!("{} has the owner \"{owner}\"", rule.id),
        None => format!("{} has none", rule.id),
    };
    Diagnostic::error(
        "These rules have several owners",
        format!(
            "By their tags curated:owner, {} and {}. Import those of each owner by themselves.",
            owner(one),
            owner(other)
        ),
    )
    .at(Path::root().attribute("id"))
}
