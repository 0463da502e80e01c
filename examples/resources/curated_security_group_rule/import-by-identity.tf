import {
  to = curated_security_group_rule.https
  identity = {
    id     = "sgr-0123456789abcdef0"
    region = "us-east-1"
  }
}
