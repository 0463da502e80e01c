//! Tests of which writes a call takes, and of how a refused call is split.

use tokio::sync::oneshot;

use super::queue::Queue;
use super::*;

fn rules(keys: &[&str]) -> RuleWrite {
    let rule = |key: &&str| (key.parse().expect("a rule's key"), String::new());
    RuleWrite::of_rules(keys.iter().map(rule).collect())
}

fn waiting(write: RuleWrite) -> Waiting {
    let (answer, _) = oneshot::channel();
    Waiting {
        number: 0,
        write,
        answer,
    }
}

fn refused(code: &str, message: &str) -> Error {
    Error {
        code: Some(code.to_owned()),
        ..Error::given_up("X", "eu-west-1", message, CarriedOut::No)
    }
}

#[test]
fn a_call_takes_no_rule_twice() {
    let queue = Queue::default();
    let one = "ingress tcp/1 from 10.0.0.0/8";
    let two = "ingress tcp/2 from 10.0.0.0/8";
    for keys in [&[one][..], &[one, two], &[two]] {
        queue.waiting().push(waiting(rules(keys)));
    }
    assert_eq!(queue.next_batch().len(), 2);
    assert_eq!(queue.next_batch().len(), 1);
    assert!(queue.next_batch().is_empty());
}

#[test]
fn a_refusal_that_names_a_rule_parts_it_from_the_others() {
    let batch = || {
        let keys = [
            "ingress tcp/1 from 10.0.0.0/8",
            "ingress tcp/1 from 10.0.0.0/16",
            "ingress tcp/1 from 123456789012/sg-0000000b",
            "ingress tcp/1 from pl-0000000c",
        ];
        keys.map(|key| waiting(rules(&[key]))).into_iter().collect()
    };
    for (message, named) in [
        ("rule \"peer: 10.0.0.0/8, TCP\" already exists", 1),
        ("The security group 'sg-0000000b' does not exist", 1),
        ("The prefix list ID 'pl-0000000c' does not exist.", 1),
        ("The maximum number of rules has been reached.", 2),
    ] {
        let error = refused("InvalidPermission.Duplicate", message);
        let (some, others) = split(batch(), &error);
        assert_eq!((some.len(), others.len()), (named, 4 - named), "{message}");
    }
}

#[test]
fn only_what_may_be_of_one_rule_is_sent_again_in_parts() {
    for (code, message, expected) in [
        ("InvalidPermission.Duplicate", "", true),
        ("RulesPerSecurityGroupLimitExceeded", "", true),
        (
            "InvalidGroup.NotFound",
            "'sg-0000000b' does not exist",
            true,
        ),
        (
            "InvalidGroup.NotFound",
            "'sg-0000000a' does not exist",
            false,
        ),
        ("UnauthorizedOperation", "", false),
        ("RequestLimitExceeded", "", false),
        ("InvalidClientTokenId", "", false),
    ] {
        let error = refused(code, message);
        assert_eq!(may_concern_one(&error, "sg-0000000a"), expected, "{code}");
    }
    let lost = Error {
        carried_out: CarriedOut::Maybe,
        ..refused("InvalidPermission.Duplicate", "")
    };
    assert!(!may_concern_one(&lost, "sg-0000000a"));
}
