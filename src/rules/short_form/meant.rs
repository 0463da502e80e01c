//! Recognises items in the spelling of other tools or of a word processor, for hints. A guess is
//! suggested only if it is valid.

/// The right spelling of an item, or of several, joined by commas; `None` if no guess is valid.
/// `reads` says whether a text is a valid item.
pub(super) fn meant(text: &str, reads: impl Fn(&str) -> bool) -> Option<String> {
    let words = text
        .replace([';', '&', '|'], ",")
        .replace(['–', '—', '−'], "-");
    let words: Vec<&str> = words.split_whitespace().collect();
    let listed = words
        .iter()
        .map(|word| match word.to_ascii_lowercase().as_str() {
            "and" | "or" | "+" => ",".to_owned(),
            _ => (*word).to_owned(),
        });
    let listed = listed.collect::<Vec<_>>().join(" ");
    let guess = |divide: &dyn Fn(&str) -> Vec<String>| {
        let items: Option<Vec<String>> = divide(&listed)
            .into_iter()
            .map(|item| spellings(&item).into_iter().find(|one| reads(one)))
            .collect();
        let items = items.filter(|items| !items.is_empty())?;
        Some(items.join(", ")).filter(|guess| guess != text)
    };
    let by_commas = |text: &str| {
        let items = text.split(',').map(|item| item.trim().to_owned());
        items.filter(|item| !item.is_empty()).collect()
    };
    let by_blanks = |text: &str| {
        let items = text.split([',', ' ']).map(str::to_owned);
        items.filter(|item| !item.is_empty()).collect()
    };
    guess(&by_commas).or_else(|| guess(&by_blanks))
}

/// An item in the spellings that are tried.
fn spellings(item: &str) -> Vec<String> {
    let joined = item
        .replace(" - ", "-")
        .replace(" / ", "/")
        .replace("/ ", "/")
        .replace(" /", "/");
    let slashed = joined.replace([':', ' '], "/");
    let turned = slashed
        .split_once('/')
        .map(|(ports, protocol)| format!("{protocol}/{ports}"));
    let ranged = slashed.split_once('/').map(|(protocol, ports)| {
        format!("{protocol}/{}", ports.replace("..", "-").replace('/', "-"))
    });
    let lower = joined.to_ascii_lowercase();
    let all = [joined, slashed, lower].into_iter();
    all.chain(turned).chain(ranged).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::rules::short_form::{item, traffic_item};

    #[test]
    fn other_spellings_are_understood_where_they_read() {
        let catalog = Catalog::built_in();
        let traffic =
            |text: &str| traffic_item(text, &|name| catalog.service_or_nearest(name)).is_ok();
        for (text, expected) in [
            ("ssh; http", Some("ssh, http")),
            ("ssh http", Some("ssh, http")),
            ("ssh and http", Some("ssh, http")),
            ("ssh & http", Some("ssh, http")),
            ("tcp/ 80", Some("tcp/80")),
            ("tcp / 80", Some("tcp/80")),
            ("tcp/80 - 90", Some("tcp/80-90")),
            ("tcp/8000–8100", Some("tcp/8000-8100")),
            ("tcp 80", Some("tcp/80")),
            ("tcp:80", Some("tcp/80")),
            ("TCP:80-90", Some("TCP/80-90")),
            ("tcp/8000:8100", Some("tcp/8000-8100")),
            ("tcp:8000:8100", Some("tcp/8000-8100")),
            ("tcp/8000..8100", Some("tcp/8000-8100")),
            ("tcp/8000 - 8100", Some("tcp/8000-8100")),
            ("icmp/8..0", None),
            ("80/tcp", Some("tcp/80")),
            ("80/tcp 443/tcp", Some("tcp/80, tcp/443")),
            ("HTTPS", Some("https")),
            ("tcp/70000", None),
            ("the moon", None),
            ("", None),
        ] {
            assert_eq!(meant(text, traffic).as_deref(), expected, "{text:?}");
        }
        let peer = |text: &str| item::peer(text).is_ok();
        for (text, expected) in [
            ("10.0.0.0/8 and 11.0.0.0/8", Some("10.0.0.0/8, 11.0.0.0/8")),
            ("10.0.0.0 / 8", Some("10.0.0.0/8")),
            ("10.0.0.0/8; self", Some("10.0.0.0/8, self")),
            ("SELF", Some("self")),
            ("Anywhere-IPv4", Some("anywhere-ipv4")),
            ("the internet", None),
            ("10.0.0.1/8", None),
        ] {
            assert_eq!(meant(text, peer).as_deref(), expected, "{text:?}");
        }
    }
}
