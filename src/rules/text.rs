//! Checks the length and characters of names and descriptions. Must not know rules.

use super::InputError;

/// Most characters of a name or description.
pub const LONGEST: usize = 255;

/// Number of characters in the suffix that is generated after a name prefix.
pub const SUFFIX: usize = 26;

/// The characters that EC2 accepts besides ASCII letters and digits.
const SIGNS: &str = " ._-:/()#,@[]+=&;{}!$*";

/// The prefix that EC2 reserves for ids.
const ID_PREFIX: &str = "sg-";

/// Checks the description of a rule. It may be empty.
///
/// # Errors
/// A fault on `description`: too long, or a character that EC2 refuses.
pub fn rule_description(text: &str) -> Result<(), InputError> {
    check("description", text, LONGEST)
}

/// Checks the description of a group, which EC2 requires.
///
/// # Errors
/// A fault on `description`: empty, too long, or a character that EC2 refuses.
pub fn group_description(text: &str) -> Result<(), InputError> {
    if text.is_empty() {
        return Err(InputError::new(
            "description",
            "\"\" cannot be the description of a group",
            "EC2 wants every security group described. Leave the attribute out for a default, or \
             say in a few words what the group is for.",
        ));
    }
    check("description", text, LONGEST)
}

/// Checks the name of a group.
///
/// # Errors
/// A fault on `name`: empty, too long, reserved, with spaces at the end (EC2 would remove them), or
/// with a character that EC2 refuses.
pub fn group_name(name: &str) -> Result<(), InputError> {
    check_start("name", name)?;
    if name.eq_ignore_ascii_case("default") {
        return Err(InputError::new(
            "name",
            format!("{name:?} is reserved"),
            "EC2 keeps this name for the group that every VPC is born with. Choose another one.",
        ));
    }
    let trimmed = name.trim_end_matches(' ');
    if trimmed.is_empty() {
        return Err(InputError::new(
            "name",
            format!("{name:?} is not a name"),
            "A security group needs a name of at least one character that is not a blank.",
        ));
    }
    if trimmed != name {
        return Err(InputError::new(
            "name",
            format!("{name:?} ends in a blank"),
            format!("EC2 cuts blanks off the end of a name. Write {trimmed:?}."),
        ));
    }
    check("name", name, LONGEST)
}

/// Checks the prefix of a group's name, which leaves room for a suffix of [`SUFFIX`] characters.
///
/// # Errors
/// A fault on `name_prefix`, as for [`group_name`].
pub fn group_name_prefix(prefix: &str) -> Result<(), InputError> {
    check_start("name_prefix", prefix)?;
    check("name_prefix", prefix, LONGEST - SUFFIX)
}

fn check_start(attribute: &'static str, name: &str) -> Result<(), InputError> {
    if !name.starts_with(ID_PREFIX) {
        return Ok(());
    }
    Err(InputError::new(
        attribute,
        format!("{name:?} starts with \"{ID_PREFIX}\""),
        "EC2 keeps that start for the ids of groups. Choose a name that starts otherwise.",
    ))
}

fn check(attribute: &'static str, text: &str, longest: usize) -> Result<(), InputError> {
    let bad = text
        .chars()
        .enumerate()
        .find(|(_, c)| !(c.is_ascii_alphanumeric() || SIGNS.contains(*c)));
    if let Some((at, c)) = bad {
        return Err(InputError::new(
            attribute,
            format!(
                "{c:?} (U+{:04X}) is not allowed: character {} of the {}",
                u32::from(c),
                at + 1,
                attribute.replace('_', " ")
            ),
            format!(
                "EC2 takes ASCII letters, digits, blanks and {}{}",
                &SIGNS[1..],
                " and nothing else. Replace the character or leave it out."
            ),
        ));
    }
    // From here on every character is one byte.
    if text.len() > longest {
        return Err(InputError::new(
            attribute,
            format!(
                "A {} of {} characters is too long",
                attribute.replace('_', " "),
                text.len()
            ),
            format!(
                "The most is {longest}: shorten it by {}.",
                text.len() - longest
            ),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(result: Result<(), InputError>) -> String {
        match result {
            Ok(()) => "fine".to_owned(),
            Err(fault) => format!("{}: {}. {}", fault.attribute, fault.summary, fault.detail),
        }
    }

    const CHARSET: &str = "EC2 takes ASCII letters, digits, blanks and ._-:/()#,@[]+=&;{}!$* and \
                           nothing else. Replace the character or leave it out.";

    #[test]
    fn every_character_of_ec2_is_taken() {
        let all = "abcXYZ0189 ._-:/()#,@[]+=&;{}!$*";
        assert_eq!(reported(rule_description(all)), "fine");
        assert_eq!(reported(group_description(all)), "fine");
        assert_eq!(reported(group_name(all)), "fine");
        assert_eq!(reported(rule_description("")), "fine");
    }

    #[test]
    fn the_first_bad_character_is_named_with_its_place() {
        for (text, expected) in [
            ("Bob's", "'\\'' (U+0027) is not allowed: character 4"),
            ("a – b", "'–' (U+2013) is not allowed: character 3"),
            ("ok\ttab\n", "'\\t' (U+0009) is not allowed: character 3"),
            ("🦀", "'🦀' (U+1F980) is not allowed: character 1"),
            ("a<b>", "'<' (U+003C) is not allowed: character 2"),
        ] {
            assert_eq!(
                reported(rule_description(text)),
                format!("description: {expected} of the description. {CHARSET}")
            );
        }
        assert_eq!(
            reported(group_name_prefix("web|")),
            format!(
                "name_prefix: '|' (U+007C) is not allowed: character 4 of the name prefix. {CHARSET}"
            )
        );
    }

    #[test]
    fn length_is_bounded() {
        assert_eq!(reported(rule_description(&"x".repeat(255))), "fine");
        assert_eq!(
            reported(rule_description(&"x".repeat(257))),
            "description: A description of 257 characters is too long. The most is 255: shorten it by 2."
        );
        assert_eq!(reported(group_name(&"x".repeat(255))), "fine");
        assert_eq!(reported(group_name_prefix(&"x".repeat(229))), "fine");
        assert_eq!(
            reported(group_name_prefix(&"x".repeat(230))),
            "name_prefix: A name prefix of 230 characters is too long. The most is 229: shorten it by 1."
        );
    }

    #[test]
    fn reserved_and_empty_names_are_refused() {
        for (name, expected) in [
            (
                "sg-web",
                r#"name: "sg-web" starts with "sg-". EC2 keeps that start for the ids of groups. Choose a name that starts otherwise."#,
            ),
            (
                "Default",
                r#"name: "Default" is reserved. EC2 keeps this name for the group that every VPC is born with. Choose another one."#,
            ),
            (
                "web  ",
                r#"name: "web  " ends in a blank. EC2 cuts blanks off the end of a name. Write "web"."#,
            ),
            (
                "  ",
                r#"name: "  " is not a name. A security group needs a name of at least one character that is not a blank."#,
            ),
            ("my sg-web", "fine"),
            ("defaults", "fine"),
        ] {
            assert_eq!(reported(group_name(name)), expected);
        }
        assert_eq!(
            reported(group_name_prefix("sg-")),
            r#"name_prefix: "sg-" starts with "sg-". EC2 keeps that start for the ids of groups. Choose a name that starts otherwise."#
        );
        assert_eq!(
            reported(group_description("")),
            "description: \"\" cannot be the description of a group. EC2 wants every security \
             group described. Leave the attribute out for a default, or say in a few words what \
             the group is for."
        );
    }
}
