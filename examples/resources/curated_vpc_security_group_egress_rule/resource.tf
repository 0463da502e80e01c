variable "vpc_id" {
  description = "The VPC of the group."
  type        = string
}

resource "curated_security_group" "app" {
  name   = "app"
  vpc_id = var.vpc_id
}

# The same as an aws_vpc_security_group_egress_rule, except for its type.
resource "curated_vpc_security_group_egress_rule" "everything" {
  security_group_id = curated_security_group.app.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
