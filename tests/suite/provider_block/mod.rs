//! The provider block on the wire: what AWS, or whoever stands in for it, gets to see of each
//! argument.

mod assume_role;
mod credentials;
mod metadata;
mod profiles;
mod secrets;
mod signing;
mod web_identity;
