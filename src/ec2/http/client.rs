//! The HTTP client that the SDK sends its requests through. Connections are pooled, in one pool for
//! each connect timeout. A reply is read to its end, and passed on only if it answers the request.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::header::{PROXY_AUTHORIZATION, USER_AGENT};
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connector::{ConnectError, Connector};
use super::proxies::Proxies;
use super::reply::{Expected, Unusable};
use super::trust::Trust;

/// Pause before a source of credentials is asked once more, if its answer was no reply.
const BEFORE_ASKING_AGAIN: Duration = Duration::from_millis(100);

/// Bytes that a connection reads at once, and the longest head of a reply. By default hyper takes half a
/// megabyte of memory for each connection whose replies are long.
const READ_BUFFER: usize = 64 * 1024;

type Pool = legacy::Client<Connector, SdkBody>;

/// The client; `products` are appended to each request's user agent.
pub(super) fn client(trust: Trust, proxies: Proxies, products: String) -> SharedHttpClient {
    SharedHttpClient::new(Client {
        trust: Arc::new(trust),
        proxies: Arc::new(proxies),
        products: products.into(),
        pools: Mutex::default(),
    })
}

struct Client {
    trust: Arc<Trust>,
    proxies: Arc<Proxies>,
    products: Arc<str>,
    pools: Mutex<HashMap<Option<Duration>, Pool>>,
}

struct Sender {
    pool: Pool,
    proxies: Arc<Proxies>,
    products: Arc<str>,
    /// Time limit of the whole reply, if the SDK sets one.
    limit: Option<Duration>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Sender {
            pool: self.pool(settings.connect_timeout()),
            proxies: Arc::clone(&self.proxies),
            products: Arc::clone(&self.products),
            limit: settings.read_timeout(),
        })
    }
}

impl Client {
    fn pool(&self, limit: Option<Duration>) -> Pool {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let connector = Connector {
                proxies: Arc::clone(&self.proxies),
                trust: Arc::clone(&self.trust),
                limit,
            };
            legacy::Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .http1_max_buf_size(READ_BUFFER)
                .build(connector)
        };
        pools.entry(limit).or_insert_with(new).clone()
    }
}

impl HttpConnector for Sender {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
        };
        // Neither header is among the signed ones.
        self.introduce(&mut request);
        self.authorize(&mut request);
        let expected = Expected::to(&request);
        let limit = self.limit.unwrap_or(expected.time());
        let pool = self.pool.clone();
        let reply = async move {
            let again = expected.is_asked_again().then(|| copy(&request)).flatten();
            match (exchange(&pool, request, &expected).await, again) {
                (Err(error), Some(again)) if error.is_other() => {
                    tokio::time::sleep(BEFORE_ASKING_AGAIN).await;
                    exchange(&pool, again, &expected).await
                }
                (reply, _) => reply,
            }
        };
        HttpConnectorFuture::new(async move {
            match tokio::time::timeout(limit, reply).await {
                Ok(reply) => reply,
                Err(elapsed) => Err(ConnectorError::timeout(elapsed.into())),
            }
        })
    }
}

impl Sender {
    /// Appends the products to the user agent.
    fn introduce(&self, request: &mut Request<SdkBody>) {
        let given = request.headers().get(USER_AGENT);
        let given = given.and_then(|value| value.to_str().ok());
        let all = match given {
            Some(given) => format!("{given} {}", self.products),
            None => self.products.to_string(),
        };
        if let Ok(value) = HeaderValue::try_from(all) {
            request.headers_mut().insert(USER_AGENT, value);
        }
    }

    /// Adds the header with the password for a proxy that forwards the request itself. (A tunnel
    /// gets it when it is opened.)
    fn authorize(&self, request: &mut Request<SdkBody>) {
        if request.uri().scheme_str() != Some("http") {
            return;
        }
        let proxy = self.proxies.to(request.uri());
        if let Some(authorization) = proxy.and_then(|p| p.authorization.clone()) {
            request
                .headers_mut()
                .insert(PROXY_AUTHORIZATION, authorization);
        }
    }
}

/// Sends a request, and reads the reply to its end.
async fn exchange(
    pool: &Pool,
    request: Request<SdkBody>,
    expected: &Expected,
) -> Result<HttpResponse, ConnectorError> {
    let (head, body) = pool.request(request).await.map_err(failure)?.into_parts();
    let status = head.status.as_u16();
    let longest = expected.longest(status);
    let body = Limited::new(body, longest).collect().await;
    let body = body.map_err(|error| broken_off(error, longest))?.to_bytes();
    expected
        .check(status, &body)
        .map_err(|unusable| ConnectorError::other(unusable.into(), None))?;
    // An error of I/O, since the request was sent and answered.
    HttpResponse::try_from(Response::from_parts(head, SdkBody::from(body)))
        .map_err(|error| ConnectorError::io(error.into()))
}

/// A copy of a request; `None` if its body can be read only once.
fn copy(request: &Request<SdkBody>) -> Option<Request<SdkBody>> {
    let mut copy = Request::new(request.body().try_clone()?);
    request.method().clone_into(copy.method_mut());
    request.uri().clone_into(copy.uri_mut());
    request.headers().clone_into(copy.headers_mut());
    Some(copy)
}

/// The error as the SDK classifies errors, with its causes.
fn failure(error: legacy::Error) -> ConnectorError {
    let too_slow = || {
        let cause = std::error::Error::source(&error)?;
        cause.downcast_ref::<ConnectError>()
    };
    match too_slow() {
        Some(ConnectError::TooSlow(_)) => ConnectorError::timeout(error.into()),
        _ => ConnectorError::io(error.into()),
    }
}

/// The error for a reply that wasn't read to its end.
fn broken_off(error: BoxError, longest: usize) -> ConnectorError {
    if error.is::<LengthLimitError>() {
        ConnectorError::other(Unusable::Endless { limit: longest }.into(), None)
    } else {
        ConnectorError::io(error)
    }
}
