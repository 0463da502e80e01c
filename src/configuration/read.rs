//! Reads the HCL that [`super::text`] writes, so that callers can check the files that they write.
//! Any other HCL is an error.

use std::collections::BTreeMap;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body, Structure};
use hcl_edit::template::Element;

use super::text::{DEFAULT_GROUP, GROUP, RULES};
use crate::rules::{
    self, Declaration, Direction, InputError, RuleSet, Sources, Traffic, TrafficSpec, short_form,
};

/// Looks up the names and references of a configuration.
#[derive(Clone, Copy)]
pub struct Meaning<'a> {
    /// The traffic of a service, by its name.
    pub service: &'a dyn Fn(&str) -> Option<Vec<Traffic>>,
    /// The rules of a preset.
    pub preset: &'a dyn Fn(&str) -> Option<RuleSet>,
    /// The id that an expression such as `aws_vpc.main.id` stands for.
    pub resolve: &'a dyn Fn(&str) -> Option<String>,
}

/// A group of a configuration, or rules outside of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The first label of its block: the resource type.
    pub resource_type: String,
    /// The second label of its block.
    pub label: String,
    /// The texts that are set, by attribute: `preset`, `name`, `description`, `vpc_id`, `region`,
    /// `security_group_id`.
    pub texts: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// All its rules, the preset's included.
    pub rules: RuleSet,
}

/// Why a text can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// A message, with the line if it is known.
    pub message: String,
}

/// An `import` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The address of the resource, such as `curated_security_group.web`.
    pub to: String,
    /// The id of the object.
    pub id: String,
}

/// The groups of a text, in its order. Blocks of other kinds are left out.
///
/// # Errors
/// The text is no HCL, or a group's block has something that this provider's writer doesn't write.
pub fn groups(text: &str, meaning: &Meaning<'_>) -> Result<Vec<Group>, ReadError> {
    of_types(text, &[GROUP], meaning)
}

/// The groups, default groups, and rules outside of groups of a text, in its order. Blocks of other
/// kinds are left out.
///
/// # Errors
/// As of [`groups`].
pub fn resources(text: &str, meaning: &Meaning<'_>) -> Result<Vec<Group>, ReadError> {
    of_types(text, &[GROUP, DEFAULT_GROUP, RULES], meaning)
}

/// The `import` blocks of a text whose id is written out, in its order.
///
/// # Errors
/// The text is no HCL.
pub fn imports(text: &str) -> Result<Vec<Import>, ReadError> {
    let body = parsed(text)?;
    let blocks = body.get_blocks("import");
    let imports = blocks.filter_map(|block| {
        let to = &block.body.get_attribute("to")?.value;
        let id = block.body.get_attribute("id")?.value.as_str()?;
        Some(Import {
            to: to.to_string().trim().to_owned(),
            id: id.to_owned(),
        })
    });
    Ok(imports.collect())
}

/// The local values of a text that are strings, by name.
///
/// # Errors
/// The text is no HCL.
pub fn locals(text: &str) -> Result<BTreeMap<String, String>, ReadError> {
    let body = parsed(text)?;
    let attributes = body
        .get_blocks("locals")
        .flat_map(|block| block.body.attributes());
    let texts = attributes.filter_map(|attribute| {
        let value = attribute.value.as_str()?;
        Some((attribute.key.as_str().to_owned(), value.to_owned()))
    });
    Ok(texts.collect())
}

fn parsed(text: &str) -> Result<Body, ReadError> {
    text.parse::<Body>().map_err(|error| ReadError {
        message: error.to_string(),
    })
}

fn of_types(text: &str, types: &[&str], meaning: &Meaning<'_>) -> Result<Vec<Group>, ReadError> {
    let body = parsed(text)?;
    let blocks = body.blocks().filter(|block| {
        let first = block.labels.first();
        block.has_ident("resource") && first.is_some_and(|label| types.contains(&label.as_str()))
    });
    blocks
        .map(|block| Reader { text, meaning }.group(block))
        .collect()
}

struct Reader<'a> {
    text: &'a str,
    meaning: &'a Meaning<'a>,
}

impl Reader<'_> {
    fn group(&self, block: &Block) -> Result<Group, ReadError> {
        let label = |at: usize| block.labels.get(at).map_or("", |label| label.as_str());
        let mut group = Group {
            resource_type: label(0).to_owned(),
            label: label(1).to_owned(),
            ..Group::default()
        };
        let mut blocks = Vec::new();
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => {
                    let (name, value) = (attribute.key.as_str(), &attribute.value);
                    match name {
                        "provider" => {}
                        "preset" | "name" | "description" | "vpc_id" | "region"
                        | "security_group_id" => {
                            group.texts.insert(name.to_owned(), self.string(value)?);
                        }
                        "tags" => group.tags = self.strings(value)?,
                        "ingress_rules" => {
                            self.lines(Direction::Ingress, value, &mut group.rules)?;
                        }
                        "egress_rules" => self.lines(Direction::Egress, value, &mut group.rules)?,
                        _ => return Err(self.unexpected(name, structure)),
                    }
                }
                Structure::Block(rule) => match rule.ident.as_str() {
                    "ingress" => blocks.push(self.rule_block(Direction::Ingress, rule)?),
                    "egress" => blocks.push(self.rule_block(Direction::Egress, rule)?),
                    name => return Err(self.unexpected(name, structure)),
                },
            }
        }
        let blocks: Vec<Declaration> = blocks.into_iter().map(Declaration::Block).collect();
        let expansion = rules::expand(&blocks, |name| self.service(name), |peer| peer);
        if let Some((_, fault)) = expansion.faults.into_iter().next() {
            return Err(self.fault(&fault));
        }
        group.rules.extend(expansion.rules);
        if let Some(name) = group.texts.get("preset") {
            let rules = (self.meaning.preset)(name);
            let rules = rules.ok_or_else(|| self.error(format!("{name:?} is not a preset")))?;
            group.rules.extend(rules);
        }
        Ok(group)
    }

    fn rule_block(&self, direction: Direction, block: &Block) -> Result<rules::Block, ReadError> {
        let mut sources = Sources::default();
        let (mut service, mut protocol, mut description) = (None, None, String::new());
        let (mut from_port, mut to_port) = (None, None);
        for structure in &block.body {
            let Structure::Attribute(attribute) = structure else {
                return Err(self.unexpected("a block", structure));
            };
            let value = &attribute.value;
            match attribute.key.as_str() {
                "service" => service = Some(self.string(value)?),
                "protocol" => protocol = Some(self.string(value)?),
                "description" => description = self.string(value)?,
                "from_port" => from_port = value.as_number().and_then(hcl_edit::Number::as_i64),
                "to_port" => to_port = value.as_number().and_then(hcl_edit::Number::as_i64),
                "cidr_blocks" => sources.cidr_blocks = self.list(value)?,
                "ipv6_cidr_blocks" => sources.ipv6_cidr_blocks = self.list(value)?,
                "prefix_list_ids" => sources.prefix_list_ids = self.list(value)?,
                "security_groups" => sources.security_groups = self.list(value)?,
                "self" => sources.own = value.as_bool() == Some(true),
                name => return Err(self.unexpected(name, structure)),
            }
        }
        let what = match (service, protocol) {
            (Some(service), None) => TrafficSpec::Service(service),
            (None, Some(protocol)) => TrafficSpec::Protocol {
                protocol,
                from_port,
                to_port,
            },
            _ => return Err(self.error("a block has no service and no protocol, or both".into())),
        };
        Ok(rules::Block {
            direction,
            what,
            description,
            sources,
            pending: false,
        })
    }

    fn lines(
        &self,
        direction: Direction,
        value: &Expression,
        rules: &mut RuleSet,
    ) -> Result<(), ReadError> {
        for line in self.strings(value)?.values() {
            let service = |name: &str| (self.meaning.service)(name).ok_or_else(Vec::new);
            let form = short_form::parse(direction, line, &service).map_err(|faults| {
                let summary = faults.first().map_or("", |fault| &fault.summary);
                self.error(format!("{line:?}: {summary}"))
            })?;
            let described = form
                .rules(direction)
                .map(|rule| (rule, form.description.clone()));
            rules.extend(described);
        }
        Ok(())
    }

    fn service(&self, name: &str) -> Result<Vec<Traffic>, InputError> {
        let found = (self.meaning.service)(name);
        found.ok_or_else(|| InputError::new("service", format!("{name:?} is not a service"), ""))
    }

    fn strings(&self, value: &Expression) -> Result<BTreeMap<String, String>, ReadError> {
        let Some(object) = value.as_object() else {
            return Err(self.error("a map is expected".to_owned()));
        };
        let entries = object.iter().map(|(key, value)| {
            let key = match key {
                ObjectKey::Ident(ident) => ident.as_str().to_owned(),
                // An identifier as a key is its own name.
                ObjectKey::Expression(Expression::Variable(ident)) => ident.as_str().to_owned(),
                ObjectKey::Expression(expression) => self.string(expression)?,
            };
            Ok((key, self.string(value.expr())?))
        });
        entries.collect()
    }

    fn list(&self, value: &Expression) -> Result<Vec<String>, ReadError> {
        let Some(array) = value.as_array() else {
            return Err(self.error("a list is expected".to_owned()));
        };
        array.iter().map(|element| self.string(element)).collect()
    }

    /// A string, in which references are replaced by their ids.
    fn string(&self, value: &Expression) -> Result<String, ReadError> {
        match value {
            Expression::String(text) => Ok(text.as_str().to_owned()),
            Expression::StringTemplate(template) => {
                let mut text = String::new();
                for element in template {
                    match element {
                        Element::Literal(literal) => text.push_str(literal.as_str()),
                        Element::Interpolation(part) => text.push_str(&self.string(&part.expr)?),
                        Element::Directive(_) => {
                            return Err(self.error("a directive in a text".to_owned()));
                        }
                    }
                }
                Ok(text)
            }
            reference => {
                let written = reference.to_string();
                let written = written.trim();
                (self.meaning.resolve)(written).ok_or_else(|| {
                    self.error(format!("{written} is not a reference that is known"))
                })
            }
        }
    }

    fn fault(&self, fault: &InputError) -> ReadError {
        self.error(format!("{}. {}", fault.summary, fault.detail))
    }

    fn unexpected(&self, name: &str, structure: &Structure) -> ReadError {
        let before = structure.span().map_or("", |span| &self.text[..span.start]);
        let line = before.lines().count().max(1);
        self.error(format!("line {line}: {name} isn't expected here"))
    }

    fn error(&self, message: String) -> ReadError {
        ReadError { message }
    }
}
