//! Labels for the lines of the short form: what a line lets through, in letters, digits and `_`.
//!
//! A label depends on what the line lets through, and where several lines let the same through, on
//! their descriptions. So it is the same in every run, and another rule elsewhere doesn't move it.

use std::collections::BTreeSet;

use super::bundles::{Bundle, BundledTraffic};

/// Most characters of a description that a label takes.
const LONGEST_SLUG: usize = 40;

/// The bundles that a line can say, each with a label of its own, in order.
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

/// The letters and digits of a text, in lower case, with one `_` for all that is between them; at most so
/// many characters of it.
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
