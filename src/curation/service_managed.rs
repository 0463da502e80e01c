//! Recognises groups that an AWS service, a controller or a stack created and manages. Changing or
//! deleting one breaks its owner, or the owner undoes it. A tag is strong evidence and a name is
//! weak, so the sentence names the evidence.

use crate::snapshot::Group;

/// A sentence that says which service manages a group and by what evidence; `None` for a group of
/// the user's.
pub fn keeper(group: &Group) -> Option<String> {
    keeper_of(group, "it")
}

/// The same sentence, which calls the group by these words.
pub(super) fn keeper_of(group: &Group, called: &str) -> Option<String> {
    let (who, sign) = by_tag(group)
        .or_else(|| by_name(group))
        .or_else(|| by_description(group))?;
    Some(format!("{who} manages {called}, {sign}."))
}

/// Prefixes of keys of tags that services set, with the service.
const TAGS: &[(&str, &str)] = &[
    ("aws:cloudformation:stack-name", "The CloudFormation stack"),
    ("aws:cloudformation:stack-id", "The CloudFormation stack"),
    (
        "elasticbeanstalk:environment-name",
        "The Elastic Beanstalk environment",
    ),
    ("elasticbeanstalk:", "Elastic Beanstalk"),
    ("aws:eks:cluster-name", "The EKS cluster"),
    ("kubernetes.io/cluster/", "The Kubernetes cluster"),
    (
        "elbv2.k8s.aws/cluster",
        "The AWS Load Balancer Controller of the cluster",
    ),
    ("elbv2.k8s.aws/", "The AWS Load Balancer Controller"),
    ("ingress.k8s.aws/", "The AWS Load Balancer Controller"),
    ("service.k8s.aws/", "The AWS Load Balancer Controller"),
    ("cluster.x-k8s.io/", "Cluster API"),
    ("sigs.k8s.io/cluster-api", "Cluster API"),
    ("aws:elasticmapreduce:", "EMR"),
    ("aws:autoscaling:groupName", "The Auto Scaling group"),
    ("aws:servicecatalog:", "AWS Service Catalog"),
    // Only AWS's services can set tags with this prefix.
    ("aws:", "An AWS service"),
];

fn by_tag(group: &Group) -> Option<(String, String)> {
    TAGS.iter().find_map(|(begin, who)| {
        let mut from = group.tags.range((*begin).to_owned()..);
        let (key, value) = from.next().filter(|(key, _)| key.starts_with(begin))?;
        // If the whole key is in the table, the value is the owner's name.
        let owner = if key == begin {
            format!(" {value}")
        } else {
            String::new()
        };
        Some((format!("{who}{owner}"), format!("as its tag {key} says")))
    })
}

/// Prefixes and suffixes of names that services give, with the service. The first match counts.
const NAMES: &[(&str, &str, &str)] = &[
    ("awseb-", "", "Elastic Beanstalk"),
    ("eks-cluster-sg-", "", "EKS"),
    ("k8s-elb-", "", "Kubernetes"),
    ("k8s-", "", "The AWS Load Balancer Controller"),
    ("default_elb_", "", "Elastic Load Balancing"),
    ("ElasticMapReduce-", "", "EMR"),
    ("security-group-for-inbound-nfs-d-", "", "SageMaker"),
    ("security-group-for-outbound-nfs-d-", "", "SageMaker"),
    ("d-", "_controllers", "AWS Directory Service"),
    ("d-", "_workspacesMembers", "Amazon WorkSpaces"),
    ("aws-cloud9-", "", "AWS Cloud9"),
];

fn by_name(group: &Group) -> Option<(String, String)> {
    let name = group.name.as_str();
    let numbered = |begin: &str| {
        let number = name.strip_prefix(begin);
        number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let pairs = ["rds-ec2-", "ec2-rds-", "rds-lambda-", "lambda-rds-"];
    let who = if pairs.into_iter().any(numbered) {
        "The RDS console"
    } else {
        let mut names = NAMES.iter();
        let fits = |begin: &str, end: &str| name.starts_with(begin) && name.ends_with(end);
        names.find(|(begin, end, _)| fits(begin, end))?.2
    };
    let sign = "to judge by its name alone";
    Some((who.to_owned(), sign.to_owned()))
}

/// Prefixes of descriptions that services give, with the service.
const DESCRIPTIONS: &[(&str, &str)] = &[
    ("EKS created security group", "EKS"),
    (
        "[k8s] Managed SecurityGroup",
        "The AWS Load Balancer Controller",
    ),
    (
        "[k8s] Shared Backend SecurityGroup",
        "The AWS Load Balancer Controller",
    ),
    ("Security group for Kubernetes ELB", "Kubernetes"),
    (
        "elastic load balancer created security group",
        "Elastic Load Balancing",
    ),
    ("AWS created security group for", "AWS Directory Service"),
    (
        "SecurityGroup for ElasticBeanstalk environment",
        "Elastic Beanstalk",
    ),
    ("Master group for Elastic MapReduce", "EMR"),
    ("Slave group for Elastic MapReduce", "EMR"),
    ("Service access group for Elastic MapReduce", "EMR"),
];

fn by_description(group: &Group) -> Option<(String, String)> {
    let mut all = DESCRIPTIONS.iter();
    let (_, who) = all.find(|(begin, _)| group.description.starts_with(begin))?;
    let sign = "to judge by its description alone";
    Some(((*who).to_owned(), sign.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, description: &str, tag: Option<(&str, &str)>) -> Group {
        let tag = tag.map(|(key, value)| (key.to_owned(), value.to_owned()));
        Group {
            name: name.into(),
            description: description.into(),
            tags: tag.into_iter().collect(),
            ..Group::default()
        }
    }

    #[test]
    fn services_and_stacks_are_told_by_their_marks() {
        for (tag, expected) in [
            (
                ("aws:cloudformation:stack-name", "web"),
                "stack web manages it",
            ),
            (
                ("kubernetes.io/cluster/blue", "owned"),
                "as its tag kubernetes.io/cluster/blue",
            ),
            (("aws:eks:cluster-name", "blue"), "EKS cluster blue"),
            (
                ("elasticbeanstalk:environment-name", "shop"),
                "environment shop",
            ),
            (
                ("elbv2.k8s.aws/cluster", "blue"),
                "Controller of the cluster blue",
            ),
            (("aws:something-new", "x"), "An AWS service"),
        ] {
            let reported = keeper(&group("web", "", Some(tag))).expect("a keeper");
            assert!(reported.contains(expected), "{reported}");
        }
        for name in [
            "awseb-e-abc-stack-AWSEBSecurityGroup-1",
            "eks-cluster-sg-blue-123",
            "d-9067abc_controllers",
            "default_elb_4f7a",
            "rds-ec2-1",
            "ec2-rds-12",
            "ElasticMapReduce-master",
            "security-group-for-inbound-nfs-d-abc",
        ] {
            let reported = keeper(&group(name, "", None)).expect(name);
            assert!(reported.contains("by its name alone"), "{reported}");
        }
        let created = "EKS created security group applied to ENI that is attached";
        assert!(keeper(&group("x", created, None)).is_some());
    }

    #[test]
    fn a_users_group_was_taken_for_a_services() {
        for name in [
            "web",
            "rds-ec2-",
            "rds-ec2-web",
            "d-web",
            "my-k8s-nodes",
            "default",
        ] {
            assert_eq!(keeper(&group(name, "", None)), None, "{name}");
        }
        assert_eq!(keeper(&group("web", "", Some(("Name", "web")))), None);
        assert_eq!(keeper(&group("web", "", Some(("awsome", "web")))), None);
    }

    #[test]
    fn a_load_balancer_of_kubernetes_was_called_the_controllers() {
        let reported = keeper(&group("k8s-elb-a0123456789abcdef", "", None)).expect("a keeper");
        assert!(reported.starts_with("Kubernetes manages "), "{reported}");
    }
}
