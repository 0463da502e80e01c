# By the VPC, in the provider's region.
import {
  to = curated_default_security_group.main
  id = "vpc-0123456789abcdef0"
}

# By the VPC, in another region.
import {
  to = curated_default_security_group.far_away
  id = "us-east-1/vpc-0123456789abcdef0"
}
