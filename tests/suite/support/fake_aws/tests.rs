//! The fakes by themselves, asked over a bare socket and by the EC2 emulator's own client.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::{FakeAws, FakeProxy, PrivateCa};
use crate::support::emulator::Emulator;

/// One exchange with a port of loopback.
fn ask(port: u16, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    let patience = Some(Duration::from_secs(30));
    stream.set_read_timeout(patience).expect("not zero");
    let length = body.len();
    let text = format!(
        "{head}\r\nHost: here\r\nconnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(text.as_bytes()).expect("it reads");
    stream.shutdown(std::net::Shutdown::Write).expect("sent");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).expect("it answers");
    reply
}

fn post(port: u16, access_key: &str, headers: &str, form: &str) -> String {
    let is_ec2 = form.starts_with("Action=Describe");
    let service = if is_ec2 { "ec2" } else { "sts" };
    let head = format!(
        "POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n{headers}\
         Authorization: AWS4-HMAC-SHA256 \
         Credential={access_key}/20260131/eu-west-1/{service}/aws4_request, SignedHeaders=host, \
         Signature=0"
    );
    ask(port, &head, form)
}

#[test]
fn sts_says_who_one_is_and_issues_what_tests_can_find() {
    let aws = FakeAws::start();
    aws.account_of("AKIAOTHER", "210987654321");
    let identity = |key: &str| post(aws.port(), key, "", "Action=GetCallerIdentity");
    assert!(identity("AKIAONE").contains("<Account>123456789012</Account>"));
    assert!(identity("AKIAOTHER").contains("<Account>210987654321</Account>"));

    let form = "Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fx\
                &RoleSessionName=a+b";
    let reply = post(aws.port(), "AKIAONE", "", form);
    let issued = aws.issued().remove(0);
    assert!(reply.contains(&issued.secret_key) && reply.contains(&issued.session_token));
    assert!(identity(&issued.access_key).contains("InvalidClientTokenId"));
    let token = format!("X-Amz-Security-Token: {}\r\n", issued.session_token);
    let own = post(
        aws.port(),
        &issued.access_key,
        &token,
        "Action=GetCallerIdentity",
    );
    assert!(own.contains("<Account>111122223333</Account>"), "{own}");

    let request = aws.requests_of("AssumeRole").remove(0);
    assert_eq!(request.field("RoleSessionName"), Some("a b"));
    let credential = request.credential().expect("it is signed");
    assert_eq!(credential.access_key, "AKIAONE");
    assert_eq!(
        (credential.region.as_str(), credential.service.as_str()),
        ("eu-west-1", "sts")
    );
}

#[test]
fn answers_of_a_tests_own_come_first_and_end() {
    let aws = FakeAws::start();
    aws.refuse_times("AssumeRole", 1, "AccessDenied", "no");
    let form = "Action=AssumeRole&RoleArn=x";
    let refused = post(aws.port(), "AKIA", "", form);
    assert!(refused.starts_with("HTTP/1.1 403") && refused.contains("AccessDenied"));
    assert!(post(aws.port(), "AKIA", "", form).contains("fake-issued-secret-"));
    assert_eq!(aws.names(), ["AssumeRole", "AssumeRole"]);
}

#[test]
fn metadata_need_their_token_and_other_places_what_they_ask_for() {
    let aws = FakeAws::start();
    let token = "PUT /latest/api/token HTTP/1.1\r\nX-Aws-Ec2-Metadata-Token-Ttl-Seconds: 60";
    assert!(ask(aws.port(), token, "").contains("fake-metadata-token"));
    let region = "GET /latest/meta-data/placement/region HTTP/1.1";
    assert!(ask(aws.port(), region, "").starts_with("HTTP/1.1 401"));
    let region = format!("{region}\r\nX-Aws-Ec2-Metadata-Token: fake-metadata-token");
    assert!(ask(aws.port(), &region, "").ends_with("eu-west-1"));

    aws.ask_container_for("open");
    assert!(ask(aws.port(), "GET /creds HTTP/1.1", "").starts_with("HTTP/1.1 401"));
    let open = ask(aws.port(), "GET /creds HTTP/1.1\r\nAuthorization: open", "");
    assert!(open.contains("\"AccessKeyId\":\"ASIAFAKE"), "{open}");

    aws.ask_sso_for("bearer");
    let portal = "GET /federation/credentials?role_name=r&account_id=111122223333 HTTP/1.1";
    assert!(ask(aws.port(), portal, "").starts_with("HTTP/1.1 401"));
    let portal = format!("{portal}\r\nX-Amz-Sso_bearer_token: bearer");
    assert!(ask(aws.port(), &portal, "").contains("\"roleCredentials\""));
    let role = aws.issued().pop().map(|issued| issued.role);
    assert_eq!(role.as_deref(), Some("arn:aws:iam::111122223333:role/r"));
}

#[test]
fn ec2_is_empty_or_a_benchs() {
    let aws = FakeAws::start();
    let form = "Action=DescribeVpcs&Version=2016-11-15";
    let empty = post(aws.port(), "test", "", form);
    assert!(empty.contains("DescribeVpcsResponse") && !empty.contains("vpcId"));

    let emulator = Emulator::start();
    let aws = FakeAws::start().with_ec2(&emulator);
    let reply = post(aws.port(), "test", "", form);
    assert!(reply.contains("<vpcId>"), "{reply}");
    assert_eq!(emulator.log()[0]["region"], "eu-west-1");
}

#[test]
fn a_proxy_keeps_what_it_is_asked_for_and_leads_there() {
    let aws = FakeAws::start();
    let proxy = FakeProxy::start()
        .leading_to(aws.port())
        .asking_for("me", "word");
    let target = "GET http://elsewhere.test/creds?x=1 HTTP/1.1";
    assert!(ask(proxy.port(), target, "").starts_with("HTTP/1.1 407"));
    let user = "Proxy-Authorization: Basic bWU6d29yZA==";
    let reply = ask(proxy.port(), &format!("{target}\r\n{user}"), "");
    assert!(reply.contains("ASIAFAKE"), "{reply}");
    let request = aws.requests().remove(0);
    assert_eq!(
        (request.path.as_str(), request.query.as_str()),
        ("/creds", "x=1")
    );
    assert_eq!(request.header("proxy-authorization"), None);

    let tunnel = format!("CONNECT ec2.test:443 HTTP/1.1\r\n{user}");
    assert!(ask(proxy.port(), &tunnel, "").starts_with("HTTP/1.1 200"));
    assert_eq!(proxy.connects(), ["ec2.test:443"]);
    assert_eq!(proxy.seen()[2].user().as_deref(), Some("me:word"));

    let refusing = FakeProxy::start();
    assert!(ask(refusing.port(), &tunnel, "").starts_with("HTTP/1.1 403"));
}

#[test]
fn what_is_dropped_is_gone() {
    let ca = PrivateCa::new();
    let aws = FakeAws::start_tls(&ca);
    assert!(ca.pem().starts_with("-----BEGIN CERTIFICATE-----"));
    assert_eq!(aws.endpoint(), format!("https://localhost:{}", aws.port()));
    let port = aws.port();
    let mut open = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    drop(aws);
    let mut nothing = Vec::new();
    // Ended in order or by a reset: nothing comes either way.
    let _ = open.read_to_end(&mut nothing);
    assert!(nothing.is_empty());
}
