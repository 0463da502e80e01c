//! The part of the user agent that follows the SDK's own.

/// Name and version of this provider.
const OWN: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// The products behind the SDK's part of the user agent: this provider, the configured products, and
/// those of `TF_APPEND_USER_AGENT`.
pub(super) fn products(configured: &[String], variable: impl Fn(&str) -> Option<String>) -> String {
    let appended = variable("TF_APPEND_USER_AGENT");
    let all = [OWN].into_iter().map(str::to_owned);
    let all = all.chain(configured.iter().cloned()).chain(appended);
    let all = all.map(|product| product.trim().to_owned());
    let all: Vec<String> = all.filter(|product| !product.is_empty()).collect();
    // Characters that a header can't hold are replaced, so that a wrong variable doesn't stop the
    // provider.
    let fits = |c: char| if matches!(c, ' '..='~') { c } else { '-' };
    all.join(" ").chars().map(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_provider_first_and_the_environment_last() {
        let configured = ["module/1.0 (+web)".to_owned(), " ".to_owned()];
        let variable = |name: &str| match name {
            "TF_APPEND_USER_AGENT" => Some(" ci/2\u{e9}\n".to_owned()),
            _ => None,
        };
        let expected = format!("{OWN} module/1.0 (+web) ci/2-");
        assert_eq!(products(&configured, variable), expected);
        assert_eq!(products(&[], |_| None), OWN);
    }
}
