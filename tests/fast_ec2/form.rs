//! Requests as EC2's query protocol has them: a form whose names are paths, as in
//! `IpPermissions.1.IpRanges.2.CidrIp`.

use std::collections::BTreeMap;

/// The fields of a request.
pub(crate) struct Form(BTreeMap<String, String>);

/// The fields below a path.
pub(crate) struct Part<'a> {
    form: &'a Form,
    prefix: String,
}

impl Form {
    pub(crate) fn read(body: &str) -> Self {
        let pairs = body.split('&').filter(|pair| !pair.is_empty());
        let read = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (unescaped(name), unescaped(value))
        };
        Self(pairs.map(read).collect())
    }

    /// All of it.
    pub(crate) fn whole(&self) -> Part<'_> {
        Part {
            form: self,
            prefix: String::new(),
        }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(crate) fn fields(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

impl<'a> Part<'a> {
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        let value = self.form.0.get(&format!("{}{name}", self.prefix))?;
        Some(value)
    }

    pub(crate) fn number(&self, name: &str) -> Option<i32> {
        self.text(name)?.parse().ok()
    }

    /// A list of texts.
    pub(crate) fn texts(&self, name: &str) -> Vec<&'a str> {
        let texts = (1..).map_while(|at| self.text(&format!("{name}.{at}")));
        texts.collect()
    }

    /// A list of structures.
    pub(crate) fn parts(&self, name: &str) -> Vec<Part<'a>> {
        let part = |at| Part {
            form: self.form,
            prefix: format!("{}{name}.{at}.", self.prefix),
        };
        let there = |part: &Part<'_>| {
            let mut from = part.form.0.range(part.prefix.clone()..);
            from.next()
                .is_some_and(|(n, _)| n.starts_with(&part.prefix))
        };
        (1..).map(part).take_while(there).collect()
    }

    /// One structure.
    pub(crate) fn part(&self, name: &str) -> Part<'a> {
        Part {
            form: self.form,
            prefix: format!("{}{name}.", self.prefix),
        }
    }
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let code = digit(rest.next()).zip(digit(rest.next()));
                bytes.extend(code.map(|(high, low)| (high * 16 + low) as u8));
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_texts_and_parts() {
        let form = Form::read("A.1.B=x+y&A.2.B=%C3%A9%2F&A.2.C.1=1&A.2.C.2=2&A.10.B=z&D=");
        let parts = form.whole().parts("A");
        let told: Vec<_> = parts.iter().map(|p| (p.text("B"), p.texts("C"))).collect();
        assert_eq!(told, [(Some("x y"), vec![]), (Some("é/"), vec!["1", "2"])]);
        assert_eq!(form.whole().text("D"), Some(""));
        assert!(form.whole().parts("D").is_empty());
    }
}
