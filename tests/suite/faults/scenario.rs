//! A group's life in configurations: created, changed in every way that EC2 has a call for, changed
//! at the quota, deleted. Knows nothing of faults.

/// Rules in both directions, with and without descriptions; tags.
pub(crate) const FIRST: &str = r#"
resource "curated_security_group" "web" {
  name        = "web"
  description = "Web servers"
  ingress {
    description = "office"
    protocol    = "tcp"
    from_port   = 22
    cidr_blocks = ["10.0.0.0/8", "192.0.2.0/24"]
  }
  ingress {
    service          = "https"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
  egress {
    description = "names"
    protocol    = "udp"
    from_port   = 53
    cidr_blocks = ["10.0.0.2/32"]
  }
  egress {
    protocol  = "tcp"
    from_port = 5432
    self      = true
  }
  tags = { team = "web", stage = "old" }
}
"#;

/// What EC2 makes without a single write to its rules.
pub(super) const OPEN: &str = r#"
resource "curated_security_group" "web" {
  name = "web"
  egress {
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"#;

/// From `FIRST`, and back, in each direction: one rule described anew, others added and removed; a
/// tag changed, one added, one removed.
pub(super) const SECOND: &str = r#"
resource "curated_security_group" "web" {
  name        = "web"
  description = "Web servers"
  ingress {
    description = "head office"
    protocol    = "tcp"
    from_port   = 22
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    service     = "https"
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    service     = "http"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    description = "resolver"
    protocol    = "udp"
    from_port   = 53
    cidr_blocks = ["10.0.0.2/32"]
  }
  egress {
    protocol    = "tcp"
    from_port   = 3306
    cidr_blocks = ["10.0.0.0/8"]
  }
  tags = { team = "ops", cost = "1" }
}
"#;

/// The calls of the way from `FIRST` to `SECOND`, and of the way back: one for each direction and
/// verb, and two for the tags.
pub(crate) const UPDATE: [&str; 8] = [
    "UpdateSecurityGroupRuleDescriptionsIngress",
    "UpdateSecurityGroupRuleDescriptionsEgress",
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "CreateTags",
    "DeleteTags",
];

/// As many rules as EC2 takes, in both directions; two of each depend on `odd`.
pub(super) fn full(odd: &str) -> String {
    let cidrs = |last: &str| {
        let same = (0..58).map(|n| format!("10.{n}.0.0/16"));
        let own = [format!("{odd}.0.0/16"), format!("{odd}.{last}.0/24")];
        let all: Vec<String> = same.chain(own).map(|cidr| format!("\"{cidr}\"")).collect();
        all.join(", ")
    };
    format!(
        r#"
resource "curated_security_group" "web" {{
  name = "web"
  ingress {{
    description = "clients"
    service     = "https"
    cidr_blocks = [{}]
  }}
  egress {{
    protocol    = "udp"
    from_port   = 53
    cidr_blocks = [{}]
  }}
}}
"#,
        cidrs("1"),
        cidrs("2"),
    )
}
