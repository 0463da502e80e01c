import {
  to = curated_default_security_group.main
  identity = {
    id     = "sg-0123456789abcdef0"
    region = "us-east-1"
  }
}
