//! Reads network interfaces, and keeps them in little memory: an account may have a hundred
//! thousand.

use std::collections::{BTreeSet, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use aws_sdk_ec2::types::NetworkInterface;

use super::calls::INTERFACES;
use super::reader::{Reader, text};
use crate::ec2::api::pages::each_page;
use crate::ec2::api::references::managing_service;
use crate::ec2::error::Error;
use crate::snapshot::{Interface, Maker, Text, is_public};

impl Reader<'_> {
    /// DescribeNetworkInterfaces: those that have groups.
    pub(super) async fn interfaces(&self) -> Result<Vec<Interface>, Error> {
        let request = self.ec2.sdk.describe_network_interfaces().max_results(1000);
        let mut found = Vec::new();
        let mut shared = Shared::default();
        let mut room = self.room().await;
        each_page!(self.ec2, INTERFACES.action, self.scope, request, |reply| {
            self.answered(INTERFACES);
            let shown = reply.network_interfaces().iter();
            let with_groups = shown.filter(|shown| !shown.groups().is_empty());
            found.extend(with_groups.map(|shown| shared.interface(shown)));
            drop(room.take());
            room = self.room().await;
        });
        found.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        found.shrink_to_fit();
        Ok(found)
    }
}

/// Texts and makers that interfaces have in common.
#[derive(Default)]
struct Shared {
    texts: HashSet<Text>,
    makers: BTreeSet<Arc<Maker>>,
}

impl Shared {
    fn interface(&mut self, shown: &NetworkInterface) -> Interface {
        let groups = shown.groups().iter().filter_map(|group| group.group_id());
        let instance = shown.attachment().and_then(|to| to.instance_id());
        Interface {
            id: shown.network_interface_id().unwrap_or_default().into(),
            groups: groups.map(|id| self.text(id)).collect(),
            description: self.text(shown.description().unwrap_or_default()),
            instance_id: self.text(instance.unwrap_or_default()),
            public_addresses: public_addresses(shown),
            maker: self.maker(maker(shown)),
        }
    }

    fn text(&mut self, text: &str) -> Text {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Text = text.into();
        self.texts.insert(Arc::clone(&new));
        new
    }

    fn maker(&mut self, maker: Maker) -> Arc<Maker> {
        if let Some(known) = self.makers.get(&maker) {
            return Arc::clone(known);
        }
        let new = Arc::new(maker);
        self.makers.insert(Arc::clone(&new));
        new
    }
}

fn maker(shown: &NetworkInterface) -> Maker {
    let operator = shown.operator().and_then(|operator| operator.principal());
    Maker {
        kind: text(shown.interface_type().map(|kind| kind.as_str())),
        status: text(shown.status().map(|status| status.as_str())),
        owner_id: text(shown.owner_id()),
        requester: text(managing_service(shown)),
        operator: text(operator),
    }
}

/// The addresses at which the internet may reach an interface: associated public ones, and IPv6
/// addresses that aren't private.
fn public_addresses(shown: &NetworkInterface) -> Box<[IpAddr]> {
    let private = shown.private_ip_addresses().iter();
    let associations = private
        .filter_map(|address| address.association())
        .chain(shown.association());
    let associated = associations.flat_map(|to| [to.public_ip(), to.carrier_ip()]);
    let ipv6 = shown.ipv6_addresses().iter();
    let ipv6 = ipv6
        .map(|address| address.ipv6_address())
        .chain([shown.ipv6_address()]);
    let parsed = associated
        .chain(ipv6)
        .flatten()
        .filter_map(|address| address.parse::<IpAddr>().ok());
    let public: BTreeSet<IpAddr> = parsed.filter(|address| is_public(*address)).collect();
    public.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{
        GroupIdentifier, NetworkInterfaceAssociation, NetworkInterfaceIpv6Address,
        NetworkInterfacePrivateIpAddress,
    };

    use super::*;

    #[test]
    fn public_addresses_are_those_of_associations_and_of_the_internets_ipv6() {
        let association = |ip: &str| NetworkInterfaceAssociation::builder().public_ip(ip).build();
        let private = |ip: &str, public: Option<&str>| {
            NetworkInterfacePrivateIpAddress::builder()
                .private_ip_address(ip)
                .set_association(public.map(association))
                .build()
        };
        let ipv6 = |ip: &str| {
            NetworkInterfaceIpv6Address::builder()
                .ipv6_address(ip)
                .build()
        };
        let shown = NetworkInterface::builder()
            .association(association("203.0.114.9"))
            .private_ip_addresses(private("10.0.0.5", Some("203.0.114.9")))
            .private_ip_addresses(private("10.0.0.6", Some("198.51.101.7")))
            .private_ip_addresses(private("10.0.0.7", None))
            .ipv6_addresses(ipv6("fd00::5"))
            .ipv6_addresses(ipv6("2600:1f18::5"));
        let found = public_addresses(&shown.build());
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, ["198.51.101.7", "203.0.114.9", "2600:1f18::5"]);
    }

    #[test]
    fn interfaces_hold_texts_in_common() {
        let shown = |id: &str| {
            NetworkInterface::builder()
                .network_interface_id(id)
                .description("ELB app/web/1")
                .requester_managed(true)
                .requester_id("amazon-elb")
                .groups(GroupIdentifier::builder().group_id("sg-1").build())
                .build()
        };
        let mut shared = Shared::default();
        let (one, other) = (
            shared.interface(&shown("eni-1")),
            shared.interface(&shown("eni-2")),
        );
        assert!(Arc::ptr_eq(&one.maker, &other.maker));
        assert!(Arc::ptr_eq(&one.groups[0], &other.groups[0]));
        assert!(Arc::ptr_eq(&one.description, &other.description));
        assert_eq!(one.maker.requester, "amazon-elb");
        assert_ne!(one.id, other.id);
    }
}
