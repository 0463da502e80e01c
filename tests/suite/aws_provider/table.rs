//! Keeps `table.md` true: every test that it names exists and is a test, and every difference that it
//! refers to is told in the guide.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const GUIDE: &str = "docs/guides/from-aws-security-group.md";
/// What the second column begins with where the guide says why there is no test.
const TOLD: &str = "guide: ";

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows: the AWS provider's test, and what answers to it.
fn rows() -> Vec<(String, String)> {
    let page = text("tests/suite/aws_provider/table.md");
    let lines = page.lines().filter(|line| line.starts_with("| `"));
    let rows = lines.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [theirs, ours] = cells[..] else {
            panic!("{line} has not two cells");
        };
        (theirs.trim_matches('`').to_owned(), ours.to_owned())
    });
    rows.collect()
}

/// Whether `module::name` is a test of this suite.
fn is_a_test(path: &str) -> bool {
    let Some((module, name)) = path.rsplit_once("::") else {
        return false;
    };
    let file = format!("tests/suite/{}.rs", module.replace("::", "/"));
    let source = text(&file);
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let begins = [format!("fn {name}("), format!("async fn {name}(")];
    let mut pairs = lines.windows(2);
    pairs.any(|pair| {
        let marked = ["#[test]", "#[tokio::test"]
            .iter()
            .any(|mark| pair[0].starts_with(mark));
        marked && begins.iter().any(|begin| pair[1].starts_with(begin))
    })
}

#[test]
fn every_test_that_the_table_names_is_there() {
    let mut named = 0;
    for (theirs, ours) in rows() {
        let (tests, told) = match ours.split_once(TOLD) {
            Some((tests, told)) => (tests, Some(told)),
            None => (ours.as_str(), None),
        };
        let tests: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        for test in &tests {
            assert!(is_a_test(test), "{theirs}: there is no test {test}");
        }
        named += tests.len();
        assert!(
            !tests.is_empty() || told.is_some(),
            "{theirs} has no answer"
        );
        if let Some(told) = told {
            assert!(
                text(GUIDE).contains(told),
                "{theirs}: the guide doesn't say {told:?}"
            );
        }
    }
    assert!(named > 0, "the table names no test");
    assert!(
        !is_a_test("create::names::prefixed"),
        "a function is no test"
    );
}

#[test]
fn every_test_of_the_aws_provider_is_in_the_table_once() {
    let rows = rows();
    let names: BTreeSet<&String> = rows.iter().map(|(theirs, _)| theirs).collect();
    assert_eq!(names.len(), rows.len(), "one is there twice");
    for (begin, count) in [
        ("TestAccVPCSecurityGroup_tags", 21),
        ("TestAccVPCSecurityGroup_Identity_", 4),
        ("TestAccVPCSecurityGroup_List_", 3),
        ("TestAccVPCSecurityGroup_", 70),
        ("TestAccVPCSecurityGroupRule_", 32),
        ("TestAccVPCSecurityGroupIngressRule_", 12 + 21 + 4 + 3),
        ("TestAccVPCSecurityGroupEgressRule_", 3 + 21 + 4 + 3),
        ("TestAccVPCDefaultSecurityGroup_", 2 + 4),
        ("TestAccVPCSecurityGroupDataSource_", 1 + 6),
        ("TestAccVPCSecurityGroupRuleDataSource_", 2),
        ("TestAccVPCSecurityGroupRulesDataSource_", 2),
        ("TestAccVPCSecurityGroupsDataSource_", 3),
    ] {
        let found = names.iter().filter(|name| name.starts_with(begin));
        assert_eq!(found.count(), count, "{begin}");
    }
}
