//! The calls of a log once more, from a client that does nothing else: what an EC2 takes for them
//! by itself. Calls for one group stay in order; so many groups at once as Terraform takes.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use super::Failure;

/// A call as it came, and its region.
type Call = (String, String);

type Http = Client<HttpConnector, Full<Bytes>>;

/// Reads `GET log`'s reply from standard input, makes its calls, and prints the seconds.
pub(crate) async fn run(endpoint: &str, concurrency: usize) -> Result<(), Failure> {
    let log: Vec<Value> = serde_json::from_reader(std::io::stdin())?;
    let chains = Arc::new(Mutex::new(chains(&log)?));
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client: Http = Client::builder(TokioExecutor::new()).build(connector);
    let started = Instant::now();
    let workers = (0..concurrency).map(|_| {
        let (client, endpoint) = (client.clone(), endpoint.to_owned());
        tokio::spawn(work(client, endpoint, Arc::clone(&chains)))
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await??;
    }
    let told = serde_json::json!({ "seconds": started.elapsed().as_secs_f64() });
    writeln!(std::io::stdout(), "{told}")?;
    Ok(())
}

async fn work(
    client: Http,
    endpoint: String,
    chains: Arc<Mutex<VecDeque<Vec<Call>>>>,
) -> Result<(), Failure> {
    let next = || {
        let mut chains = chains.lock().unwrap_or_else(PoisonError::into_inner);
        chains.pop_front()
    };
    while let Some(chain) = next() {
        for (region, body) in chain {
            let scope = format!("Credential=replay/20260101/{region}/ec2/aws4_request");
            let request = Request::post(&endpoint)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("authorization", format!("AWS4-HMAC-SHA256 {scope}"))
                .body(Full::from(body))?;
            let reply = client.request(request).await?;
            // All of it, as any client reads it.
            reply.into_body().collect().await?;
        }
    }
    Ok(())
}

/// The calls for each group in order; a call for none is by itself.
fn chains(log: &[Value]) -> Result<VecDeque<Vec<Call>>, Failure> {
    let mut chains: VecDeque<Vec<Call>> = VecDeque::new();
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    for call in log {
        let text = |name| call[name].as_str().map(str::to_owned);
        let call_itself = (
            text("region").ok_or("a call without region")?,
            text("body").ok_or("a call without body")?,
        );
        let fresh = chains.len();
        let at = match call["group"].as_str() {
            Some(group) => *place.entry(group).or_insert(fresh),
            None => fresh,
        };
        match chains.get_mut(at) {
            Some(chain) => chain.push(call_itself),
            None => chains.push_back(vec![call_itself]),
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
        let bodies = |chain: &Vec<Call>| chain.iter().map(|(_, body)| body.clone()).collect();
        let told: Vec<Vec<String>> = chains.iter().map(bodies).collect();
        assert_eq!(told, [vec!["1", "4"], vec!["2"], vec!["3"], vec!["5"]]);
    }
}
