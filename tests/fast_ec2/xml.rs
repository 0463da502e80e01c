//! Replies as EC2 writes them.

const NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";
const REQUEST_ID: &str = "11111111-2222-3333-4444-555555555555";

/// XML that is being written.
#[derive(Default)]
pub(crate) struct Xml(String);

impl Xml {
    /// An element with text in it.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.element(name, |xml| xml.escaped(text));
    }

    /// An element with text, if there is one.
    pub(crate) fn some(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// An element with what `inside` writes.
    pub(crate) fn element(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.0.extend(["<", name, ">"]);
        inside(self);
        self.0.extend(["</", name, ">"]);
    }

    /// A list, with one `item` for each.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        each: impl Fn(&mut Self, T),
    ) {
        self.element(name, |xml| {
            for item in items {
                xml.element("item", |xml| each(xml, item));
            }
        });
    }

    fn escaped(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                _ => self.0.push(character),
            }
        }
    }
}

/// The reply to an action.
pub(crate) fn reply(action: &str, inside: impl FnOnce(&mut Xml)) -> String {
    let mut xml = Xml(format!("<{action}Response xmlns=\"{NAMESPACE}\">"));
    xml.text("requestId", REQUEST_ID);
    inside(&mut xml);
    xml.0 + &format!("</{action}Response>")
}

/// The reply to an action of STS.
pub(crate) fn sts_reply(action: &str, inside: impl FnOnce(&mut Xml)) -> String {
    let namespace = "https://sts.amazonaws.com/doc/2011-06-15/";
    let mut xml = Xml(format!("<{action}Response xmlns=\"{namespace}\">"));
    xml.element(&format!("{action}Result"), inside);
    xml.element("ResponseMetadata", |xml| xml.text("RequestId", REQUEST_ID));
    xml.0 + &format!("</{action}Response>")
}

/// A refusal.
pub(crate) fn error(code: &str, message: &str) -> String {
    let mut xml = Xml::default();
    xml.element("Response", |xml| {
        xml.element("Errors", |xml| {
            xml.element("Error", |xml| {
                xml.text("Code", code);
                xml.text("Message", message);
            });
        });
        xml.text("RequestID", REQUEST_ID);
    });
    xml.0
}
