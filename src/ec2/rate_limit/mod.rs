//! Keeps calls within EC2's rate limits: they wait in a queue for each action for the tokens of a
//! bucket that fills at the rate which AWS publishes.

pub(in crate::ec2) mod limiter;
mod published_rates;
mod token_bucket;
