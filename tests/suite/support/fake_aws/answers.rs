//! Who answers a request: the test, STS, an emulator, EC2's empty lists, or another place.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::request::Request;
use super::server::Stream;
use super::state::State;
use super::wire::{Message, Reply};
use super::{lock, places, sts};

/// Answers everything that comes over a connection.
pub(super) async fn serve(mut stream: Stream, state: Arc<Mutex<State>>) {
    while let Ok(Some(message)) = Message::read(&mut stream).await {
        let request = Request::read(&message);
        let delay = {
            let mut state = lock(&state);
            state.requests.push(request.clone());
            state.delays.get(&request.name()).copied()
        };
        if let Some(delay) = delay {
            tokio::time::sleep(delay).await;
        }
        let answer = answer(&request, &mut lock(&state));
        let written = match answer {
            Answer::Ours(reply) => reply.write(&mut stream).await,
            // The emulator ends its connection after each reply, and so does this one.
            Answer::Emulator(address) => match hand_on(&message, &address, &mut stream).await {
                Ok(()) | Err(_) => return,
            },
        };
        if written.is_err() || message.header("connection") == Some("close") {
            // TLS says goodbye, or the end looks like an attack.
            let _ = stream.shutdown().await;
            return;
        }
    }
}

/// How a service refuses a call.
pub(super) fn refusal(action: &str, code: &str, message: &str) -> String {
    if sts::ACTIONS.contains(&action) {
        sts::refusal(code, message)
    } else {
        format!(
            "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error>\
             </Errors><RequestID>fake-ec2-request</RequestID></Response>"
        )
    }
}

enum Answer {
    Ours(Reply),
    /// The emulator's at this host and port.
    Emulator(String),
}

fn answer(request: &Request, state: &mut State) -> Answer {
    if let Some(reply) = state.scripted(&request.name()) {
        return Answer::Ours(reply);
    }
    let Some(action) = request.action() else {
        return Answer::Ours(places::answer(request, state));
    };
    if is_forged(request, state) {
        let text = "The security token included in the request is invalid";
        let body = refusal(action, "InvalidClientTokenId", text);
        return Answer::Ours(Reply::new(403, &body));
    }
    if sts::ACTIONS.contains(&action) {
        return Answer::Ours(sts::answer(action, request, state));
    }
    match &state.ec2 {
        Some(address) => Answer::Emulator(address.clone()),
        None => Answer::Ours(empty(action)),
    }
}

/// Whether issued keys come without the token that was issued with them.
fn is_forged(request: &Request, state: &State) -> bool {
    let issued = state.issued_as(&request.access_key());
    issued.is_some_and(|i| request.session_token() != Some(&i.session_token))
}

/// EC2's answer where there is nothing.
fn empty(action: &str) -> Reply {
    let list = match action {
        "DescribeSecurityGroups" => "<securityGroupInfo/>",
        "DescribeSecurityGroupRules" => "<securityGroupRuleSet/>",
        "DescribeManagedPrefixLists" => "<prefixListSet/>",
        "DescribeNetworkInterfaces" => "<networkInterfaceSet/>",
        "DescribeVpcs" => "<vpcSet/>",
        _ => "<return>true</return>",
    };
    let body = format!(
        "<{action}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\
         <requestId>fake-ec2-request</requestId>{list}</{action}Response>"
    );
    Reply::new(200, &body).with("content-type", "text/xml")
}

/// Sends a request on as it came, and the reply back until the emulator ends it.
async fn hand_on(message: &Message, address: &str, stream: &mut Stream) -> io::Result<()> {
    let mut emulator = TcpStream::connect(address).await?;
    emulator.write_all(&message.head).await?;
    emulator.write_all(&message.body).await?;
    let mut reply = Vec::new();
    let ended = emulator.read_to_end(&mut reply).await;
    stream.write_all(&reply).await?;
    stream.flush().await?;
    stream.shutdown().await?;
    ended.map(drop)
}
