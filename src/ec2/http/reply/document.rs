//! An XML document, read to its very end for what the judgement of a reply needs. Keeps no more than
//! that. Knows the elements of EC2 and STS whose text is an id.

use xmlparser::{ElementEnd, Token, Tokenizer};

use super::id;
use super::requested_ids::RequestedIds;

/// EC2 nests less than twenty deep.
const DEEPEST: usize = 100;
/// No reply of EC2 has as many different elements right below its root.
const MOST_CHILDREN: usize = 100;

/// Number of elements around an item of a reply's list: the root, and the list.
const DEPTH_OF_ITEMS: usize = 2;

/// The facts about a whole document.
#[derive(Debug, Default)]
pub(super) struct Document<'a> {
    /// The outermost element.
    pub(super) root: &'a str,
    /// The elements right below it.
    pub(super) children: Vec<&'a str>,
    /// Whether there is a list, of whatever length, among these.
    pub(super) has_list: bool,
    /// Whether there is the code of an error.
    pub(super) has_code: bool,
    /// Whether the reply says that nothing was done.
    pub(super) says_no: bool,
    /// The first element that is to hold an id and holds none, with its text.
    pub(super) no_id: Option<(&'a str, String)>,
    /// The id of the first item that wasn't asked for, if there is one.
    pub(super) not_asked: Option<String>,
    /// The item of a list that isn't closed yet.
    item: Item,
}

/// Whether an item of a list was asked for.
#[derive(Debug, Default)]
struct Item {
    /// It has one of the ids that were asked for.
    is_asked: bool,
    /// The first id that it has.
    id: String,
}

/// Why there is no whole document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// It begins like one.
    Incomplete,
    /// It doesn't.
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

    /// Whether there is such an element right below the root.
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
                // Who reads the id takes white space for a part of it.
                let is_id = id::form(name).is_none_or(|form| form(&closed.text));
                if !is_id && self.no_id.is_none() {
                    self.no_id = Some((name, text.to_owned()));
                }
            }
        }
    }
}

impl Document<'_> {
    /// An element ends in a reply whose items were asked for by their ids.
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

/// Whether an element is a list. EC2 calls nearly all of its lists so, and a few otherwise.
fn is_list(name: &str) -> bool {
    let has_another_name = matches!(name, "clientVpnEndpoint" | "transitGatewayVpcAttachments");
    name.ends_with("Set") || name.ends_with("Info") || has_another_name
}

fn is_looked_at(name: &str) -> bool {
    matches!(name, "Code" | "return") || id::form(name).is_some()
}

/// Whether it could be the beginning of a document, and not of a text.
fn starts_like_xml(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let next = body.trim_ascii_start();
    matches!(next, [b'<'] | [b'<', b'?' | b'!' | b':' | b'_' | b'a'..=b'z' | b'A'..=b'Z', ..])
}
