//! A guardrail, as the checks use it.

use ipnet::IpNet;

use crate::rules::{Direction, Traffic};

/// A rule about traffic that no group may let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guardrail {
    /// The name that exemptions use.
    pub name: String,
    /// The direction of the rules that are checked.
    pub direction: Direction,
    /// The traffic that no group may let through; empty for all traffic.
    pub traffic: Vec<GuardedTraffic>,
    /// The sources, or destinations; never empty.
    pub peers: Vec<GuardedPeer>,
    /// The consequence of a violation.
    pub action: Action,
    /// Why, and what to do instead.
    pub reason: String,
    /// Whether a group may be exempted.
    pub exemptible: bool,
}

/// Traffic that a guardrail names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardedTraffic {
    /// The traffic that is let through.
    pub traffic: Traffic,
    /// Its service, if a service or a category was named.
    pub service: Option<String>,
}

/// Addresses that a guardrail names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardedPeer {
    /// All public addresses of IPv4, or all of IPv6: a violation is to let in every one of them.
    /// Addresses that can't reach EC2 from the internet, such as private ones, don't count.
    World,
    /// A block of addresses: a violation is to let in one of them.
    Block(IpNet),
}

/// The consequence for a plan that violates a guardrail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It fails.
    Error,
    /// It warns.
    Warning,
}
