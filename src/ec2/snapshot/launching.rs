//! Reads whatever can launch an instance into a group: launch templates, fleets, spot requests.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{
    FleetLaunchTemplateSpecification, InstanceNetworkInterfaceSpecification, LaunchTemplateVersion,
    SpotFleetRequestConfigData,
};

use super::calls::{FLEETS, SPOT_FLEETS, SPOT_REQUESTS, TEMPLATE_VERSIONS};
use super::reader::{Queue, Reader, text};
use crate::ec2::api::pages::each_page;
use crate::ec2::error::Error;
use crate::snapshot::UseKind;

/// Most versions in a page.
const VERSIONS: i32 = 200;
/// States of a fleet or spot fleet that launches no more instances.
const ENDED_FLEET: [&str; 6] = [
    "cancelled",
    "cancelled_running",
    "cancelled_terminating",
    "deleted",
    "deleted_running",
    "deleted_terminating",
];

/// A version of a launch template, with its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Version {
    number: i64,
    is_default: bool,
    groups: Vec<Named>,
}

/// A reference to a group: launch templates may have an id or a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Id(String),
    /// A group of the default VPC.
    Name(String),
}

/// A launch template and its versions, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Template {
    name: String,
    versions: BTreeMap<i64, Version>,
}

/// The launch templates of a region, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Templates(BTreeMap<String, Template>);

/// A use of a group that may be referenced by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NamedUse {
    pub(super) group: Named,
    pub(super) kind: UseKind,
    pub(super) by: String,
    pub(super) detail: String,
}

/// A fleet, and the template and version that it launches from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FromTemplate {
    kind: UseKind,
    by: String,
    template: String,
    version: String,
}

impl Reader<'_> {
    /// DescribeLaunchTemplateVersions: the default and latest versions of all templates, then all
    /// versions of each template that has others.
    pub(super) async fn templates(&self) -> Result<Templates, Error> {
        let request = self.ec2.sdk.describe_launch_template_versions();
        let current = request.versions("$Latest").versions("$Default");
        let mut found = Templates::default();
        self.add_versions(current, &mut found).await?;
        let older = Queue::new(found.with_older_versions());
        let lane = async || {
            let mut found = Templates::default();
            while let Some(id) = older.next() {
                let request = self.ec2.sdk.describe_launch_template_versions();
                let request = request.launch_template_id(id);
                let added = self.add_versions(request, &mut found).await;
                self.optional(TEMPLATE_VERSIONS, added);
            }
            found
        };
        let (one, two, three) = tokio::join!(lane(), lane(), lane());
        for (id, template) in one.0.into_iter().chain(two.0).chain(three.0) {
            let known = found.0.entry(id).or_default();
            known.versions.extend(template.versions);
        }
        Ok(found)
    }

    async fn add_versions(
        &self,
        request: aws_sdk_ec2::operation::describe_launch_template_versions::builders::DescribeLaunchTemplateVersionsFluentBuilder,
        found: &mut Templates,
    ) -> Result<(), Error> {
        let request = request.max_results(VERSIONS);
        each_page!(
            self.ec2,
            TEMPLATE_VERSIONS.action,
            self.scope,
            request,
            |reply| {
                self.answered(TEMPLATE_VERSIONS);
                for version in reply.launch_template_versions() {
                    found.add(version);
                }
            }
        );
        Ok(())
    }

    /// DescribeFleets: fleets launch from templates only.
    pub(super) async fn fleets(&self) -> Result<Vec<FromTemplate>, Error> {
        let request = self.ec2.sdk.describe_fleets().max_results(1000);
        let mut found = Vec::new();
        each_page!(self.ec2, FLEETS.action, self.scope, request, |reply| {
            self.answered(FLEETS);
            for fleet in reply.fleets() {
                let state = fleet.fleet_state().map_or("", |state| state.as_str());
                if ENDED_FLEET.contains(&state) {
                    continue;
                }
                let configs = fleet.launch_template_configs().iter();
                let templates = configs.filter_map(|c| c.launch_template_specification());
                let by = text(fleet.fleet_id());
                found.extend(templates.map(|t| FromTemplate::new(UseKind::Fleet, &by, t)));
            }
        });
        Ok(found)
    }

    /// DescribeSpotFleetRequests: a fleet names groups itself, or launches from templates.
    pub(super) async fn spot_fleets(&self) -> Result<(Vec<NamedUse>, Vec<FromTemplate>), Error> {
        let request = self
            .ec2
            .sdk
            .describe_spot_fleet_requests()
            .max_results(1000);
        let (mut uses, mut templates) = (Vec::new(), Vec::new());
        each_page!(self.ec2, SPOT_FLEETS.action, self.scope, request, |reply| {
            self.answered(SPOT_FLEETS);
            for fleet in reply.spot_fleet_request_configs() {
                let state = fleet.spot_fleet_request_state().map_or("", |s| s.as_str());
                let config = fleet.spot_fleet_request_config();
                let Some(config) = config.filter(|_| !ENDED_FLEET.contains(&state)) else {
                    continue;
                };
                let by = text(fleet.spot_fleet_request_id());
                uses.extend(spot_fleet_groups(config).into_iter().map(|id| NamedUse {
                    group: Named::Id(id),
                    kind: UseKind::SpotFleet,
                    by: by.clone(),
                    detail: state.to_owned(),
                }));
                let configs = config.launch_template_configs().iter();
                let named = configs.filter_map(|c| c.launch_template_specification());
                templates.extend(named.map(|t| FromTemplate::new(UseKind::SpotFleet, &by, t)));
            }
        });
        Ok((uses, templates))
    }

    /// DescribeSpotInstanceRequests.
    pub(super) async fn spot_requests(&self) -> Result<Vec<NamedUse>, Error> {
        let request = self
            .ec2
            .sdk
            .describe_spot_instance_requests()
            .max_results(1000);
        let mut found = Vec::new();
        each_page!(
            self.ec2,
            SPOT_REQUESTS.action,
            self.scope,
            request,
            |reply| {
                self.answered(SPOT_REQUESTS);
                for spot in reply.spot_instance_requests() {
                    let state = spot.state().map_or("", |state| state.as_str());
                    let specification = spot.launch_specification();
                    let is_over = ["cancelled", "closed", "failed"].contains(&state);
                    let Some(specification) = specification.filter(|_| !is_over) else {
                        continue;
                    };
                    let ids = specification.security_groups().iter();
                    let ids = ids.filter_map(|group| group.group_id().map(str::to_owned));
                    let ids = ids.chain(interface_groups(specification.network_interfaces()));
                    found.extend(ids.map(|id| NamedUse {
                        group: Named::Id(id),
                        kind: UseKind::SpotRequest,
                        by: text(spot.spot_instance_request_id()),
                        detail: state.to_owned(),
                    }));
                }
            }
        );
        Ok(found)
    }
}

impl Templates {
    fn add(&mut self, shown: &LaunchTemplateVersion) {
        let template = self.0.entry(text(shown.launch_template_id())).or_default();
        if let Some(name) = shown.launch_template_name() {
            name.clone_into(&mut template.name);
        }
        let data = shown.launch_template_data();
        let mut groups = Vec::new();
        if let Some(data) = data {
            let interfaces = data.network_interfaces().iter();
            let ids = data
                .security_group_ids()
                .iter()
                .chain(interfaces.flat_map(|interface| interface.groups()));
            groups.extend(ids.cloned().map(Named::Id));
            groups.extend(data.security_groups().iter().cloned().map(Named::Name));
        }
        let number = shown.version_number().unwrap_or_default();
        let version = Version {
            number,
            is_default: shown.default_version() == Some(true),
            groups,
        };
        template.versions.insert(number, version);
    }

    /// The templates with versions other than the default and latest ones. Versions are numbered from
    /// 1, and some may have been deleted.
    fn with_older_versions(&self) -> Vec<String> {
        let has_more = |template: &Template| {
            let latest = template.versions.keys().last().copied().unwrap_or(0);
            usize::try_from(latest).is_ok_and(|latest| latest > template.versions.len())
        };
        let more = self.0.iter().filter(|(_, template)| has_more(template));
        more.map(|(id, _)| id.clone()).collect()
    }

    /// The groups that the templates name, version by version.
    pub(super) fn uses(&self) -> Vec<NamedUse> {
        let mut found = Vec::new();
        for (id, template) in &self.0 {
            let latest = template.versions.keys().last().copied().unwrap_or(0);
            for version in template.versions.values() {
                let number = version.number;
                let (kind, detail) = match (version.is_default, number == latest) {
                    (true, true) => (UseKind::LaunchTemplate, "the default and latest"),
                    (true, false) => (UseKind::LaunchTemplate, "the default"),
                    (false, true) => (UseKind::LaunchTemplate, "the latest"),
                    (false, false) => (UseKind::OldLaunchTemplate, "neither default nor latest"),
                };
                let by = match template.name.as_str() {
                    "" => id.clone(),
                    name => format!("{id} ({name})"),
                };
                found.extend(version.groups.iter().map(|group| NamedUse {
                    group: group.clone(),
                    kind,
                    by: by.clone(),
                    detail: format!("version {number}, {detail}"),
                }));
            }
        }
        found
    }

    /// The groups that fleets would launch into.
    pub(super) fn uses_of(&self, fleets: &[FromTemplate]) -> Vec<NamedUse> {
        let uses = fleets.iter().flat_map(|fleet| {
            let groups = self.version(fleet).map(|version| version.groups.as_slice());
            groups.unwrap_or_default().iter().map(|group| NamedUse {
                group: group.clone(),
                kind: fleet.kind,
                by: fleet.by.clone(),
                detail: format!(
                    "launch template {}, version {}",
                    fleet.template, fleet.version
                ),
            })
        });
        uses.collect()
    }

    fn version(&self, fleet: &FromTemplate) -> Option<&Version> {
        let named = |(id, template): &(&String, &Template)| {
            **id == fleet.template || template.name == fleet.template
        };
        let (_, template) = self.0.iter().find(named)?;
        match fleet.version.as_str() {
            "$Latest" => template.versions.values().last(),
            "$Default" | "" => template.versions.values().find(|v| v.is_default),
            number => template.versions.get(&number.parse().ok()?),
        }
    }
}

impl FromTemplate {
    fn new(kind: UseKind, by: &str, shown: &FleetLaunchTemplateSpecification) -> Self {
        let template = shown.launch_template_id().or(shown.launch_template_name());
        Self {
            kind,
            by: by.to_owned(),
            template: text(template),
            version: text(shown.version()),
        }
    }
}

fn spot_fleet_groups(config: &SpotFleetRequestConfigData) -> Vec<String> {
    let mut found = Vec::new();
    for specification in config.launch_specifications() {
        let ids = specification.security_groups().iter();
        found.extend(ids.filter_map(|group| group.group_id().map(str::to_owned)));
        found.extend(interface_groups(specification.network_interfaces()));
    }
    found
}

fn interface_groups(
    interfaces: &[InstanceNetworkInterfaceSpecification],
) -> impl Iterator<Item = String> {
    interfaces
        .iter()
        .flat_map(|interface| interface.groups())
        .cloned()
}

#[cfg(test)]
mod tests;
