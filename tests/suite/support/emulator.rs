//! The test emulator from Rust: an EC2 on loopback (`tests/ec2`, Python) that counts, fails and
//! throttles calls on demand.
//!
//! An emulator belongs to one test until it is dropped; then it is emptied and lent to the next. Knows
//! nothing of Terraform or of the provider.

#![allow(
    dead_code,
    reason = "a toolbox: not every tool is in use at every time"
)]

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The account that owns everything on the emulator.
pub const ACCOUNT: &str = "123456789012";

/// Benches that no test uses at the moment: starting one takes seconds.
static IDLE: Mutex<Vec<Process>> = Mutex::new(Vec::new());

/// An EC2 for one test.
pub struct Emulator {
    process: Option<Process>,
}

/// The running Python. It ends when its standard input closes, so even a test run that is killed
/// leaves nothing behind.
struct Process {
    child: Child,
    _stdin: ChildStdin,
    endpoint: String,
    port: u16,
}

impl Emulator {
    /// An empty EC2 with default settings, ready for calls.
    pub fn start() -> Self {
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let process = idle.unwrap_or_else(Process::start);
        Self {
            process: Some(process),
        }
    }

    /// Its address: `http://127.0.0.1:PORT`. It serves EC2 and STS for every region.
    pub fn endpoint(&self) -> &str {
        &self.process().endpoint
    }

    /// Changes settings: `latency_ms`, `watch`, `buckets`, `faults` (see `tests/ec2/control.py`).
    pub fn config(&self, settings: &Value) {
        self.ask("POST", "config", &settings.to_string());
    }

    /// How often each action was called since the start or `reset_counts`, refused calls included.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        self.counts_of("calls")
    }

    /// The same for one kind: `calls`, `carried_out`, `throttled`, `refused`, `cut` or `lost`.
    pub fn counts_of(&self, kind: &str) -> BTreeMap<String, u64> {
        let counts = self.ask("GET", "counts", "");
        let of_kind = counts[kind].as_object().into_iter().flatten();
        of_kind
            .filter_map(|(action, count)| Some((action.clone(), count.as_u64()?)))
            .collect()
    }

    /// Forgets the calls so far.
    pub fn reset_counts(&self) {
        self.ask("POST", "reset-counts", "");
    }

    /// Every call in order of arrival: at, region, action, parameters, outcome, code.
    pub fn log(&self) -> Vec<Value> {
        list(self.ask("GET", "log", ""))
    }

    /// The calls that may have changed something, in order of arrival, as in the log.
    pub fn writes(&self) -> Vec<Value> {
        let reads = ["Describe", "Get", "Assume"];
        let is_read = |action: &str| reads.iter().any(|start| action.starts_with(start));
        let mut log = self.log();
        log.retain(|call| !is_read(call["action"].as_str().unwrap_or_default()));
        log
    }

    /// The group after each write to its rules, while the setting `watch` is on; nothing while it is off.
    pub fn moments(&self) -> Vec<Value> {
        list(self.ask("GET", "writes", ""))
    }

    /// What EC2 holds in a region: a list of groups with tags, ingress and egress rules.
    pub fn groups(&self, region: &str) -> Value {
        self.ask("GET", &format!("groups?region={region}"), "")
    }

    /// The id of the group of this name.
    #[track_caller]
    pub fn id(&self, region: &str, name: &str) -> String {
        let group = self.group(region, name);
        let id = group["id"].as_str().map(str::to_owned);
        id.unwrap_or_else(|| panic!("EC2 has no group {name} in {region}"))
    }

    /// Makes a group by hand; its id.
    pub fn create_group(&self, region: &str, name: &str) -> String {
        let about = [("GroupName", name), ("GroupDescription", "by hand")];
        let made = self.call(region, "CreateSecurityGroup", &about);
        element(&made, "groupId").to_owned()
    }

    /// The id of a region's default VPC.
    pub fn default_vpc(&self, region: &str) -> String {
        let filter = [
            ("Filter.1.Name", "is-default"),
            ("Filter.1.Value.1", "true"),
        ];
        element(&self.call(region, "DescribeVpcs", &filter), "vpcId").to_owned()
    }

    /// The group of this name in a region, or `Value::Null`.
    pub fn group(&self, region: &str, name: &str) -> Value {
        let groups = list(self.groups(region));
        let named = groups.into_iter().find(|group| group["name"] == name);
        named.unwrap_or(Value::Null)
    }

    /// Makes many groups at once, as no call does: their ids, in the order of their names.
    pub fn seed(&self, region: &str, count: usize, ingress: usize) -> Vec<String> {
        let wanted = serde_json::json!({ "region": region, "count": count, "ingress": ingress });
        let ids = list(self.ask("POST", "seed", &wanted.to_string())).into_iter();
        ids.filter_map(|id| id.as_str().map(str::to_owned))
            .collect()
    }

    /// Makes a group another account's, as participants' groups are in a VPC that is shared.
    pub fn hand_over(&self, region: &str, id: &str, owner: &str) {
        let wanted = serde_json::json!({ "region": region, "id": id, "owner": owner });
        self.ask("POST", "hand-over", &wanted.to_string());
    }

    /// Waits until a fault of the kind "hold" holds a call, and returns that call.
    ///
    /// # Panics
    /// When none is held within the time.
    pub fn wait_for_held(&self, at_most: Duration) -> Value {
        let end = Instant::now() + at_most;
        loop {
            if let Some(held) = self.held().into_iter().next() {
                return held;
            }
            assert!(Instant::now() < end, "no call was held within {at_most:?}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The calls that are being held.
    pub fn held(&self) -> Vec<Value> {
        list(self.ask("GET", "held", ""))
    }

    /// Lets held calls go on, or (`go_on` false) ends their connections; how many there were.
    pub fn release(&self, go_on: bool) -> u64 {
        let body = serde_json::json!({ "go_on": go_on }).to_string();
        self.ask("POST", "release", &body)["released"]
            .as_u64()
            .unwrap_or(0)
    }

    /// Makes an EC2 call and returns its reply (XML).
    ///
    /// # Panics
    /// When EC2 refuses it, with the refusal.
    pub fn call(&self, region: &str, action: &str, parameters: &[(&str, &str)]) -> String {
        self.try_call(region, action, parameters)
            .unwrap_or_else(|refusal| panic!("{action} in {region}: {refusal}"))
    }

    /// Makes an EC2 call: its reply, or the reply that refuses it, or how the connection failed.
    pub fn try_call(
        &self,
        region: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String, String> {
        self.try_call_as(ACCOUNT, region, action, parameters)
    }

    /// Makes an EC2 call as another account and returns its reply (XML).
    ///
    /// # Panics
    /// When EC2 refuses it, with the refusal.
    pub fn call_as(
        &self,
        account: &str,
        region: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> String {
        self.try_call_as(account, region, action, parameters)
            .unwrap_or_else(|refusal| panic!("{action} in {region} as {account}: {refusal}"))
    }

    fn try_call_as(
        &self,
        account: &str,
        region: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String, String> {
        let given = parameters.iter().copied();
        let all = [("Action", action), ("Version", "2016-11-15")]
            .into_iter()
            .chain(given);
        let pairs: Vec<String> = all
            .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
            .collect();
        // The emulator checks no signature; it reads the region from the credential scope.
        let headers = format!(
            "Content-Type: application/x-www-form-urlencoded\r\n\
             X-Moto-Account-Id: {account}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/{region}/ec2/aws4_request, \
             SignedHeaders=host, Signature=0\r\n"
        );
        let reply = exchange(self.process().port, "POST", "/", &headers, &pairs.join("&"));
        match reply {
            Ok((status, body)) if status < 400 => Ok(body),
            Ok((status, body)) => Err(format!("{status} {body}")),
            Err(error) => Err(error.to_string()),
        }
    }

    fn process(&self) -> &Process {
        // Only `drop` takes it.
        self.process.as_ref().expect("an emulator has its process")
    }

    fn ask(&self, method: &str, what: &str, body: &str) -> Value {
        self.process()
            .control(method, what, body)
            .unwrap_or_else(|error| panic!("emulator: {method} {what}: {error}"))
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let Some(process) = self.process.take() else {
            return;
        };
        // An emulator that can't be emptied isn't lent again: dropping it ends it.
        if process.control("POST", "reset", "").is_ok() {
            IDLE.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(process);
        }
    }
}

impl Process {
    fn start() -> Self {
        let python = python();
        assert!(
            python.exists(),
            "{} is missing: run `make venv`, or the tests by `make test`",
            python.display()
        );
        let mut command = Command::new(python);
        command
            .args(["-B", "-m", "ec2", "--until-stdin-closes"])
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        for (name, _) in std::env::vars_os() {
            let scrubbed = ["AWS_", "MOTO_", "PYTHON"];
            if scrubbed
                .iter()
                .any(|s| name.to_string_lossy().starts_with(s))
            {
                command.env_remove(name);
            }
        }
        let mut child = command
            .spawn()
            .expect("the emulator's Python can be started");
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (stdin, stdout) = stdin.zip(stdout).expect("both are piped");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the emulator says where it is");
        let ready: Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("the emulator did not start; it said: {line:?}"));
        let port = ready["port"].as_u64().and_then(|p| u16::try_from(p).ok());
        Self {
            child,
            _stdin: stdin,
            endpoint: ready["endpoint"].as_str().unwrap_or_default().to_owned(),
            port: port.expect("the ready line has a port"),
        }
    }

    fn control(&self, method: &str, what: &str, body: &str) -> Result<Value, String> {
        let path = format!("/bench/{what}");
        let (status, reply) =
            exchange(self.port, method, &path, "", body).map_err(|error| error.to_string())?;
        if status != 200 {
            return Err(reply);
        }
        serde_json::from_str(&reply).map_err(|error| error.to_string())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What stands between a reply's first tags of this name.
#[track_caller]
pub fn element<'a>(reply: &'a str, tag: &str) -> &'a str {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let rest = reply.split_once(&open).map(|(_, rest)| rest);
    let inside = rest.and_then(|rest| rest.split_once(&close));
    inside.map_or_else(|| panic!("no {tag} in {reply}"), |(inside, _)| inside)
}

/// The Python that `make` sets up.
pub fn python() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin/python")
}

/// One HTTP/1.0 exchange: the status and the body.
fn exchange(
    port: u16,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(150)))?;
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {length}\r\n\
         {headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes())?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply)?;
    let (head, body) = reply.split_once("\r\n\r\n").unwrap_or((&reply, ""));
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    match status {
        Some(status) => Ok((status, body.to_owned())),
        None => Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "the connection ended without a reply",
        )),
    }
}

fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
