variable "vpc_id" {
  description = "The VPC whose default group is adopted."
  type        = string
}

# Members of the default group can reach each other, and HTTPS. Without rules, the group would be closed.
resource "curated_default_security_group" "main" {
  vpc_id = var.vpc_id

  ingress_rules = { members = "all from self" }
  egress_rules  = { out = "https to anywhere-ipv4" }

  restore_on_destroy = true
  tags               = { team = "network" }
}
