//! The socket, and one call from its arrival to its reply.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::form::Form;
use super::ledger::{Called, Ledger, Outcome};
use super::state::{Refusal, World};
use super::throttle::Throttle;
use super::{Failure, around, control, xml};

const HOME_REGION: &str = "us-east-1";

/// Everything that calls change, behind one lock: no call waits for anything while it has it.
#[derive(Default)]
pub(crate) struct Ec2 {
    pub(crate) world: World,
    pub(crate) ledger: Ledger,
    pub(crate) throttle: Throttle,
    pub(crate) latency: Duration,
}

/// Status, type, and text of a reply.
pub(crate) type Reply = (u16, &'static str, String);

const XML: &str = "text/xml;charset=UTF-8";

/// Serves until the process ends.
pub(crate) async fn run(listener: TcpListener, latency: Duration) -> Result<(), Failure> {
    let ec2 = Arc::new(Mutex::new(Ec2 {
        latency,
        ..Ec2::default()
    }));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let ec2 = Arc::clone(&ec2);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&ec2), request));
            let connection = hyper::server::conn::http1::Builder::new();
            let io = TokioIo::new(stream);
            // A client that goes away is no error of ours.
            drop(connection.serve_connection(io, service).await);
        });
    }
}

async fn answer(
    ec2: Arc<Mutex<Ec2>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes());
    let body = String::from_utf8_lossy(&body.unwrap_or_default()).into_owned();
    let lock = || ec2.lock().unwrap_or_else(PoisonError::into_inner);
    let (status, kind, text) = if let Some(asked) = head.uri.path().strip_prefix("/bench/") {
        control::answer(&mut lock(), &head.method, asked, head.uri.query(), &body)
    } else {
        let latency = lock().latency;
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        let signed = head.headers.get("authorization");
        let signed = signed.and_then(|value| value.to_str().ok());
        let region = signed.and_then(scope_region).unwrap_or(HOME_REGION);
        call(&mut lock(), region, body)
    };
    let response = Response::builder()
        .status(status)
        .header("content-type", kind)
        .body(Full::from(text));
    Ok(response.expect("the parts are good"))
}

/// `…Credential=KEY/DATE/REGION/SERVICE/aws4_request…`
fn scope_region(authorization: &str) -> Option<&str> {
    let (_, scope) = authorization.split_once("Credential=")?;
    scope.split('/').nth(2)
}

fn call(ec2: &mut Ec2, region: &str, body: String) -> Reply {
    let form = Form::read(&body);
    let request = form.whole();
    let action = request.text("Action").unwrap_or_default().to_owned();
    let mut group = request.text("GroupId").map(str::to_owned);
    let passes = ec2.throttle.lets_pass(region, &action, &form);
    let (outcome, result) = if passes {
        let region = ec2.world.region(region);
        (Outcome::Answered, around::act(region, &action, &form))
    } else {
        let message = "Request limit exceeded.".to_owned();
        let refusal = Refusal("RequestLimitExceeded", message);
        (Outcome::Throttled, Err(refusal))
    };
    if let Ok(reply) = &result
        && action == "CreateSecurityGroup"
    {
        group = made(reply).map(str::to_owned);
    }
    let code = result.as_ref().err().map(|refusal| refusal.0.to_owned());
    ec2.ledger.note(Called {
        region: region.to_owned(),
        action,
        body,
        outcome,
        code,
        group,
    });
    match (result, outcome) {
        (Ok(reply), _) => (200, XML, reply),
        (Err(Refusal(code, message)), Outcome::Answered) => (400, XML, xml::error(code, &message)),
        (Err(Refusal(code, message)), _) => (503, XML, xml::error(code, &message)),
    }
}

/// The id in the reply to CreateSecurityGroup.
pub(crate) fn made(reply: &str) -> Option<&str> {
    let (_, rest) = reply.split_once("<groupId>")?;
    Some(rest.split_once('<')?.0)
}
