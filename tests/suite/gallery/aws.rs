//! A command of the AWS CLI as the call that it makes: as far as the page has such commands.

/// The action and the parameters of `aws ec2 some-action --some-parameter value`.
///
/// # Panics
/// When it isn't such a command.
pub(super) fn call(command: &str) -> (String, Vec<(String, String)>) {
    let command = command.replace("\\\n", " ");
    let words = command.trim().strip_prefix("aws ec2 ").expect("aws ec2");
    let mut options = words.split(" --");
    let action = camel(options.next().unwrap_or_default().trim());
    let is_creation = action == "CreateSecurityGroup";
    let parameters = options.flat_map(|option| {
        let (name, value) = option.trim().split_once(' ').expect("a value");
        let value = value.trim().trim_matches('"').to_owned();
        let names = match name {
            "cidr" => vec!["CidrIp".to_owned()],
            "description" if is_creation => vec!["GroupDescription".to_owned()],
            "groups" => vec!["SecurityGroupId.1".to_owned()],
            "port" => vec!["FromPort".to_owned(), "ToPort".to_owned()],
            "protocol" => vec!["IpProtocol".to_owned()],
            other => vec![camel(other)],
        };
        names.into_iter().map(move |name| (name, value.clone()))
    });
    (action, parameters.collect())
}

/// "group-id" as "GroupId".
fn camel(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    words.collect()
}

#[test]
fn a_command_is_its_call() {
    let command = "aws ec2 authorize-security-group-ingress --group-id sg-1 \\\n  \
                   --protocol tcp --port 22 --cidr 0.0.0.0/0\n";
    let (action, parameters) = call(command);
    assert_eq!(action, "AuthorizeSecurityGroupIngress");
    let expected = [
        ("GroupId", "sg-1"),
        ("IpProtocol", "tcp"),
        ("FromPort", "22"),
        ("ToPort", "22"),
        ("CidrIp", "0.0.0.0/0"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(parameters, expected);
}
