# By the rule's id, in the provider's region.
terraform import curated_vpc_security_group_egress_rule.everything sgr-0123456789abcdef0

# In another region, before or after the id.
terraform import curated_vpc_security_group_egress_rule.everything us-east-1/sgr-0123456789abcdef0
terraform import curated_vpc_security_group_egress_rule.everything sgr-0123456789abcdef0@us-east-1
