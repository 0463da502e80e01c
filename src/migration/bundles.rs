//! `--bundle`: finds the rule resources of one module and group that can become one
//! `curated_security_group_rules`, and notes why others stay as they are.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::expr::Expression;

use super::document::{Document, span};
use super::groups_of::{self, Group};
use super::inside;
use super::mixed;
use super::module::{Declaration, Module};
use super::note::{self, Note};
use super::options::Options;
use super::project::Project;
use super::types::{self, Kind};

/// The type of a bundle.
pub(super) const TYPE: &str = "curated_security_group_rules";

/// Attributes of a rule resource, with their names in a block of a bundle.
pub(super) const BLOCK_ATTRIBUTES: [(&str, &str); 14] = [
    ("description", "description"),
    ("protocol", "protocol"),
    ("ip_protocol", "protocol"),
    ("from_port", "from_port"),
    ("to_port", "to_port"),
    ("cidr_blocks", "cidr_blocks"),
    ("cidr_ipv4", "cidr_blocks"),
    ("ipv6_cidr_blocks", "ipv6_cidr_blocks"),
    ("cidr_ipv6", "ipv6_cidr_blocks"),
    ("prefix_list_ids", "prefix_list_ids"),
    ("prefix_list_id", "prefix_list_ids"),
    ("source_security_group_id", "security_groups"),
    ("referenced_security_group_id", "security_groups"),
    ("self", "self"),
];
/// Attributes that become arguments of the bundle, or a `dynamic` block.
const BUNDLE_ATTRIBUTES: [&str; 6] = [
    "security_group_id",
    "type",
    "provider",
    "tags",
    "for_each",
    "count",
];

/// Rules that become one resource.
#[derive(Debug)]
pub(super) struct Bundle {
    pub(super) name: String,
    /// Indices of the module's declarations, in the order of the configuration.
    pub(super) rules: Vec<usize>,
    pub(super) taken_over: TakenOver,
}

/// How a bundle takes over the states of its rules.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TakenOver {
    /// By a `moved` block for its only rule.
    Moved,
    /// By an import of all rules of a group, with the expression of the group's id.
    Imported(String),
}

/// The bundles of a module.
pub(super) fn find(
    project: &Project<'_>,
    module: &Module<'_>,
    options: Options,
    notes: &mut Vec<Note>,
) -> Vec<Bundle> {
    if !options.bundles {
        return Vec::new();
    }
    let mut left = |index: usize, reason: &str| {
        let rule = &module.declarations[index];
        let document = &project.documents[rule.document];
        notes.push(Note {
            kind: note::Kind::Hint,
            path: document.path.clone(),
            line: document.line(rule.word.start),
            text: format!(
                "{}.{} stays a resource of its own: {reason}",
                rule.renaming.to, rule.name
            ),
        });
    };
    // Candidates by the texts of provider, group and tags.
    let mut alike: BTreeMap<[String; 3], Vec<usize>> = BTreeMap::new();
    for (index, rule) in module.declarations.iter().enumerate() {
        if rule.renaming.kind != Kind::Rule || !project.renames(module, rule) {
            continue;
        }
        if let Some(reason) = obstacle(project, module, rule) {
            left(index, &reason);
            continue;
        }
        let text = |name| written(&project.documents[rule.document], rule, name);
        let key = ["provider", "security_group_id", "tags"].map(text);
        alike.entry(key).or_default().push(index);
    }
    let mut names: BTreeSet<String> = module
        .curated
        .iter()
        .filter(|(ty, _)| *ty == TYPE)
        .map(|(_, name)| (*name).to_owned())
        .collect();
    let mut bundles = Vec::new();
    for ([_, group, _], rules) in alike {
        let is_one = |index: &usize| repetition(&module.declarations[*index]).is_none();
        let taken_over = if rules.len() == 1 && is_one(&rules[0]) {
            Ok(TakenOver::Moved)
        } else {
            whole_group(project, module, &group, &rules).map(TakenOver::Imported)
        };
        match taken_over {
            Ok(taken_over) => bundles.push(Bundle {
                name: new_name(&group, &mut names),
                rules,
                taken_over,
            }),
            Err(reason) => rules.iter().for_each(|index| left(*index, &reason)),
        }
    }
    bundles.sort_by_key(|bundle| bundle.rules[0]);
    bundles
}

/// `for_each` or `count` of a rule.
pub(super) fn repetition<'a>(rule: &Declaration<'a>) -> Option<(&'static str, &'a Expression)> {
    let mut names = ["for_each", "count"].into_iter();
    names.find_map(|name| Some((name, &rule.block.body.get_attribute(name)?.value)))
}

/// The direction of a rule; `None` if it is an expression.
pub(super) fn direction<'a>(rule: &Declaration<'a>) -> Option<&'a str> {
    mixed::direction(rule).filter(|direction| ["ingress", "egress"].contains(direction))
}

/// The text of an attribute's value; empty without the attribute.
pub(super) fn written(document: &Document, rule: &Declaration<'_>, name: &str) -> String {
    let attribute = rule.block.body.get_attribute(name);
    attribute.map_or_else(String::new, |attribute| {
        document.text[span(&attribute.value)].trim().to_owned()
    })
}

/// Why a rule can't be part of a bundle; `None` if it can.
fn obstacle(project: &Project<'_>, module: &Module<'_>, rule: &Declaration<'_>) -> Option<String> {
    let document = &project.documents[rule.document];
    let same = module.declarations.iter();
    let is_same = |other: &&Declaration<'_>| {
        (other.renaming.from, other.name) == (rule.renaming.from, rule.name)
    };
    if document.is_override() || same.filter(is_same).count() > 1 {
        return Some("another file overrides it.".to_owned());
    }
    if let Some(block) = rule.block.body.blocks().next() {
        let ident = block.ident.as_str();
        return Some(format!(
            "it has a block \"{ident}\", which is for it alone."
        ));
    }
    let is_known = |name: &str| {
        BUNDLE_ATTRIBUTES.contains(&name) || BLOCK_ATTRIBUTES.iter().any(|(from, _)| *from == name)
    };
    let mut attributes = rule.block.body.attributes();
    if let Some(other) = attributes.find(|attribute| !is_known(attribute.key.as_str())) {
        return Some(format!("it sets \"{}\".", other.key.as_str()));
    }
    let text = &document.text[span(rule.block)];
    if text.contains("<<") || text.contains("/*") {
        return Some("it has a heredoc or a comment between /* and */.".to_owned());
    }
    if direction(rule).is_none() {
        return Some("its \"type\" is an expression.".to_owned());
    }
    let group = written(document, rule, "security_group_id");
    if group.contains("each.") || group.contains("count.") {
        return Some("its instances are of several groups.".to_owned());
    }
    if rule.renaming.from == "aws_security_group_rule" && has_default_tags(project) {
        return Some(
            "the provider has default_tags, which a bundle would put on its rules, and which the \
             AWS provider doesn't put on these."
                .to_owned(),
        );
    }
    let named = module.named.iter().find_map(|(index, named)| {
        let references = named.references.iter();
        let targets = named.targets.iter().map(|target| &target.reference);
        let mut all = references.chain(targets);
        let found =
            all.find(|r| (r.renaming.from, r.name.as_str()) == (rule.renaming.from, rule.name));
        let document = &project.documents[*index];
        found.map(|found| format!("{}:{}", document.path, document.line(found.word.start)))
    });
    if let Some(place) = named {
        return Some(format!("{place} refers to it."));
    }
    let address = format!("{}.{}", rule.renaming.from, rule.name);
    let mut moved = module.moved.iter();
    let is_named = |moved: &String| moved.split('[').next() == Some(address.as_str());
    if moved.any(|(from, to)| is_named(from) || is_named(to)) {
        return Some("a \"moved\" block names it.".to_owned());
    }
    None
}

/// Whether a block of the AWS provider has `default_tags`.
fn has_default_tags(project: &Project<'_>) -> bool {
    project.modules.values().any(|module| {
        let mut blocks = module.providers.iter();
        blocks.any(|provider| provider.block.body.has_blocks("default_tags"))
    })
}

/// The expression of the id of a group that has exactly these rules, or why an import isn't
/// possible.
fn whole_group(
    project: &Project<'_>,
    module: &Module<'_>,
    group: &str,
    rules: &[usize],
) -> Result<String, String> {
    if !project.roots().iter().any(|root| root == module.folder) {
        return Err(
            "several rules become one by an import, which only a root module can have.".to_owned(),
        );
    }
    let instance =
        instance(group).filter(|(name, _)| project.is_renamed(module.folder, types::GROUP, name));
    let Some((name, _)) = instance else {
        return Err(
            "several rules become one by an import of all rules of their group, which is to be a \
             resource of the same module, named by its address."
                .to_owned(),
        );
    };
    let declared = module.declarations.iter().filter(|declaration| {
        declaration.renaming.from == types::GROUP && declaration.name == name
    });
    for declaration in declared {
        if inside::has_rules(declaration.block) || inside::declare_rules(declaration.block) {
            return Err("its group has rules in blocks of its own.".to_owned());
        }
    }
    let key = Group {
        folder: module.folder,
        ty: types::GROUP,
        name: name.to_owned(),
    };
    for other in project.modules.values() {
        for (index, rule) in other.declarations.iter().enumerate() {
            let is_here = other.folder == module.folder && rules.contains(&index);
            if is_here || rule.renaming.kind != Kind::Rule {
                continue;
            }
            let document = &project.documents[rule.document];
            let text = written(document, rule, "security_group_id");
            let is_elsewhere = self::instance(&text).is_some() && text != group;
            if !is_elsewhere && groups_of::groups_of(project, other, rule.block).contains(&key) {
                return Err(format!(
                    "its group has other rules too, such as {}.{} ({}:{}), which an import would take \
                     with it.",
                    rule.renaming.to,
                    rule.name,
                    document.path,
                    document.line(rule.word.start)
                ));
            }
        }
    }
    Ok(group.replacen("aws_", "curated_", 1))
}

/// The name and the key of a group in an expression such as `aws_security_group.app["web"].id`.
fn instance(text: &str) -> Option<(&str, &str)> {
    let rest = text
        .strip_prefix("aws_security_group.")?
        .strip_suffix(".id")?;
    let (name, key) = match rest.split_once('[') {
        Some((name, key)) => (name, key.strip_suffix(']')?),
        None => (rest, ""),
    };
    let is_word = |text: &str| {
        let mut letters = text.chars();
        letters.all(|c| c.is_alphanumeric() || ['_', '-'].contains(&c))
    };
    let is_text = key.len() > 1 && key.starts_with('"') && key.ends_with('"');
    let inner = key.trim_matches('"');
    let is_plain = !inner.contains(['"', '$', '%', '\\']) && (is_text || is_number(key));
    (is_word(name) && (key.is_empty() || is_plain)).then_some((name, key))
}

fn is_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

/// An unused name for the bundle of a group.
fn new_name(group: &str, names: &mut BTreeSet<String>) -> String {
    let base = match instance(group) {
        Some((name, "")) => name.to_owned(),
        Some((name, key)) => format!("{name}_{}", key.trim_matches('"')),
        None => {
            let parts: Vec<&str> = group.trim_end_matches(".id").split('.').collect();
            match parts.as_slice() {
                ["module", name, ..] => (*name).to_owned(),
                parts => parts.last().copied().unwrap_or_default().to_owned(),
            }
        }
    };
    let is_kept = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let base: String = base
        .chars()
        .map(|c| if is_kept(c) { c } else { '_' })
        .collect();
    let is_valid = base.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let base = if is_valid {
        base
    } else {
        format!("rules_{base}")
    };
    let mut name = base.clone();
    for number in 2.. {
        if names.insert(name.clone()) {
            break;
        }
        name = format!("{base}_{number}");
    }
    name
}
