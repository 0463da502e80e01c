//! Makes labels for the lines of the short form from their traffic, with letters, digits and `_`.
//!
//! A label depends on the traffic of a line and, if several lines have the same traffic, on its
//! description. So it is the same in every run and doesn't change with other rules.

use std::collections::BTreeSet;

use super::bundles::{Bundle, BundledTraffic};

/// Most characters of traffic or description in a label.
const LONGEST_SLUG: usize = 40;

/// The bundles that can be lines, in order, each with a unique label.
pub(super) fn labelled<'a>(bundles: impl Iterator<Item = &'a Bundle>) -> Vec<(String, &'a Bundle)> {
    let bundles: Vec<&Bundle> = bundles.filter(|bundle| bundle.fits_a_line()).collect();
    let mut taken = BTreeSet::new();
    let mut found = Vec::new();
    for bundle in &bundles {
        let is_shared = bundles.iter().filter(|b| b.what == bundle.what).count() > 1;
        let base = label(&bundle.what);
        let about = slug(&bundle.description, LONGEST_SLUG);
        let wanted = if is_shared && !about.is_empty() {
            format!("{base}_{about}")
        } else {
            base
        };
        let numbered = (2..).map(|number| format!("{wanted}_{number}"));
        let mut candidates = std::iter::once(wanted.clone()).chain(numbered);
        let free = candidates.find(|label| !taken.contains(label));
        let label = free.unwrap_or_default();
        taken.insert(label.clone());
        found.push((label, *bundle));
    }
    found
}

fn label(what: &BundledTraffic) -> String {
    let slug = slug(&what.to_string(), LONGEST_SLUG);
    if slug.starts_with(|c: char| c.is_ascii_digit()) {
        format!("protocol_{slug}")
    } else {
        slug
    }
}

/// The letters and digits of a text in lower case, with one `_` for everything between them; at
/// most `longest` characters.
pub fn slug(text: &str, longest: usize) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug.truncate(longest);
    slug.trim_end_matches('_').to_owned()
}
