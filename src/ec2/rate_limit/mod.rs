//! Keeps calls within EC2's rate limits: they wait in a queue for each action for the tokens of a
//! bucket that fills at the rate which AWS publishes.
//!
//! "200 groups created while EC2 throttles" in `docs/benchmarks.md` measures it: 404 calls in 32
//! seconds without a throttled one, where terraform-provider-aws makes 2,209 in 101 seconds.

pub(in crate::ec2) mod limiter;
mod published_rates;
mod token_bucket;
