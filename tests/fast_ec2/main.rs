//! An EC2 for benchmarks: in memory, on loopback, and so quick that the time of a run is not its.
//!
//!     fast_ec2 [--port N] [--latency-ms N] [--until-stdin-closes]
//!     fast_ec2 replay --endpoint URL [--concurrency N] <calls.json
//!
//! It holds security groups and what a provider asks beside them. It is not strict: what EC2
//! refuses is judged by the tests' own EC2 (`tests/ec2`), whose way of control it shares as far as
//! it goes (see `control`). Knows nothing of the provider but what a rule is.
//!
//! - `server`: one call, from its arrival to its reply; `ledger`, `throttle`: what it is counted
//!   and held back by
//! - `control`: `/bench/…`; `replay`: the same calls once more, from a plain client
//! - `form`, `xml`, `permissions`: requests read, replies written
//! - `state`: what there is; `groups`, `rules`, `interfaces`, `around`: the actions

mod around;
mod control;
mod form;
mod groups;
mod interfaces;
mod ledger;
mod permissions;
mod replay;
mod rules;
mod server;
mod state;
mod throttle;
mod xml;

use std::io::{Read, Write};
use std::time::Duration;

use tokio::net::TcpListener;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let replays = arguments.first().is_some_and(|word| word == "replay");
    if replays {
        arguments.remove(0);
    }
    let options = Options::read(arguments)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        if replays {
            replay::run(&options.endpoint, options.concurrency).await
        } else {
            serve(options).await
        }
    })
}

struct Options {
    port: u16,
    latency: Duration,
    until_stdin_closes: bool,
    endpoint: String,
    concurrency: usize,
}

impl Options {
    fn read(arguments: Vec<String>) -> Result<Self, Failure> {
        let mut options = Self {
            port: 0,
            latency: Duration::ZERO,
            until_stdin_closes: false,
            endpoint: String::new(),
            concurrency: 10,
        };
        let mut words = arguments.into_iter();
        while let Some(word) = words.next() {
            if word == "--until-stdin-closes" {
                options.until_stdin_closes = true;
                continue;
            }
            let value = words.next().ok_or_else(|| format!("{word}: no value"))?;
            match word.as_str() {
                "--port" => options.port = value.parse()?,
                "--latency-ms" => options.latency = Duration::from_millis(value.parse()?),
                "--endpoint" => options.endpoint = value,
                "--concurrency" => options.concurrency = value.parse()?,
                _ => return Err(format!("no such option: {word}").into()),
            }
        }
        Ok(options)
    }
}

async fn serve(options: Options) -> Result<(), Failure> {
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    let port = listener.local_addr()?.port();
    let ready = serde_json::json!({
        "endpoint": format!("http://127.0.0.1:{port}"),
        "port": port,
        "pid": std::process::id(),
    });
    let mut out = std::io::stdout();
    writeln!(out, "{ready}")?;
    out.flush()?;
    tokio::select! {
        ended = server::run(listener, options.latency) => ended,
        _ = stdin_closed(), if options.until_stdin_closes => Ok(()),
    }
}

async fn stdin_closed() {
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let read = std::io::stdin().read_to_end(&mut Vec::new());
        tell.send(read)
    });
    drop(told.await);
}
