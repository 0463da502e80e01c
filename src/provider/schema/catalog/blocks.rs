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
                        "Name: lower-case letters, digits and hyphens. Not one of the catalog's.",
                    ),
                    text("description", "What it is, in a few words."),
                    text(
                        "category",
                        "A category of the catalog: guardrails that name the category name the \
                         service then.",
                    ),
                    Attribute::required(
                        "traffic",
                        Type::list(Type::String),
                        "What it lets through, as in the keys of `rules`, such as \
                         `[\"tcp/8443\", \"udp/5000-5010\"]`; other services may be named too.",
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
                        "Name, which is that of its group. Not one of the catalog's.",
                    ),
                    required("description", "Description of its group."),
                    map(
                        "ingress_rules",
                        "What may come in: lines of the short form by label.",
                    ),
                    map(
                        "egress_rules",
                        "What may go out: lines of the short form by label.",
                    ),
                ],
            ),
        ),
        NestedBlock::new(
            "guardrail",
            Nesting::List,
            block(
                "What no group may let through, however its rules are written: they are judged by \
                 what they let through together. Any number of such blocks.",
                vec![
                    required("name", "Name, by which errors and exemptions call it."),
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
                        "`\"world\"`, which rules violate that let in every public address of a \
                         family together, or CIDR blocks, of which any address counts. Default: \
                         `\"world\"` alone.",
                    ),
                    text(
                        "action",
                        "What becomes of a plan that violates it: `\"error\"` or `\"warning\"`. \
                         Default: `\"error\"`.",
                    ),
                    required(
                        "reason",
                        "Why, and what to do instead. It is shown with violations.",
                    ),
                    Attribute::optional(
                        "exemptible",
                        Type::Bool,
                        "Whether a group may be exempted, by its `guardrail_exemptions`. Default: \
                         `true`.",
                    ),
                ],
            ),
        ),
    ]
}
