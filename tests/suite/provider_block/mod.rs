//! The provider block on the wire: what AWS sees of each argument, and what is said of arguments
//! that can't be kept.

mod accounts;
mod place_faults;
mod places;
mod scene;
mod unknown;
