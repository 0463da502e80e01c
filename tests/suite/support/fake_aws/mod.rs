//! A stand-in for AWS on loopback: STS, the instance metadata service, container credentials, the
//! portal of IAM Identity Center, and as much of EC2 as a test asks for.
//!
//! It keeps every request for tests to look at, and answers at once unless told otherwise. It
//! checks no signature, and knows nothing of Terraform or of the provider.
//!
//! Answers of a test's own are for a request's name: its `Action`, or else its method and path
//! (`PUT /latest/api/token`).

#![allow(
    dead_code,
    unused_imports,
    reason = "a toolbox: not every tool is in use at every time"
)]

mod answers;
mod ca;
mod places;
mod proxy;
mod request;
mod server;
mod state;
mod sts;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use ca::PrivateCa;
pub use proxy::{FakeProxy, Proxied};
pub use request::{Credential, Request};
pub use state::Issued;

use super::emulator::Emulator;
use server::Server;
use state::State;

/// The account of every access key that isn't said to be of another one.
pub const ACCOUNT: &str = "123456789012";

/// AWS, until it is dropped.
pub struct FakeAws {
    server: Server,
    state: Arc<Mutex<State>>,
}

impl FakeAws {
    /// Over plain HTTP.
    pub fn start() -> Self {
        Self::over(None)
    }

    /// Over TLS, with a certificate of this authority for the names of [`PrivateCa`].
    pub fn start_tls(ca: &PrivateCa) -> Self {
        Self::over(Some(ca))
    }

    /// Hands calls to EC2, which are all that aren't STS's, on to an emulator as they came.
    #[must_use]
    pub fn with_ec2(self, emulator: &Emulator) -> Self {
        let address = emulator.endpoint().trim_start_matches("http://").to_owned();
        self.state().ec2 = Some(address);
        self
    }

    /// Its address: `http://127.0.0.1:PORT`, or `https://localhost:PORT`.
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// Every request so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    /// Those of a name.
    pub fn requests_of(&self, name: &str) -> Vec<Request> {
        let all = self.requests().into_iter();
        all.filter(|request| request.name() == name).collect()
    }

    /// The names of all requests, in the order of arrival.
    pub fn names(&self) -> Vec<String> {
        self.requests().iter().map(Request::name).collect()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        self.state().requests.clear();
    }

    /// Answers requests of a name so, from now on.
    pub fn on(&self, name: &str, status: u16, body: &str) {
        self.state().script(name, None, status, body);
    }

    /// Answers the next `times` requests of a name so, before anything said later and as usual.
    pub fn on_times(&self, name: &str, times: usize, status: u16, body: &str) {
        self.state().script(name, Some(times), status, body);
    }

    /// Answers requests of a name from now on with a body that never ends.
    pub fn on_endless(&self, name: &str, status: u16) {
        self.state().script_endless(name, status);
    }

    /// Refuses the calls of an action from now on, as its service does (status 403).
    pub fn refuse(&self, action: &str, code: &str, message: &str) {
        let body = answers::refusal(action, code, message);
        self.on(action, 403, &body);
    }

    /// Refuses the next `times` calls of an action.
    pub fn refuse_times(&self, action: &str, times: usize, code: &str, message: &str) {
        let body = answers::refusal(action, code, message);
        self.on_times(action, times, 403, &body);
    }

    /// Answers requests of a name later, from now on.
    pub fn delay(&self, name: &str, by: Duration) {
        self.state().delays.insert(name.to_owned(), by);
    }

    /// Takes back what was said of answers to a name.
    pub fn as_usual(&self, name: &str) {
        self.state().unscript(name);
    }

    /// Says whose an access key is.
    pub fn account_of(&self, access_key: &str, account: &str) {
        let owner = (access_key.to_owned(), account.to_owned());
        self.state().accounts.extend([owner]);
    }

    /// How long credentials that are issued from now on last. At the start: an hour.
    pub fn issue_for(&self, lifetime: Duration) {
        self.state().lifetime = lifetime;
    }

    /// The credentials that it has issued, in order.
    pub fn issued(&self) -> Vec<Issued> {
        self.state().issued.clone()
    }

    /// The region that instance metadata tell. At the start: `eu-west-1`.
    pub fn instance_in(&self, region: &str) {
        region.clone_into(&mut self.state().instance_region);
    }

    /// The `Authorization` without which there are no container credentials, from now on.
    pub fn ask_container_for(&self, authorization: &str) {
        self.state().container_authorization = Some(authorization.to_owned());
    }

    /// The bearer token without which the SSO portal gives nothing, from now on.
    pub fn ask_sso_for(&self, token: &str) {
        self.state().sso_token = Some(token.to_owned());
    }

    fn over(ca: Option<&PrivateCa>) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let tls = ca.map(PrivateCa::server_config);
        let server = Server::start(tls, move |stream| {
            answers::serve(stream, Arc::clone(&shared))
        });
        Self { server, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
