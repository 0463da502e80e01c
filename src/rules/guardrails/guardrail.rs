//! A guardrail: what must not be let through.

use ipnet::IpNet;

use crate::rules::{Direction, Traffic};

/// A rule about traffic that no group may let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guardrail {
    /// The name by which exemptions call it.
    pub name: String,
    /// The direction of the rules that are judged.
    pub direction: Direction,
    /// A rule about traffic that no group may let through. Empty: nothing at all may be.
    pub traffic: Vec<GuardedTraffic>,
    /// From where, or to where; never empty.
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
    /// The service that it is of, where one was named or is in a category that was.
    pub service: Option<String>,
}

/// Addresses that a guardrail names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardedPeer {
    /// Every public address of IPv4, or every one of IPv6: rules violate when they let in all of
    /// them together. Addresses that can't reach EC2 from outside, such as private ones, don't count.
    World,
    /// A block of addresses: a rule violates when it lets in one of them.
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
