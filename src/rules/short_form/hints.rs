//! What a text may have been meant for that is written in the words of other tools, or with a slip of
//! the pen: hints for messages. Reads no items itself.

/// Whether other tools call all protocols, or all ports, so.
pub(super) fn is_everything(text: &str) -> bool {
    let words = ["any", "*", "ip", "everything", "all-traffic"];
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether other tools call every address so; in lower case.
pub(super) fn is_everywhere(lower: &str) -> bool {
    let words = [
        "all",
        "any",
        "anyone",
        "anywhere",
        "everyone",
        "everywhere",
        "internet",
        "public",
        "world",
        "*",
    ];
    words.contains(&lower)
}

/// The ports of an item that names no protocol, with the protocol of the ports before it: `tcp/80` for
/// the second item of `tcp/443, 80`. `before` are the items before it, the last one first.
pub(super) fn in_ports_before<'a>(
    text: &str,
    mut before: impl Iterator<Item = &'a str>,
    reads: impl Fn(&str) -> bool,
) -> Option<String> {
    let is_ports = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if !is_ports(text) {
        return None;
    }
    let (protocol, _) = before.find(|item| !is_ports(item))?.split_once('/')?;
    let guess = format!("{protocol}/{text}");
    let has_ports = ["tcp", "udp"].contains(&protocol.to_ascii_lowercase().as_str());
    (has_ports && reads(&guess)).then_some(guess)
}

/// How a group of the same configuration is named, where a peer is only a word.
pub(super) fn label_hint(text: &str, near: &[&str]) -> String {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_sign);
    if !is_name || !near.is_empty() {
        return String::new();
    }
    format!(
        " For a group of this configuration write its id attribute, as in \
         \"${{curated_security_group.{text}.id}}\"."
    )
}
