//! Reads an XML document to its end and keeps only the facts that the check of a reply needs.

use xmlparser::{ElementEnd, Token, Tokenizer};

use super::id;
use super::requested_ids::RequestedIds;

/// Deepest nesting of elements. EC2's replies have fewer than twenty levels.
const DEEPEST: usize = 100;
/// Most different elements below the root that are kept. EC2's replies have fewer.
const MOST_CHILDREN: usize = 100;

/// Number of elements around an item of a reply's list: the root, and the list.
const DEPTH_OF_ITEMS: usize = 2;

/// The facts about a whole document.
#[derive(Debug, Default)]
pub(super) struct Document<'a> {
    /// The outermost element.
    pub(super) root: &'a str,
    /// The names of the elements right below the root.
    pub(super) children: Vec<&'a str>,
    /// Whether one of these is a list, which may be empty.
    pub(super) has_list: bool,
    /// Whether it holds the code of an error.
    pub(super) has_code: bool,
    /// Whether the reply says that the call was not carried out.
    pub(super) says_no: bool,
    /// The first element whose text must be an id and isn't, with that text.
    pub(super) no_id: Option<(&'a str, String)>,
    /// The id of the first item that wasn't requested.
    pub(super) not_asked: Option<String>,
    /// The item of a list that is being read.
    item: Item,
}

/// An item of a list, and whether it was requested.
#[derive(Debug, Default)]
struct Item {
    /// Whether it has one of the requested ids.
    is_asked: bool,
    /// Its first id.
    id: String,
}

/// Why the body isn't a whole document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// It begins like XML.
    Incomplete,
    /// It doesn't begin like XML.
    NoXml,
}

/// An element that isn't closed yet.
struct Open<'a> {
    prefix: &'a str,
    name: &'a str,
    text: String,
}

impl<'a> Document<'a> {
    /// Reads a document from its first to its last byte.
    pub(super) fn read(body: &'a [u8], requested: Option<&RequestedIds>) -> Result<Self, Reason> {
        let text = match std::str::from_utf8(body) {
            Ok(text) => text,
            Err(error) if starts_like_xml(&body[..error.valid_up_to()]) => {
                return Err(Reason::Incomplete);
            }
            Err(_) => return Err(Reason::NoXml),
        };
        let broken = if starts_like_xml(body) {
            Reason::Incomplete
        } else {
            Reason::NoXml
        };
        let mut found = Self::default();
        let mut open: Vec<Open<'a>> = Vec::new();
        for token in Tokenizer::from(text) {
            match token.map_err(|_| broken)? {
                Token::ElementStart { prefix, local, .. } => {
                    if open.len() == DEEPEST || (open.is_empty() && !found.root.is_empty()) {
                        return Err(broken);
                    }
                    found.begin(local.as_str(), open.len());
                    open.push(Open {
                        prefix: prefix.as_str(),
                        name: local.as_str(),
                        text: String::new(),
                    });
                }
                Token::ElementEnd { end, .. } => match end {
                    ElementEnd::Open => {}
                    ElementEnd::Empty => {
                        let closed = open.pop().ok_or(broken)?;
                        found.end(&closed, &open, requested);
                    }
                    ElementEnd::Close(prefix, local) => {
                        let closed = open.pop().ok_or(broken)?;
                        if (closed.prefix, closed.name) != (prefix.as_str(), local.as_str()) {
                            return Err(broken);
                        }
                        found.end(&closed, &open, requested);
                    }
                },
                Token::Text { text } | Token::Cdata { text, .. } => {
                    if let Some(element) = open.last_mut().filter(|o| is_looked_at(o.name)) {
                        element.text.push_str(text.as_str());
                    }
                }
                Token::DtdStart { .. }
                | Token::EmptyDtd { .. }
                | Token::DtdEnd { .. }
                | Token::EntityDeclaration { .. } => return Err(Reason::NoXml),
                Token::Declaration { .. }
                | Token::ProcessingInstruction { .. }
                | Token::Comment { .. }
                | Token::Attribute { .. } => {}
            }
        }
        if open.is_empty() && !found.root.is_empty() {
            Ok(found)
        } else {
            Err(broken)
        }
    }

    /// Whether an element of this name is right below the root.
    pub(super) fn has_child(&self, name: &str) -> bool {
        self.children.contains(&name)
    }

    fn begin(&mut self, name: &'a str, depth: usize) {
        match depth {
            0 => self.root = name,
            1 if self.children.len() < MOST_CHILDREN && !self.has_child(name) => {
                self.children.push(name);
                self.has_list |= is_list(name);
            }
            _ => {}
        }
    }

    fn end(&mut self, closed: &Open<'a>, around: &[Open<'a>], requested: Option<&RequestedIds>) {
        let text = closed.text.trim();
        if let Some(requested) = requested {
            self.end_of_asked(closed.name, text, around.len(), requested);
        }
        match closed.name {
            "Code" => {
                let is_of_error = around.last().is_some_and(|o| o.name == "Error");
                self.has_code |= is_of_error && id::is_code(text);
            }
            "return" if around.len() == 1 => self.says_no |= text != "true",
            name => {
                // Not trimmed: the SDK takes white space for a part of the id.
                let is_id = id::form(name).is_none_or(|form| form(&closed.text));
                if !is_id && self.no_id.is_none() {
                    self.no_id = Some((name, text.to_owned()));
                }
            }
        }
    }
}

impl Document<'_> {
    /// Handles the end of an element in a reply to a call that requested ids.
    fn end_of_asked(&mut self, name: &str, text: &str, depth: usize, requested: &RequestedIds) {
        if name == "item" && depth == DEPTH_OF_ITEMS {
            let item = std::mem::take(&mut self.item);
            if !item.is_asked && self.not_asked.is_none() {
                self.not_asked = Some(item.id);
            }
            return;
        }
        let depth_in_item = depth.saturating_sub(DEPTH_OF_ITEMS);
        if requested.is_at(name, depth_in_item) {
            self.item.is_asked |= requested.has(text);
        }
        if depth_in_item == 1 && self.item.id.is_empty() && id::form(name).is_some() {
            text.clone_into(&mut self.item.id);
        }
    }
}

/// Whether an element is a list, by its name: EC2's names of lists end in one of two ways, with few
/// exceptions.
fn is_list(name: &str) -> bool {
    let has_another_name = matches!(name, "clientVpnEndpoint" | "transitGatewayVpcAttachments");
    name.ends_with("Set") || name.ends_with("Info") || has_another_name
}

fn is_looked_at(name: &str) -> bool {
    matches!(name, "Code" | "return") || id::form(name).is_some()
}

/// Whether the bytes could be the beginning of an XML document rather than of a text.
fn starts_like_xml(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let next = body.trim_ascii_start();
    matches!(next, [b'<'] | [b'<', b'?' | b'!' | b':' | b'_' | b'a'..=b'z' | b'A'..=b'Z', ..])
}
