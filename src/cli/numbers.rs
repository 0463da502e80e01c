//! Numbers among the arguments, with messages that say what to write.

/// A number of days.
pub(super) fn days(text: &str) -> Result<u32, String> {
    let days = text.parse();
    days.map_err(|_| "write a number of days, such as 30".to_owned())
}

/// A quota of rules.
pub(super) fn quota(text: &str) -> Result<u16, String> {
    let quota = text.parse().ok().filter(|quota| *quota > 0);
    quota.ok_or_else(|| format!("write a number of rules from 1 to {}, such as 60", u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_number_was_told_in_words_of_the_language() {
        assert_eq!((days("0"), quota("60")), (Ok(0), Ok(60)));
        for text in ["x", "-1", "1.5", "", "99999999999"] {
            let said = days(text).expect_err(text);
            assert!(said.starts_with("write a number of days"), "{said}");
            let said = quota(text).expect_err(text);
            assert!(said.starts_with("write a number of rules"), "{said}");
        }
        assert!(quota("0").is_err());
    }
}
