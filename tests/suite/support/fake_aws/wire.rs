//! HTTP/1.1 as far as fakes need it: whole messages in, whole replies out. Knows nothing of what
//! they mean.

use std::collections::BTreeMap;
use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};

use super::server::Stream;

/// Nothing that is longer is a request of ours.
const LONGEST_HEAD: usize = 64 * 1024;

/// A request as it came.
pub(super) struct Message {
    /// Request line and headers, with the empty line.
    pub(super) head: Vec<u8>,
    pub(super) body: Vec<u8>,
    pub(super) method: String,
    /// What follows the method: a path, an address, or host and port.
    pub(super) target: String,
    /// By lower-case names.
    pub(super) headers: BTreeMap<String, String>,
}

impl Message {
    /// The next one of a connection; `None` at its end.
    pub(super) async fn read(stream: &mut Stream) -> io::Result<Option<Self>> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let count = stream.read_until(b'\n', &mut head).await?;
            if count == 0 && head.is_empty() {
                return Ok(None);
            }
            if count == 0 || head.len() > LONGEST_HEAD {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        let mut lines = text.split("\r\n");
        let mut first = lines
            .next()
            .unwrap_or_default()
            .split(' ')
            .map(str::to_owned);
        let headers: BTreeMap<String, String> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        let length = headers.get("content-length").and_then(|l| l.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body).await?;
        Ok(Some(Self {
            head,
            body,
            method: first.next().unwrap_or_default(),
            target: first.next().unwrap_or_default(),
            headers,
        }))
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Both without scheme and host, which requests to a proxy name.
    pub(super) fn path_and_query(&self) -> (String, String) {
        let target = &self.target;
        let rest = match target.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => target,
        };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        (path.to_owned(), query.to_owned())
    }

    /// The same for the server itself: with a path for its target, and for one exchange only.
    pub(super) fn direct(&self) -> Vec<u8> {
        let (path, query) = self.path_and_query();
        let mark = if query.is_empty() { "" } else { "?" };
        let first = format!("{} {path}{mark}{query} HTTP/1.1\r\n", self.method);
        let head = String::from_utf8_lossy(&self.head).into_owned();
        let dropped = ["connection:", "proxy-"];
        let kept = head.split_inclusive("\r\n").skip(1).filter(|line| {
            let line = line.to_lowercase();
            !dropped.iter().any(|name| line.starts_with(name)) && line != "\r\n"
        });
        let lines: String = kept.collect();
        let head = format!("{first}{lines}connection: close\r\n\r\n");
        [head.as_bytes(), &self.body].concat()
    }
}

/// A reply.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
    /// The body comes again and again, until the client hangs up.
    pub(super) is_endless: bool,
}

impl Reply {
    pub(super) fn new(status: u16, body: &str) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.to_owned(),
            is_endless: false,
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Says yes to a CONNECT: without a body, not even an empty one.
    pub(super) async fn open(stream: &mut Stream) -> io::Result<()> {
        stream.write_all(b"HTTP/1.1 200 Fake\r\n\r\n").await?;
        stream.flush().await
    }

    pub(super) async fn write(&self, stream: &mut Stream) -> io::Result<()> {
        let lines = self.headers.iter();
        let lines: String = lines.map(|(n, v)| format!("{n}: {v}\r\n")).collect();
        if self.is_endless {
            let head = format!("HTTP/1.1 {} Fake\r\nconnection: close\r\n\r\n", self.status);
            stream.write_all(head.as_bytes()).await?;
            let piece = self.body.repeat(64 * 1024);
            loop {
                stream.write_all(piece.as_bytes()).await?;
            }
        }
        let (status, length) = (self.status, self.body.len());
        let head = format!("HTTP/1.1 {status} Fake\r\ncontent-length: {length}\r\n{lines}\r\n");
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(self.body.as_bytes()).await?;
        stream.flush().await
    }
}
