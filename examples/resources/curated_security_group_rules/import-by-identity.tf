import {
  to = curated_security_group_rules.app
  identity = {
    id     = "sg-0123456789abcdef0"
    region = "us-east-1"
  }
}
