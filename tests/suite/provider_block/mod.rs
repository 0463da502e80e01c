//! What the provider block says, seen where it takes effect: on the wire, and in what a user reads.

mod ignored_tags;
mod many_regions;
mod stage;
mod tags;
