//! Moving in from the AWS provider: a configuration that only renamed the type plans nothing.

pub(crate) mod from_aws_provider;
mod states;
