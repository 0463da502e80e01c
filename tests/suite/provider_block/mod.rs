//! The provider block on the wire: what AWS sees of each argument, and what is said of arguments
//! that can't be kept.

mod accounts;
mod assume_role;
mod credentials;
mod ignored_tags;
mod many_regions;
mod metadata;
mod network;
mod no_connection;
mod no_files;
mod not_aws;
mod null_tags;
mod once;
mod own_source;
mod place_faults;
mod places;
mod profiles;
mod proxy;
mod regions;
mod retries;
mod scene;
mod secrets;
mod signing;
mod snippets;
mod stage;
mod tags;
mod unknown;
mod unsendable;
mod user_agent;
mod way;
mod web_identity;
