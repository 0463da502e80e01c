//! The keys of the `rules` attribute: a rule as one line of text, such as `ingress tcp/443 from
//! 0.0.0.0/0`. Different rules have different keys, and a key parses to the rule that it was made
//! from. Other spellings, which users may write in blocks, are refused.

use std::fmt;
use std::str::FromStr;

use super::{DecodeError, Direction, Peer, Rule, Traffic};

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Traffic {
    /// `all`, `tcp/443`, `udp/8000-8100`, `icmp`, `icmp/8` (every code), `icmp/8/0`, `50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ALL {
            return f.write_str("all");
        }
        let protocol = self.protocol();
        f.write_str(&protocol)?;
        let icmp = protocol.starts_with("icmp");
        match self.ports() {
            None | Some((-1, _)) => Ok(()),
            Some((kind, -1)) => write!(f, "/{kind}"),
            Some((kind, code)) if icmp => write!(f, "/{kind}/{code}"),
            Some((from, to)) if from == to => write!(f, "/{from}"),
            Some((from, to)) => write!(f, "/{from}-{to}"),
        }
    }
}

impl fmt::Display for Peer {
    /// As in HCL: `10.0.0.0/8`, `pl-…`, `sg-…`, `123456789012/sg-…`, `self`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ipv4(net) => net.fmt(f),
            Self::Ipv6(net) => net.fmt(f),
            Self::PrefixList(id) | Self::Group { account: None, id } => f.write_str(id),
            Self::Group {
                account: Some(account),
                id,
            } => write!(f, "{account}/{id}"),
            Self::SelfReference => f.write_str("self"),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            direction,
            traffic,
            peer,
        } = self;
        write!(
            f,
            "{direction} {traffic} {} {peer}",
            direction.preposition()
        )
    }
}

impl FromStr for Traffic {
    type Err = DecodeError;

    fn from_str(text: &str) -> Result<Self, DecodeError> {
        let unreadable = || DecodeError(format!("{text:?} is not the traffic of a rule"));
        let number = |port: &str| port.parse::<i32>().map_err(|_| unreadable());
        let (protocol, rest) = match text.split_once('/') {
            None => (text, None),
            Some((protocol, rest)) => (protocol, Some(rest)),
        };
        let separator = if protocol.starts_with("icmp") {
            '/'
        } else {
            '-'
        };
        let (from, to) = match rest.map(|rest| rest.split_once(separator).unwrap_or((rest, ""))) {
            None => (None, None),
            Some((from, "")) => (Some(number(from)?), None),
            Some((from, to)) => (Some(number(from)?), Some(number(to)?)),
        };
        let traffic = Self::from_ec2(protocol, from, to)?;
        // Only the spelling of `Display` is a key.
        (traffic.to_string() == text)
            .then_some(traffic)
            .ok_or_else(unreadable)
    }
}

impl FromStr for Peer {
    type Err = DecodeError;

    fn from_str(text: &str) -> Result<Self, DecodeError> {
        if text == "self" {
            Ok(Self::SelfReference)
        } else if text.starts_with("pl-") {
            Ok(Self::PrefixList(text.to_owned()))
        } else if text.starts_with("sg-") {
            Ok(Self::Group {
                account: None,
                id: text.to_owned(),
            })
        } else if let Some((account, id)) = text
            .split_once('/')
            .filter(|(account, id)| !account.is_empty() && id.starts_with("sg-"))
        {
            Ok(Self::Group {
                account: Some(account.to_owned()),
                id: id.to_owned(),
            })
        } else {
            let peer = Self::from_ec2_cidr(text)?;
            (peer.to_string() == text)
                .then_some(peer)
                .ok_or_else(|| DecodeError(format!("{text:?} is not the peer of a rule")))
        }
    }
}

impl FromStr for Rule {
    type Err = DecodeError;

    fn from_str(text: &str) -> Result<Self, DecodeError> {
        let unreadable = || DecodeError(format!("{text:?} is not the key of a rule"));
        let words: Vec<&str> = text.split(' ').collect();
        let [direction, traffic, preposition, peer] = words[..] else {
            return Err(unreadable());
        };
        let direction = Direction::BOTH
            .into_iter()
            .find(|it| it.name() == direction && it.preposition() == preposition)
            .ok_or_else(unreadable)?;
        Ok(Self {
            direction,
            traffic: traffic.parse()?,
            peer: peer.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::IcmpMessages;

    #[test]
    fn keys_read_as_designed_and_back() {
        use Direction::{Egress, Ingress};
        let group = |account: Option<&str>, id: &str| Peer::Group {
            account: account.map(str::to_owned),
            id: id.to_owned(),
        };
        let net = |text| Peer::from_ec2_cidr(text).expect("a CIDR");
        let table = [
            (
                Ingress,
                Traffic::tcp(443, 443),
                net("0.0.0.0/0"),
                "ingress tcp/443 from 0.0.0.0/0",
            ),
            (
                Ingress,
                Traffic::tcp(8000, 8100),
                group(None, "sg-0ab12345"),
                "ingress tcp/8000-8100 from sg-0ab12345",
            ),
            (
                Ingress,
                Traffic::udp(53, 53),
                Peer::SelfReference,
                "ingress udp/53 from self",
            ),
            (
                Ingress,
                Traffic::tcp(0, 65535),
                Peer::SelfReference,
                "ingress tcp/0-65535 from self",
            ),
            (
                Ingress,
                Some(Traffic::icmp(IcmpMessages::Code(8, 0))),
                net("10.0.0.0/8"),
                "ingress icmp/8/0 from 10.0.0.0/8",
            ),
            (
                Ingress,
                Some(Traffic::icmp(IcmpMessages::Type(8))),
                net("10.0.0.0/8"),
                "ingress icmp/8 from 10.0.0.0/8",
            ),
            (
                Ingress,
                Some(Traffic::icmp(IcmpMessages::All)),
                net("10.0.0.0/8"),
                "ingress icmp from 10.0.0.0/8",
            ),
            (
                Ingress,
                Some(Traffic::icmpv6(IcmpMessages::Type(128))),
                net("::/0"),
                "ingress icmpv6/128 from ::/0",
            ),
            (
                Egress,
                Some(Traffic::ALL),
                net("::/0"),
                "egress all to ::/0",
            ),
            (
                Egress,
                Traffic::other(50),
                Peer::PrefixList("pl-63a5400a".into()),
                "egress 50 to pl-63a5400a",
            ),
            (
                Ingress,
                Traffic::tcp(22, 22),
                group(Some("123456789012"), "sg-0ab12345"),
                "ingress tcp/22 from 123456789012/sg-0ab12345",
            ),
        ];
        for (direction, traffic, peer, key) in table {
            let rule = Rule {
                direction,
                traffic: traffic.expect("legal traffic"),
                peer,
            };
            assert_eq!(rule.to_string(), key);
            assert_eq!(key.parse(), Ok(rule));
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in [
            "",
            "ingress",
            "ingress tcp/443 to 0.0.0.0/0",
            "egress tcp/443 from 0.0.0.0/0",
            "ingress tcp/443 from 0.0.0.0/0 too",
            "ingress TCP/443 from self",
            "ingress 6/443 from self",
            "ingress tcp from self",
            "ingress tcp/443- from self",
            "ingress tcp/443-443 from self",
            "ingress tcp/9-8 from self",
            "ingress tcp/x from self",
            "ingress icmp/-1 from self",
            "ingress icmp/8/-1 from self",
            "ingress all/1 from self",
            "ingress all from 10.0.0.1/8",
            "ingress all from /sg-0ab12345",
            "ingress all from somewhere",
        ] {
            assert!(text.parse::<Rule>().is_err(), "{text:?}");
        }
        let error = "ingress".parse::<Rule>().unwrap_err();
        assert_eq!(error.to_string(), r#""ingress" is not the key of a rule"#);
    }
}
