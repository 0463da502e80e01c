//! Writes the report as one HTML page that loads nothing, can be read without JavaScript and by
//! keyboard, and escapes all texts from EC2. [`view`] gathers its contents.

mod assets;
mod groups;
mod matrix;
mod pictures;
mod references;
mod view;

use self::view::Page;
use crate::curation::report::Report;
use askama::Template;

/// Writes the page.
pub fn html(report: &Report) -> String {
    let page = Page::of(report);
    page.render().expect("memory takes everything")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curation::report::WorldOpen;
    use crate::report::tests as sample;

    #[test]
    fn a_groups_name_became_part_of_the_page() {
        let page = html(&sample::report());
        assert_eq!(page.matches("<script").count(), 1);
        assert!(!page.contains("<img") && !page.contains('\u{202e}'));
        assert!(
            page.contains("&#60;script&#62;alert(1)"),
            "it is shown as text"
        );
        for forbidden in [
            " src=", "url(", "@import", "<link", "<iframe", " style=", " onclick",
        ] {
            assert!(
                !page.replace("img src=x", "").contains(forbidden),
                "{forbidden}"
            );
        }
        let policy = "default-src &#39;none&#39;";
        assert!(page.contains("default-src 'none'") || page.contains(policy));
    }

    #[test]
    fn one_wide_rule_filled_a_cell_with_a_hundred_ranges() {
        let mut report = sample::report();
        let data = (0..100).map(|n| format!("tcp/{}", 2_000 + 2 * n));
        report.groups[0].world_open = Some(Box::new(WorldOpen {
            data: data.collect(),
            ..WorldOpen::default()
        }));
        let page = html(&report);
        assert!(page.contains("tcp/2000, tcp/2002, tcp/2004, tcp/2006 <small>and 96 more</small>"));
        assert!(!page.contains("tcp/2008"));
    }

    #[test]
    fn rules_in_sentences_are_set_as_code_and_stay_text() {
        let mut report = sample::report();
        report.findings[0].message = "Open by `ingress <b>` to `all`.".to_owned();
        report.findings[1].message = "Named a`b.".to_owned();
        let page = html(&report);
        let reported = "Open by <code>ingress &#60;b&#62;</code> to <code>all</code>.";
        assert!(page.contains(reported));
        assert!(page.contains("Named a`b."));
    }

    #[test]
    fn the_same_account_gives_the_same_bytes() {
        assert_eq!(html(&sample::report()), html(&sample::report()));
    }

    #[test]
    fn a_thousand_groups_made_a_page_that_no_browser_liked() {
        let mut report = sample::report();
        let (groups, findings) = (report.groups.clone(), report.findings.clone());
        for copy in 0..(1_000 / groups.len()) {
            let renamed = |id: &str| format!("{id}{copy:04}");
            report
                .groups
                .extend(groups.iter().cloned().map(|mut group| {
                    group.id = renamed(&group.id);
                    group
                }));
            report
                .findings
                .extend(findings.iter().cloned().map(|mut finding| {
                    finding.group_id = finding.group_id.map(|id| renamed(&id));
                    finding
                }));
        }
        let size = html(&report).len();
        assert!(size < 1_000_000, "{size} bytes");
    }
}
