//! Checks the form of a region's name, so that a typo is found without a call. Regions that are
//! newer than the list pass.

use crate::rules::{InputError, nearest, one_of};

/// The first parts of regions' names: an area of the world, or a partition of AWS.
const AREAS: &[&str] = &[
    "af", "ap", "ca", "cn", "eu", "eu-isoe", "eusc-de", "il", "me", "mx", "sa", "us", "us-gov",
    "us-iso", "us-isob", "us-isof",
];

/// The second parts of regions' names: a place in the area.
const PLACES: &[&str] = &[
    "central",
    "east",
    "north",
    "northeast",
    "northwest",
    "south",
    "southeast",
    "southwest",
    "west",
];

/// Regions to suggest.
const KNOWN: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// Checks that a name is one that a region can have.
///
/// # Errors
/// A fault on `region` that names the nearest regions.
pub fn region(name: &str) -> Result<(), InputError> {
    let mut parts = name.rsplitn(3, '-');
    let number = parts.next().unwrap_or_default();
    let place = parts.next().unwrap_or_default();
    let area = parts.next().unwrap_or_default();
    let counted = matches!(number.len(), 1 | 2) && number.bytes().all(|b| b.is_ascii_digit());
    if counted && PLACES.contains(&place) && AREAS.contains(&area) {
        return Ok(());
    }
    let zone = name.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let summary = format!("{name:?} is not a region");
    if zone.len() + 1 == name.len() && region(zone).is_ok() {
        let detail = format!("It is an availability zone of the region {zone:?}. Write {zone:?}.");
        return Err(InputError::new("region", summary, detail));
    }
    let near = nearest(name, KNOWN.iter().copied());
    let guess = match near.as_slice() {
        [] => "A region is written like \"eu-west-1\".".to_owned(),
        near => format!("Did you mean {}?", one_of(near)),
    };
    Err(InputError::new("region", summary, guess))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_region_passes_and_newer_ones_do() {
        for name in KNOWN
            .iter()
            .copied()
            .chain(["eu-west-9", "mx-central-2", "us-iso-east-1"])
        {
            assert_eq!(region(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn typos_and_zones_are_faults_that_name_the_nearest() {
        for (name, near) in [
            ("eu-wset-1", "eu-west-1"),
            ("us-east-1a", "us-east-1"),
            ("eu_central_1", "eu-central-1"),
            ("EU-WEST-2", "eu-west-2"),
        ] {
            let fault = region(name).expect_err(name);
            assert!(fault.detail.contains(near), "{name}: {}", fault.detail);
        }
        for name in ["", "-", "--", "Ireland", "eu-1", "eu-west-", "eu-west-123"] {
            assert!(region(name).is_err(), "{name}");
        }
    }

    /// It was said only that other regions are called alike.
    #[test]
    fn an_availability_zone_is_told_as_one() {
        for (zone, of) in [("eu-west-1a", "eu-west-1"), ("ap-east-2c", "ap-east-2")] {
            let fault = region(zone).expect_err(zone);
            let expected =
                format!("It is an availability zone of the region {of:?}. Write {of:?}.");
            assert_eq!(fault.detail, expected);
        }
        let local = region("us-west-2-lax-1a").expect_err("a local zone");
        assert!(!local.detail.contains("zone of"), "{}", local.detail);
    }

    #[test]
    fn the_lists_are_in_order_and_without_doubles() {
        for list in [AREAS, PLACES, KNOWN] {
            assert!(list.is_sorted_by(|a, b| a < b), "{list:?}");
        }
    }
}
