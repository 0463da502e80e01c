//! The calls of a log once more, from a client that does nothing else: what an EC2 takes for them
//! by itself. Calls for one group stay in order; so many groups at once as Terraform takes.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use super::{Failure, server};

/// Ids as the log has them, and as this time's groups have them.
type Ids = BTreeMap<String, String>;

type Http = Client<HttpConnector, Full<Bytes>>;

/// A call as it came.
struct Call {
    region: String,
    body: String,
    /// The group that it made or was for.
    group: Option<String>,
}

/// What the workers share.
struct Work {
    client: Http,
    endpoint: String,
    chains: Mutex<VecDeque<Vec<Call>>>,
    ids: Mutex<Ids>,
}

/// Reads `{"calls": …, "ids": …}` from standard input: calls as in `GET log`'s reply, and the ids
/// that an earlier replay gave. Makes the calls; prints the seconds, and the ids of now.
pub(crate) async fn run(endpoint: &str, concurrency: usize) -> Result<(), Failure> {
    let asked: Value = serde_json::from_reader(std::io::stdin())?;
    let calls = asked["calls"].as_array().ok_or("no calls")?;
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let work = Arc::new(Work {
        client: Client::builder(TokioExecutor::new()).build(connector),
        endpoint: endpoint.to_owned(),
        chains: Mutex::new(chains(calls)?),
        ids: Mutex::new(serde_json::from_value(asked["ids"].clone())?),
    });
    let started = Instant::now();
    let workers = (0..concurrency).map(|_| tokio::spawn(Arc::clone(&work).run()));
    for worker in workers.collect::<Vec<_>>() {
        worker.await??;
    }
    let seconds = started.elapsed().as_secs_f64();
    let told = serde_json::json!({ "seconds": seconds, "ids": *lock(&work.ids) });
    writeln!(std::io::stdout(), "{told}")?;
    Ok(())
}

impl Work {
    async fn run(self: Arc<Self>) -> Result<(), Failure> {
        loop {
            let next = lock(&self.chains).pop_front();
            let Some(chain) = next else {
                return Ok(());
            };
            for call in chain {
                self.call(call).await?;
            }
        }
    }

    async fn call(&self, call: Call) -> Result<(), Failure> {
        let Call {
            region,
            body,
            group,
        } = call;
        let scope = format!("Credential=replay/20260101/{region}/ec2/aws4_request");
        let request = Request::post(&self.endpoint)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", format!("AWS4-HMAC-SHA256 {scope}"))
            .body(Full::from(renamed(&body, &lock(&self.ids))))?;
        let reply = self.client.request(request).await?;
        let status = reply.status();
        // All of it, as any client reads it.
        let text = reply.into_body().collect().await?.to_bytes();
        let text = String::from_utf8_lossy(&text);
        if body.contains("Action=CreateSecurityGroup&")
            && let Some(old) = group
        {
            let made = server::made(&text).ok_or_else(|| format!("{status}: {text}"))?;
            lock(&self.ids).insert(old, made.to_owned());
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A request with the ids of now.
fn renamed(body: &str, ids: &Ids) -> String {
    let fields = body.split('&').map(|field| {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        let value = ids.get(value).map_or(value, String::as_str);
        format!("{name}={value}")
    });
    fields.collect::<Vec<_>>().join("&")
}

/// The calls for each group in order; a call for none is by itself.
fn chains(log: &[Value]) -> Result<VecDeque<Vec<Call>>, Failure> {
    let mut chains: VecDeque<Vec<Call>> = VecDeque::new();
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    for logged in log {
        let text = |name| logged[name].as_str().map(str::to_owned);
        let call = Call {
            region: text("region").ok_or("a call without region")?,
            body: text("body").ok_or("a call without body")?,
            group: text("group"),
        };
        let fresh = chains.len();
        let at = match logged["group"].as_str() {
            Some(group) => *place.entry(group).or_insert(fresh),
            None => fresh,
        };
        match chains.get_mut(at) {
            Some(chain) => chain.push(call),
            None => chains.push_back(vec![call]),
        }
    }
    Ok(chains)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_for_one_group_stay_in_order() {
        let call = |body: &str, group: Option<&str>| serde_json::json!({ "region": "r", "body": body, "group": group });
        let log = [
            call("1", Some("a")),
            call("2", None),
            call("3", Some("b")),
            call("4", Some("a")),
            call("5", None),
        ];
        let chains = chains(&log).expect("a log");
        let bodies = |chain: &Vec<Call>| chain.iter().map(|call| call.body.clone()).collect();
        let told: Vec<Vec<String>> = chains.iter().map(bodies).collect();
        assert_eq!(told, [vec!["1", "4"], vec!["2"], vec!["3"], vec!["5"]]);
    }

    #[test]
    fn ids_are_those_of_now() {
        let ids = [("sg-1".to_owned(), "sg-2".to_owned())].into();
        let body = "Action=X&GroupId=sg-1&Other=sg-11";
        assert_eq!(renamed(body, &ids), "Action=X&GroupId=sg-2&Other=sg-11");
    }
}
