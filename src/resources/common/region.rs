//! The region of a resource in its plan. Must not know any of the resource types.

use super::model;
use crate::tf_provider::value::{Attr, Value};

/// The planned region: the configured one, else the provider's. While that isn't known, it is the prior
/// one.
pub(in crate::resources) fn planned(
    config: &Value,
    prior: Option<&Value>,
    provider: Attr<String>,
) -> Value {
    let written = model::of(config).region();
    if !written.is_null() {
        return written.into();
    }
    match (provider, prior) {
        (Attr::Known(region), _) => region.into(),
        (_, Some(prior)) => model::of(prior).region().into(),
        (_, None) => Value::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_follows_the_provider_and_stays_while_that_is_unknown() {
        let of = |region: Value| Value::object([("region", region)]);
        let (written, unset) = (of("us-east-1".into()), of(Value::Null));
        let prior = of("eu-west-1".into());
        let provider = || Attr::Known("eu-north-1".to_owned());
        for (config, prior, provider, expected) in [
            (&written, Some(&prior), provider(), "us-east-1".into()),
            (
                &of(Value::Unknown),
                Some(&prior),
                provider(),
                Value::Unknown,
            ),
            (&unset, Some(&prior), provider(), "eu-north-1".into()),
            (&unset, None, provider(), "eu-north-1".into()),
            (&unset, Some(&prior), Attr::Unknown, "eu-west-1".into()),
            (&unset, None, Attr::Unknown, Value::Unknown),
        ] {
            let region = planned(config, prior, provider.clone());
            assert_eq!(region, expected, "{config:?}, {prior:?}, {provider:?}");
        }
    }
}
