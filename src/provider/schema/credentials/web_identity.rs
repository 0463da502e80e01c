//! `assume_role_with_web_identity`: a role that is assumed with a token of another identity provider.

use super::super::section::{text, texts};
use super::session;
use crate::ec2::errors::Part;
use crate::ec2::settings::{WebIdentity, WebIdentityToken};
use crate::provider::errors::unsendable;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::{Attribute, Block};
use crate::tf_provider::value::{Type, Value};

pub(super) const NAME: &str = "assume_role_with_web_identity";

const TOKEN: &str = "web_identity_token";
const FILE: &str = "web_identity_token_file";

pub(super) fn block() -> Block {
    let mut attributes = session::attributes(
        "ARN of the role. Default: `AWS_ROLE_ARN`.",
        "Name of the session in AWS's logs. Default: `AWS_ROLE_SESSION_NAME`, else a generated \
         name for each process.",
    );
    attributes.extend([
        Attribute::optional(
            TOKEN,
            Type::String,
            "The token. Default: `TF_AWS_WEB_IDENTITY_TOKEN`.",
        )
        .sensitive()
        .must_be("one line of visible ASCII characters", |value, path| {
            unsendable(Part::WebIdentityToken, value, path)
        }),
        Attribute::optional(
            FILE,
            Type::String,
            "File with the token, which is read again for every session. `~` and `$NAME` are \
             expanded. Default: `AWS_WEB_IDENTITY_TOKEN_FILE`.",
        ),
    ]);
    Block {
        description: "A role to assume with a token of another identity provider (OpenID Connect), \
                      such as a CI system's. Roles of `assume_role` come after it.",
        attributes,
        blocks: Vec::new(),
    }
}

pub(super) fn validate(blocks: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let blocks = blocks.as_elements().unwrap_or_default();
    for (index, block) in (0..).zip(blocks) {
        let path = Path::root().attribute(NAME).index(index);
        let is_set = |name: &str| {
            let value = block.get(name);
            !value.is_null() && value.as_str() != Some("")
        };
        if index > 0 {
            found.push(one_too_many().at(path.clone()));
        }
        if is_set(TOKEN) && is_set(FILE) {
            found.push(two_tokens().at(path.attribute(FILE)));
        }
    }
    found
}

pub(super) fn read(blocks: &Value) -> Option<WebIdentity> {
    let block = blocks.as_elements()?.first()?;
    let owned = |name| text(block.get(name)).map(str::to_owned);
    let file = owned(FILE).map(|path| WebIdentityToken::File(path.into()));
    Some(WebIdentity {
        role_arn: owned("role_arn"),
        session_name: owned("session_name"),
        duration: session::length(block),
        policy: owned("policy"),
        policy_arns: texts(block.get("policy_arns")).map(str::to_owned).collect(),
        token: owned(TOKEN).map(WebIdentityToken::Text).or(file),
    })
}

fn one_too_many() -> Diagnostic {
    Diagnostic::error(
        "More than one \"assume_role_with_web_identity\" block",
        "A token is exchanged for the credentials of one role. Remove one block. For further roles, add \
         assume_role blocks: they are assumed with those credentials.",
    )
}

fn two_tokens() -> Diagnostic {
    Diagnostic::conflict(
        "\"web_identity_token\" and \"web_identity_token_file\" are both set. A session needs one \
         token. Remove one of the two.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(found: &Diagnostics) -> &Diagnostic {
        let mut all = found.iter();
        let one = all.next().expect("one message");
        assert!(all.next().is_none(), "{found:?}");
        one
    }

    #[test]
    fn two_tokens_and_two_blocks_are_refused() {
        let both = block().empty().with(TOKEN, "t").with(FILE, "f");
        let found = validate(&Value::list([both.clone().with(TOKEN, Value::Unknown)]));
        let path = "assume_role_with_web_identity[0].web_identity_token_file";
        assert_eq!(only(&found).path.to_string(), path);
        assert!(validate(&Value::list([both.with(FILE, "")])).is_empty());

        let found = validate(&Value::list([block().empty(), block().empty()]));
        let path = "assume_role_with_web_identity[1]";
        assert_eq!(only(&found).path.to_string(), path);
    }
}
