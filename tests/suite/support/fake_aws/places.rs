//! Answers of the places that give credentials without STS: instance metadata (version 2 only),
//! container credentials at any path that no other place has, the SSO portal and its OIDC tokens.

use serde_json::json;

use super::request::Request;
use super::state::{Issued, State};
use super::wire::Reply;

const METADATA: &str = "/latest/meta-data/";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
/// The instance's role.
const ROLE: &str = "fake-instance-role";
const METADATA_TOKEN: &str = "fake-metadata-token";
const TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds";

pub(super) fn answer(request: &Request, state: &mut State) -> Reply {
    match (request.method.as_str(), request.path.as_str()) {
        ("PUT", "/latest/api/token") => metadata_token(request),
        ("GET", path) if path.starts_with("/latest/") => metadata(path, request, state),
        ("GET", "/federation/credentials") => sso(request, state),
        ("POST", "/token") => oidc_token(),
        ("GET", _) => container(request, state),
        _ => Reply::new(404, ""),
    }
}

fn metadata_token(request: &Request) -> Reply {
    match request.header(TTL) {
        Some(ttl) => Reply::new(200, METADATA_TOKEN).with(TTL, ttl),
        None => Reply::new(400, ""),
    }
}

fn metadata(path: &str, request: &Request, state: &mut State) -> Reply {
    if request.header("x-aws-ec2-metadata-token") != Some(METADATA_TOKEN) {
        return Reply::new(401, "");
    }
    if path == format!("{METADATA}placement/region") {
        return Reply::new(200, &state.instance_region);
    }
    match path.strip_prefix(ROLES) {
        Some("") => Reply::new(200, ROLE),
        Some(ROLE) => {
            let issued = state.issue(ROLE);
            let kept = json!({ "Code": "Success", "Type": "AWS-HMAC" });
            credentials(&issued, kept)
        }
        _ => Reply::new(404, ""),
    }
}

fn container(request: &Request, state: &mut State) -> Reply {
    let asked = state.container_authorization.as_deref();
    if asked.is_some() && request.header("authorization") != asked {
        return Reply::new(
            401,
            "{\"code\": \"Unauthorized\", \"message\": \"wrong token\"}",
        );
    }
    let issued = state.issue("fake-container-role");
    credentials(&issued, json!({ "RoleArn": "fake-container-role" }))
}

fn sso(request: &Request, state: &mut State) -> Reply {
    let asked = state.sso_token.as_deref();
    if asked.is_some() && request.header("x-amz-sso_bearer_token") != asked {
        let body = json!({ "message": "Session token not found or invalid" });
        return json_reply(401, &body).with("x-amzn-errortype", "UnauthorizedException");
    }
    let account = request.query_field("account_id").unwrap_or_default();
    let name = request.query_field("role_name").unwrap_or_default();
    let issued = state.issue(&format!("arn:aws:iam::{account}:role/{name}"));
    let milliseconds = issued.expires.unix_timestamp() * 1000;
    let body = json!({ "roleCredentials": {
        "accessKeyId": issued.access_key,
        "secretAccessKey": issued.secret_key,
        "sessionToken": issued.session_token,
        "expiration": milliseconds,
    }});
    json_reply(200, &body)
}

/// A renewed token of an SSO session.
fn oidc_token() -> Reply {
    let body = json!({
        "accessToken": "fake-renewed-sso-token",
        "refreshToken": "fake-renewed-sso-refresh-token",
        "tokenType": "Bearer",
        "expiresIn": 3600,
    });
    json_reply(200, &body)
}

fn credentials(issued: &Issued, mut body: serde_json::Value) -> Reply {
    body["AccessKeyId"] = json!(issued.access_key);
    body["SecretAccessKey"] = json!(issued.secret_key);
    body["Token"] = json!(issued.session_token);
    body["Expiration"] = json!(issued.expiration());
    json_reply(200, &body)
}

fn json_reply(status: u16, body: &serde_json::Value) -> Reply {
    Reply::new(status, &body.to_string()).with("content-type", "application/json")
}
