//! The trait of a list resource, which finds objects of a managed resource type for
//! `terraform query`. An implementation sends what it finds as it finds it, and stops when the host
//! has enough; the framework turns that into the protocol's stream.

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::diagnostics::{Diagnostic, Diagnostics};
use super::resource::Call;
use super::schema::Schema;
use super::value::Value;

/// The listing of one managed resource type.
#[async_trait]
pub trait ListResource: Send + Sync + 'static {
    /// The managed resource type that is listed, as in `list "curated_security_group" "all"`.
    fn type_name(&self) -> &'static str;

    /// The schema of the `config` block.
    fn schema(&self) -> &Schema;

    /// Checks beyond the schema's own. The configuration may hold unknown values; the provider
    /// may not be configured yet.
    fn validate(&self, _config: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    /// The diagnostics to wrong configurations, one of each kind. Documentation lists them by attribute.
    fn refusals(&self) -> Diagnostics {
        Diagnostics::new()
    }

    /// Sends every object that fits, in an order that is the same in every run, since hosts number the
    /// resources of generated configuration by it.
    ///
    /// `results` accepts an object when the host has room for it, and ends the listing when the host
    /// has enough: fetch a page when it is needed, and not earlier. `call` is cancelled when the host
    /// closes the stream.
    ///
    /// # Errors
    /// [`ListError::Ended`] from `results`, to be passed on with `?`; or diagnostics. After an error
    /// hosts show none of the objects that were sent. Where only a part can't be read, send a warning
    /// and go on.
    async fn list(&self, query: Query, results: &mut Results, call: &Call)
    -> Result<(), ListError>;
}

/// The query of a host.
#[derive(Clone, Debug)]
pub struct Query {
    /// The configuration, wholly known.
    pub config: Value,
    /// Whether [`Listed::state`] is to be set.
    pub with_state: bool,
}

/// One object that was found.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its identity, with every attribute set. Hosts make an import block from it.
    pub identity: Value,
    /// One line for people.
    pub display_name: String,
    /// Its state, where the query asks for it.
    pub state: Option<Value>,
}

/// An event that is sent to the host.
#[derive(Debug)]
pub enum Event {
    /// An object.
    Listed(Listed),
    /// Something that the user should know about the list.
    Warning(Diagnostic),
}

/// Why a listing ends early.
#[derive(Debug)]
pub enum ListError {
    /// The host has as many objects as it asked for, or has closed the stream.
    Ended,
    /// The list can't be made.
    Failed(Diagnostics),
}

/// Where a listing sends what it finds.
#[derive(Debug)]
pub struct Results {
    sender: mpsc::Sender<Event>,
    remaining: usize,
}

impl Results {
    /// A pair of results and their receiver, which gets at most `limit` objects.
    pub fn channel(limit: usize) -> (Self, mpsc::Receiver<Event>) {
        // A capacity of one: the host may end the listing before it reads what was made in advance.
        let (sender, receiver) = mpsc::channel(1);
        let results = Self {
            sender,
            remaining: limit,
        };
        (results, receiver)
    }

    /// Sends an object, once the host has room for it.
    ///
    /// # Errors
    /// [`ListError::Ended`] when the host wants no more.
    pub async fn send(&mut self, listed: Listed) -> Result<(), ListError> {
        if self.remaining == 0 {
            return Err(ListError::Ended);
        }
        self.remaining -= 1;
        self.event(Event::Listed(listed)).await?;
        if self.remaining == 0 {
            return Err(ListError::Ended);
        }
        Ok(())
    }

    /// Sends a warning, which counts as no object.
    ///
    /// # Errors
    /// [`ListError::Ended`] when the host wants no more.
    pub async fn warn(&mut self, warning: Diagnostic) -> Result<(), ListError> {
        self.event(Event::Warning(warning)).await
    }

    async fn event(&mut self, event: Event) -> Result<(), ListError> {
        let sent = self.sender.send(event).await;
        sent.map_err(|_| ListError::Ended)
    }
}

impl From<Diagnostics> for ListError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Failed(diagnostics)
    }
}

impl From<Diagnostic> for ListError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Failed(diagnostic.into())
    }
}
