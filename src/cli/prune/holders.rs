//! Finds and describes the references that keep EC2 from deleting a group, which its error doesn't
//! name.

use crate::ec2::{Ec2, Error, Holder, Scope};

/// Most references that a message lists.
const TOLD: usize = 5;

/// The references to a group, and the calls that failed.
#[derive(Debug, Default)]
pub(super) struct Holders {
    found: Vec<Holder>,
    unknown: Vec<String>,
}

impl Holders {
    /// Asks EC2 for everything that can reference a group.
    pub(super) async fn of(ec2: &Ec2, id: &str, scope: &Scope) -> Self {
        let mut holders = Self::default();
        holders.add(ec2.interfaces(id, scope).await);
        holders.add(ec2.rules_that_reference(id, scope).await);
        holders.add(ec2.vpc_associations(id, scope).await);
        holders
    }

    fn add(&mut self, asked: Result<Vec<Holder>, Error>) {
        match asked {
            Ok(found) => self.found.extend(found),
            Err(error) => self.unknown.push(error.action.to_owned()),
        }
    }

    /// Whether all calls succeeded and nothing references the group.
    pub(super) fn are_none(&self) -> bool {
        self.found.is_empty() && self.unknown.is_empty()
    }

    /// The references as sentences.
    pub(super) fn in_words(&self) -> String {
        let mut reported: Vec<String> = self.found.iter().map(ToString::to_string).collect();
        if reported.len() > TOLD {
            let more = reported.len() - TOLD;
            reported.truncate(TOLD);
            reported.push(format!("{more} more"));
        }
        let mut text = match reported.as_slice() {
            [] if self.unknown.is_empty() => {
                "Nothing that these credentials can see holds it; where the VPC is shared, an \
                 interface or a rule of another account may."
                    .to_owned()
            }
            [] => String::new(),
            reported => format!("It is held by {}.", reported.join("; ")),
        };
        if !self.unknown.is_empty() {
            let unknown = self.unknown.join(", ");
            text += &format!(" EC2 refused {unknown}, which would tell who else holds it.");
        }
        text.trim_start().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holders_are_listed_and_what_is_unknown_is_said() {
        let association = |number: usize| Holder::VpcAssociation {
            vpc_id: format!("vpc-{number}"),
            state: "associated".to_owned(),
        };
        let nothing = Holders::default();
        assert!(nothing.are_none());
        assert!(nothing.in_words().starts_with("Nothing that these"));
        let many = Holders {
            found: (0..7).map(association).collect(),
            unknown: vec!["DescribeNetworkInterfaces".to_owned()],
        };
        let words = many.in_words();
        for part in [
            "vpc-0",
            "vpc-4",
            "; 2 more.",
            "EC2 refused DescribeNetworkInterfaces",
        ] {
            assert!(words.contains(part), "{part}: {words}");
        }
        assert!(!words.contains("vpc-5"), "{words}");
        let unknown = Holders {
            found: Vec::new(),
            ..many
        };
        assert!(unknown.in_words().starts_with("EC2 refused "));
    }
}
