//! Reads `protocol`, `from_port` and `to_port` as users write them.

use crate::rules::protocols::{self, ICMP, ICMPV6, PROTOCOLS, TCP, UDP};
use crate::rules::{IcmpMessages, InputError, Traffic, nearest, one_of};

/// Wrong names that people write for protocols, with the right ones.
const MISTAKEN: &[(&str, &[&str])] = &[
    ("*", &["all"]),
    ("any", &["all"]),
    ("ip", &["all"]),
    ("tcp/udp", &["tcp", "udp"]),
    ("tcp_udp", &["tcp", "udp"]),
    ("tcpudp", &["tcp", "udp"]),
];

/// Reads the traffic of a block.
///
/// `protocol` is a name or a number in any case, or `all` or `-1`. With tcp and udp, `to_port`
/// defaults to `from_port`. With icmp and icmpv6 `from_port` is the type and `to_port` the code;
/// both left out mean all types, and a code left out (or -1) means all codes: the default to
/// `from_port` is for ports only. Other protocols have no ports; 0 to 0 and -1 to -1 count as none,
/// since an `aws_security_group` must write them. With `all`, 0 to 65535 counts as none too, as in
/// the AWS provider's rule resources.
///
/// # Errors
/// A fault on `protocol`, `from_port` or `to_port`.
pub fn traffic(
    protocol: &str,
    from_port: Option<i64>,
    to_port: Option<i64>,
) -> Result<Traffic, InputError> {
    if protocols::is_all(protocol) {
        return no_ports(protocol, from_port, to_port).map(|()| Traffic::ALL);
    }
    let number = protocols::number(protocol).ok_or_else(|| unknown(protocol))?;
    let reversed = || {
        // Both are set, since `to_port` defaults to `from_port`.
        let (from, to) = (from_port.unwrap_or_default(), to_port.unwrap_or_default());
        InputError::new(
            "to_port",
            format!("to_port {to} is below from_port {from}"),
            format!(
                "A range goes from the lower port to the higher one. Write from_port = {to} and \
                 to_port = {from}."
            ),
        )
    };
    match number {
        TCP => {
            let (from, to) = ports(protocol, from_port, to_port)?;
            Traffic::tcp(from, to).ok_or_else(reversed)
        }
        UDP => {
            let (from, to) = ports(protocol, from_port, to_port)?;
            Traffic::udp(from, to).ok_or_else(reversed)
        }
        ICMP => messages(protocol, from_port, to_port).map(Traffic::icmp),
        ICMPV6 => messages(protocol, from_port, to_port).map(Traffic::icmpv6),
        _ => {
            no_ports(protocol, from_port, to_port)?;
            Traffic::other(number).ok_or_else(|| unknown(protocol))
        }
    }
}

fn ports(
    protocol: &str,
    from_port: Option<i64>,
    to_port: Option<i64>,
) -> Result<(u16, u16), InputError> {
    let Some(from) = from_port else {
        return Err(match to_port {
            None => InputError::new(
                "from_port",
                format!("{protocol:?} needs ports"),
                "Set from_port (and to_port for a range). For all ports write from_port = 0 and \
                 to_port = 65535.",
            ),
            Some(to) => InputError::new(
                "from_port",
                format!("to_port {to} has no from_port"),
                format!("Write from_port = {to} for the one port, or the first port of the range."),
            ),
        });
    };
    Ok((
        port("from_port", from)?,
        port("to_port", to_port.unwrap_or(from))?,
    ))
}

fn port(attribute: &'static str, value: i64) -> Result<u16, InputError> {
    u16::try_from(value).map_err(|_| {
        let hint = if value == -1 {
            " For all ports write from_port = 0 and to_port = 65535."
        } else {
            ""
        };
        InputError::new(
            attribute,
            format!("{attribute} {value} is not a port"),
            format!("Ports go from 0 to 65535.{hint}"),
        )
    })
}

fn messages(
    protocol: &str,
    from_port: Option<i64>,
    to_port: Option<i64>,
) -> Result<IcmpMessages, InputError> {
    // Both -1 and no value mean all.
    let kind = from_port.filter(|kind| *kind != -1);
    let code = to_port.filter(|code| *code != -1);
    match (kind, code) {
        (None, None) => Ok(IcmpMessages::All),
        (Some(kind), None) => Ok(IcmpMessages::Type(octet(
            "from_port",
            protocol,
            "type",
            kind,
        )?)),
        (Some(kind), Some(code)) => Ok(IcmpMessages::Code(
            octet("from_port", protocol, "type", kind)?,
            octet("to_port", protocol, "code", code)?,
        )),
        (None, Some(code)) => Err(InputError::new(
            "to_port",
            format!("to_port {code} is the code of no type"),
            format!(
                "With {protocol:?}, from_port is the type and to_port the code. Set from_port to \
                 the type that the code belongs to, or leave both out for all types."
            ),
        )),
    }
}

fn octet(
    attribute: &'static str,
    protocol: &str,
    what: &str,
    value: i64,
) -> Result<u8, InputError> {
    u8::try_from(value).map_err(|_| {
        InputError::new(
            attribute,
            format!("{attribute} {value} is not an ICMP {what}"),
            format!(
                "With {protocol:?}, {attribute} is the {what}: 0 to 255, or -1 for every {what}."
            ),
        )
    })
}

/// Refuses ports of a protocol without ports: EC2 would ignore them and open all of the protocol.
fn no_ports(
    protocol: &str,
    from_port: Option<i64>,
    to_port: Option<i64>,
) -> Result<(), InputError> {
    let Some((attribute, first)) = from_port
        .map(|port| ("from_port", port))
        .or(to_port.map(|port| ("to_port", port)))
    else {
        return Ok(());
    };
    let last = to_port.unwrap_or(first);
    if first == last && (first == 0 || first == -1) {
        return Ok(());
    }
    let every_port = (from_port, to_port) == (Some(0), Some(65535));
    if every_port && protocols::is_all(protocol) {
        return Ok(());
    }
    let given = if first == last {
        format!("{attribute} {first}")
    } else {
        format!("ports {first} to {last}")
    };
    let open = if protocols::is_all(protocol) {
        "EC2 ignores ports with it and opens every port of every protocol. Leave from_port and \
         to_port out if that is meant; else write protocol = \"tcp\" or \"udp\"."
    } else {
        "EC2 ignores ports with it and lets all of the protocol through. Leave from_port and \
         to_port out if that is meant; ports are for \"tcp\" and \"udp\" only."
    };
    Err(InputError::new(
        attribute,
        format!("{given} would be ignored: protocol {protocol:?} has no ports"),
        open,
    ))
}

fn unknown(protocol: &str) -> InputError {
    let mistaken = MISTAKEN
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(protocol));
    let names = mistaken.map_or_else(
        || {
            let names = PROTOCOLS.iter().map(|(name, _)| *name);
            nearest(protocol, names.chain(["all"]))
        },
        |(_, meant)| meant.to_vec(),
    );
    let with_ports = protocol
        .split_once('/')
        .filter(|(name, port)| protocols::number(name).is_some() && port.parse::<u16>().is_ok());
    let mut detail = if let Some((name, port)) = with_ports {
        format!("Write protocol = {name:?} and from_port = {port}. ")
    } else if names.is_empty() {
        String::new()
    } else {
        format!("Did you mean {}? ", one_of(&names))
    };
    detail.push_str(
        "A protocol is \"tcp\", \"udp\", \"icmp\", \"icmpv6\", \"all\", another IP protocol's \
         name, or a number from 0 to 255.",
    );
    if mistaken.is_some_and(|(_, meant)| meant.len() > 1) {
        detail.push_str(" Each takes a block of its own.");
    }
    InputError::new(
        "protocol",
        format!("{protocol:?} is not a protocol"),
        detail,
    )
}

/// The fault of [`traffic`], with another hint if the unknown protocol is the name of a service.
pub fn hint_at_service(
    fault: InputError,
    is_service: impl Fn(&str) -> bool,
    protocol: &str,
) -> InputError {
    let protocol = protocol.to_lowercase();
    if fault.attribute != "protocol" || !is_service(&protocol) {
        return fault;
    }
    InputError {
        detail: format!(
            "It is a service. Write service = {protocol:?}, and leave out protocol, from_port and \
             to_port."
        ),
        ..fault
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(protocol: &str, from: Option<i64>, to: Option<i64>) -> String {
        match traffic(protocol, from, to) {
            Ok(traffic) => traffic.to_string(),
            Err(fault) => {
                assert_eq!(fault.element, None);
                format!("{}: {}. {}", fault.attribute, fault.summary, fault.detail)
            }
        }
    }

    #[test]
    fn every_spelling_becomes_canonical() {
        for (protocol, from, to, expected) in [
            ("tcp", Some(443), None, "tcp/443"),
            ("TCP", Some(443), Some(443), "tcp/443"),
            ("6", Some(0), Some(65535), "tcp/0-65535"),
            ("Udp", Some(0), Some(0), "udp/0"),
            ("17", Some(8000), Some(8100), "udp/8000-8100"),
            ("all", None, None, "all"),
            ("ALL", Some(0), Some(0), "all"),
            ("-1", Some(-1), Some(-1), "all"),
            ("-1", Some(0), None, "all"),
            ("-1", Some(0), Some(65535), "all"),
            ("all", Some(0), Some(65535), "all"),
            ("-1", None, Some(0), "all"),
            ("icmp", None, None, "icmp"),
            ("icmp", Some(-1), Some(-1), "icmp"),
            ("ICMP", Some(-1), None, "icmp"),
            ("icmp", None, Some(-1), "icmp"),
            ("1", Some(8), None, "icmp/8"),
            ("icmp", Some(8), Some(-1), "icmp/8"),
            ("icmp", Some(8), Some(0), "icmp/8/0"),
            ("icmp", Some(0), Some(0), "icmp/0/0"),
            ("58", Some(128), None, "icmpv6/128"),
            ("ipv6-icmp", Some(255), Some(255), "icmpv6/255/255"),
            ("esp", None, None, "50"),
            ("50", Some(0), Some(0), "50"),
            ("SCTP", Some(-1), Some(-1), "132"),
            ("0", None, None, "0"),
        ] {
            assert_eq!(reported(protocol, from, to), expected);
        }
    }

    #[test]
    fn every_fault_says_how_to_mend_it() {
        let all_open = "EC2 ignores ports with it and opens every port of every protocol. Leave \
                        from_port and to_port out if that is meant; else write protocol = \"tcp\" \
                        or \"udp\".";
        for (protocol, from, to, expected) in [
            ("tcp", None, None, "from_port: \"tcp\" needs ports. Set from_port (and to_port for a range). For all ports write from_port = 0 and to_port = 65535.".to_owned()),
            ("udp", None, Some(53), "from_port: to_port 53 has no from_port. Write from_port = 53 for the one port, or the first port of the range.".to_owned()),
            ("tcp", Some(8100), Some(8000), "to_port: to_port 8000 is below from_port 8100. A range goes from the lower port to the higher one. Write from_port = 8000 and to_port = 8100.".to_owned()),
            ("udp", Some(1), Some(0), "to_port: to_port 0 is below from_port 1. A range goes from the lower port to the higher one. Write from_port = 0 and to_port = 1.".to_owned()),
            ("tcp", Some(70000), None, "from_port: from_port 70000 is not a port. Ports go from 0 to 65535.".to_owned()),
            ("tcp", Some(80), Some(65536), "to_port: to_port 65536 is not a port. Ports go from 0 to 65535.".to_owned()),
            ("tcp", Some(-1), Some(-1), "from_port: from_port -1 is not a port. Ports go from 0 to 65535. For all ports write from_port = 0 and to_port = 65535.".to_owned()),
            ("tcp", Some(i64::MIN), Some(i64::MAX), format!("from_port: from_port {} is not a port. Ports go from 0 to 65535.", i64::MIN)),
            ("-1", Some(22), Some(22), format!("from_port: from_port 22 would be ignored: protocol \"-1\" has no ports. {all_open}")),
            ("all", Some(1), Some(65535), format!("from_port: ports 1 to 65535 would be ignored: protocol \"all\" has no ports. {all_open}")),
            ("all", None, Some(22), format!("to_port: to_port 22 would be ignored: protocol \"all\" has no ports. {all_open}")),
            ("gre", Some(1), None, "from_port: from_port 1 would be ignored: protocol \"gre\" has no ports. EC2 ignores ports with it and lets all of the protocol through. Leave from_port and to_port out if that is meant; ports are for \"tcp\" and \"udp\" only.".to_owned()),
            ("icmp", Some(256), None, "from_port: from_port 256 is not an ICMP type. With \"icmp\", from_port is the type: 0 to 255, or -1 for every type.".to_owned()),
            ("icmpv6", Some(8), Some(-2), "to_port: to_port -2 is not an ICMP code. With \"icmpv6\", to_port is the code: 0 to 255, or -1 for every code.".to_owned()),
            ("icmp", Some(-1), Some(0), "to_port: to_port 0 is the code of no type. With \"icmp\", from_port is the type and to_port the code. Set from_port to the type that the code belongs to, or leave both out for all types.".to_owned()),
        ] {
            assert_eq!(reported(protocol, from, to), expected);
        }
    }

    #[test]
    fn an_unknown_protocol_names_the_nearest() {
        let rest = "A protocol is \"tcp\", \"udp\", \"icmp\", \"icmpv6\", \"all\", another IP \
                    protocol's name, or a number from 0 to 255.";
        for (protocol, hint) in [
            ("tpc", r#"Did you mean "tcp"? "#),
            ("icmp6", r#"Did you mean "icmp", "icmpv6" or "igmp"? "#),
            ("any", r#"Did you mean "all"? "#),
            ("", ""),
            ("256", ""),
            ("-2", ""),
        ] {
            assert_eq!(
                reported(protocol, None, None),
                format!("protocol: {protocol:?} is not a protocol. {hint}{rest}")
            );
        }
        assert_eq!(
            reported("TCP/UDP", None, None),
            format!(
                "protocol: \"TCP/UDP\" is not a protocol. Did you mean \"tcp\" or \"udp\"? {rest} \
                 Each takes a block of its own."
            )
        );
    }

    #[test]
    fn mistaken_names_lead_to_real_ones() {
        for (name, meant) in MISTAKEN {
            assert_eq!(protocols::number(name), None);
            for real in *meant {
                assert!(protocols::is_all(real) || protocols::number(real).is_some());
            }
        }
    }
}
