//! Reads environment variables as AWS tools do. Must not know their meaning.

/// The value of a variable; `None` if it is unset or empty.
pub(in crate::ec2) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
