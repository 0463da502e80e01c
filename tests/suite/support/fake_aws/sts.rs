//! STS's answers.

use super::request::Request;
use super::state::{Issued, State};
use super::wire::Reply;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The calls that it has an answer for.
pub(super) const ACTIONS: [&str; 3] = [
    "GetCallerIdentity",
    "AssumeRole",
    "AssumeRoleWithWebIdentity",
];

pub(super) fn answer(action: &str, request: &Request, state: &mut State) -> Reply {
    let result = match action {
        "GetCallerIdentity" => identity(request, state),
        _ => {
            let role = request.field("RoleArn").unwrap_or_default();
            let session = request.field("RoleSessionName").unwrap_or_default();
            assumed(&state.issue(role), session)
        }
    };
    let body = format!(
        "<{action}Response xmlns=\"{NAMESPACE}\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>fake-sts-request</RequestId></ResponseMetadata>\
         </{action}Response>"
    );
    Reply::new(200, &body).with("content-type", "text/xml")
}

pub(super) fn refusal(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>fake-sts-request</RequestId>\
         </ErrorResponse>"
    )
}

fn identity(request: &Request, state: &State) -> String {
    let access_key = request.access_key();
    let account = state.account(&access_key);
    let arn = match state.issued_as(&access_key) {
        Some(issued) => format!("arn:aws:sts::{account}:assumed-role/{}", issued.role),
        None => format!("arn:aws:iam::{account}:user/fake"),
    };
    format!("<Arn>{arn}</Arn><UserId>AIDAFAKE</UserId><Account>{account}</Account>")
}

fn assumed(issued: &Issued, session: &str) -> String {
    let Issued {
        access_key,
        secret_key,
        session_token,
        role,
        ..
    } = issued;
    let expiration = issued.expiration();
    format!(
        "<Credentials><AccessKeyId>{access_key}</AccessKeyId>\
         <SecretAccessKey>{secret_key}</SecretAccessKey>\
         <SessionToken>{session_token}</SessionToken>\
         <Expiration>{expiration}</Expiration></Credentials>\
         <AssumedRoleUser><AssumedRoleId>AROAFAKE:{session}</AssumedRoleId>\
         <Arn>{role}/{session}</Arn></AssumedRoleUser>"
    )
}
