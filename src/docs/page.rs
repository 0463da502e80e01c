//! A page from its template: front matter, prose, examples, and the reference of a schema.

use super::{Page, block, refusals};
use crate::tf_provider::Provider;
use crate::tf_provider::resource::{IdentitySchema, Resource};

/// Where the registry shows these pages. It serves the first one without a slash at the end of its
/// address, so that a relative link there would lose its last segment: that page's links begin
/// with this.
pub const ADDRESS: &str = "https://registry.terraform.io/providers/curated/curated/latest/docs";

/// Templates by page. A line `{{ schema }}` stands for the reference, `{{ identity }}` for the
/// attributes that identify an object, and `{{ examples/… }}` for a file; `{{ address }}` stands
/// for [`ADDRESS`] anywhere in a line.
const TEMPLATES: &[(&str, &str)] = &[
    ("index.md", include_str!("templates/index.md")),
    (
        "resources/security_group.md",
        include_str!("templates/resources/security_group.md"),
    ),
];

/// What a page without a template looks like.
const PLAIN: &str = "{{ schema }}\n";

macro_rules! examples {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../../", $path)))),+]
    };
}

/// The files that templates show.
const EXAMPLES: &[(&str, &str)] = examples![
    "examples/emulator/main.tf",
    "examples/provider/provider.tf",
    "examples/resources/curated_security_group/import-by-identity.tf",
    "examples/resources/curated_security_group/import-by-string.tf",
    "examples/resources/curated_security_group/import.sh",
    "examples/resources/curated_security_group/resource.tf",
];

pub(super) fn of_provider(provider: &dyn Provider) -> Page {
    let block = &provider.schema().block;
    let front = front_matter("curated Provider", None, block.description);
    let reference = block::reference(block, &refusals::by_path(provider.refusals()));
    page(
        "index.md".to_owned(),
        front,
        "# curated Provider",
        block.description,
        &reference,
        "",
    )
}

pub(super) fn of_resource(resource: &dyn Resource) -> Page {
    let name = resource.type_name();
    let short = name.split_once('_').map_or(name, |(_, short)| short);
    let block = &resource.schema().block;
    let title = format!("{name} Resource - curated");
    let front = front_matter(&title, Some(""), block.description);
    let reference = block::reference(block, &refusals::by_path(resource.refusals()));
    page(
        format!("resources/{short}.md"),
        front,
        &format!("# {name} (Resource)"),
        block.description,
        &reference,
        &identity(resource.identity_schema()),
    )
}

/// What registries read: title, group in the navigation, and a summary.
fn front_matter(title: &str, subcategory: Option<&str>, description: &str) -> String {
    let subcategory = subcategory.map(|name| format!("subcategory: \"{name}\"\n"));
    format!(
        "---\npage_title: \"{title}\"\n{}description: |-\n  {description}\n---\n",
        subcategory.unwrap_or_default()
    )
}

fn page(
    path: String,
    front: String,
    heading: &str,
    description: &str,
    reference: &str,
    identity: &str,
) -> Page {
    let named = TEMPLATES.iter().find(|(name, _)| *name == path);
    let template = named.map_or(PLAIN, |(_, template)| *template);
    let mut text = format!("{front}\n{heading}\n\n{description}\n\n");
    for line in template.lines() {
        match directive(line) {
            None => text.push_str(&line.replace("{{ address }}", ADDRESS)),
            Some("schema") => text.push_str(reference.trim_end()),
            Some("identity") => text.push_str(identity.trim_end()),
            Some(file) => text.push_str(&shown(file)),
        }
        text.push('\n');
    }
    Page { path, text }
}

fn directive(line: &str) -> Option<&str> {
    let inner = line.strip_prefix("{{")?.strip_suffix("}}")?;
    Some(inner.trim())
}

/// A file as a block of code.
fn shown(file: &str) -> String {
    let language = match file.rsplit_once('.') {
        Some((_, "tf")) => "terraform",
        _ => "shell",
    };
    let text = EXAMPLES.iter().find(|(path, _)| *path == file);
    let text = text.map_or_else(|| panic!("no template may name {file}"), |(_, text)| *text);
    format!("```{language}\n{}\n```", text.trim_end())
}

fn identity(schema: &IdentitySchema) -> String {
    let line = |attribute: &crate::tf_provider::resource::IdentityAttribute| {
        let need = if attribute.required {
            "required"
        } else {
            "optional"
        };
        format!(
            "- `{}` ({}, {need}) {}\n",
            attribute.name,
            block::type_name(&attribute.ty),
            attribute.description
        )
    };
    schema.attributes.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_directive_of_every_template_is_known() {
        for (page, template) in TEMPLATES {
            let named: Vec<&str> = template.lines().filter_map(directive).collect();
            assert!(named.contains(&"schema"), "{page}");
            for name in named {
                let file = EXAMPLES.iter().any(|(path, _)| *path == name);
                assert!(
                    file || ["schema", "identity"].contains(&name),
                    "{page}: {name}"
                );
            }
        }
    }
}
