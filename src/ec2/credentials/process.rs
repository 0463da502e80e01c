//! The program that `credential_process` of a profile names. Its output is read up to a limit, and
//! the program is ended when its time is over. No message repeats its output, which may hold a
//! secret.

use std::fmt;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result as Provided, future};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

/// Longest run of a program: enough for a person to answer a prompt for a second factor.
pub(super) const LIMIT: Duration = Duration::from_secs(60);
/// Longest output in bytes: credentials take less than 4 KiB.
const LONGEST: u64 = 64 * 1024;

/// Runs the command for every request of credentials.
#[derive(Clone)]
pub(super) struct Process {
    command: String,
    limit: Duration,
}

/// Why a program gave no credentials. Displays as words that follow the program's name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It can't be started.
    NotStarted,
    /// It was still running after this time.
    TooSlow(Duration),
    /// It printed more than [`LONGEST`] bytes.
    TooLong,
    /// It ended with a status that isn't success.
    Status(ExitStatus),
    /// Its output isn't credentials.
    NoCredentials,
    /// Its output lacks this member.
    Lacks(&'static str),
}

impl Process {
    pub(super) fn new(command: &str) -> Self {
        Self {
            command: command.to_owned(),
            limit: LIMIT,
        }
    }

    async fn run(&self) -> Result<Credentials, Failure> {
        let mut child = shell(&self.command)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|_| Failure::NotStarted)?;
        let stdout = child.stdout.take().ok_or(Failure::NotStarted)?;
        let finished = tokio::time::timeout(self.limit, async {
            let mut printed = Vec::new();
            let read = stdout.take(LONGEST + 1).read_to_end(&mut printed).await;
            read.map_err(|_| Failure::NoCredentials)?;
            if printed.len() as u64 > LONGEST {
                return Err(Failure::TooLong);
            }
            let status = child.wait().await.map_err(|_| Failure::NotStarted)?;
            if status.success() {
                credentials(&printed)
            } else {
                Err(Failure::Status(status))
            }
        });
        finished.await.unwrap_or(Err(Failure::TooSlow(self.limit)))
    }
}

#[cfg(not(windows))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell
}

/// `cmd` takes its whole command as one quoted text.
#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd.exe");
    shell.arg("/C").raw_arg(format!("\"{command}\""));
    shell
}

/// The credentials in a program's output. As in AWS's own tools, names match without regard to
/// case.
fn credentials(printed: &[u8]) -> Result<Credentials, Failure> {
    let printed: Value = serde_json::from_slice(printed).map_err(|_| Failure::NoCredentials)?;
    let object = printed.as_object().ok_or(Failure::NoCredentials)?;
    let member = |name: &str| {
        let mut members = object.iter();
        let found = members.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    };
    let text = |name: &'static str| member(name).and_then(Value::as_str);
    let needed = |name: &'static str| text(name).ok_or(Failure::Lacks(name));
    match member("Version").and_then(Value::as_u64) {
        Some(1) => {}
        Some(_) => return Err(Failure::NoCredentials),
        None => return Err(Failure::Lacks("Version")),
    }
    let expiry = match text("Expiration") {
        None => None,
        Some(time) => {
            let time = DateTime::from_str(time, Format::DateTimeWithOffset);
            let time = time.ok().and_then(|time| SystemTime::try_from(time).ok());
            Some(time.ok_or(Failure::NoCredentials)?)
        }
    };
    Ok(Credentials::new(
        needed("AccessKeyId")?,
        needed("SecretAccessKey")?,
        text("SessionToken").map(str::to_owned),
        expiry,
        "credential_process",
    ))
}

impl ProvideCredentials for Process {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let credentials: Provided = self.run().await.map_err(CredentialsError::provider_error);
            credentials
        })
    }
}

/// Leaves out the command, which may hold a secret.
impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process").finish_non_exhaustive()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted => f.write_str("can't be run"),
            Self::TooSlow(limit) => {
                let limit = humantime::format_duration(*limit);
                write!(f, "gave no credentials within {limit}, and was ended")
            }
            Self::TooLong => write!(
                f,
                "prints more than {} KiB, which can't be credentials",
                LONGEST / 1024
            ),
            Self::Status(status) => write!(
                f,
                "ended with {status}. What it printed isn't shown, since it may hold a secret: run \
                 the command to see it"
            ),
            Self::NoCredentials => f.write_str(
                "must print a JSON object with \"Version\": 1, \"AccessKeyId\" and \
                 \"SecretAccessKey\", and prints something else",
            ),
            Self::Lacks(member) => write!(f, "prints no {member:?}"),
        }
    }
}

impl std::error::Error for Failure {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    async fn words(command: &str) -> String {
        let process = Process {
            command: command.to_owned(),
            limit: Duration::from_secs(2),
        };
        match process.run().await {
            Ok(credentials) => format!(
                "{} {}",
                credentials.access_key_id(),
                credentials.expiry().is_some()
            ),
            Err(failure) => failure.to_string(),
        }
    }

    #[tokio::test]
    async fn what_a_program_prints_is_credentials_or_is_said_without_quoting_it() {
        let keys = "\"AccessKeyId\":\"AKIA1\",\"SecretAccessKey\":\"s3cret\"";
        for (printed, expected) in [
            (format!("{{\"Version\":1,{keys}}}"), "AKIA1 false"),
            (
                format!("{{\"version\":1,{keys},\"Expiration\":\"2034-01-01T00:00:00+00:00\"}}"),
                "AKIA1 true",
            ),
            (format!("{{{keys}}}"), "prints no \"Version\""),
            (
                "{\"Version\":1,\"AccessKeyId\":\"s3cret\"}".to_owned(),
                "prints no \"SecretAccessKey\"",
            ),
            (
                format!("{{\"Version\":2,{keys}}}"),
                "and prints something else",
            ),
            (
                format!("{{\"Version\":1,{keys}"),
                "and prints something else",
            ),
            ("s3cret".to_owned(), "and prints something else"),
            (String::new(), "and prints something else"),
        ] {
            let said = words(&format!("printf '%s' '{printed}'")).await;
            assert!(said.ends_with(expected), "{printed}: {said}");
            assert!(!said.contains("s3cret"), "{said}");
        }
    }

    #[tokio::test]
    async fn a_program_that_fails_or_never_ends_is_said_and_ended() {
        for (command, expected) in [
            ("echo s3cret >&2; exit 3", "ended with exit status: 3"),
            ("sleep 10", "gave no credentials within 2s, and was ended"),
            ("cat /dev/zero", "prints more than 64 KiB"),
            ("yes s3cret", "prints more than 64 KiB"),
            ("/nowhere/tool", "ended with exit status: 127"),
            // No person is there to type an answer.
            ("read answer; echo \"$answer\"", "and prints something else"),
        ] {
            let said = words(command).await;
            assert!(said.contains(expected), "{command}: {said}");
            assert!(!said.contains("s3cret"), "{said}");
        }
    }
}
