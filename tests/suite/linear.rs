//! The cost of the pure core grows with the number of rules, and no faster.

use terraform_provider_curated::rules::{covered, steps};

#[path = "../../benches/growth.rs"]
mod growth;
#[path = "../../benches/rules/world.rs"]
mod world;

use growth::is_linear;

const RULES: usize = 1_000;

#[test]
fn the_whole_way_from_blocks_to_calls_is_linear() {
    is_linear(RULES, |rules| {
        let (before, after) = (world::blocks(rules, 0), world::blocks(rules, 1));
        move || {
            let (steps, covered) = world::whole_way(&before, &after);
            assert_eq!((steps.len(), covered.len()), (2, 0));
        }
    });
}

#[test]
fn changing_in_place_at_the_quota_is_linear() {
    is_linear(RULES, |rules| {
        let (before, after) = (world::blocks(rules, 0), world::blocks(rules, 1));
        let (current, desired) = (world::rules_of(&before), world::rules_of(&after));
        let limits = world::full(rules);
        move || assert_eq!(steps(&current, &desired, &limits).len(), 1)
    });
}

#[test]
fn finding_what_is_said_twice_is_linear() {
    is_linear(RULES, |rules| {
        let mut desired = world::rules_of(&world::blocks(rules, 0));
        let wide = "ingress tcp/443 from 10.0.0.0/8".parse().expect("a key");
        desired.insert(wide, String::new());
        let idle = rules / 10 * 3; // a third of nine tenths
        move || assert!(covered(&desired).len().abs_diff(idle) < 20)
    });
}
