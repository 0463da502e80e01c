//! A page as its parts: prose, configurations, commands of the AWS CLI, and pictures of what
//! Terraform prints. Joined again they are the page.

use std::fmt;

/// A Markdown page.
pub(crate) struct Page(pub(crate) Vec<Part>);

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    Prose(String),
    /// One resource, or what comes before all resources.
    Hcl(String),
    /// What somebody does behind Terraform's back.
    Shell(String),
    Picture {
        /// Without the prompt: "terraform plan".
        command: String,
        text: String,
    },
}

const PROMPT: &str = "$ ";

impl Page {
    /// # Panics
    /// When a fence has no end, or its kind is none of ours.
    pub(crate) fn read(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((prose, fenced)) = rest.split_once("```") {
            let (kind, fenced) = fenced.split_once('\n').expect("a fence has a line");
            let (inner, after) = fenced.split_once("```\n").expect("a fence has an end");
            parts.push(Part::Prose(prose.to_owned()));
            parts.push(Part::read(kind, inner));
            rest = after;
        }
        parts.push(Part::Prose(rest.to_owned()));
        Self(parts)
    }
}

impl Part {
    fn read(kind: &str, inner: &str) -> Self {
        match kind {
            "hcl" => Self::Hcl(inner.to_owned()),
            "shell" => Self::Shell(inner.to_owned()),
            "text" => {
                let (command, text) = inner.split_once('\n').expect("a picture has a command");
                let command = command
                    .strip_prefix(PROMPT)
                    .expect("a command has a prompt");
                Self::Picture {
                    command: command.to_owned(),
                    text: text.trim_matches('\n').to_owned(),
                }
            }
            other => panic!("{other:?} is no kind of block in the gallery"),
        }
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| part.fmt(f))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prose(text) => f.write_str(text),
            Self::Hcl(text) => write!(f, "```hcl\n{text}```\n"),
            Self::Shell(text) => write!(f, "```shell\n{text}```\n"),
            Self::Picture { command, text } => {
                write!(f, "```text\n{PROMPT}{command}\n\n{text}\n```\n")
            }
        }
    }
}

#[test]
fn a_page_is_its_parts_joined() {
    let text = "Hello\n\n```hcl\na {}\n```\n\nthen\n\n```shell\naws x\n```\n\n\
                ```text\n$ terraform plan\n\nNo changes.\n```\n\nend\n";
    let page = Page::read(text);
    assert_eq!(page.to_string(), text);
    assert_eq!(page.0.len(), 7);
    let picture = Part::Picture {
        command: "terraform plan".to_owned(),
        text: "No changes.".to_owned(),
    };
    assert_eq!(page.0[5], picture);
}
