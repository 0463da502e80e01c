//! A security group as EC2 shows it, and the calls that make, change and remove it. How one is read
//! is the matter of `reads`.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use aws_sdk_ec2::types::{ResourceType, Tag, TagSpecification};
use tokio::time::timeout;

use super::tags::IgnoredTags;
use super::vpcs::Place;
use crate::ec2::call::{Ec2, Idempotency, Scope};
use crate::ec2::error::Error;
use crate::rules::{Direction, Peer, Rule, RuleSet, Traffic};

/// Where a new group goes is waited for so long once it is made. A look at the group tells too.
const A_MOMENT: Duration = Duration::from_secs(1);

/// Tag keys and values.
pub type Tags = BTreeMap<String, String>;

/// A security group as EC2 holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `sg-…`, assigned by EC2.
    pub id: String,
    /// Amazon resource name.
    pub arn: String,
    /// The account that owns it.
    pub owner_id: String,
    /// The VPC that it is in.
    pub vpc_id: String,
    /// Unique in its VPC, whatever the case.
    pub name: String,
    /// Fixed at creation.
    pub description: String,
    /// All tags but AWS's own and those that are ignored.
    pub tags: Tags,
    /// All rules, both directions, with their descriptions.
    pub rules: RuleSet,
}

/// What a new group needs.
#[derive(Clone, Debug)]
pub struct NewGroup<'a> {
    /// Unique in its VPC.
    pub name: &'a str,
    /// Fixed from now on.
    pub description: &'a str,
    /// The region's default VPC where there is none.
    pub vpc_id: Option<&'a str>,
    /// Put on together with the creation.
    pub tags: &'a Tags,
    /// Put on likewise, and not seen again: they are ignored from then on.
    pub ignored_tags: &'a Tags,
}

/// What EC2 answers when it has made a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// `sg-…`
    pub id: String,
    /// Not every endpoint gives it.
    pub arn: Option<String>,
    /// The group as EC2 has just made it, where that is known without a look at it.
    pub group: Option<Group>,
}

impl Group {
    /// Whether it has the rules that EC2 gives every new group, and no others.
    pub fn is_as_new(&self) -> bool {
        [false, true]
            .into_iter()
            .any(|has_ipv6| self.rules == rules_of_a_new_group(has_ipv6))
    }
}

impl NewGroup<'_> {
    /// What is known of the group once it is made, as long as EC2 doesn't show it.
    pub fn unseen(&self, created: &Created) -> Group {
        let arn = created.arn.clone().unwrap_or_default();
        Group {
            id: created.id.clone(),
            owner_id: owner(&arn).unwrap_or_default().to_owned(),
            arn,
            vpc_id: self.vpc_id.unwrap_or_default().to_owned(),
            name: self.name.to_owned(),
            description: self.description.to_owned(),
            tags: self.tags.clone(),
            rules: RuleSet::new(),
        }
    }

    /// The group as EC2 makes it there.
    fn made(&self, created: &Created, place: Place) -> Option<Group> {
        owner(created.arn.as_deref()?)?;
        Some(Group {
            vpc_id: place.vpc_id,
            rules: rules_of_a_new_group(place.has_ipv6),
            ..self.unseen(created)
        })
    }
}

impl Ec2 {
    /// CreateSecurityGroup. EC2 adds egress rules that open everything. Which these are is up to the
    /// VPC, which is looked up meanwhile, and hardly waited for.
    pub async fn create_security_group(
        &self,
        new: &NewGroup<'_>,
        scope: &Scope,
    ) -> Result<Created, Error> {
        let mut place = pin!(self.place(new.vpc_id, scope));
        let mut known = None;
        let mut created = pin!(self.send_creation(new, scope));
        let mut created = loop {
            tokio::select! {
                biased;
                found = &mut place, if known.is_none() => known = Some(found),
                created = &mut created => break created?,
            }
        };
        let place = match known {
            Some(place) => place,
            None => timeout(A_MOMENT, place).await.ok().flatten(),
        };
        created.group = place.and_then(|place| new.made(&created, place));
        Ok(created)
    }

    async fn send_creation(&self, new: &NewGroup<'_>, scope: &Scope) -> Result<Created, Error> {
        const ACTION: &str = "CreateSecurityGroup";
        let request = self
            .sdk
            .create_security_group()
            .group_name(new.name)
            .description(new.description)
            .set_vpc_id(new.vpc_id.map(str::to_owned))
            .set_tag_specifications(tag_specification(new));
        let reply = self
            .call(ACTION, Idempotency::NotIdempotent, scope, || {
                request.clone().send()
            })
            .await?;
        let id = reply.group_id;
        Ok(Created {
            id: id.ok_or_else(|| self.malformed(ACTION, "it has no group id"))?,
            arn: reply.security_group_arn,
            group: None,
        })
    }

    /// DeleteSecurityGroup.
    pub async fn delete_security_group(&self, id: &str, scope: &Scope) -> Result<(), Error> {
        let _write = self.write(id);
        let request = self.sdk.delete_security_group().group_id(id);
        // Repeatable: the second of two deletes finds nothing, and that is what was wanted.
        self.call(
            "DeleteSecurityGroup",
            Idempotency::Idempotent,
            scope,
            || request.clone().send(),
        )
        .await
        .map(drop)
    }

    /// CreateTags: adds tags to a group, or changes their values.
    pub async fn create_tags(&self, id: &str, tags: &Tags, scope: &Scope) -> Result<(), Error> {
        let _write = self.write(id);
        self.tag(vec![id.to_owned()], tags, scope).await
    }

    /// CreateTags for several resources, which all get the same.
    pub(in crate::ec2) async fn tag(
        &self,
        ids: Vec<String>,
        tags: &Tags,
        scope: &Scope,
    ) -> Result<(), Error> {
        let request = self.sdk.create_tags().set_resources(Some(ids));
        let request = request.set_tags(Some(encode_tags(tags)));
        self.call("CreateTags", Idempotency::Idempotent, scope, || {
            request.clone().send()
        })
        .await
        .map(drop)
    }

    /// DeleteTags: removes tags by their keys.
    pub async fn delete_tags<'a>(
        &self,
        id: &str,
        keys: impl IntoIterator<Item = &'a String>,
        scope: &Scope,
    ) -> Result<(), Error> {
        let _write = self.write(id);
        self.untag(vec![id.to_owned()], keys, scope).await
    }

    /// DeleteTags for several resources, which all lose the same.
    pub(in crate::ec2) async fn untag<'a>(
        &self,
        ids: Vec<String>,
        keys: impl IntoIterator<Item = &'a String>,
        scope: &Scope,
    ) -> Result<(), Error> {
        let tags = keys.into_iter().map(|k| Tag::builder().key(k).build());
        let request = self.sdk.delete_tags().set_resources(Some(ids));
        let request = request.set_tags(Some(tags.collect()));
        self.call("DeleteTags", Idempotency::Idempotent, scope, || {
            request.clone().send()
        })
        .await
        .map(drop)
    }

    /// An answer that arrived and can't be made sense of.
    pub(in crate::ec2) fn malformed(&self, action: &'static str, what: &str) -> Error {
        let message = format!("the reply can't be understood: {what}");
        Error::given_up(
            action,
            &self.region,
            &message,
            crate::ec2::CarriedOut::Maybe,
        )
    }
}

/// The account in the ARN of a group.
fn owner(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

/// What EC2 gives every new group by itself: it lets everything out, by IPv6 too where the VPC has
/// that.
fn rules_of_a_new_group(has_ipv6: bool) -> RuleSet {
    let ipv6 = has_ipv6.then_some("::/0");
    let cidrs = ["0.0.0.0/0"].into_iter().chain(ipv6);
    let rule = |cidr| Rule {
        direction: Direction::Egress,
        traffic: Traffic::ALL,
        peer: Peer::from_ec2_cidr(cidr).expect("both are CIDRs"),
    };
    cidrs.map(|cidr| (rule(cidr), String::new())).collect()
}

fn tag_specification(new: &NewGroup<'_>) -> Option<Vec<TagSpecification>> {
    let mut tags = encode_tags(new.tags);
    tags.extend(encode_tags(new.ignored_tags));
    let is_needed = !tags.is_empty();
    let specification = TagSpecification::builder()
        .resource_type(ResourceType::SecurityGroup)
        .set_tags(Some(tags))
        .build();
    is_needed.then(|| vec![specification])
}

pub(in crate::ec2) fn encode_tags(tags: &Tags) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect()
}

/// Tags as users have them. Those that AWS's own services put on can't be changed by anybody else,
/// and others are other tools'.
pub(in crate::ec2) fn decode_tags(tags: &[Tag], ignored: &IgnoredTags) -> Tags {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let all = tags.iter().map(|t| (text(t.key()), text(t.value())));
    all.filter(|(key, _)| !key.starts_with("aws:") && !ignored.ignores(key))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_aws_itself_and_ignored_ones_are_not_shown() {
        let keys = ["aws:cloudformation:stack-id", "k8s/a", "owner", "team"];
        let all = keys.map(|key| (key.to_owned(), "x".to_owned()));
        let ignored = IgnoredTags {
            keys: ["owner".to_owned()].into(),
            key_prefixes: ["k8s/".to_owned()].into(),
        };
        let shown = decode_tags(&encode_tags(&all.into()), &ignored);
        assert_eq!(shown.keys().collect::<Vec<_>>(), ["team"]);
    }

    #[test]
    fn a_new_group_gets_the_ignored_tags_too() {
        let tag = |key: &str| Tags::from([(key.to_owned(), String::new())]);
        let (team, made, none) = (tag("team"), tag("made"), Tags::new());
        for (tags, ignored_tags, expected) in [
            (&team, &made, &["team", "made"][..]),
            (&none, &made, &["made"]),
            (&none, &none, &[]),
        ] {
            let new = NewGroup {
                name: "web",
                description: "web",
                vpc_id: None,
                tags,
                ignored_tags,
            };
            let sent = tag_specification(&new).unwrap_or_default();
            let sent = sent.iter().flat_map(TagSpecification::tags);
            let keys: Vec<&str> = sent.filter_map(Tag::key).collect();
            assert_eq!(keys, expected);
        }
    }

    #[test]
    fn the_owner_of_a_new_group_is_in_its_arn() {
        for (arn, expected) in [
            (
                "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1",
                Some("123456789012"),
            ),
            (
                "arn:aws-cn:ec2:cn-north-1:210987654321:security-group/sg-1",
                Some("210987654321"),
            ),
            ("arn:aws:ec2:eu-west-1::security-group/sg-1", None),
            ("", None),
        ] {
            assert_eq!(owner(arn), expected, "{arn}");
        }
    }

    #[test]
    fn a_new_group_lets_everything_out() {
        let rules = |has_ipv6| {
            let rules = rules_of_a_new_group(has_ipv6).into_keys();
            rules.map(|rule| rule.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(rules(false), ["egress all to 0.0.0.0/0"]);
        assert_eq!(
            rules(true),
            ["egress all to 0.0.0.0/0", "egress all to ::/0"]
        );
    }

    #[test]
    fn a_group_is_as_new_while_it_has_what_ec2_gave_it_and_nothing_else() {
        let with = |keys: &[&str], text: &str| {
            let rule = |key: &&str| (key.parse().expect("a rule's key"), text.to_owned());
            let group = Group {
                id: String::new(),
                arn: String::new(),
                owner_id: String::new(),
                vpc_id: String::new(),
                name: String::new(),
                description: String::new(),
                tags: Tags::new(),
                rules: keys.iter().map(rule).collect(),
            };
            group.is_as_new()
        };
        let (all, ipv6) = ("egress all to 0.0.0.0/0", "egress all to ::/0");
        assert!(with(&[all], "") && with(&[all, ipv6], ""));
        // Its maker has taken away what EC2 gave, added to it, or described it.
        assert!(!with(&[], "") && !with(&[ipv6], "") && !with(&[all], "out"));
        assert!(!with(&[all, "ingress tcp/443 from 10.0.0.0/8"], ""));
    }
}
