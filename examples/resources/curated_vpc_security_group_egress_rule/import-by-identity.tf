import {
  to = curated_vpc_security_group_egress_rule.everything
  identity = {
    id     = "sgr-0123456789abcdef0"
    region = "us-east-1"
  }
}
