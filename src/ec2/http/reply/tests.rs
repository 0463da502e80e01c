//! Tests of which bodies are accepted as a reply of EC2 or STS.

use proptest::prelude::*;

use super::*;

const PAGE: &str = "<html><head><title>Sign in \u{b7}\n Caf\u{e9} </title></head>welcome</html>";

fn expected(action: &str, version: &str) -> Expected {
    let body = format!("Action={action}&Version={version}&GroupName=web");
    Expected::to(&Request::new(SdkBody::from(body)))
}

fn ec2(action: &str) -> Expected {
    expected(action, "2016-11-15")
}

fn check(action: &str, status: u16, body: &str) -> Result<(), Unusable> {
    ec2(action).check(status, body.as_bytes())
}

fn words(action: &str, status: u16, body: &str) -> String {
    let judged = check(action, status, body);
    judged
        .err()
        .map_or("usable".to_owned(), |unusable| unusable.to_string())
}

/// One group, as EC2 shows it.
const GROUPS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <DescribeSecurityGroupsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\n\
    <requestId>59dbff89-35bd</requestId><securityGroupInfo><item><ownerId>123456789012</ownerId>\
    <groupId>sg-0123456789abcdef0</groupId><groupName>web</groupName>\
    <groupDescription>a &lt; b</groupDescription><vpcId>vpc-1a2b3c4d</vpcId>\
    <securityGroupArn>arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0123456789abcdef0\
    </securityGroupArn><ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>443</fromPort>\
    <toPort>443</toPort><groups><item><groupId>sg-1a2b3c4d</groupId><userId>123456789012</userId>\
    </item></groups><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges><prefixListIds>\
    <item><prefixListId>pl-63a5400a</prefixListId></item></prefixListIds></item></ipPermissions>\
    <ipPermissionsEgress/></item></securityGroupInfo></DescribeSecurityGroupsResponse>";

const REFUSAL: &str = "<?xml version=\"1.0\"?><Response><Errors><Error><Code>\
    InvalidGroup.NotFound</Code><Message>The security group 'sg-1' does not exist</Message>\
    </Error></Errors><RequestID>1</RequestID></Response>";

#[test]
fn what_ec2_sends_is_taken() {
    let list = |action: &str, list: &str| {
        let body = format!("<{action}Response><requestId>1</requestId>{list}</{action}Response>\n");
        assert_eq!(check(action, 200, &body), Ok(()), "{body}");
    };
    assert_eq!(check("DescribeSecurityGroups", 200, GROUPS), Ok(()));
    list("DescribeVpcs", "<vpcSet/>");
    // EC2's irregular names of lists.
    list("DescribeClientVpnEndpoints", "<clientVpnEndpoint/>");
    list(
        "DescribeTransitGatewayVpcAttachments",
        "<transitGatewayVpcAttachments/>",
    );
    list(
        "DescribeSecurityGroups",
        "<securityGroupInfo></securityGroupInfo>",
    );
    list(
        "DescribeNetworkInterfaces",
        "<networkInterfaceSet/><!-- none -->",
    );
    list(
        "DescribeManagedPrefixLists",
        "<prefixListSet><item/></prefixListSet>",
    );
    list(
        "CreateSecurityGroup",
        "<groupId>sg-12345678</groupId><return>true</return>",
    );
    list("DeleteSecurityGroup", "<return>true</return>");
    list("CreateTags", "<return> true </return>");
    for action in ["DescribeSecurityGroups", "DeleteSecurityGroup"] {
        assert_eq!(check(action, 400, REFUSAL), Ok(()));
    }
}

#[test]
fn what_sts_sends_is_taken() {
    let sts = expected("GetCallerIdentity", "2011-06-15");
    let identity = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012\
        </Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
    assert_eq!(sts.check(200, identity.as_bytes()), Ok(()));
    let refusal = "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>";
    assert_eq!(sts.check(403, refusal.as_bytes()), Ok(()));
    let cut = identity.replace("123456789012", "1234");
    assert!(sts.check(200, cut.as_bytes()).is_err());
}

#[test]
fn no_beginning_of_a_reply_is_believed() {
    for (status, whole) in [(200, GROUPS), (400, REFUSAL)] {
        for length in 0..whole.len() {
            let begin = &whole[..length];
            let judged = check("DescribeSecurityGroups", status, begin);
            let expected = match begin.trim() {
                "" => Unusable::Empty {
                    status,
                    service: "EC2",
                },
                _ => Unusable::Incomplete { service: "EC2" },
            };
            assert_eq!(judged, Err(expected), "{begin}");
        }
    }
}

#[test]
fn what_isnt_a_reply_is_said_in_words() {
    let cases = [
        (
            "",
            "what came back is empty (HTTP status 200), and EC2 never sends that",
        ),
        (
            " \r\n",
            "what came back is empty (HTTP status 200), and EC2 never sends that",
        ),
        (
            PAGE,
            "a web page came back (HTTP status 200, \"Sign in \u{b7} Caf\u{e9}\"), so it wasn't EC2 \
             that answered: perhaps the login page of a proxy or of this network",
        ),
        (
            "<!DOCTYPE html><p>welcome<br>",
            "a web page came back (HTTP status 200), so it wasn't EC2 that answered: perhaps the \
             login page of a proxy or of this network",
        ),
        (
            "{\"message\":\"Forbidden\"}",
            "JSON came back that isn't XML (HTTP status 200), so it wasn't EC2 that answered",
        ),
        (
            "welcome",
            "something came back that isn't XML (HTTP status 200), so it wasn't EC2 that answered",
        ),
        (
            "<DeleteTagsResponse><return>true</return></DeleteTagsResponse>",
            "what came back is no reply of EC2 to CreateTags, but \"DeleteTagsResponse\"",
        ),
        (
            REFUSAL,
            "what came back is no reply of EC2 to CreateTags, but \"Response\"",
        ),
        (
            "<CreateTagsResponse><return>false</return></CreateTagsResponse>",
            "EC2 replied that CreateTags wasn't done, without a reason",
        ),
        (
            "<CreateTagsResponse/>",
            "everything is missing in what came back, and EC2 never leaves that out of a reply to \
             CreateTags",
        ),
        (
            "<CreateTagsResponse><return>true</return></CreateTagsResponse><CreateTagsResponse/>",
            "EC2's reply broke off or was garbled on the way, and none of it can be believed",
        ),
        (
            "<CreateTagsResponse><return>true</CreateTagsResponse></return>",
            "EC2's reply broke off or was garbled on the way, and none of it can be believed",
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(words("CreateTags", 200, body), expected, "{body}");
    }
    for body in ["", PAGE, "denied"] {
        let said = words("CreateTags", 407, body);
        assert!(said.contains("asks for a user and a password"), "{said}");
    }
}

#[test]
fn a_list_that_is_left_out_is_not_an_empty_one() {
    for action in [
        "DescribeVpcs",
        "DescribeSecurityGroups",
        "DescribeSecurityGroupRules",
    ] {
        let body = format!("<{action}Response><requestId>1</requestId></{action}Response>");
        assert!(
            words(action, 200, &body).starts_with("the list is missing"),
            "{action}"
        );
    }
    let body = "<CreateSecurityGroupResponse><return>true</return></CreateSecurityGroupResponse>";
    let said = words("CreateSecurityGroup", 200, body);
    assert!(said.starts_with("the group's id is missing"), "{said}");
}

#[test]
fn refusals_of_others_are_not_ec2s() {
    for body in [
        "",
        PAGE,
        "{}",
        "Forbidden",
        "<Response/>",
        "<Response><Errors/></Response>",
        "<Response><Errors><Error><Code/></Error></Errors></Response>",
        "<Response><Errors><Error><Code>No such group!</Code></Error></Errors></Response>",
        "<error><Error><Code>InvalidGroup.NotFound</Code></Error></error>",
        GROUPS,
    ] {
        for status in [302, 400, 403, 407] {
            let judged = check("DescribeSecurityGroups", status, body);
            assert!(judged.is_err(), "{status} {body}");
        }
    }
}

#[test]
fn ids_have_their_form() {
    let group = |id: &str| format!("<groupId>{id}</groupId>");
    let id = |id: &str| {
        let body = format!(
            "<CreateSecurityGroupResponse>{}</CreateSecurityGroupResponse>",
            group(id)
        );
        words("CreateSecurityGroup", 200, &body)
    };
    for good in ["sg-12345678", "sg-0123456789abcdef0"] {
        assert_eq!(id(good), "usable", "{good}");
    }
    for bad in [
        "",
        "sg-",
        "sg-1234567",
        "sg-123456789",
        "sg-0123456789abcdef",
        "sg-0123456789abcdef01",
        "sg-0123456789ABCDEF0",
        "sg-0123456789abcdeg0",
        "vpc-12345678",
        "sg-1234567&amp;",
        "12345678",
        // The id differed from the requested one, so that the group looked deleted.
        " sg-12345678",
        "sg-12345678\n",
    ] {
        let said = id(bad);
        assert!(
            said.ends_with("which EC2 doesn't have: ids have another form"),
            "{bad}: {said}"
        );
    }
    for (whole, cut) in [
        ("vpc-1a2b3c4d", "vpc-1a2b"),
        ("sg-1a2b3c4d", "sg-1a2b3c4"),
        ("pl-63a5400a", "pl-"),
        (
            "security-group/sg-0123456789abcdef0",
            "security-group/sg-01",
        ),
        ("eu-west-1:123456789012:", "eu-west-1:1234:"),
    ] {
        let judged = check("DescribeSecurityGroups", 200, &GROUPS.replace(whole, cut));
        assert!(
            matches!(judged, Err(Unusable::NoId { .. })),
            "{cut}: {judged:?}"
        );
    }
}

#[test]
fn words_of_others_are_bounded() {
    let long = "x".repeat(1 << 20);
    for body in [
        format!("<html><title>{long}</title>"),
        format!("<{long}/>"),
        format!("<CreateTagsResponse><groupId>{long}</groupId></CreateTagsResponse>"),
    ] {
        let said = words("CreateTags", 200, &body);
        assert!(said.len() < 300, "{}", said.len());
    }
}

#[test]
fn a_document_that_is_nested_without_end_is_refused() {
    let deep = "<item>".repeat(1 << 20);
    let judged = check(
        "DescribeVpcs",
        200,
        &format!("<DescribeVpcsResponse>{deep}"),
    );
    assert_eq!(judged, Err(Unusable::Incomplete { service: "EC2" }));
}

#[test]
fn other_services_are_not_expected_to_send_xml() {
    for body in [
        "",
        "grant_type=x",
        "Version=2016-11-15",
        "Action=Do&Version=1",
    ] {
        let expected = Expected::to(&Request::new(SdkBody::from(body)));
        assert!(matches!(expected, Expected::Of(_)), "{body}");
        assert_eq!(expected.longest(200), LONGEST_OTHER);
    }
    assert_eq!(ec2("DescribeVpcs").longest(200), LONGEST_PAGE);
    assert_eq!(ec2("DescribeVpcs").longest(403), LONGEST_OTHER);
}

/// A reply about another group was believed: the one that was asked for counted as deleted.
#[test]
fn a_reply_about_something_else_is_not_believed() {
    let requested = |filter: &str, values: &[&str]| {
        let values = (1..).zip(values);
        let values: String = values
            .map(|(n, value)| format!("&Filter.1.Value.{n}={value}"))
            .collect();
        let form = format!(
            "Action=DescribeSecurityGroups&Version=2016-11-15&Filter.1.Name={filter}{values}"
        );
        let judged = Expected::to(&Request::new(SdkBody::from(form))).check(200, GROUPS.as_bytes());
        judged.err().map(|unusable| unusable.to_string())
    };
    let (group, peer) = ("sg-0123456789abcdef0", "sg-1a2b3c4d");
    let refused = Some(format!(
        "EC2's reply to DescribeSecurityGroups is about {group}, which wasn't asked for"
    ));
    for (filter, values, expected) in [
        ("group-id", &[group][..], None),
        ("group-id", &["sg-00000001", group], None),
        // The peer of a rule is no group of the reply.
        ("group-id", &[peer], refused.clone()),
        ("group-id", &["sg-00000001"], refused.clone()),
        ("vpc-id", &["vpc-1a2b3c4d"], None),
        ("vpc-id", &["vpc-00000001"], refused.clone()),
        ("ip-permission.group-id", &[peer], None),
        ("ip-permission.group-id", &["sg-00000001"], refused.clone()),
        ("ip-permission.group-id", &[group], refused),
        ("group-name", &["app"], None),
    ] {
        assert_eq!(requested(filter, values), expected, "{filter} {values:?}");
    }
}

/// Such a reply doesn't tell whether a proxy or EC2 failed.
#[test]
fn a_server_fault_of_another_server_is_said() {
    for (status, body, words) in [
        (502, PAGE, "a web page came back (HTTP status 502"),
        (503, "", "HTTP status 503 came back with nothing in it"),
        (504, "{}", "JSON came back that isn't XML (HTTP status 504)"),
    ] {
        let judged = check("DescribeVpcs", status, body).expect_err(body);
        assert!(judged.is_server_fault(), "{judged}");
        assert!(judged.to_string().contains(words), "{judged}");
        assert!(
            judged
                .to_string()
                .contains("so it wasn't EC2 that answered"),
            "{judged}"
        );
    }
    let own = REFUSAL.replace("InvalidGroup.NotFound", "InternalError");
    assert_eq!(check("DescribeVpcs", 500, &own), Ok(()));
}

proptest! {
    /// Whatever comes, it is judged, and what is cut out of a reply is missed.
    #[test]
    fn any_bytes_are_judged(body in prop::collection::vec(any::<u8>(), 0..300), status in 200u16..600) {
        let judged = ec2("DescribeVpcs").check(status, &body);
        prop_assert!(judged.is_err());
    }

    #[test]
    fn a_reply_with_a_tag_cut_through_is_not_believed(at in 0..GROUPS.len() - 1, length in 1usize..200) {
        let end = (at + length).min(GROUPS.len());
        let cut = format!("{}{}", &GROUPS[..at], &GROUPS[end..]);
        let is_whole = cut.matches('<').count() == cut.matches('>').count()
            && check("DescribeSecurityGroups", 200, &cut).is_ok();
        // The rest of a cut reply may be well-formed by chance, but only if the part that was cut is so
        // too.
        let gone = &GROUPS[at..end];
        prop_assert!(!is_whole || gone.matches('<').count() == gone.matches('>').count());
    }
}
