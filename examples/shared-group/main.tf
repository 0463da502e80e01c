# A group that several teams wear, and to which each adds rules of its own. Here both are in one
# configuration; each team's part may as well stand in its own, with the group's id as a variable.

variable "vpc_id" {
  description = "The VPC of the group."
  type        = string
}

# The platform team has the group. It declares no rules, so it leaves them to others.
resource "curated_security_group" "shared" {
  name        = "shared"
  description = "All servers"
  vpc_id      = var.vpc_id
}

# Its own rules are a resource like everybody's.
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

# The monitoring team adds one. Neither touches the other's.
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
