//! A page from its template: front matter, prose, examples, and the reference of a schema.

use super::{block, refusals};
use crate::tf_provider::Provider;
use crate::tf_provider::data_source::DataSource;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::list_resource::ListResource;
use crate::tf_provider::resource::{IdentitySchema, Resource};
use crate::tf_provider::schema::Block;

/// One page: its path below `docs/`, and its Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Such as `resources/security_group.md`.
    pub path: String,
    /// Front matter included.
    pub text: String,
}

/// The address of these pages in the registry. The links of the first page begin with it: the registry
/// serves that page without a slash at the end of its address, which would break a relative link.
pub const ADDRESS: &str = "https://registry.terraform.io/providers/curated/curated/latest/docs";

/// Templates by page, found by build.rs. A line `{{ schema }}` stands for the reference,
/// `{{ identity }}` for the attributes that identify an object, and `{{ examples/… }}` for a file;
/// `{{ address }}` stands for [`ADDRESS`] anywhere in a line.
const TEMPLATES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// The files that templates can show. Found by build.rs.
const EXAMPLES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/examples.rs"));

/// The sentence before the attributes that identify an object.
const BY_IDENTITY: &str = "Terraform and OpenTofu 1.12 and later import by identity too:";

/// The parts of a page beside its template.
pub(super) struct Parts<'a> {
    /// The path below `docs/`.
    pub(super) path: String,
    /// The title in the registries' navigation.
    pub(super) title: String,
    /// Whether the page has a group in the navigation. The provider's own page has none.
    pub(super) has_group: bool,
    /// The first heading.
    pub(super) heading: String,
    /// One sentence or more.
    pub(super) description: &'a str,
    /// The path of the example that a page without a template shows, if that file exists.
    pub(super) example: String,
    /// The text for `{{ schema }}`.
    pub(super) reference: String,
    /// The text for `{{ identity }}`.
    pub(super) identity: String,
}

pub(super) fn of_provider(provider: &dyn Provider) -> Page {
    let block = &provider.schema().block;
    page(&Parts {
        path: "index.md".to_owned(),
        title: "curated Provider".to_owned(),
        has_group: false,
        heading: "curated Provider".to_owned(),
        description: block.description,
        example: "examples/provider/provider.tf".to_owned(),
        reference: block::reference(block, &refusals::by_path(provider.refusals())),
        identity: String::new(),
    })
}

pub(super) fn of_resource(resource: &dyn Resource) -> Page {
    let block = &resource.schema().block;
    let parts = of_block("Resource", resource.type_name(), block, resource.refusals());
    page(&Parts {
        identity: identity(resource.identity_schema()),
        ..parts
    })
}

pub(super) fn of_data_source(source: &dyn DataSource) -> Page {
    let block = &source.schema().block;
    let refusals = source.refusals();
    page(&of_block(
        "Data Source",
        source.type_name(),
        block,
        refusals,
    ))
}

pub(super) fn of_list_resource(list: &dyn ListResource) -> Page {
    let block = &list.schema().block;
    let refusals = list.refusals();
    page(&of_block(
        "List Resource",
        list.type_name(),
        block,
        refusals,
    ))
}

/// The parts that pages of blocks have in common: the kind's name is that of its folders, too.
fn of_block<'a>(kind: &str, name: &str, block: &'a Block, refusals: Diagnostics) -> Parts<'a> {
    let short = name.split_once('_').map_or(name, |(_, short)| short);
    let one = kind.to_lowercase().replace(' ', "-");
    let folder = format!("{one}s");
    let file = match kind {
        // Terraform reads lists from files of their own kind.
        "List Resource" => format!("{one}.tfquery.hcl"),
        _ => format!("{one}.tf"),
    };
    Parts {
        path: format!("{folder}/{short}.md"),
        title: format!("{name} {kind} - curated"),
        has_group: true,
        heading: format!("{name} ({kind})"),
        description: block.description,
        example: format!("examples/{folder}/{name}/{file}"),
        reference: block::reference(block, &refusals::by_path(refusals)),
        identity: String::new(),
    }
}

/// The front matter that registries read: title, group in the navigation, and a summary.
fn front_matter(parts: &Parts<'_>) -> String {
    let group = if parts.has_group {
        "subcategory: \"\"\n"
    } else {
        ""
    };
    let (title, description) = (&parts.title, parts.description);
    format!("---\npage_title: \"{title}\"\n{group}description: |-\n  {description}\n---\n")
}

/// A page made from its own template, or from [`plain`] if it has none.
pub(super) fn page(parts: &Parts<'_>) -> Page {
    let named = TEMPLATES.iter().find(|(name, _)| *name == parts.path);
    let template = named.map_or_else(|| plain(parts), |(_, text)| (*text).to_owned());
    let front = front_matter(parts);
    let (heading, description) = (&parts.heading, parts.description);
    let mut text = format!("{front}\n# {heading}\n\n{description}\n\n");
    for line in template.lines() {
        match directive(line) {
            None => text.push_str(&line.replace("{{ address }}", ADDRESS)),
            Some("schema") => text.push_str(parts.reference.trim_end()),
            Some("identity") => text.push_str(parts.identity.trim_end()),
            Some(file) => text.push_str(&shown(file)),
        }
        text.push('\n');
    }
    Page {
        path: parts.path.clone(),
        text,
    }
}

/// The template for a page without its own: example, reference, and import, as far as it has them.
fn plain(parts: &Parts<'_>) -> String {
    let is_there = |file: &str| EXAMPLES.iter().any(|(path, _)| *path == file);
    let mut text = String::new();
    if is_there(&parts.example) {
        text.push_str(&format!(
            "## Example Usage\n\n{{{{ {} }}}}\n\n",
            parts.example
        ));
    }
    text.push_str("{{ schema }}\n");
    let import = parts.example.rsplit_once('/');
    let import = import.map(|(folder, _)| format!("{folder}/import.sh"));
    if let Some(import) = import.filter(|file| is_there(file)) {
        text.push_str(&format!("\n## Import\n\n{{{{ {import} }}}}\n"));
        if !parts.identity.is_empty() {
            text.push_str(&format!("\n{BY_IDENTITY}\n\n{{{{ identity }}}}\n"));
        }
    }
    text
}

fn directive(line: &str) -> Option<&str> {
    let inner = line.strip_prefix("{{")?.strip_suffix("}}")?;
    Some(inner.trim())
}

/// A file as a block of code.
fn shown(file: &str) -> String {
    let language = match file.rsplit_once('.') {
        Some((_, "tf" | "hcl")) => "terraform",
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

    /// The page of a resource type without its own template had no section about imports.
    #[test]
    fn a_page_without_a_template_showed_no_import() {
        let parts = Parts {
            path: "resources/new.md".to_owned(),
            title: String::new(),
            has_group: true,
            heading: String::new(),
            description: "New.",
            example: "examples/resources/curated_security_group/resource.tf".to_owned(),
            reference: "## Schema".to_owned(),
            identity: "- `id` (String, required) Its id.".to_owned(),
        };
        let text = page(&parts).text;
        let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"));
        let headings = ["## Example Usage", "## Schema", "## Import", BY_IDENTITY];
        assert!(headings.map(at).is_sorted(), "{text}");
        assert!(text.contains("terraform import curated_security_group"));
        assert!(text.ends_with("Its id.\n"), "{text}");
        let alone = Parts {
            example: "examples/resources/curated_none/resource.tf".to_owned(),
            ..parts
        };
        assert!(page(&alone).text.ends_with("\n\n## Schema\n"));
    }

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
