//! Makes the model of an adoption: the label of each group, the resource that has its rules, and
//! notes.

use std::collections::{BTreeMap, BTreeSet};

use super::cycles::{self, Node};
use super::model::{Adopted, Adoption, Request, SingleRule, Vpc};
use super::names::{self, Wanted};
use super::proof;
use super::select::{self, LeftOut, Taken};
use crate::configuration::{Configuration, Facts, Style, Vocabulary, text};
use crate::curation::report::Report;
use crate::rules::{Rule, RuleSet};
use crate::snapshot::{Group, Snapshot};

/// Makes a model of the configuration.
pub fn adopt(snapshot: &Snapshot, report: &Report, request: &Request<'_>) -> Adoption {
    let (mut taken, mut left_out) =
        select::select(snapshot, report, request.selection, request.present);
    let vocabulary = Vocabulary::of(request.catalog);
    taken.retain(
        |_, one| match proof::can_be_described(one.group, &vocabulary, request) {
            Ok(()) => true,
            Err(reason) => {
                left_out.push(LeftOut::new(one.region, one.group, reason));
                false
            }
        },
    );
    left_out.sort();
    let owned: BTreeMap<&str, Owned> = taken
        .iter()
        .map(|(id, one)| (*id, Owned::of(one.group, request.single_rules)))
        .collect();
    let nodes = nodes(&taken, &owned);
    let opened = cycles::open(&nodes);
    let locals = names::distinct(&vpcs(&taken), &of_kind(request.taken, "local."));
    let labels = labels(&taken, request.taken);
    let why_left: BTreeMap<&str, &LeftOut> =
        left_out.iter().map(|it| (it.id.as_str(), it)).collect();
    let mut by_vpc: BTreeMap<(&str, &str), Vpc> = BTreeMap::new();
    for (id, one) in &taken {
        let Taken { region, group } = one;
        let vpc = region.vpcs.get(&group.vpc_id);
        let title = vpc.and_then(|vpc| vpc.tags.get("Name"));
        let entry = by_vpc.entry((&region.name, &group.vpc_id));
        let entry = entry.or_insert_with(|| Vpc {
            id: group.vpc_id.clone(),
            region: region.name.clone(),
            title: title.cloned().unwrap_or_default(),
            local: match request.locals.get(&group.vpc_id) {
                Some(local) => local.clone(),
                None => locals[&group.vpc_id].clone(),
            },
            has_local: request.locals.contains_key(&group.vpc_id),
            groups: Vec::new(),
        });
        let maker = Maker {
            request,
            vocabulary: &vocabulary,
            region: &region.name,
            group,
            owned: &owned[id],
            is_moved: opened.moved.contains(*id),
        };
        let mut adopted = maker.adopted(labels[*id].clone());
        let by_id = opened.ids.iter().filter(|(from, _)| from == id);
        adopted.by_id = by_id.map(|(_, to)| to.clone()).collect();
        adopted.notes = notes(&adopted, &why_left);
        entry.groups.push(adopted);
    }
    let mut vpcs: Vec<Vpc> = by_vpc.into_values().collect();
    for vpc in &mut vpcs {
        vpc.groups
            .sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    }
    Adoption {
        vpcs,
        left_out,
        unknown: select::unknown(snapshot, request.selection),
    }
}

/// The rules of a group that its resource must not declare.
#[derive(Debug, Default)]
struct Owned {
    /// Rules that other resources declare.
    foreign: BTreeSet<Rule>,
    /// Whether some of these have no owner tag, so that a group with rules would revoke them.
    is_untold: bool,
    /// The ids of the remaining rules.
    others: Vec<String>,
}

impl Owned {
    fn of(group: &Group, single_rules: &BTreeMap<String, Vec<SingleRule>>) -> Self {
        let mut owned = Self::default();
        for single in single_rules.get(&group.id).into_iter().flatten() {
            if single.has_owner || single.managed_by.is_some() {
                owned.foreign.insert(single.rule.clone());
                owned.is_untold |= !single.has_owner;
            } else {
                owned.others.push(single.id.clone());
            }
        }
        owned.others.sort();
        owned
    }
}

fn nodes(
    taken: &BTreeMap<&str, Taken<'_>>,
    owned: &BTreeMap<&str, Owned>,
) -> BTreeMap<String, Node> {
    let nodes = taken.iter().map(|(id, one)| {
        let owned = &owned[id];
        let rules = one.group.rules.keys();
        let rules: Vec<&Rule> = rules.filter(|rule| !owned.foreign.contains(rule)).collect();
        let names = rules.iter().filter_map(|rule| rule.referenced_group());
        let names = names.filter(|peer| peer != id && taken.contains_key(peer));
        let node = Node {
            // Rules that get a resource of their own anyway aren't part of a cycle.
            names: if owned.is_untold {
                BTreeSet::new()
            } else {
                names.map(str::to_owned).collect()
            },
            rules: rules.len(),
            can_move: one.group.name != "default",
        };
        ((*id).to_owned(), node)
    });
    nodes.collect()
}

fn vpcs(taken: &BTreeMap<&str, Taken<'_>>) -> Vec<Wanted> {
    let vpcs: BTreeMap<&str, Wanted> = taken
        .values()
        .map(|Taken { region, group }| {
            let vpc = region.vpcs.get(&group.vpc_id);
            let name = vpc.and_then(|vpc| vpc.tags.get("Name"));
            let is_default = vpc.is_some_and(|vpc| vpc.is_default);
            let name = name.map(String::as_str);
            let wanted = names::of_vpc(&group.vpc_id, name, is_default, &region.name);
            (group.vpc_id.as_str(), wanted)
        })
        .collect();
    vpcs.into_values().collect()
}

fn labels(
    taken: &BTreeMap<&str, Taken<'_>>,
    addresses: &BTreeSet<String>,
) -> BTreeMap<String, String> {
    let wanted = |is_default: bool| -> Vec<Wanted> {
        let of_kind = taken.values();
        let of_kind = of_kind.filter(|one| (one.group.name == "default") == is_default);
        of_kind
            .map(|Taken { region, group }| {
                let vpc = region.vpcs.get(&group.vpc_id);
                let title = vpc.and_then(|vpc| vpc.tags.get("Name"));
                let title = title
                    .map(|name| names::slug(name))
                    .filter(|name| !name.is_empty());
                let own_default = vpc.is_some_and(|vpc| vpc.is_default);
                let otherwise = if own_default {
                    "default"
                } else {
                    &group.vpc_id
                };
                let title = title.unwrap_or_else(|| otherwise.to_owned());
                if is_default {
                    return names::of_group(&group.id, &title, None, &region.name);
                }
                let tag = group.tags.get("Name").map(String::as_str);
                names::of_group(&group.id, &group.name, tag, &title)
            })
            .collect()
    };
    let mut groups = of_kind(addresses, &format!("{}.", text::GROUP));
    groups.extend(of_kind(addresses, &format!("{}.", text::RULES)));
    let mut labels = names::distinct(&wanted(false), &groups);
    let defaults = of_kind(addresses, &format!("{}.", text::DEFAULT_GROUP));
    labels.extend(names::distinct(&wanted(true), &defaults));
    labels
}

/// The rest of each address behind a prefix.
fn of_kind(addresses: &BTreeSet<String>, prefix: &str) -> BTreeSet<String> {
    let found = addresses.iter().filter_map(|it| it.strip_prefix(prefix));
    found.map(str::to_owned).collect()
}

/// Makes the configuration of one group.
struct Maker<'a> {
    request: &'a Request<'a>,
    vocabulary: &'a Vocabulary,
    region: &'a str,
    group: &'a Group,
    owned: &'a Owned,
    is_moved: bool,
}

impl Maker<'_> {
    fn adopted(&self, label: String) -> Adopted {
        let group = self.group;
        let mut rules = group.rules.clone();
        rules.retain(|rule, _| !self.owned.foreign.contains(rule));
        let is_default = group.name == "default";
        let is_bundled = (self.is_moved || self.owned.is_untold) && !is_default;
        let none = RuleSet::new();
        let own = if is_bundled { &none } else { &rules };
        let configuration = self.configuration(own, is_default);
        let place = format!("{}/{}", self.region, group.id);
        let import = match &configuration.preset {
            Some(preset) => format!("{place}#preset={preset}"),
            None if self.request.style == Style::Short && !own.is_empty() => {
                format!("{place}#short")
            }
            None => place.clone(),
        };
        let bundle = (is_bundled && !rules.is_empty()).then(|| {
            let (region, style) = (self.written_region(), self.request.style);
            let rules = Configuration::of_rules(&rules, region, self.vocabulary, style);
            let of = if self.owned.is_untold {
                format!("{place}/{}", self.owned.others.join(","))
            } else {
                place
            };
            let import = match style {
                Style::Short => format!("{of}#short"),
                Style::Blocks => of,
            };
            (rules, import)
        });
        let apart_because = match (self.is_moved, self.owned.is_untold) {
            (true, true) => {
                "close a cycle of references,\n# and revoke rules that other resources own"
            }
            (true, false) => "close a cycle of references",
            (false, _) => "revoke rules that other resources own",
        };
        Adopted {
            id: group.id.clone(),
            name: group.name.clone(),
            is_default,
            label,
            import,
            configuration,
            bundle,
            apart_because,
            by_id: BTreeSet::new(),
            rules,
            group: group.clone(),
            notes: Vec::new(),
        }
    }

    /// The region that the resource has to name.
    fn written_region(&self) -> Option<&str> {
        (self.request.provider_region != Some(self.region)).then_some(self.region)
    }

    fn configuration(&self, rules: &RuleSet, is_default: bool) -> Configuration {
        let group = self.group;
        let mut tags = group.tags.clone();
        // Tags of AWS's services can't be written.
        tags.retain(|key, _| !key.starts_with("aws:"));
        let facts = Facts {
            name: &group.name,
            description: &group.description,
            vpc_id: Some(&group.vpc_id),
            region: self.written_region(),
            tags: &tags,
            rules,
        };
        if !is_default {
            return Configuration::of(&facts, self.vocabulary, self.request.style);
        }
        let vocabulary = self.vocabulary.clone().without_presets();
        Configuration {
            name: None,
            description: None,
            ..Configuration::of(&facts, &vocabulary, self.request.style)
        }
    }
}

/// Notes on groups without a resource that the group's rules reference.
fn notes(adopted: &Adopted, left_out: &BTreeMap<&str, &LeftOut>) -> Vec<String> {
    let peers: BTreeSet<&str> = adopted
        .rules
        .keys()
        .filter_map(Rule::referenced_group)
        .collect();
    let notes = peers.into_iter().filter_map(|id| {
        let left = left_out.get(id)?;
        let name = crate::rules::quoted(&left.name, names::LONGEST_NAME);
        Some(format!("{id} is {name}, which isn't adopted."))
    });
    notes.collect()
}
