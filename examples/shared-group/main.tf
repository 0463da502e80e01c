# A group to which several teams add rules. Here, both teams share a configuration. Each team's part can
# also be in a configuration of its own, with the group's id as a variable.

variable "vpc_id" {
  description = "The VPC of the group."
  type        = string
}

# The platform team owns the group. The group declares no rules, so it doesn't manage its rules.
resource "curated_security_group" "shared" {
  name        = "shared"
  description = "All servers"
  vpc_id      = var.vpc_id
}

# The platform team's rules are in a resource of their own, like those of the other team.
resource "curated_security_group_rules" "platform" {
  security_group_id = curated_security_group.shared.id

  ingress {
    service     = "ssh"
    cidr_blocks = ["10.0.0.0/24"]
  }

  egress {
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = {
    team = "platform"
  }
}

# The monitoring team adds a rule. Neither team's resource touches the other team's rules.
resource "curated_vpc_security_group_ingress_rule" "metrics" {
  security_group_id = curated_security_group.shared.id
  description       = "Metrics"
  ip_protocol       = "tcp"
  from_port         = 9100
  to_port           = 9100
  cidr_ipv4         = "10.1.0.0/24"

  tags = {
    team = "monitoring"
  }
}
