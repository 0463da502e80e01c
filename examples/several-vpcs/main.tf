# One group for several VPCs of an account and region: its rules are written and changed once, and
# interfaces in each of these VPCs can have it. A default VPC can't be one of the further ones.

variable "vpc_id" {
  description = "The VPC of the group."
  type        = string
}

variable "further_vpc_ids" {
  description = "Further VPCs whose interfaces are to have the group."
  type        = set(string)
}

resource "curated_security_group" "monitored" {
  name               = "monitored"
  description        = "Whatever the monitoring looks at"
  vpc_id             = var.vpc_id
  associated_vpc_ids = var.further_vpc_ids

  ingress {
    description = "Prometheus"
    protocol    = "tcp"
    from_port   = 9100
    cidr_blocks = ["10.0.0.0/24"]
  }
}
