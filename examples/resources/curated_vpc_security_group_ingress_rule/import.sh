# By the rule's id, in the provider's region, and in another.
terraform import curated_vpc_security_group_ingress_rule.https sgr-0123456789abcdef0
terraform import curated_vpc_security_group_ingress_rule.https us-east-1/sgr-0123456789abcdef0
