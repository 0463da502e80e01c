//! Ids that EC2 makes up, as ids that are the same every day: in order of their appearance, and of
//! the same length, so that lines break where they broke.

const KINDS: [&str; 8] = [
    "eni-", "i-", "sg-", "sgr-", "sgrule-", "sgrules-", "subnet-", "vpc-",
];
/// Of EC2's ids, and of those that the provider makes up.
const DIGITS: [usize; 2] = [17, 16];

/// Which id stands for which.
#[derive(Default)]
pub(crate) struct Names {
    /// The real one, and what the page calls it.
    known: Vec<(String, String)>,
}

impl Names {
    /// A text of EC2's with the page's ids.
    pub(crate) fn on_page(&mut self, text: &str) -> String {
        for id in ids(text) {
            if self.known.iter().all(|(real, _)| *real != id) {
                let kind = kind(&id).expect("an id has a kind");
                let count = self
                    .known
                    .iter()
                    .filter(|(r, _)| r.starts_with(kind))
                    .count()
                    + 1;
                let first = &"0123456789abcde"[..id.len() - kind.len() - 2];
                self.known.push((id, format!("{kind}{first}{count:02x}")));
            }
        }
        let known = self.known.iter();
        known.fold(text.to_owned(), |text, (real, fixed)| {
            text.replace(real, fixed)
        })
    }

    /// A text of the page with EC2's ids.
    pub(crate) fn in_ec2(&self, text: &str) -> String {
        let known = self.known.iter();
        known.fold(text.to_owned(), |text, (real, fixed)| {
            text.replace(fixed, real)
        })
    }
}

fn kind(id: &str) -> Option<&'static str> {
    KINDS.into_iter().find(|kind| id.starts_with(kind))
}

/// The ids in a text, in order.
fn ids(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c != '-' && !c.is_ascii_alphanumeric());
    let is_id = |word: &&str| {
        let digits = kind(word).map(|kind| &word[kind.len()..]);
        digits
            .is_some_and(|d| DIGITS.contains(&d.len()) && d.chars().all(|c| c.is_ascii_hexdigit()))
    };
    words.filter(is_id).map(str::to_owned).collect()
}

#[test]
fn ids_get_the_same_names_every_day_and_back() {
    let mut names = Names::default();
    let real = "from sg-31c62495cc53ea981, [id=sg-9de0b4e64885aa06f] in vpc-76a6f66bc58fd6a6b";
    let page = "from sg-0123456789abcde01, [id=sg-0123456789abcde02] in vpc-0123456789abcde01";
    assert_eq!(names.on_page(real), page);
    assert_eq!(
        names.on_page("sg-9de0b4e64885aa06f"),
        "sg-0123456789abcde02"
    );
    assert_eq!(names.in_ec2(page), real);
    assert_eq!(
        names.on_page("[id=sgrules-76a6f66bc58fd6a6] [id=sgr-76a6f66bc58fd6a6b]"),
        "[id=sgrules-0123456789abcd01] [id=sgr-0123456789abcde01]"
    );
    assert_eq!(
        names.on_page("sg-… and security-group"),
        "sg-… and security-group"
    );
}
