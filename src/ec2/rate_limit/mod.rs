//! The client's side of EC2's throttling: calls wait in a queue per action for the tokens of a
//! bucket that fills at the rate which AWS publishes.

pub(in crate::ec2) mod limiter;
mod published_rates;
mod token_bucket;
