//! The error of a call: the action that failed, why, and whether it may have been carried out all
//! the same.

use std::error::Error as StdError;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ec2::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use self::causes::LONGEST_MESSAGE;
pub(super) use self::causes::{chain, innermost};
use crate::ec2::http::{Unusable, distrust};
use crate::ec2::stop_reason::StopReason;
use crate::rules::quoted;

mod causes;

/// Most characters of a request's id that a message quotes.
const LONGEST_ID: usize = 128;

/// Whether a call that failed has changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CarriedOut {
    /// It was refused, or never sent.
    No,
    /// It may have been carried out: no answer came, or one that doesn't tell.
    Maybe,
}

/// A call that failed for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The action, as EC2 and IAM name it: `DeleteSecurityGroup`.
    pub action: &'static str,
    /// The region that was asked.
    pub region: Box<str>,
    /// EC2's error code if it answered: `InvalidGroup.NotFound`.
    pub code: Option<String>,
    /// EC2's message, or why there was no answer.
    pub message: String,
    /// AWS's id of the request, which its support asks for.
    pub request_id: Option<Box<str>>,
    /// Whether any of the call's attempts may have been carried out.
    pub carried_out: CarriedOut,
    pub(super) retry: Retry,
    /// Number of attempts; 0 if it was never sent.
    pub(super) attempts: u32,
    /// The last attempt ran out of time.
    pub(super) timed_out: bool,
    /// Why it wasn't tried again, if another attempt would have made sense.
    pub(super) ended: Option<StopReason>,
}

/// Whether another attempt makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retry {
    /// The answer won't change.
    Never,
    /// There were no credentials to sign it with.
    Unsigned,
    /// No server listens there: a few more attempts, in case a server is just starting.
    Unreachable,
    /// The answer is no reply of AWS: a few more attempts, in case it came from something on the
    /// network.
    Foreign,
    /// A proxy or gateway answered with an error of its own: some more attempts, since it may
    /// recover.
    Gateway,
    /// Too many calls, or a fault of the server: further attempts after a pause.
    Backoff,
}

impl Error {
    /// Whether EC2 answered with this code.
    pub fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// Whether EC2 says that the group doesn't exist.
    pub fn is_no_such_group(&self) -> bool {
        self.is("InvalidGroup.NotFound") || self.is("InvalidSecurityGroupID.NotFound")
    }

    /// Whether EC2 says that the VPC has a group of the name already.
    pub fn is_name_taken(&self) -> bool {
        self.is("InvalidGroup.Duplicate")
    }

    /// The VPC in which the name of a new group is taken, read from EC2's message. It is the last
    /// one there: the group's name, which comes before it, may look like a VPC too.
    pub fn taken_in_vpc(&self) -> Option<&str> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let is_vpc = |word: &&str| {
            let digits = word.strip_prefix("vpc-").unwrap_or_default();
            !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit())
        };
        let mut words = self.message.rsplit(|c| !is_part(c));
        words.find(is_vpc).filter(|_| self.is_name_taken())
    }

    /// Whether the call wasn't sent, because there were no credentials to sign it with.
    pub fn is_unsigned(&self) -> bool {
        self.retry == Retry::Unsigned
    }

    /// Whether no server answered, as for a region that doesn't exist.
    pub fn is_unreachable(&self) -> bool {
        self.code.is_none() && matches!(self.retry, Retry::Unreachable | Retry::Backoff)
    }

    /// Whether the answer is no reply of AWS.
    pub fn is_foreign(&self) -> bool {
        matches!(self.retry, Retry::Foreign | Retry::Gateway)
    }

    /// Whether the request couldn't be built, which another attempt doesn't change.
    pub fn is_unmade(&self) -> bool {
        let was_tried = self.attempts > 0 && self.code.is_none();
        was_tried && self.retry == Retry::Never && self.carried_out == CarriedOut::No
    }

    /// Whether the server's certificate isn't accepted.
    pub fn is_distrust(&self) -> bool {
        self.code.is_none() && distrust::of_message(&self.message).is_some()
    }

    /// Whether no further attempt is allowed, however much time is left.
    pub fn is_spent(&self) -> bool {
        self.ended.is_some_and(StopReason::is_final)
    }

    /// Whether EC2 throttled the call.
    pub(super) fn is_throttled(&self) -> bool {
        self.code.as_deref().is_some_and(is_throttle)
    }

    /// The error for a group that was created and that EC2 doesn't show.
    pub fn unseen(region: &str, id: &str) -> Self {
        let message = format!("EC2 made the group {id} and doesn't show it");
        Self::given_up("DescribeSecurityGroups", region, &message, CarriedOut::No)
    }

    /// The error for a created group that another resource of the same properties has adopted,
    /// after a creation without an answer.
    pub fn mistaken(region: &str, id: &str) -> Self {
        let message = format!(
            "EC2 made the group {id}, and another resource of the same name and VPC has it"
        );
        Self::given_up("CreateSecurityGroup", region, &message, CarriedOut::No)
    }

    /// The error for a call that EC2 accepted and doesn't finish.
    pub fn unfinished(action: &'static str, region: &str, why: &str) -> Self {
        Self::given_up(action, region, why, CarriedOut::No)
    }

    /// The error for a call that this provider gave up.
    pub(super) fn given_up(
        action: &'static str,
        region: &str,
        message: &str,
        carried_out: CarriedOut,
    ) -> Self {
        Self {
            action,
            region: region.into(),
            code: None,
            message: message.to_owned(),
            request_id: None,
            carried_out,
            retry: Retry::Never,
            attempts: 0,
            timed_out: false,
            ended: None,
        }
    }

    pub(super) fn new<E>(
        action: &'static str,
        region: &str,
        error: &SdkError<E, HttpResponse>,
    ) -> Self
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        let code = error.code().map(str::to_owned);
        let status = error.raw_response().map(|r| r.status().as_u16());
        let retry = match (&code, error) {
            // Not implemented: another attempt doesn't change that.
            (Some(_), _) if status == Some(501) => Retry::Never,
            (Some(code), _) if is_throttle(code) || is_server_fault(code) => Retry::Backoff,
            (_, _) if status.is_some_and(|s| s >= 500) => Retry::Backoff,
            (Some(_), _) => Retry::Never,
            _ if lacks_credentials(error) => Retry::Unsigned,
            _ if foreign(error).is_some_and(Unusable::is_server_fault) => Retry::Gateway,
            _ if foreign(error).is_some() => Retry::Foreign,
            (None, SdkError::DispatchFailure(_)) if is_connect(error) => Retry::Unreachable,
            (None, SdkError::DispatchFailure(_)) if !is_unmade(error) => Retry::Backoff,
            (None, SdkError::TimeoutError(_) | SdkError::ResponseError(_)) => Retry::Backoff,
            _ => Retry::Never,
        };
        // A refusal proves that the call wasn't carried out. A server fault doesn't.
        let refused = match (&code, status) {
            (Some(code), _) if is_throttle(code) => true,
            (Some(_), Some(501)) => true,
            (Some(code), _) if is_server_fault(code) => false,
            (_, Some(status)) => (400..500).contains(&status),
            (code, None) => code.is_some(),
        };
        let unsent = is_unmade(error);
        let carried_out = match retry {
            Retry::Unreachable | Retry::Unsigned => CarriedOut::No,
            Retry::Never | Retry::Backoff if refused || unsent => CarriedOut::No,
            Retry::Never | Retry::Backoff | Retry::Foreign | Retry::Gateway => CarriedOut::Maybe,
        };
        Self {
            action,
            region: region.into(),
            message: message(error),
            request_id: error.request_id().map(|id| quoted(id, LONGEST_ID).into()),
            code,
            carried_out,
            retry,
            attempts: 1,
            timed_out: is_time_out(error),
            ended: None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            action,
            region,
            message,
            ..
        } = self;
        match &self.code {
            Some(code) => write!(f, "{action} in {region} was refused: {code}: {message}")?,
            None if self.is_unsigned() => {
                write!(f, "{action} in {region} wasn't sent: {message}")?;
            }
            None if self.retry == Retry::Never => {
                write!(f, "{action} in {region} failed: {message}")?;
            }
            None => write!(f, "{action} in {region} got no answer: {message}")?,
        }
        if let Some(id) = &self.request_id {
            write!(f, " (request {id})")?;
        }
        match self.ended {
            Some(ended) => ended.write_attempts(self.attempts, f),
            None if self.attempts > 1 && self.retry != Retry::Never => {
                write!(f, ". It was tried {} times", self.attempts)
            }
            None => Ok(()),
        }
    }
}

impl StdError for Error {}

/// Whether a code means that the call was throttled, and so certainly not carried out.
fn is_throttle(code: &str) -> bool {
    matches!(
        code,
        "RequestLimitExceeded"
            | "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "TooManyRequestsException"
            | "EC2ThrottledException"
            | "BandwidthLimitExceeded"
            | "SlowDown"
            | "PriorRequestNotComplete"
    )
}

/// Whether a code means a server fault, after which the call may have been carried out.
fn is_server_fault(code: &str) -> bool {
    matches!(
        code,
        "InternalError"
            | "InternalFailure"
            | "ServerInternal"
            | "ServiceUnavailable"
            | "Unavailable"
            | "RetryableError"
            | "RequestTimeout"
            | "RequestTimeoutException"
    )
}

/// Whether the call timed out, here or at the server.
fn is_time_out<E>(error: &SdkError<E, HttpResponse>) -> bool
where
    E: ProvideErrorMetadata,
{
    match error {
        SdkError::TimeoutError(_) => true,
        SdkError::DispatchFailure(failure) => failure.is_timeout(),
        other => other
            .code()
            .is_some_and(|code| matches!(code, "RequestTimeout" | "RequestTimeoutException")),
    }
}

/// Whether there were no credentials to sign the call with, so that nothing was sent: they expired
/// during the run. The SDK reports that as a failure of the connection.
fn lacks_credentials(error: &(dyn StdError + 'static)) -> bool {
    chain(error).any(|cause| cause.is::<CredentialsError>())
}

/// The fault of an answer that is no reply of AWS.
fn foreign<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Unusable> {
    chain(error).find_map(|cause| cause.downcast_ref::<Unusable>())
}

/// Whether the request couldn't be built or signed, so that nothing was sent. Our HTTP client
/// reports failures of the network as I/O or time-out; the SDK doesn't classify the others any
/// further.
fn is_unmade<E>(error: &SdkError<E, HttpResponse>) -> bool {
    match error {
        SdkError::ConstructionFailure(_) => true,
        SdkError::DispatchFailure(failure) => !failure.is_io() && !failure.is_timeout(),
        _ => false,
    }
}

/// Whether no connection was made, so that nothing was sent. The SDK has no class for that.
fn is_connect(error: &(dyn StdError + 'static)) -> bool {
    let of_client =
        chain(error).find_map(|cause| cause.downcast_ref::<hyper_util::client::legacy::Error>());
    of_client.is_some_and(hyper_util::client::legacy::Error::is_connect)
}

/// The server's message, or else the last cause of the error. No full stop, since the sentence goes
/// on.
fn message<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: ProvideErrorMetadata + StdError + 'static,
{
    if let Some(message) = error.message() {
        let message = quoted(message, LONGEST_MESSAGE);
        return message.trim_end_matches('.').to_owned();
    }
    match error.raw_response().map(|r| r.status().as_u16()) {
        Some(status) => format!("HTTP status {status} without an error that EC2 would send"),
        None if foreign(error).is_some() => innermost(error),
        None if is_unmade(error) => {
            let cause = innermost(error);
            let hint = if cause.contains("header value") {
                " (does AWS_EXECUTION_ENV hold a line break or the like?)"
            } else {
                ""
            };
            format!("the request can't be made: {cause}{hint}")
        }
        None => innermost(error),
    }
}

#[cfg(test)]
mod tests;
