//! Reads endpoints that name groups: of VPCs, client VPNs, EC2 Instance Connect and Verified
//! Access.

use super::calls::{CLIENT_VPNS, INSTANCE_CONNECT, VERIFIED_ACCESS, VPC_ENDPOINTS};
use super::reader::{Reader, text};
use crate::ec2::api::pages::each_page;
use crate::ec2::error::Error;
use crate::snapshot::{Use, UseKind};

impl Reader<'_> {
    /// DescribeVpcEndpoints.
    pub(super) async fn vpc_endpoints(&self) -> Result<Vec<Use>, Error> {
        let request = self.ec2.sdk.describe_vpc_endpoints().max_results(1000);
        let mut found = Vec::new();
        each_page!(
            self.ec2,
            VPC_ENDPOINTS.action,
            self.scope,
            request,
            |reply| {
                self.answered(VPC_ENDPOINTS);
                for endpoint in reply.vpc_endpoints() {
                    let is_gone = endpoint.state().is_some_and(|s| is_gone(s.as_str()));
                    let groups = endpoint.groups().iter().filter(|_| !is_gone);
                    found.extend(groups.filter_map(|group| group.group_id()).map(|id| Use {
                        group_id: id.to_owned(),
                        kind: UseKind::VpcEndpoint,
                        by: text(endpoint.vpc_endpoint_id()),
                        detail: text(endpoint.service_name()),
                    }));
                }
            }
        );
        Ok(found)
    }

    /// DescribeClientVpnEndpoints.
    pub(super) async fn client_vpns(&self) -> Result<Vec<Use>, Error> {
        let request = self
            .ec2
            .sdk
            .describe_client_vpn_endpoints()
            .max_results(1000);
        let mut found = Vec::new();
        each_page!(self.ec2, CLIENT_VPNS.action, self.scope, request, |reply| {
            self.answered(CLIENT_VPNS);
            for endpoint in reply.client_vpn_endpoints() {
                let code = endpoint.status().and_then(|status| status.code());
                if code.is_some_and(|code| is_gone(code.as_str())) {
                    continue;
                }
                let by = (endpoint.client_vpn_endpoint_id(), endpoint.description());
                found.extend(uses(UseKind::ClientVpn, by, endpoint.security_group_ids()));
            }
        });
        Ok(found)
    }

    /// DescribeInstanceConnectEndpoints.
    pub(super) async fn instance_connect(&self) -> Result<Vec<Use>, Error> {
        let request = self
            .ec2
            .sdk
            .describe_instance_connect_endpoints()
            .max_results(50);
        let mut found = Vec::new();
        each_page!(
            self.ec2,
            INSTANCE_CONNECT.action,
            self.scope,
            request,
            |reply| {
                self.answered(INSTANCE_CONNECT);
                for endpoint in reply.instance_connect_endpoints() {
                    let state = endpoint.state().map_or("", |state| state.as_str());
                    if ["delete-complete", "create-failed"].contains(&state) {
                        continue;
                    }
                    let by = (endpoint.instance_connect_endpoint_id(), endpoint.vpc_id());
                    let ids = endpoint.security_group_ids();
                    found.extend(uses(UseKind::InstanceConnect, by, ids));
                }
            }
        );
        Ok(found)
    }

    /// DescribeVerifiedAccessEndpoints.
    pub(super) async fn verified_access(&self) -> Result<Vec<Use>, Error> {
        let request = self
            .ec2
            .sdk
            .describe_verified_access_endpoints()
            .max_results(1000);
        let mut found = Vec::new();
        each_page!(
            self.ec2,
            VERIFIED_ACCESS.action,
            self.scope,
            request,
            |reply| {
                self.answered(VERIFIED_ACCESS);
                for endpoint in reply.verified_access_endpoints() {
                    let code = endpoint.status().and_then(|status| status.code());
                    if code.is_some_and(|code| is_gone(code.as_str())) {
                        continue;
                    }
                    let by = (
                        endpoint.verified_access_endpoint_id(),
                        endpoint.description(),
                    );
                    let ids = endpoint.security_group_ids();
                    found.extend(uses(UseKind::VerifiedAccess, by, ids));
                }
            }
        );
        Ok(found)
    }
}

/// Whether an endpoint in this state no longer exists. The services differ in how they spell
/// states.
fn is_gone(state: &str) -> bool {
    ["deleted", "rejected", "expired"].contains(&state.to_ascii_lowercase().as_str())
}

fn uses(kind: UseKind, (id, detail): (Option<&str>, Option<&str>), groups: &[String]) -> Vec<Use> {
    let named = |group: &String| Use {
        group_id: group.clone(),
        kind,
        by: text(id),
        detail: text(detail),
    };
    groups.iter().map(named).collect()
}
