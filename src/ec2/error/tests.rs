//! Tests of the facts that are read from EC2's error messages.

use super::*;

#[test]
fn the_vpc_of_a_taken_name_is_the_last_one_that_ec2_names() {
    let said = |code: &str, message: &str| Error {
        code: Some(code.to_owned()),
        message: message.to_owned(),
        ..Error::given_up("CreateSecurityGroup", "eu-west-1", "", CarriedOut::No)
    };
    let taken = "InvalidGroup.Duplicate";
    let words = "The security group 'web' already exists for VPC 'vpc-0123abcd'";
    let named_so = "The security group 'vpc-0000000f' already exists for VPC 'vpc-0123abcd'";
    for (code, message, expected) in [
        (taken, words, Some("vpc-0123abcd")),
        (taken, named_so, Some("vpc-0123abcd")),
        (taken, "The security group 'vpc-web' already exists", None),
        (taken, "", None),
        ("InvalidVpcID.NotFound", words, None),
    ] {
        assert_eq!(said(code, message).taken_in_vpc(), expected, "{message}");
    }
}
