//! Generates rule sets of any size, like those of large accounts, for the benchmarks and for the
//! test that the cost is linear.

use terraform_provider_curated::rules::{
    Block, Declaration, Direction, Expansion, InputError, Limits, Peer, Rule, RuleSet, Sources,
    Step, Traffic, TrafficSpec, covered, diff, expand, steps,
};

/// Sources of each block.
const SOURCES: usize = 10;

/// Blocks with `rules` rules, which is a multiple of ten: TCP from ten networks each, and three
/// ports for each set of networks. Sets of different `age` share nine of ten networks.
pub(crate) fn blocks(rules: usize, age: u8) -> Vec<Block> {
    (0..rules / SOURCES).map(|at| block(at, age)).collect()
}

fn block(at: usize, age: u8) -> Block {
    let nets = (0..SOURCES).map(|source| {
        let host = at / 3 * SOURCES + source;
        let first = if source == 0 { 20 + age } else { 10 };
        format!("{first}.{}.{}.0/24", host / 256 % 256, host % 256)
    });
    let port = [22, 443, 8080][at % 3];
    Block {
        direction: Direction::Ingress,
        what: TrafficSpec::Protocol {
            protocol: "tcp".to_owned(),
            from_port: Some(port),
            to_port: None,
        },
        description: format!("block {at}"),
        sources: Sources {
            cidr_blocks: nets.collect(),
            ..Sources::default()
        },
        pending: false,
    }
}

/// The rules of blocks.
pub(crate) fn rules_of(blocks: &[Block]) -> RuleSet {
    let none =
        |name: &str| -> Result<Vec<Traffic>, InputError> { panic!("{name} isn't used here") };
    let seen = |peer: Peer| peer;
    let declarations: Vec<Declaration> = blocks.iter().cloned().map(Declaration::Block).collect();
    let Expansion { rules, faults, .. } = expand(&declarations, none, seen);
    assert!(faults.is_empty(), "the blocks are good");
    rules
}

/// Limits that leave no room to add before removing.
pub(crate) fn full(rules: usize) -> Limits {
    Limits {
        rules_per_direction: rules,
        ..Limits::default()
    }
}

/// Limits that are never reached.
pub(crate) fn roomy() -> Limits {
    full(usize::MAX)
}

/// The steps from one set of blocks to another, and the pairs of covered rules that a plan warns
/// of.
pub(crate) fn whole_way(before: &[Block], after: &[Block]) -> (Vec<Step>, Vec<(Rule, Rule)>) {
    let (current, desired) = (rules_of(before), rules_of(after));
    let difference = diff(&current, &desired);
    assert!(!difference.is_empty(), "the worlds differ");
    (steps(&current, &desired, &roomy()), covered(&desired))
}
