# One group for several VPCs of an account and region. You write its rules once, and can attach the group to
# interfaces in each of the VPCs. None of the further VPCs can be a default VPC.

variable "vpc_id" {
  description = "The VPC of the group."
  type        = string
}

variable "further_vpc_ids" {
  description = "Further VPCs to associate the group with."
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
