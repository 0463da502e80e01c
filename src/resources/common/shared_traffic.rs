//! Traffic that several services of a group have in common. For one peer it is one rule, so a block that
//! isn't wholly known may turn out to add fewer rules than it seems. Must not know any of the resource
//! types.

use std::collections::BTreeSet;

use super::rule_blocks::Written;
use crate::catalog::Catalog;

use crate::rules::{Traffic, TrafficSpec, UnknownCount};

/// Traffic that several services of a group have in common.
pub(super) struct SharedTraffic<'a> {
    catalog: &'a Catalog,
    shared: BTreeSet<Traffic>,
    /// Number of services, unknown ones included.
    services: usize,
}

impl<'a> SharedTraffic<'a> {
    /// The traffic that services of these blocks have in common, and services of labels and presets, which
    /// are named `elsewhere`.
    pub(super) fn among<'b>(
        blocks: &[&'b Written],
        elsewhere: impl IntoIterator<Item = &'b str>,
        catalog: &'a Catalog,
    ) -> Self {
        let named = blocks.iter().flat_map(|w| w.block.services());
        let services: BTreeSet<&str> = named.chain(elsewhere).collect();
        let (mut seen, mut shared) = (BTreeSet::new(), BTreeSet::new());
        for service in &services {
            for traffic in traffic(service, catalog) {
                if !seen.insert(traffic) {
                    shared.insert(traffic);
                }
            }
        }
        let unknown = blocks.iter().filter(|w| w.unknown_service).count();
        Self {
            catalog,
            shared,
            services: services.len() + unknown,
        }
    }

    /// Whether a block may turn out to declare a rule that another one declares too.
    pub(super) fn may_hold(&self, block: &Written) -> bool {
        if block.unknown_service {
            return self.services > 1;
        }
        !self.of_services(block).is_disjoint(&self.shared)
    }

    /// Lower bound of the number of rules that a block adds to its known ones.
    pub(super) fn certain(&self, block: &Written) -> UnknownCount {
        if !self.may_hold(block) {
            return block.pending;
        }
        // `pending` counts each traffic of the block's services for each source.
        let all = match &block.block.what {
            TrafficSpec::Several(items) => items.iter().flat_map(|i| i.traffic.clone()).collect(),
            _ => self.of_services(block),
        };
        let own = all.difference(&self.shared).count();
        let part = |count: usize| count * own / all.len().max(1);
        UnknownCount {
            ipv4: part(block.pending.ipv4),
            ipv6: part(block.pending.ipv6),
            both: part(block.pending.both),
        }
    }

    /// The traffic of a block's services.
    fn of_services(&self, block: &Written) -> BTreeSet<Traffic> {
        let services = block.block.services().into_iter();
        services
            .flat_map(|name| traffic(name, self.catalog))
            .collect()
    }
}

fn traffic(service: &str, catalog: &Catalog) -> BTreeSet<Traffic> {
    let traffic = catalog.find(service).map(|service| &service.traffic);
    traffic.into_iter().flatten().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::common::rule_blocks;
    use crate::rules::Direction;
    use crate::tf_provider::diagnostics::Diagnostics;
    use crate::tf_provider::value::Value;

    fn written(service: impl Into<Value>, cidrs: Value) -> Written {
        let block = rule_blocks::schema("").empty();
        let block = block.with("service", service).with("cidr_blocks", cidrs);
        let catalog = Catalog::built_in();
        rule_blocks::read(Direction::Ingress, &block, catalog, &mut Diagnostics::new())
    }

    #[test]
    fn only_traffic_that_no_other_service_has_comes_for_certain() {
        let two_unknown = || Value::set([Value::Unknown, Value::Unknown]);
        let openvpn = written("openvpn", two_unknown());
        let https = written("https", two_unknown());
        let ssh = written("ssh", two_unknown());
        let later = written(Value::Unknown, Value::set(["10.0.0.0/8"]));
        for (blocks, preset, expected) in [
            (vec![&openvpn, &ssh], None, [4, 2].as_slice()),
            (vec![&openvpn, &https, &ssh], None, &[2, 0, 2]),
            (vec![&openvpn, &openvpn], None, &[4, 4]),
            (vec![&https], Some("openvpn"), &[0]),
            (vec![&https], Some("https"), &[2]),
            (vec![&later], None, &[1]),
            (vec![&later, &ssh], None, &[0, 2]),
        ] {
            let catalog = Catalog::built_in();
            let preset = preset.map(|name| catalog.preset(name).expect("a preset"));
            let of_preset = preset
                .into_iter()
                .flat_map(crate::catalog::Preset::services);
            let shared = SharedTraffic::among(&blocks, of_preset, catalog);
            let certain: Vec<usize> = blocks.iter().map(|b| shared.certain(b).ipv4).collect();
            assert_eq!(certain, expected, "{preset:?}");
        }
    }
}
