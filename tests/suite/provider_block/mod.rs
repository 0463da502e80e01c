//! The provider block on the wire: what AWS sees of each argument, and what is said of arguments
//! that can't be kept.

mod accounts;
mod ignored_tags;
mod many_regions;
mod place_faults;
mod places;
mod retries;
mod scene;
mod stage;
mod tags;
mod unknown;
