//! The configurations that pages show are written as `terraform fmt` writes them, and those that
//! are whole are valid.

use super::{blocks, pages, read, root};
use crate::support::terraform::Terraform;

/// Blocks of HCL, with the page that each is of.
pub(crate) fn shown() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for path in pages() {
        let text = read(&path);
        let name = path
            .strip_prefix(root())
            .expect("below")
            .to_string_lossy()
            .into_owned();
        for language in ["terraform", "hcl"] {
            let blocks = blocks(&text, language).into_iter();
            found.extend(blocks.map(|block| (name.clone(), block.to_owned())));
        }
    }
    found
}

#[test]
fn configurations_are_formatted() {
    let work = Terraform::find().work_dir("");
    let shown = shown();
    assert!(shown.len() > 10);
    for (index, (_, block)) in shown.iter().enumerate() {
        work.write(&format!("{index}.tf"), block);
    }
    let outcome = work.run(&["fmt", "-check", "-no-color"]);
    let text = outcome.text();
    let named: Vec<String> = text.lines().map(str::to_owned).collect();
    let unformatted: Vec<&(String, String)> = shown
        .iter()
        .enumerate()
        .filter(|(index, _)| named.contains(&format!("{index}.tf")))
        .map(|(_, block)| block)
        .collect();
    assert!(outcome.code == 0, "{unformatted:#?}\n{text}");
}

#[test]
fn whole_configurations_are_valid() {
    let terraform = Terraform::find();
    // Another provider would have to be fetched.
    let is_whole = |block: &str| block.contains("required_providers") && !block.contains("/aws\"");
    let whole = shown().into_iter().filter(|(_, block)| is_whole(block));
    let mut count = 0;
    for (page, block) in whole {
        let outcome = terraform.work_dir(&block).try_validate();
        assert!(outcome.code == 0, "{page}\n{block}\n{}", outcome.text());
        count += 1;
    }
    assert!(count > 2);
}
