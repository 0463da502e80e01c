//! Replies that EC2 never sends, as faults of the emulator. Knows nothing of the calls.

use serde_json::{Value as Json, json};

const PAGE: &str = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>welcome</body>";

/// A kind of reply.
#[derive(Clone)]
pub(super) struct Kind {
    /// What the emulator is told.
    fault: Json,
    /// Whether a call may have this in place of a reply.
    pub(super) fits: fn(action: &str) -> bool,
    /// What a user is told where nothing else ever comes.
    pub(super) words: &'static str,
}

impl Kind {
    /// Hits a call of this action so often, before or after it is carried out.
    pub(super) fn fault(&self, action: &str, when: &str, times: u32) -> Json {
        let mut fault = self.fault.clone();
        fault["action"] = json!(action);
        fault["when"] = json!(when);
        fault["times"] = json!(times);
        fault
    }

    /// When it can come: a reply that is spoilt needs one.
    pub(super) fn times(&self) -> &'static [&'static str] {
        let spoils = self.fault["do"] == "cut" || self.fault["do"] == "put";
        if spoils {
            &["after"]
        } else {
            &["before", "after"]
        }
    }
}

fn all(_action: &str) -> bool {
    true
}

fn writes(action: &str) -> bool {
    !action.starts_with("Describe")
}

fn with_groups(action: &str) -> bool {
    matches!(action, "CreateSecurityGroup" | "DescribeSecurityGroups")
}

fn with_vpcs(action: &str) -> bool {
    matches!(action, "DescribeVpcs" | "DescribeSecurityGroups")
}

fn reply(status: u16, body: &str, words: &'static str) -> Kind {
    Kind {
        fault: json!({ "do": "reply", "status": status, "body": body }),
        fits: all,
        words,
    }
}

pub(super) fn login_page() -> Kind {
    let words = "a web page came back (HTTP status 200, \"Sign in\"), so it wasn't EC2";
    reply(200, PAGE, words)
}

pub(super) fn forbidden_page() -> Kind {
    let words = "a web page came back (HTTP status 403, \"Sign in\"), so it wasn't EC2";
    reply(403, PAGE, words)
}

pub(super) fn gateway_page() -> Kind {
    let words = "a web page came back (HTTP status 502, \"Sign in\"), so it wasn't EC2";
    reply(502, PAGE, words)
}

pub(super) fn gateway_without_words() -> Kind {
    reply(503, "", "HTTP status 503 came back with nothing in it")
}

/// The first group of the reply is another one.
pub(super) fn of_another_group() -> Kind {
    let (find, body) = (
        "<groupId>sg-[0-9a-f]+</groupId>",
        "<groupId>sg-0f0f0f0f0f0f0f0f0</groupId>",
    );
    Kind {
        words: "is about sg-0f0f0f0f0f0f0f0f0, which wasn't asked for",
        ..put(find, body, with_groups)
    }
}

pub(super) fn redirection() -> Kind {
    let words = "what came back is empty (HTTP status 302)";
    reply(302, "", words)
}

pub(super) fn json() -> Kind {
    let body = "{\"message\":\"Success\"}";
    reply(200, body, "JSON came back that isn't XML")
}

pub(super) fn nothing() -> Kind {
    reply(200, "", "what came back is empty (HTTP status 200)")
}

pub(super) fn of_another_action() -> Kind {
    let body = "<DescribeRegionsResponse><requestId>1</requestId><regionInfo/>\
                </DescribeRegionsResponse>";
    reply(200, body, "but \"DescribeRegionsResponse\"")
}

pub(super) fn without_content() -> Kind {
    let body = "<{Action}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"/>";
    reply(200, body, "missing in what came back")
}

pub(super) fn refusal_cut_short() -> Kind {
    let body = "<Response><Errors><Error><Code>InvalidGroup.NotFound</Code><Message>The group";
    reply(400, body, "EC2's reply broke off")
}

pub(super) fn no_without_a_reason() -> Kind {
    let body = "<{Action}Response><groupId>sg-12345678</groupId><return>false</return>\
                </{Action}Response>";
    Kind {
        fits: writes,
        ..reply(200, body, "wasn't done, without a reason")
    }
}

pub(super) fn endless() -> Kind {
    Kind {
        fault: json!({ "do": "endless", "status": 200, "body": "<item>" }),
        ..reply(200, "", "what came back is longer than any reply of AWS")
    }
}

pub(super) fn endless_refusal() -> Kind {
    Kind {
        fault: json!({ "do": "endless", "status": 400, "body": "x" }),
        ..reply(400, "", "what came back is longer than any reply of AWS")
    }
}

pub(super) fn cut(share: f64) -> Kind {
    Kind {
        fault: json!({ "do": "cut", "share": share }),
        ..reply(200, "", "EC2's reply broke off")
    }
}

fn put(find: &str, body: &str, fits: fn(&str) -> bool) -> Kind {
    Kind {
        fault: json!({ "do": "put", "find": find, "body": body }),
        fits,
        words: "which EC2 doesn't have: ids have another form",
    }
}

pub(super) fn group_id_cut_short() -> Kind {
    let (find, body) = ("<groupId>(sg-.{7}).*?</groupId>", "<groupId>\\1</groupId>");
    put(find, body, with_groups)
}

pub(super) fn vpc_id_cut_short() -> Kind {
    let (find, body) = ("<vpcId>(vpc-.{3}).*?</vpcId>", "<vpcId>\\1</vpcId>");
    put(find, body, with_vpcs)
}
