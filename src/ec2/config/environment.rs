//! Variables of the environment, as AWS tools read them. Must not know what they set.

/// The value of a variable; an empty one is none.
pub(in crate::ec2) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
