//! Tests of the messages to mistakes: where each is, and what to write.

use super::reported;

#[test]
fn mistakes_are_told_with_their_column_and_what_to_write() {
    for (text, expected) in [
        (
            "htps from self",
            "1: \"htps\" is neither a service nor a protocol. Did you mean \"https\", \"ftps\" or \"http\"?",
        ),
        (
            "https, postgres from self",
            "8: \"postgres\" is neither a service nor a protocol. Did you mean \"postgresql\"",
        ),
        (
            "443 from self",
            "1: \"443\" is neither a service nor a protocol. For ports write \"tcp/443\" or \"udp/443\".",
        ),
        (
            "8000-8100 from self",
            "1: \"8000-8100\" is neither a service nor a protocol. For ports write \"tcp/8000-8100\"",
        ),
        (
            "tcp from self",
            "1: \"tcp\" needs ports. Write \"tcp/443\" for one port",
        ),
        (
            "tcp/90-80 from self",
            "1: \"tcp/90-80\" begins above its end. A range goes from the lower port to the higher one. Write \"tcp/80-90\".",
        ),
        (
            "tcp/65536 from self",
            "1: \"tcp/65536\" has no ports from 0 to 65535",
        ),
        ("tcp/ from self", "1: \"tcp/\" has no ports from 0 to 65535"),
        (
            "icmp/256 from self",
            "1: \"icmp/256\" has no ICMP type from 0 to 255",
        ),
        (
            "esp/80 from self",
            "1: \"esp/80\" has ports, and protocol \"esp\" has none",
        ),
        (
            "all/80 from self",
            "1: \"all/80\" has ports, and \"all\" has none",
        ),
        (
            "https/8443 from self",
            "1: \"https/8443\" gives ports to a service. A service brings its own ports. Write \"https\", or \"tcp/8443\".",
        ),
        (
            "https to self",
            "7: An ingress rule says \"from\", not \"to\"",
        ),
        ("https", "6: \"https\" doesn't say \"from\""),
        ("", "1: \"\" doesn't say \"from\""),
        ("https from", "11: Here a peer is missing"),
        ("from self", "1: Here what is let through is missing"),
        ("https, from self", "8: Here what is let through is missing"),
        ("https from self,", "17: Here a peer is missing"),
        (
            "https http from self",
            "1: \"https http\" is several things. Write \"https, http\".",
        ),
        (
            "https from self from self",
            "17: \"from\" is the second of its kind",
        ),
        (
            "https from 10.0.0.1/8",
            "12: \"10.0.0.1/8\" has host bits set. The block that this address is in is \"10.0.0.0/8\"",
        ),
        ("https from 10.0.0.1", "12: \"10.0.0.1\" has no length"),
        (
            "https from world",
            "12: \"world\" is not a peer. Did you mean \"anywhere-ipv4\" or \"anywhere-ipv6\"?",
        ),
        (
            "https from Self",
            "12: \"Self\" is not a peer. Write \"self\".",
        ),
        (
            "https from web",
            "12: \"web\" is not a peer. A peer is a CIDR block",
        ),
        (
            "https from self# note",
            "12: \"self# note\" is not a peer. Write \"self # note\".",
        ),
        (
            "https from 10.0.0.0/8#note",
            "12: \"10.0.0.0/8#note\" has no length from 0 to 32. Write \"10.0.0.0/8 # note\".",
        ),
        (
            "tcp 80 from self",
            "1: \"tcp 80\" is several things. Write \"tcp/80\".",
        ),
        (
            "tcp/80 - 90 from self",
            "1: \"tcp/80 - 90\" is several things. Write \"tcp/80-90\".",
        ),
        (
            "80/tcp from self",
            "1: \"80/tcp\" has ports, and protocol \"80\" has none. Write \"tcp/80\".",
        ),
        (
            "22 from self",
            "1: \"22\" may be a port or a protocol. For the port write \"tcp/22\" or \"udp/22\", and for \
             IP protocol 22 write \"protocol/22\".",
        ),
        (
            "88 from self",
            "1: \"88\" may be a port or a protocol. For the port write \"tcp/88\" or \"udp/88\", and for \
             IP protocol 88 write \"eigrp\".",
        ),
        (
            "tcp/443,80 from self",
            "9: \"80\" may be a port or a protocol. Write \"tcp/80\".",
        ),
        (
            "udp/500, 4500 from self",
            "10: \"4500\" is neither a service nor a protocol. Write \"udp/4500\".",
        ),
        (
            "icmp/8, 80 from self",
            "9: \"80\" may be a port or a protocol. For the port write",
        ),
        (
            "protocol/gre from self",
            "1: \"protocol/gre\" is no protocol number from 0 to 255. A protocol that has a name is \
             written as that. Write \"gre\".",
        ),
        (
            "protocol/256 from self",
            "1: \"protocol/256\" is no protocol number from 0 to 255. Write \"protocol/94\"",
        ),
        (
            "protocol/6 from self",
            "1: \"protocol/6\" needs ports. Write \"tcp/443\" for one port",
        ),
        (
            "any from self",
            "1: \"any\" is neither a service nor a protocol. For all traffic write \"all\".",
        ),
        (
            "* from self",
            "1: \"*\" is neither a service nor a protocol. For all traffic write \"all\".",
        ),
        (
            "all from all",
            "10: \"all\" is not a peer. Did you mean \"anywhere-ipv4\" or \"anywhere-ipv6\"?",
        ),
        (
            "all from any",
            "10: \"any\" is not a peer. Did you mean \"anywhere-ipv4\" or \"anywhere-ipv6\"?",
        ),
        (
            "tcp/all from self",
            "1: \"tcp/all\" has no ports from 0 to 65535. For all ports write \"tcp/0-65535\".",
        ),
        (
            "udp/* from self",
            "1: \"udp/*\" has no ports from 0 to 65535. For all ports write \"udp/0-65535\".",
        ),
        (
            "tcp/any from self",
            "1: \"tcp/any\" has no ports from 0 to 65535. For all ports write \"tcp/0-65535\".",
        ),
        (
            "tcp/8000:8100 from self",
            "1: \"tcp/8000:8100\" has no ports from 0 to 65535. Write \"tcp/8000-8100\".",
        ),
        (
            "tcp/8000..8100 from self",
            "1: \"tcp/8000..8100\" has no ports from 0 to 65535. Write \"tcp/8000-8100\".",
        ),
        (
            "https form anywhere-ipv4",
            "7: \"https form anywhere-ipv4\" doesn't say \"from\". Did you mean \"from\" where \"form\" \
             stands?",
        ),
        (
            "https from arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0ab12345",
            "12: \"arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0ab12345\" is an ARN, not the id \
             of a security group. Groups are named by id. Write \"sg-0ab12345\", or \
             \"123456789012/sg-0ab12345\" where 123456789012 isn't the account that the rule is in.",
        ),
        (
            "https from the moon",
            "12: \"the moon\" is not a peer. A peer is a CIDR block",
        ),
        (
            "https FROM self",
            "7: \"FROM\" is in capital letters. Write \"from\"",
        ),
        ("https from self # naïve", "19: 'ï' (U+00EF) is not allowed"),
    ] {
        let all = reported(text);
        assert_eq!(all.len(), 1, "{text}: {all:?}");
        assert!(
            all[0].starts_with(expected),
            "{text}:\n{}\n{expected}",
            all[0]
        );
    }
}

/// Only an example of another name was given.
#[test]
fn a_word_for_a_peer_is_told_how_the_group_of_that_label_is_named() {
    let all = reported("https from web");
    assert!(
        all[0].ends_with("write its id attribute, as in \"${curated_security_group.web.id}\"."),
        "{all:?}"
    );
    for text in ["https from slf", "https from the moon"] {
        let all = reported(text);
        assert!(!all[0].contains("id attribute"), "{all:?}");
    }
}
