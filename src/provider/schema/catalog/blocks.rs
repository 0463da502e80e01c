//! The schema of the blocks `service`, `preset` and `guardrail`. Must not know how they are read.

use crate::tf_provider::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::tf_provider::value::Type;

/// The three blocks, in the order in which documentation shows them.
pub(super) fn blocks() -> Vec<NestedBlock> {
    let text = |name, description| Attribute::optional(name, Type::String, description);
    let required = |name, description| Attribute::required(name, Type::String, description);
    let texts =
        |name, description| Attribute::optional(name, Type::list(Type::String), description);
    let map = |name, description| Attribute::optional(name, Type::map(Type::String), description);
    let block = |description, attributes| Block {
        description,
        attributes,
        blocks: Vec::new(),
    };
    vec![
        NestedBlock::new(
            "service",
            Nesting::List,
            block(
                "A service of your own, for `service`, `services`, the short form, presets and \
                 guardrails. Any number of such blocks.",
                vec![
                    required(
                        "name",
                        "Name, of lower-case letters, digits and hyphens. It can't be a name of \
                         the catalog.",
                    ),
                    text("description", "A short description."),
                    text(
                        "category",
                        "A category of the catalog. Guardrails for the category then apply to \
                         the service.",
                    ),
                    Attribute::required(
                        "traffic",
                        Type::list(Type::String),
                        "The service's traffic, as in the keys of `rules`, such as \
                         `[\"tcp/8443\", \"udp/5000-5010\"]`, and names of other services.",
                    ),
                ],
            ),
        ),
        NestedBlock::new(
            "preset",
            Nesting::List,
            block(
                "A preset of your own, for `preset` and `presets`. Any number of such blocks.",
                vec![
                    required(
                        "name",
                        "Name of the preset, and default name of its groups. It can't be a name \
                         of the catalog.",
                    ),
                    required("description", "Description of its group."),
                    map(
                        "ingress_rules",
                        "Inbound rules: lines of the short form by label.",
                    ),
                    map(
                        "egress_rules",
                        "Outbound rules: lines of the short form by label.",
                    ),
                ],
            ),
        ),
        NestedBlock::new(
            "guardrail",
            Nesting::List,
            block(
                "Traffic that no group may let through. The rules of a group are checked \
                 together, however they are written. Any number of such blocks.",
                vec![
                    required("name", "Name, which errors and exemptions use."),
                    text(
                        "direction",
                        "Either `\"ingress\"` or `\"egress\"`. Default: `\"ingress\"`.",
                    ),
                    texts(
                        "traffic",
                        "Categories or services of the catalog, or traffic as in the keys of \
                         `rules`. A category leaves out ports 80 and 443, unless it is `\"web\"`. \
                         Default: all traffic.",
                    ),
                    texts(
                        "peers",
                        "A list: `\"world\"`, or CIDR blocks. Rules violate `\"world\"` if together they \
                         let through every public address of a family, and CIDR blocks if they \
                         let through any address in them. Default: a list of `\"world\"` alone.",
                    ),
                    text(
                        "action",
                        "Effect on a plan that violates it: `\"error\"` or `\"warning\"`. \
                         Default: `\"error\"`.",
                    ),
                    required(
                        "reason",
                        "Why the traffic is forbidden, and what to do instead. It is shown with \
                         each violation.",
                    ),
                    Attribute::optional(
                        "exemptible",
                        Type::Bool,
                        "Whether groups can be exempted, with `guardrail_exemptions`. Default: \
                         `true`.",
                    ),
                ],
            ),
        ),
    ]
}
