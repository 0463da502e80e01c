//! The message about credentials with characters that a request can't have: which part of which
//! source, what is wrong with it, and what to write. Must not show the credential.

use super::explanation::{Argument, Explanation, at};
use crate::ec2::errors::{Part, SettingSource, Source, Stray, stray};

const WHY: &str = "Keys and tokens of AWS are visible ASCII characters in one line; AWS was not \
                   asked.";

pub(super) fn explain(source: &Source, part: Part, found: Stray) -> Explanation {
    let explanation = Explanation::new(
        format!("{} can't be sent: it {found}", source.name(part)),
        format!("{WHY} {}", hint(source, part, found)),
    );
    match source {
        Source::Block => explanation.at(block_argument(part)),
        Source::File { origin, .. } => at(*origin, explanation),
        Source::Environment(_)
        | Source::Profile { .. }
        | Source::Container
        | Source::Metadata
        | Source::Role(_) => explanation,
    }
}

/// The error of an argument of the provider block; `None` for a valid text.
pub(crate) fn argument(part: Part, text: &str) -> Option<Explanation> {
    stray(text).map(|found| explain(&Source::Block, part, found))
}

fn hint(source: &Source, part: Part, found: Stray) -> String {
    let name = source.name(part);
    match source {
        Source::Block if found.is_trimmed_off => format!(
            "Set {name} to trimspace(…) of what it is now, such as trimspace(file(\"…\")): that \
             takes off line breaks and spaces at both ends."
        ),
        Source::Block => format!("Set {name} to the value as AWS shows it: copy it anew."),
        Source::Environment(_) if found.is_trimmed_off => format!(
            "Remove the white space from the variable; in a CI system, from the secret that sets \
             it. In a shell, {name}=\"$(printf %s \"${name}\" | tr -d '[:space:]')\" does it."
        ),
        Source::Environment(_) => "Set the variable anew; in a CI system, the secret that sets \
                                   it."
        .to_owned(),
        Source::File { origin, .. } => {
            let named = match origin {
                SettingSource::Argument(name) | SettingSource::Element(name, _) => {
                    format!("\"{name}\"")
                }
                SettingSource::Default => "The environment".to_owned(),
                other => other.to_string(),
            };
            format!("{named} names the file: write nothing but the token into it.")
        }
        Source::Profile { file: Some(_), .. } => "Correct that line of the file. A line that \
                                                  begins with white space goes on with the one \
                                                  before."
            .to_owned(),
        Source::Profile {
            program: Some(program),
            ..
        } => format!("Correct what {program} prints, or what it reads."),
        Source::Profile { .. } | Source::Container | Source::Metadata | Source::Role(_) => {
            "Ask whoever runs the service that sent it: AWS itself sends no such thing.".to_owned()
        }
    }
}

fn block_argument(part: Part) -> Argument {
    match part {
        Part::AccessKey => Argument::named("access_key"),
        Part::SecretKey => Argument::named("secret_key"),
        Part::SessionToken => Argument::named("token"),
        Part::WebIdentityToken | Part::ContainerToken => {
            let block = Argument::element("assume_role_with_web_identity", 0);
            block.attribute("web_identity_token")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Stray {
        stray(text).expect("a text that can't be sent")
    }

    #[test]
    fn each_source_is_named_and_told_what_to_write() {
        let file = |origin| Source::File {
            path: "/run/token".into(),
            origin,
        };
        let profile = |file: Option<&str>, program: Option<&str>| Source::Profile {
            profile: "dev".to_owned(),
            file: file.map(Into::into),
            program: program.map(str::to_owned),
        };
        let variable = Source::Environment(Some("AWS_SECRET_ACCESS_KEY"));
        for (source, text, name, hint) in [
            (
                Source::Block,
                "k\n",
                "\"secret_key\" can't",
                "trimspace(file(",
            ),
            (Source::Block, "k\0", "\"secret_key\" can't", "copy it anew"),
            (
                variable.clone(),
                "k\n",
                "AWS_SECRET_ACCESS_KEY can't",
                "CI system",
            ),
            (
                variable,
                "ké",
                "AWS_SECRET_ACCESS_KEY can't",
                "Set the variable anew",
            ),
            (
                file(SettingSource::Variable("AWS_WEB_IDENTITY_TOKEN_FILE")),
                "a\nb",
                "/run/token can't",
                "AWS_WEB_IDENTITY_TOKEN_FILE names the file",
            ),
            (
                profile(Some("/home/me/.aws/credentials"), None),
                "a\nb",
                "aws_secret_access_key of the profile \"dev\" in /home/me/.aws/credentials can't",
                "goes on with the one before",
            ),
            (
                profile(None, Some("/opt/tool")),
                "a\n",
                "that /opt/tool prints, credential_process of the profile \"dev\", can't",
                "Correct what /opt/tool prints",
            ),
            (
                Source::Metadata,
                "a\n",
                "of the instance metadata service can't",
                "Ask whoever",
            ),
            (
                Source::Container,
                "a\n",
                "of the container's endpoint can't",
                "Ask whoever",
            ),
            (
                Source::Role("arn:aws:iam::123456789012:role/x".to_owned()),
                "a\n",
                "that STS sent for the role arn:aws:iam::123456789012:role/x can't",
                "Ask whoever",
            ),
        ] {
            let said = explain(&source, Part::SecretKey, found(text));
            assert!(said.summary.contains(name), "{said:?}");
            assert!(said.detail.contains(hint), "{said:?}");
        }
    }

    #[test]
    fn an_argument_is_faulted_where_it_is_and_never_repeated() {
        let said = argument(Part::SessionToken, "fake-token\n").expect("a fault");
        assert_eq!(said.argument, Some(Argument::named("token")));
        assert!(!format!("{said:?}").contains("fake-token"), "{said:?}");
        assert_eq!(argument(Part::SessionToken, "fake-token"), None);
    }
}
