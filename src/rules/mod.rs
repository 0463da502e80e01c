//! Security group rules, and the calls that lead from one set of them to another.
//!
//! Pure: no clock, no network, no async, and neither Terraform's protocol nor the AWS SDK.
//! Everything here works on known values; the resources handle unknown ones.
//!
//! Reading order: [`rule`] (with [`traffic`], [`peer`] and their text form in [`key`]), then the
//! four verbs in the order in which they are used. [`mod@expand`] and [`normalise`] turn a
//! [`block`] as users write it into rules as EC2 stores them, [`mod@diff`] compares two sets, and
//! [`mod@steps`] fixes the calls that lead from one to the other ([`mod@first_steps`] for a new
//! group). [`quota`] counts rules as EC2 does, [`cover`] finds rules that others cover,
//! [`cidr_set`] computes with addresses, [`world`] finds traffic that is open to the whole world,
//! [`text`] checks names and descriptions.

pub mod block;
pub mod cidr_set;
pub mod cover;
mod cover_index;
pub mod diff;
pub mod expand;
pub mod fault;
pub mod first_steps;
pub mod guardrails;
mod headroom;
pub mod key;
pub mod nearest;
pub mod normalise;
mod pairs;
pub mod peer;
pub mod protocols;
mod public;
pub mod quota;
mod quoted;
pub mod rule;
pub mod short_form;
pub mod step;
pub mod steps;
pub mod text;
pub mod traffic;
pub mod world;

#[cfg(test)]
mod model;
#[cfg(test)]
pub(crate) mod properties;

pub use block::{Block, Sources, TrafficSpec};
pub use cover::covered;
pub use diff::{Diff, diff};
pub use expand::{Declaration, Expansion, expand};
pub use fault::{DecodeError, InputError};
pub use first_steps::first_steps;
pub use nearest::{is_misspelt, nearest, one_of};
pub use peer::Peer;
pub use quota::{Limits, RuleCount, UnknownCount, count};
pub use quoted::quoted;
pub use rule::{Direction, Rule, RuleSet, rule_set, rules_where};
pub use short_form::{Label, ShortForm, ShortFormError, TrafficItem};
pub use step::{Change, Step, removed_before_added};
pub use steps::steps;
pub use traffic::{IcmpMessages, Traffic};
