//! Tests of texts of which only the beginning is known.

use proptest::prelude::*;

use super::{Direction, read, read_beginning, rule, service};
use crate::rules::short_form;

/// Of a line that named a group of the same run nothing at all was checked.
#[test]
fn of_a_text_that_goes_on_its_whole_items_are_read() {
    for (beginning, keys, faults) in [
        ("", vec![], vec![]),
        ("htps", vec![], vec![]),
        ("https from", vec![], vec![]),
        ("https from ", vec![], vec![]),
        ("ssh, ftps, ", vec![], vec![]),
        ("https, tcp/", vec![], vec![]),
        ("https from 10.0.0", vec![], vec![]),
        ("https from self ", vec![], vec![]),
        (
            "https from self,",
            vec!["ingress tcp/443 from self"],
            vec![],
        ),
        (
            "https, ssh from self, 10.0.0.0/8, sg-",
            vec![
                "ingress tcp/443 from self",
                "ingress tcp/22 from self",
                "ingress tcp/443 from 10.0.0.0/8",
                "ingress tcp/22 from 10.0.0.0/8",
            ],
            vec![],
        ),
        (
            "https from self # the office of ",
            vec!["ingress tcp/443 from self"],
            vec![],
        ),
        (
            "htps from ",
            vec![],
            vec!["1: \"htps\" is neither a service"],
        ),
        ("htps ", vec![], vec!["1: \"htps\" is neither a service"]),
        ("htps,", vec![], vec!["1: \"htps\" is neither a service"]),
        ("ssh, 80 from ", vec![], vec!["6: \"80\" may be a port"]),
        (
            "https to ",
            vec![],
            vec!["7: An ingress rule says \"from\", not \"to\""],
        ),
        (
            "https form ",
            vec![],
            vec!["7: \"https form\" doesn't say \"from\""],
        ),
        (
            "https FROM ",
            vec![],
            vec!["7: \"FROM\" is in capital letters"],
        ),
        (
            "https http ",
            vec![],
            vec!["1: \"https http\" is several things"],
        ),
        (
            "https, , ",
            vec![],
            vec!["8: Here what is let through is missing"],
        ),
        ("https from , ", vec![], vec!["12: Here a peer is missing"]),
        (
            "https from wrld, 10.0.0.1/8, self, 10.0.0.1/8",
            vec!["ingress tcp/443 from self"],
            vec![
                "12: \"wrld\" is not a peer",
                "18: \"10.0.0.1/8\" has host bits set",
            ],
        ),
        (
            "https from self from ",
            vec![],
            vec!["17: \"from\" is the second of its kind"],
        ),
        (
            "https from self # na\u{ef}ve ",
            vec!["ingress tcp/443 from self"],
            vec!["19: '\u{ef}' (U+00EF) is not allowed"],
        ),
    ] {
        let (form, found) = read_beginning(Direction::Ingress, beginning, &service);
        let rules: Vec<String> = form
            .rules(Direction::Ingress)
            .map(|r| r.to_string())
            .collect();
        assert_eq!(rules, keys, "{beginning:?}");
        let found: Vec<String> = found
            .iter()
            .map(|fault| format!("{}: {}", fault.column, fault.summary))
            .collect();
        assert_eq!(found.len(), faults.len(), "{beginning:?}: {found:?}");
        for (found, expected) in found.iter().zip(&faults) {
            assert!(found.starts_with(expected), "{beginning:?}: {found}");
        }
    }
}

proptest! {
    /// What is said of the beginning of a text that reads holds for the whole of it, wherever it is cut.
    #[test]
    fn the_beginning_of_a_text_that_reads_has_no_fault(
        rule in rule(),
        more in "(, self|, sg-0ab12345| ,10.0.0.0/8){0,2}",
        description in "( # [a-z#, ]{0,9})?",
        cut: prop::sample::Index,
    ) {
        let (traffic, peer) = (short_form::traffic(&rule.traffic), rule.peer.to_string());
        let word = rule.direction.preposition();
        let text = format!("ssh,{traffic} , https {word} {peer}{more}{description}");
        let (whole, faults) = read(rule.direction, &text, &service);
        prop_assume!(faults.is_empty());
        let beginning = &text[..cut.index(text.len() + 1)];
        let (form, faults) = read_beginning(rule.direction, beginning, &service);
        prop_assert_eq!(faults, [], "{:?}", beginning);
        prop_assert!(whole.traffic.starts_with(&form.traffic), "{:?}", beginning);
        prop_assert!(whole.peers.starts_with(&form.peers), "{:?}", beginning);
    }

    #[test]
    fn any_beginning_is_read_or_told(text in "\\PC{0,60}") {
        for fault in read_beginning(Direction::Ingress, &text, &service).1 {
            prop_assert!(fault.column >= 1 && fault.column <= text.chars().count() + 1);
        }
    }
}
