//! The handshake between host and plugin: the host's request in the environment, and the answer in one
//! line on stdout. Pure: opens, reads and prints nothing itself.

use std::ffi::OsString;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// The protocol version that this program serves, and the only one.
pub const PROTOCOL: u32 = 5;

/// The variable and value that every host sets, by which a plugin knows that a host started it and not a
/// person. It is no secret.
const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);
/// Version of the handshake line itself.
const CORE_PROTOCOL: u32 = 1;
/// TCP ports to try if the host names no others.
const PORTS: RangeInclusive<u16> = 10_000..=25_000;

/// The request of the host, read from the environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Handshake {
    /// Where to listen.
    pub network: Network,
    /// PEM of the only certificate that a client may show. None: the host wants no TLS.
    pub client_certificate: Option<Vec<u8>>,
    /// The host's list of protocol versions, if 5 isn't on it. The answer is 5 all the same: the host
    /// then reports to its user which versions both sides have.
    pub unmet_versions: Option<String>,
    /// Whether the host reads a seventh field in the line. Older hosts take it for a part of the sixth.
    seventh_field: bool,
}

/// The kind of socket to listen on.
#[derive(Clone, Debug, PartialEq)]
pub enum Network {
    /// A Unix socket, for its owner and perhaps a group.
    Unix {
        /// Directory of the socket; None for the one of temporary files.
        dir: Option<PathBuf>,
        /// Name or number of a group whose members may connect too.
        group: Option<String>,
    },
    /// The first free port of a range, on 127.0.0.1.
    Tcp {
        /// Ports to try, in order.
        ports: RangeInclusive<u16>,
    },
}

/// The address of the server, as the handshake line and a reattach entry have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    /// `unix` or `tcp`.
    pub network: &'static str,
    /// An absolute path, or `127.0.0.1:port`.
    pub address: String,
}

/// Why there is no handshake.
#[derive(Clone, Debug, PartialEq)]
pub enum HandshakeError {
    /// A person started the program, and not a host.
    NotAHost,
    /// A variable for a port has another value: its name and that value.
    BadPort(&'static str, String),
    /// The range of ports is empty: its lower and upper bound.
    NoPorts(u16, u16),
}

impl Handshake {
    /// Reads the host's request. `var` looks a variable up in the environment.
    ///
    /// # Errors
    /// [`HandshakeError::NotAHost`] without the host's cookie; the others only where TCP is used.
    pub fn read(var: impl Fn(&str) -> Option<OsString>) -> Result<Self, HandshakeError> {
        // Set but empty is the same as not set, as for the hosts themselves.
        let var = |name: &str| var(name).filter(|value| !value.is_empty());
        let text = |name: &str| var(name).map(|value| value.to_string_lossy().into_owned());

        if text(COOKIE.0).as_deref() != Some(COOKIE.1) {
            return Err(HandshakeError::NotAHost);
        }
        let network = if cfg!(unix) {
            Network::Unix {
                dir: var("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
                group: text("PLUGIN_UNIX_SOCKET_GROUP"),
            }
        } else {
            Network::Tcp {
                ports: read_ports(text)?,
            }
        };
        Ok(Self {
            network,
            client_certificate: var("PLUGIN_CLIENT_CERT").map(OsString::into_encoded_bytes),
            unmet_versions: text("PLUGIN_PROTOCOL_VERSIONS").filter(|list| !offers(list, PROTOCOL)),
            seventh_field: var("PLUGIN_MULTIPLEX_GRPC").is_some(),
        })
    }

    /// The line to print, without a line break. `certificate` is the server's, in DER, where it uses TLS.
    #[must_use]
    pub fn line(&self, at: &Address, certificate: Option<&[u8]>) -> String {
        let certificate = certificate.map_or_else(String::new, |der| STANDARD_NO_PAD.encode(der));
        let mut line = format!(
            "{CORE_PROTOCOL}|{PROTOCOL}|{}|{}|grpc|{certificate}",
            at.network, at.address
        );
        if self.seventh_field {
            // Whether brokered connections share the main one, which needs a multiplexer below HTTP/2
            // that this program doesn't have. A host that requires it reports so to its user.
            line.push_str("|false");
        }
        line
    }
}

impl Network {
    /// The transport in debug mode, where no host asks for one.
    #[must_use]
    pub fn default_for_this_system() -> Self {
        if cfg!(unix) {
            Self::Unix {
                dir: None,
                group: None,
            }
        } else {
            Self::Tcp { ports: PORTS }
        }
    }
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAHost => f.write_str(
                "this program is a provider: Terraform and OpenTofu start it by themselves, and alone it does nothing.\n\
                 To install it, run `make install` in its source directory; README.md tells the rest.",
            ),
            Self::BadPort(name, value) => {
                write!(f, "{name} is {value:?}, which is not a port number. Set it to a number from 0 to 65535.")
            }
            Self::NoPorts(low, high) => write!(
                f,
                "PLUGIN_MIN_PORT ({low}) is above PLUGIN_MAX_PORT ({high}). Set it to {high} or less."
            ),
        }
    }
}

impl std::error::Error for HandshakeError {}

fn offers(list: &str, version: u32) -> bool {
    list.split(',').any(|v| v.trim().parse() == Ok(version))
}

fn read_ports(
    text: impl Fn(&str) -> Option<String>,
) -> Result<RangeInclusive<u16>, HandshakeError> {
    let port = |name: &'static str, default: u16| match text(name) {
        None => Ok(default),
        Some(value) => match value.parse() {
            Ok(port) => Ok(port),
            Err(_) => Err(HandshakeError::BadPort(name, value)),
        },
    };
    let low = port("PLUGIN_MIN_PORT", *PORTS.start())?;
    let high = port("PLUGIN_MAX_PORT", *PORTS.end())?;
    if low > high {
        return Err(HandshakeError::NoPorts(low, high));
    }
    Ok(low..=high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(vars: &[(&str, &str)]) -> Result<Handshake, HandshakeError> {
        Handshake::read(|name| {
            vars.iter()
                .find(|(n, _)| *n == name)
                .map(|(_, value)| value.into())
        })
    }

    fn at() -> Address {
        Address {
            network: "unix",
            address: "/tmp/p".into(),
        }
    }

    #[test]
    fn only_the_right_cookie_opens() {
        assert_eq!(read(&[]), Err(HandshakeError::NotAHost));
        assert_eq!(read(&[(COOKIE.0, "")]), Err(HandshakeError::NotAHost));
        assert_eq!(
            read(&[(COOKIE.0, "d602bf8f")]),
            Err(HandshakeError::NotAHost)
        );
        assert!(read(&[COOKIE]).is_ok());
        assert_eq!(HandshakeError::NotAHost.to_string().lines().count(), 2);
    }

    #[test]
    fn the_line_has_six_fields_and_an_unpadded_certificate() {
        let handshake = read(&[COOKIE]).unwrap();
        assert_eq!(handshake.line(&at(), None), "1|5|unix|/tmp/p|grpc|");
        assert_eq!(
            handshake.line(&at(), Some(&[0xfb, 0xff, 0xfe, 0x00])),
            "1|5|unix|/tmp/p|grpc|+//+AA"
        );
    }

    #[test]
    fn the_seventh_field_is_only_for_those_who_read_it() {
        let asks = read(&[COOKIE, ("PLUGIN_MULTIPLEX_GRPC", "true")]).unwrap();
        assert_eq!(asks.line(&at(), None), "1|5|unix|/tmp/p|grpc||false");
        let empty = read(&[COOKIE, ("PLUGIN_MULTIPLEX_GRPC", "")]).unwrap();
        assert_eq!(empty.line(&at(), None), "1|5|unix|/tmp/p|grpc|");
    }

    #[test]
    fn the_answer_is_five_whatever_is_offered() {
        for offered in ["5", "5,6", "6,5", " 6 , 5 "] {
            let handshake = read(&[COOKIE, ("PLUGIN_PROTOCOL_VERSIONS", offered)]).unwrap();
            assert_eq!(handshake.unmet_versions, None, "{offered}");
        }
        for offered in ["6", "4,6", "55", "five"] {
            let handshake = read(&[COOKIE, ("PLUGIN_PROTOCOL_VERSIONS", offered)]).unwrap();
            assert_eq!(handshake.unmet_versions.as_deref(), Some(offered));
            assert!(handshake.line(&at(), None).starts_with("1|5|"));
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_socket_goes_where_the_host_says() {
        let reported = read(&[
            COOKIE,
            ("PLUGIN_UNIX_SOCKET_DIR", "/run/p"),
            ("PLUGIN_UNIX_SOCKET_GROUP", "staff"),
            ("PLUGIN_MIN_PORT", "no matter here"),
        ])
        .unwrap();
        assert_eq!(
            reported.network,
            Network::Unix {
                dir: Some("/run/p".into()),
                group: Some("staff".into())
            }
        );
        assert_eq!(
            read(&[COOKIE]).unwrap().network,
            Network::default_for_this_system()
        );
    }

    #[test]
    fn ports_are_checked() {
        let ports = |low: &str, high: &str| {
            read_ports(|name| {
                Some(match name {
                    "PLUGIN_MIN_PORT" => low.to_owned(),
                    _ => high.to_owned(),
                })
            })
        };
        assert_eq!(read_ports(|_| None), Ok(10_000..=25_000));
        assert_eq!(ports("7", "7"), Ok(7..=7));
        assert_eq!(ports("8", "7"), Err(HandshakeError::NoPorts(8, 7)));
        assert_eq!(
            ports("x", "7"),
            Err(HandshakeError::BadPort("PLUGIN_MIN_PORT", "x".into()))
        );
        assert_eq!(
            ports("1", "65536"),
            Err(HandshakeError::BadPort("PLUGIN_MAX_PORT", "65536".into()))
        );
    }

    #[test]
    fn a_certificate_means_tls_and_an_empty_one_means_none() {
        let with = read(&[COOKIE, ("PLUGIN_CLIENT_CERT", "-----BEGIN")]).unwrap();
        assert_eq!(with.client_certificate.as_deref(), Some(&b"-----BEGIN"[..]));
        let empty = read(&[COOKIE, ("PLUGIN_CLIENT_CERT", "")]).unwrap();
        assert_eq!(empty.client_certificate, None);
    }
}
