//! Updates of which a part is known only when they are applied. Terraform plans them twice, and
//! refuses a second plan that doesn't keep to the first.

use super::*;
use crate::tf_provider::contract;

/// Random blocks of one direction, no two alike.
fn blocks(random: &mut fastrand::Rng) -> Vec<Value> {
    let ports = (1..5).filter(|_| random.bool()).collect::<Vec<i64>>();
    let nets = ["10.0.0.0/8", "172.16.0.0/12"];
    let groups = ["sg-0000000b", "123456789012/sg-0000000b", "sg-0000000c"];
    let blocks = ports.into_iter().map(|port| {
        let mut rule = block([
            (
                "protocol",
                random.choice(["tcp", "TCP"]).expect("one").into(),
            ),
            ("from_port", port.into()),
        ]);
        if random.bool() {
            rule = rule.with("description", random.choice(["a", "b"]).expect("one"));
        }
        if random.bool() {
            rule.with("cidr_blocks", Value::set([nets[random.usize(..2)]]))
        } else {
            rule.with("security_groups", Value::set([groups[random.usize(..3)]]))
        }
    });
    blocks.collect()
}

/// The same block while something of it isn't known.
fn with_unknowns(block: &Value, random: &mut fastrand::Rng) -> Value {
    let set = |name: &&str| !block.get(name).is_null();
    let names = [
        "security_groups",
        "cidr_blocks",
        "description",
        "from_port",
        "service",
    ];
    let names: Vec<&str> = names.into_iter().filter(set).collect();
    let name = names[random.usize(..names.len())];
    match block.get(name).as_elements() {
        Some(_) if random.bool() => block.clone().with(name, Value::set([Value::Unknown])),
        _ => block.clone().with(name, Value::Unknown),
    }
}

/// Random blocks with a service each, some of which share traffic; no service twice.
fn services(random: &mut fastrand::Rng) -> Vec<Value> {
    let names = ["https", "openvpn", "ssh"].into_iter();
    let names: Vec<&str> = names.filter(|_| random.bool()).collect();
    let blocks = names.into_iter().map(|name| {
        let net = ["10.0.0.0/8", "172.16.0.0/12"][random.usize(..2)];
        let rule = block([("service", name.into()), ("cidr_blocks", Value::set([net]))]);
        match random.u8(..3) {
            0 => rule,
            1 => rule.with("description", "a"),
            _ => rule.with("description", "b"),
        }
    });
    blocks.collect()
}

#[test]
fn no_update_with_unknowns_is_planned_inconsistently() {
    updates_are_consistent(blocks, "from_port");
}

#[test]
fn no_update_with_unknowns_of_services_is_planned_inconsistently() {
    updates_are_consistent(services, "service");
}

/// Plans updates between blocks of this kind, which differ by this attribute.
fn updates_are_consistent(blocks: fn(&mut fastrand::Rng) -> Vec<Value>, key: &str) {
    let mut unknown = 0;
    for seed in 0..970 {
        let random = &mut fastrand::Rng::with_seed(seed);
        let named =
            |blocks: Vec<Value>| config([("name", "web".into()), ("ingress", Value::set(blocks))]);
        let before = blocks(random);
        // Some blocks stay, some go, others come.
        let mut after: Vec<Value> = before.iter().filter(|_| random.bool()).cloned().collect();
        if random.bool() {
            let there: Vec<&Value> = after.iter().map(|b| b.get(key)).collect();
            let mut new = blocks(random);
            new.retain(|block| !there.contains(&block.get(key)));
            after.extend(new);
        }
        let hidden = after.iter().map(|block| match random.u8(..3) {
            0 => with_unknowns(block, random),
            _ => block.clone(),
        });
        let early = named(hidden.collect());
        unknown += u32::from(!early.is_wholly_known());
        let state = made(&named(before));
        let (first, second) = (
            planned(Some(&state), &early),
            planned(Some(&state), &named(after)),
        );
        assert!(!second.diagnostics.has_errors(), "{seed}");
        for plan in [&first, &second] {
            let block = schema::schema().block;
            let found = contract::plan(&block, &plan.config, Some(&state), &plan.planned);
            assert!(found.is_empty(), "{seed}: {found:?}");
        }
        let (first, second) = (&first.planned, &second.planned);
        assert!(
            contract::fits(first, second),
            "{seed}: {first:?} {second:?}"
        );
    }
    assert!(unknown > 97, "{unknown}");
}

#[test]
fn a_new_block_with_an_unknown_peer_leaves_the_others_as_they_are() {
    let net = |port: i64| {
        block([
            ("protocol", "tcp".into()),
            ("from_port", port.into()),
            ("cidr_blocks", Value::set(["10.0.0.0/8"])),
        ])
    };
    let peer = block([
        ("service", "https".into()),
        ("security_groups", Value::set([Value::Unknown])),
    ]);
    let with =
        |blocks: Vec<Value>| config([("name", "web".into()), ("ingress", Value::set(blocks))]);
    let state = made(&with(vec![net(1), net(2)]));
    let added = with(vec![net(1), net(2), peer.clone()]);
    let plan = planned(Some(&state), &added);
    assert_eq!(plan.planned.get("ingress"), added.get("ingress"));

    // One that goes at the same time may turn out to be the one that comes.
    let plan = planned(Some(&state), &with(vec![net(1), peer]));
    let blocks = plan.planned.get("ingress").as_elements().expect("a set");
    assert_eq!(blocks.len(), 2);
    assert!(blocks.contains(&net(1)), "{blocks:?}");
}
