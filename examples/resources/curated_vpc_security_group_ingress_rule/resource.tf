variable "vpc_id" {
  description = "The VPC of the group."
  type        = string
}

resource "curated_security_group" "app" {
  name   = "app"
  vpc_id = var.vpc_id
}

# The same as an aws_vpc_security_group_ingress_rule, except for its type.
resource "curated_vpc_security_group_ingress_rule" "https" {
  security_group_id = curated_security_group.app.id
  description       = "HTTPS"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "10.0.0.0/8"
}
