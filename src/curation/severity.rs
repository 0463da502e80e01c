//! The severity of a finding.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::exposure::Exposure;

/// The severity of a finding, from the lowest to the highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// About the audit itself, not about the account.
    Note,
    /// Good to know.
    Info,
    /// Untidy.
    Low,
    /// Weakens the account.
    Medium,
    /// Puts the account at risk.
    High,
    /// Lets anybody in.
    Critical,
}

impl Severity {
    /// All severities, the highest first.
    pub const ALL: [Self; 6] = [
        Self::Critical,
        Self::High,
        Self::Medium,
        Self::Low,
        Self::Info,
        Self::Note,
    ];

    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity for a group with this exposure: one step lower if only private interfaces have
    /// the group, two if none has it, and never below low.
    pub fn seen_at(self, exposure: Exposure) -> Self {
        let steps = match exposure {
            Exposure::Public => 0,
            Exposure::Private => 1,
            Exposure::None => 2,
        };
        let mut severity = self;
        for _ in 0..steps {
            severity = match severity {
                Self::Critical => Self::High,
                Self::High => Self::Medium,
                Self::Medium => Self::Low,
                lowest => lowest,
            };
        }
        severity
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut all = Self::ALL.into_iter();
        all.find(|severity| severity.name() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("{text:?} is no severity. Write one of {names}.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exposure_takes_steps_off_and_stops_at_low() {
        use Severity::{Critical, High, Info, Low, Medium, Note};
        for (full, public, private, none) in [
            (Critical, Critical, High, Medium),
            (High, High, Medium, Low),
            (Medium, Medium, Low, Low),
            (Low, Low, Low, Low),
            (Info, Info, Info, Info),
            (Note, Note, Note, Note),
        ] {
            let exposures = [Exposure::Public, Exposure::Private, Exposure::None];
            assert_eq!(
                exposures.map(|it| full.seen_at(it)),
                [public, private, none]
            );
        }
    }

    #[test]
    fn names_read_back_and_order_as_they_sound() {
        for severity in Severity::ALL {
            assert_eq!(severity.name().parse(), Ok(severity));
        }
        assert!(Severity::ALL.is_sorted_by(|a, b| a > b));
        let error = "urgent".parse::<Severity>().unwrap_err();
        assert!(
            error.contains("critical, high, medium, low, info, note"),
            "{error}"
        );
    }
}
