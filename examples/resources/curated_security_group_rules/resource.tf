variable "vpc_id" {
  description = "The VPC of the group."
  type        = string
}

# A group that declares no rules doesn't manage its rules.
resource "curated_security_group" "shared" {
  name        = "shared"
  description = "All servers"
  vpc_id      = var.vpc_id
}

resource "curated_security_group_rules" "app" {
  security_group_id = curated_security_group.shared.id

  ingress {
    service     = "https"
    cidr_blocks = ["10.0.0.0/8"]
  }

  ingress {
    description = "metrics"
    protocol    = "tcp"
    from_port   = 9100
    self        = true
  }

  # Or in the short form, with a line for each label.
  ingress_rules = {
    deploy = "ssh from 10.20.0.0/16 # Deployments"
  }
  egress_rules = {
    database = "postgresql to 10.30.0.0/16"
  }

  tags = {
    team = "app"
  }
}
